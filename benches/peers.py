"""Times marchland beside what a user would take instead, on the same files in the same run, and prints a table of ratios.

    cargo build --release
    python3 benches/peers.py [--sites 30000] [--days 365] [--points 1000000] [--job locate dissolve tessellate read] [--runs 3]

Peers are those Python has: shapely, duckdb (with spatial), geopandas, orjson, pyogrio; what is not installed is left out. Files are
made by `cargo run --release --example generate`, in a temporary folder or in --data, where they are kept. Figures are the least of the runs:
CPU seconds are user and system time of the whole process and all its threads; memory is its peak resident set. Answers are held against each
other: `locate` row by row, `dissolve` by every area of every day, `tessellate` by the sum of all areas.
"""
import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


def measured(command, runs):
    """Wall seconds, CPU seconds and peak MB of a command: the least of some runs."""
    figures = []
    for _ in range(runs):
        start = time.perf_counter()
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"{' '.join(map(str, command))}\n{said.decode()}")
        figures.append((wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e3))
    return tuple(min(column) for column in zip(*figures))


class Bench:
    def __init__(self, given, data):
        self.given, self.data = given, data
        self.marchland = ROOT_TARGET / "release" / "marchland"
        self.rows = []

    def ours(self, job, *arguments):
        self.rows.append((job, "marchland", *measured([self.marchland, "--quiet", *arguments], self.given.runs)))

    def peer(self, job, name, needs, *arguments):
        """Runs a peer, and says whether it could be run."""
        if any(importlib.util.find_spec(module) is None for module in needs):
            return False
        self.rows.append((job, name, *measured([sys.executable, HERE / "peers" / f"{job}.py", name, *arguments], self.given.runs)))
        return True

    def table(self):
        print("| job | by | wall s | CPU s | peak MB | CPU of marchland's |\n| --- | --- | --: | --: | --: | --: |")
        own = {job: cpu for job, name, _, cpu, _ in self.rows if name == "marchland"}
        for job, name, wall, cpu, memory in self.rows:
            print(f"| {job} | {name} | {wall:.2f} | {cpu:.2f} | {memory:.0f} | {cpu / own[job]:.1f} × |")


def agree(about, answers):
    """Holds answers against each other, in a process of its own: a process's peak memory begins at its parent's."""
    if len(answers) > 1:
        subprocess.run([sys.executable, HERE / "peers" / "agree.py", about, *answers], check=True)


def locate(bench):
    cells, points = bench.data / "cells", bench.data / "points.parquet"
    answers = [bench.data / "located-marchland.parquet"]
    bench.ours("locate", "locate", cells, points, "-o", answers[0], "--overwrite")
    for name, needs in (("shapely", ["shapely", "pyarrow"]), ("duckdb", ["duckdb", "duckdb_extension_spatial"]), ("geopandas", ["geopandas", "pyarrow"])):
        answer = bench.data / f"located-{name}.parquet"
        if bench.peer("locate", name, needs, cells, points, answer):
            answers.append(answer)
    agree("rows", answers)


def dissolve(bench):
    """Ours is `examples/dissolve_days.rs`, which does what the peers do: polygons and areas of every day. The command's `series` is beside it."""
    cells, days = bench.data / "cells", bench.given.days
    areas = [bench.data / "areas-marchland.csv"]
    example = ROOT_TARGET / "release" / "examples" / "dissolve_days"
    bench.rows.append(("dissolve", "marchland", *measured([example, cells, days, areas[0]], bench.given.runs)))
    for name in ("shapely", "geopandas"):
        area = bench.data / f"areas-{name}.csv"
        if bench.peer("dissolve", name, [name], cells, days, area):
            areas.append(area)
    agree("areas", areas)
    bench.ours("series", "series", cells, "--every", "P1D", "-o", bench.data / "series.csv", "--overwrite")


def tessellate(bench):
    sites = bench.data / "sites"
    bench.ours("tessellate", "snapshot", sites, "--at", "last", "-o", bench.data / "cells-marchland.geojson", "--overwrite")
    bench.peer("tessellate", "shapely", ["shapely"], sites, bench.data / "cells-shapely.geojson")


def read(bench):
    layer = bench.data / "layered"
    bench.ours("read", "check", layer)
    for name, needs in (("json", []), ("orjson", ["orjson"]), ("pyogrio", ["pyogrio"])):
        bench.peer("read", name, needs, layer / "layers" / "cells.geojson")


def make(given, data):
    """The files of all jobs, where they are not there yet."""
    generate = ["cargo", "run", "--release", "--quiet", "--example", "generate", "--"]
    marchland = ROOT_TARGET / "release" / "marchland"

    def run(*command):
        subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)

    run("cargo", "build", "--release", "--quiet", "--examples")
    if not (data / "sites").exists():
        run(*generate, "--sites", given.sites, "--days", given.days, "--assessed", "--points", given.points, "-o", data / "sites")
    if not (data / "cells").exists():
        run(marchland, "--quiet", "snapshot", data / "sites", "--at", "last", "-o", data / "territory.geojson", "--overwrite")
        run(sys.executable, HERE / "peers" / "cells.py", data)


def main():
    arguments = argparse.ArgumentParser(description="Times marchland beside its peers.")
    arguments.add_argument("--sites", type=int, default=30_000)
    arguments.add_argument("--days", type=int, default=365)
    arguments.add_argument("--points", type=int, default=1_000_000)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--job", nargs="*", choices=["locate", "dissolve", "tessellate", "read"], default=["locate", "dissolve", "tessellate", "read"])
    arguments.add_argument("--data", type=Path, help="where the files are made and kept; otherwise a temporary folder")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        data = (given.data or Path(scratch)).resolve()
        data.mkdir(parents=True, exist_ok=True)
        make(given, data)
        bench = Bench(given, data)
        for job in given.job:
            globals()[job](bench)
        bench.table()


ROOT_TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))

if __name__ == "__main__":
    main()
