"""Holds the answers of several tools against the first of them.

    python3 agree.py rows|areas ANSWER ANSWER ...
"""
import csv
import sys
from pathlib import Path


def rows(path):
    """Who held each place then, whatever the order of the rows."""
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path, columns=["lon", "lat", "time", "control"]).to_pandas()
    # The day before a dataset's first word is unknown to us and nothing to the peers.
    table["control"] = table["control"].astype(object).where(table["control"].notna() & (table["control"] != "unknown"), "")
    return table.sort_values(["lon", "lat", "time", "control"], ignore_index=True)["control"]


def areas(path):
    """Square degrees by day and holder."""
    return {(row["time"][:10], row["control"]): float(row["area"]) for row in csv.DictReader(path.open()) if float(row["area"]) > 0}


def main():
    about, (first, *others) = sys.argv[1], map(Path, sys.argv[2:])
    reference = globals()[about](first)
    for path in others:
        found = globals()[about](path)
        if about == "rows":
            differing = int((reference != found).sum())
            assert differing == 0, f"{path}: {differing} of {len(reference)} answers differ from those of {first}"
        else:
            worst = max(abs(reference.get(key, 0.0) - found.get(key, 0.0)) for key in reference | found)
            assert worst < 1e-6, f"{path}: an area differs by {worst} square degrees from that of {first}"
    print(f"{len(others) + 1} answers agree on {len(reference)} {about}", file=sys.stderr)


main()
