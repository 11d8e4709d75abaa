# SPDX-License-Identifier: GPL-3.0-or-later
"""How a step's time and memory grow with layers, width and tokens, against the FLOPs of a forward pass."""
from __future__ import annotations

import dataclasses
import math
import pathlib
import statistics

from arithmetic import Sizes, forward_flops
from make_models import make
from runs import Case, Programs, run_ours
from speed import Row

LAYERS, WIDTH, SEQUENCES, LENGTH = 8, 256, 16, 128  # one of them varies at a time
AXES = {
    "layers": [(layers, WIDTH, SEQUENCES, LENGTH) for layers in (4, 8, 16)],
    "width": [(LAYERS, width, SEQUENCES, LENGTH) for width in (128, 256, 512)],
    "sequences": [(LAYERS, WIDTH, sequences, LENGTH) for sequences in (8, 16, 32)],
    "length": [(LAYERS, WIDTH, SEQUENCES, length) for length in (64, 128, 256)],
}
TOLERANCE = 1.1  # exponents come from three noisy points


@dataclasses.dataclass
class Point:
    layers: int
    width: int
    sequences: int
    length: int
    flops: float  # of a forward pass
    steps_per_second: float
    peak_bytes: int


def exponent(points: list[Point]) -> float:
    """Slope of log(seconds per step) over log(FLOPs), least squares."""
    x = [math.log(point.flops) for point in points]
    y = [-math.log(point.steps_per_second) for point in points]
    return statistics.linear_regression(x, y).slope


def measure_point(programs: Programs, models: pathlib.Path, sizes: tuple[int, int, int, int], steps: int,
                  repeats: int) -> Point:
    layers, width, sequences, length = sizes
    folder = make(f"{layers}x{width}", models)
    case = Case(folder.name, folder, folder / "ids.json", sequences, length, group=64)
    runs = [run_ours(programs, case, "float32", steps, seed) for seed in range(repeats)]
    return Point(*sizes, forward_flops(Sizes.read(folder / "config.json", sequences, length)),
                 statistics.median(run.steps_per_second for run in runs), max(run.peak_bytes for run in runs))


def measure(programs: Programs, models: pathlib.Path, steps: int, repeats: int, report=print) -> dict[str, list[Point]]:
    known: dict[tuple[int, int, int, int], Point] = {}
    for axis, grid in AXES.items():
        for sizes in grid:
            if sizes not in known:
                known[sizes] = measure_point(programs, models, sizes, steps, repeats)
                report(f"growth, {axis}: {known[sizes]}")
    return {axis: [known[sizes] for sizes in grid] for axis, grid in AXES.items()}


def rows_of(found: dict[str, list[Point]]) -> list[Row]:
    rows = []
    for axis, points in found.items():
        value = exponent(points)
        rows.append(Row(f"growth with {axis}: exponent of a step's time over the forward pass's FLOPs", "–", "–",
                        f"{value:.2f}", f"≤ 1 (here {TOLERANCE:g})", value <= TOLERANCE))
    return rows


def table(found: dict[str, list[Point]]) -> str:
    lines = ["| varied | layers | width | sequences × length | forward GFLOP | steps/s | peak MiB |",
             "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for axis, points in found.items():
        lines += [f"| {axis} | {p.layers} | {p.width} | {p.sequences} × {p.length} | {p.flops / 1e9:.2f} | "
                  f"{p.steps_per_second:.3g} | {p.peak_bytes / 2**20:.0f} |" for p in points]
    return "\n".join(lines)
