"""Who held each point then, as users of these libraries would ask.

    python3 locate.py shapely|geopandas|duckdb CELLS POINTS.parquet OUT.parquet
"""
import json
import sys
from pathlib import Path


def cells_and_states(folder):
    """Ids and polygons of the cells; and states by cell and start: cell number, start, control."""
    import numpy as np
    import pandas as pd
    import shapely

    features = json.loads((folder / "sites.geojson").read_text())["features"]
    ids = [feature["id"] for feature in features]
    polygons = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    states = pd.read_csv(folder / "control.csv", usecols=["site", "time_start", "control"])
    states["cell"] = states["site"].map({name: number for number, name in enumerate(ids)})
    states = states.dropna(subset="cell")
    states["start"] = pd.to_datetime(states["time_start"], utc=True).astype("datetime64[us, UTC]").astype("int64")
    states = states.sort_values(["cell", "start"])
    return polygons, states["cell"].to_numpy(np.int64), states["start"].to_numpy(), states["control"].to_numpy(object)


def controls(cell, time, states):
    """The control of a cell at a time; none outside every cell and before the first state."""
    import numpy as np

    cells, starts, names = states
    order = np.lexsort((time, cell))
    # Cells as whole numbers and times as shares of one make a sorted key without overflow.
    span = max(starts.max(), time.max()) - min(starts.min(), time.min()) + 1
    low = min(starts.min(), time.min())
    key = lambda cell, time: cell.astype(float) + (time - low) / (2 * span)
    found = np.empty(len(cell), np.int64)
    found[order] = np.searchsorted(key(cells, starts), key(cell[order], time[order]), side="right") - 1
    known = (cell >= 0) & (found >= 0)
    known &= cells[np.maximum(found, 0)] == cell
    return np.where(known, names[np.maximum(found, 0)], None)


def shapely_peer(points):
    import numpy as np
    import shapely

    def cell_of(polygons, lon, lat):
        shapely.prepare(polygons)
        point, cell = shapely.STRtree(polygons).query(shapely.points(lon, lat), predicate="intersects")
        found = np.full(len(lon), -1)
        found[point[::-1]] = cell[::-1]
        return found

    return cell_of


def geopandas_peer(points):
    import geopandas

    def cell_of(polygons, lon, lat):
        left = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(lon, lat))
        joined = left.sjoin(geopandas.GeoDataFrame(geometry=polygons), how="left", predicate="intersects")
        return joined[~joined.index.duplicated()]["index_right"].fillna(-1).astype(int).to_numpy()

    return cell_of


def with_numpy(cell_of, folder, points, out):
    import numpy as np
    import pyarrow
    import pyarrow.parquet

    polygons, *states = cells_and_states(folder)
    table = pyarrow.parquet.read_table(points)
    time = table["time"].cast(pyarrow.timestamp("us", "UTC")).cast(pyarrow.int64()).to_numpy()
    cell = cell_of(polygons, table["lon"].to_numpy(), table["lat"].to_numpy())
    answer = controls(np.asarray(cell), time, states)
    pyarrow.parquet.write_table(table.append_column("control", pyarrow.array(answer, pyarrow.string())), out)


def with_duckdb(folder, points, out):
    import duckdb
    import duckdb_extension_spatial as spatial

    database = duckdb.connect()
    database.load_extension(str(next(Path(spatial.__file__).parent.rglob("*.duckdb_extension"))))
    database.execute("SET threads = 2; SET TimeZone = 'UTC'")
    database.execute(f"CREATE TABLE cells AS SELECT id, geom FROM ST_Read('{folder / 'sites.geojson'}')")
    database.execute(f"CREATE TABLE states AS SELECT site, time_start::TIMESTAMPTZ AS start, control FROM read_csv('{folder / 'control.csv'}')")
    database.execute(f"CREATE TABLE points AS SELECT row_number() OVER () AS n, lon, lat, time FROM '{points}'")
    database.execute("CREATE TABLE inside AS SELECT p.n, min(c.id) AS site FROM points p JOIN cells c ON ST_Intersects(c.geom, ST_Point(p.lon, p.lat)) GROUP BY p.n")
    database.execute(
        "COPY (SELECT p.lon, p.lat, p.time, s.control FROM points p LEFT JOIN inside i USING (n) "
        f"ASOF LEFT JOIN states s ON i.site = s.site AND p.time >= s.start) TO '{out}' (FORMAT parquet)"
    )


def main():
    name, folder, points, out = sys.argv[1], *map(Path, sys.argv[2:5])
    if name == "duckdb":
        with_duckdb(folder, points, out)
    else:
        with_numpy({"shapely": shapely_peer, "geopandas": geopandas_peer}[name](points), folder, points, out)


main()
