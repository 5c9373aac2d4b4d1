"""How cost grows with cells, with rows and with changes, over three decades each; draws benches/growth.svg and prints the exponents.

    cargo build --release
    python3 benches/growth.py [--scratch FOLDER] [--quick]

Each point is the CPU time (user and system) of a whole process, the least of three runs, less that of `marchland --version`. The exponent is the
slope of a straight line through the points of at least 20 ms on logarithmic axes, by least squares. --quick leaves the largest sizes out.
"""
import argparse
import math
import os
import subprocess
import tempfile
from pathlib import Path

from peers import ROOT, ROOT_TARGET, measured

MARCHLAND = ROOT_TARGET / "release" / "marchland"
# Okabe and Ito's colours, as on the maps.
COLOURS = {"cells": "#0072B2", "rows": "#D55E00", "changes": "#009E73"}
LEGEND = {
    "cells": "cells: sites tessellated, cut and written (snapshot)",
    "rows": "rows: places and times located in 30,000 cells (locate)",
    "changes": "changes: areas of each day among 10,000 cells (series)",
}


def generated(scratch, name, *arguments):
    folder = scratch / name
    if not folder.exists():
        command = ["cargo", "run", "--release", "--quiet", "--example", "generate", "--", "--assessed", *arguments, "-o", folder]
        subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return folder


def cpu(*arguments):
    nothing = measured([MARCHLAND, "--version"], 3)[1]
    return max(measured([MARCHLAND, "--quiet", *arguments, "--overwrite"], 3)[1] - nothing, 1e-4)


def cells(scratch, sizes):
    for size in sizes:
        folder = generated(scratch, f"cells-{size}", "--sites", size, "--days", 2)
        yield size, cpu("snapshot", folder, "--at", "last", "-o", scratch / "cells.geojson")


def rows(scratch, sizes):
    folder = generated(scratch, "rows", "--sites", 30_000, "--days", 365, "--points", max(sizes))
    points = folder / "points.csv"
    for size in sizes:
        part = scratch / f"points-{size}.csv"
        with points.open() as whole, part.open("w") as out:
            out.writelines(line for _, line in zip(range(size + 1), whole))
        yield size, cpu("locate", folder, part, "-o", scratch / "located.csv")


def changes(scratch, sizes):
    for days in sizes:
        folder = generated(scratch, f"changes-{days}", "--sites", 10_000, "--days", days)
        states = sum(1 for _ in (folder / "control.csv").open()) - 10_001
        yield states, cpu("series", folder, "--every", "P1D", "-o", scratch / "series.csv")


def slope(points):
    """The exponent: the slope of log cost over log size."""
    points = [(math.log(size), math.log(cost)) for size, cost in points if cost >= 0.02]
    if len(points) < 2:
        return math.nan
    x, y = (sum(column) / len(points) for column in zip(*points))
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


def drawing(measurements):
    """A plot on logarithmic axes."""
    width, height, left, bottom = 760, 460, 70, 60
    largest = max(size for points in measurements.values() for size, _ in points)
    x_decades, y_low, y_high = math.ceil(math.log10(largest)), -3, 2

    def at(size, cost):
        across = (math.log10(size) - 2) / (x_decades - 2) * (width - left - 20)
        up = (math.log10(cost) - y_low) / (y_high - y_low) * (height - bottom - 110)
        return left + across, height - bottom - min(max(up, 0), height - bottom - 110)

    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width + 30} {height}" font-family="Noto Sans, sans-serif" font-size="13" fill="#22262B">',
             "<title>CPU time over cells, rows and changes</title>", f'<rect width="{width + 30}" height="{height}" fill="white"/>']
    for decade in range(2, x_decades + 1):
        x, y = at(10**decade, 10**y_low)
        lines.append(f'<path d="M{x:.1f} {y:.1f}V110" stroke="#E3E5E8"/><text x="{x:.1f}" y="{y + 20:.1f}" text-anchor="middle">{10**decade:,}</text>')
    for decade in range(y_low, y_high + 1):
        x, y = at(100, 10.0**decade)
        lines.append(f'<path d="M{x:.1f} {y:.1f}H{width - 20}" stroke="#E3E5E8"/><text x="{x - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{10.0**decade:g} s</text>')
    for row, (name, points) in enumerate(measurements.items()):
        places = [at(*point) for point in points]
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        lines.append(f'<path d="{path}" fill="none" stroke="{COLOURS[name]}" stroke-width="2.5"/>')
        lines += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{COLOURS[name]}"/>' for x, y in places]
        text = f"{LEGEND[name]}: exponent {slope(points):.2f}"
        lines.append(f'<rect x="{left}" y="{22 + 22 * row}" width="22" height="6" fill="{COLOURS[name]}"/><text x="{left + 32}" y="{30 + 22 * row}">{text}</text>')
    lines.append(f'<text x="{width / 2}" y="{height - 12}" text-anchor="middle" fill="#5A6470">number of cells, rows or changes; CPU seconds of whole processes</text></svg>')
    return "\n".join(lines) + "\n"


def main():
    arguments = argparse.ArgumentParser(description="How cost grows with cells, rows and changes.")
    arguments.add_argument("--scratch", type=Path, help="where the files are made and kept; otherwise a temporary folder")
    arguments.add_argument("--quick", action="store_true")
    given = arguments.parse_args()
    less = 1 if given.quick else 0
    sizes = {"cells": [1_000, 10_000, 100_000, 1_000_000], "rows": [10_000, 100_000, 1_000_000, 10_000_000], "changes": [4, 40, 400, 3_650]}
    with tempfile.TemporaryDirectory() as temporary:
        scratch = (given.scratch or Path(temporary)).resolve()
        scratch.mkdir(parents=True, exist_ok=True)
        jobs = {"cells": cells, "rows": rows, "changes": changes}
        measurements = {name: list(job(scratch, sizes[name][: len(sizes[name]) - less])) for name, job in jobs.items()}
    for name, points in measurements.items():
        print(f"| {name} | " + ", ".join(f"{size:,}: {cost:.3f} s" for size, cost in points) + f" | {slope(points):.2f} |")
    (ROOT / "benches" / "growth.svg").write_text(drawing(measurements))


if __name__ == "__main__":
    main()
