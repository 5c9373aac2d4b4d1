"""Territory of each day dissolved by control, and its area in square degrees, as users of these libraries would make it.

    python3 dissolve.py shapely|geopandas CELLS DAYS OUT.csv
"""
import csv
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import shapely


def shapely_areas(polygons, control):
    order = np.argsort(control, kind="stable")
    names, first = np.unique(control[order], return_index=True)
    parts = np.split(polygons[order], first[1:])
    return {name: shapely.coverage_union_all(part).area for name, part in zip(names, parts)}


def geopandas_areas(polygons, control):
    import geopandas

    frame = geopandas.GeoDataFrame({"control": control}, geometry=polygons)
    return frame.dissolve("control", method="coverage").area.to_dict()


def main():
    name, folder, days, out = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    areas = {"shapely": shapely_areas, "geopandas": geopandas_areas}[name]
    features = json.loads((folder / "sites.geojson").read_text())["features"]
    number = {feature["id"]: position for position, feature in enumerate(features)}
    polygons = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    states = pd.read_csv(folder / "control.csv", usecols=["site", "time_start", "control"])
    states["cell"] = states["site"].map(number)
    states = states.dropna(subset="cell").astype({"cell": int})
    states["time_start"] = pd.to_datetime(states["time_start"])
    by_day = dict(list(states.groupby("time_start")))
    control = np.full(len(features), "", dtype=object)
    with out.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["time", "control", "area"])
        for number, day in enumerate(pd.date_range("2020-01-01", periods=days + 1)):
            if day in by_day:
                control[by_day[day]["cell"]] = by_day[day]["control"]
            if number == 0:
                continue
            rows.writerows([str(day.date()), holder, area] for holder, area in areas(polygons, control.astype(str)).items())


main()
