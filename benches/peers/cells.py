"""Makes of the cells marchland has drawn a dataset whose sites are those polygons, and of its points a Parquet file.

    python3 cells.py DATA    DATA/territory.geojson, DATA/sites/ → DATA/cells/, DATA/layered/, DATA/points.parquet
"""
import json
import shutil
import sys
from pathlib import Path

data = Path(sys.argv[1])
cells, layered = data / "cells", data / "layered"
for folder in (cells, layered / "layers"):
    folder.mkdir(parents=True)
shutil.copy(data / "sites" / "actors.csv", cells)
shutil.copy(data / "sites" / "control.csv", cells)
settings = (data / "sites" / "dataset.toml").read_text()
head = settings.split("[territory]")[0]
(cells / "dataset.toml").write_text(head + '[territory]\nmethod = "sites"\n')

features = json.loads((data / "territory.geojson").read_text())["features"]
with (cells / "sites.geojson").open("w") as out:
    out.write('{"type":"FeatureCollection","features":[\n')
    kept = [feature for feature in features if feature["properties"]["site_id"]]
    for number, feature in enumerate(kept):
        properties = feature["properties"]
        cell = {"type": "Feature", "id": properties["site_id"], "properties": {"name": properties["site_name"]}, "geometry": feature["geometry"]}
        out.write(json.dumps(cell, separators=(",", ":")) + ("" if number + 1 == len(kept) else ",") + "\n")
    out.write("]}\n")

for name in ("actors.csv", "control.csv"):
    shutil.copy(data / "sites" / name, layered)
shutil.copy(data / "sites" / "sites.geojson", layered)
(layered / "dataset.toml").write_text(head)
shutil.copy(data / "territory.geojson", layered / "layers" / "cells.geojson")

try:
    import pyarrow.csv
    import pyarrow.parquet

    table = pyarrow.csv.read_csv(data / "sites" / "points.csv")
    pyarrow.parquet.write_table(table.set_column(2, "time", table["time"].cast(pyarrow.timestamp("us", "UTC"))), data / "points.parquet")
except ImportError:
    shutil.copy(data / "sites" / "points.csv", data / "points.csv")
