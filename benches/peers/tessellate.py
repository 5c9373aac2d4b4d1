"""Voronoi cells of points cut to a boundary; only what crosses the boundary is cut, as a good user would.

    python3 tessellate.py shapely DATASET OUT.geojson
"""
import json
import sys
from pathlib import Path

import numpy as np
import shapely

folder, out = Path(sys.argv[2]), Path(sys.argv[3])
sites = json.loads((folder / "sites.geojson").read_text())["features"]
places = np.array([site["geometry"]["coordinates"] for site in sites])
boundary = shapely.from_geojson(json.dumps(json.loads((folder / "layers" / "boundary.geojson").read_text())["features"][0]["geometry"]))
cells = np.array(shapely.voronoi_polygons(shapely.multipoints(places), extend_to=boundary, ordered=True).geoms)
shapely.prepare(boundary)
crossing = ~shapely.contains_properly(boundary, cells)
cells[crossing] = shapely.intersection(cells[crossing], boundary)
texts = shapely.to_geojson(cells)
with out.open("w") as file:
    file.write('{"type":"FeatureCollection","features":[\n')
    file.write(",\n".join(f'{{"type":"Feature","id":"{site["id"]}","properties":{{}},"geometry":{text}}}' for site, text in zip(sites, texts)))
    file.write("\n]}\n")
