"""Reads a GeoJSON file into memory.

    python3 read.py json|orjson|pyogrio FILE.geojson
"""
import sys
from pathlib import Path

name, path = sys.argv[1], Path(sys.argv[2])
if name == "pyogrio":
    import pyogrio.raw

    print(len(pyogrio.raw.read(path)[2]))
else:
    read = __import__(name).loads
    print(len(read(path.read_bytes())["features"]))
