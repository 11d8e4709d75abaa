# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps per second, side by side: the port and our engine take turns, so that a noisy machine is unfair to neither."""
from __future__ import annotations

import dataclasses
import json
import pathlib
import statistics
import sys

from arithmetic import Sizes, step_work
from runs import Case, OurRun, Programs, run_measured, run_ours, run_port

PRECISIONS = ("float32", "bfloat16")
FRACTION_TARGETS = {"float32": 0.80, "bfloat16": 0.65}


@dataclasses.dataclass
class Row:
    """A line of the report."""

    case: str
    port: str
    ours: str
    ratio: str
    target: str = "–"
    passed: bool | None = None

    def cells(self) -> list[str]:
        verdict = {True: "pass", False: "FAIL", None: ""}[self.passed]
        return [self.case, self.port, self.ours, self.ratio, self.target, verdict]


@dataclasses.dataclass(frozen=True)
class Plan:
    """Steps of one repeat. Ours takes more: its cost depends on the layers drawn, the port's does not."""

    port_steps: int
    our_steps: int
    repeats: int


@dataclasses.dataclass
class Samples:
    """What the repeats gave for one precision: one entry each."""

    port: list[float] = dataclasses.field(default_factory=list)  # steps/s
    ours: list[float] = dataclasses.field(default_factory=list)
    fraction: list[float] = dataclasses.field(default_factory=list)  # of the machine's GEMM rate
    gemm: list[float] = dataclasses.field(default_factory=list)  # FLOP/s
    port_peak: int = 0  # bytes
    our_peak: int = 0


def gemm_rate(programs: Programs, case: Case, precision: str) -> float:
    """Of a child process, so that it computes under the same conditions as the two programs."""
    script = pathlib.Path(__file__).with_name("arithmetic.py")
    output, _ = run_measured([*programs.prefix, sys.executable, str(script), str(case.model / "config.json"),
                              str(case.sequences), str(case.length), precision, "--threads", str(programs.threads)])
    return json.loads(output)["rate"]


def necessary_flops(case: Case, run: OurRun) -> float:
    """Per step: those of the layers that were drawn, of the tokens that were evaluated before a step was decided."""
    sizes = Sizes.read(case.model / "config.json", case.sequences, case.length)
    by_layer = [sum(step_work(sizes, layer).values()) for layer in range(sizes.layers)]
    return statistics.fmean(by_layer[step.layer] * step.share for step in run.steps)


def measure(programs: Programs, case: Case, plan: Plan, report=print) -> dict[str, Samples]:
    samples = {precision: Samples() for precision in PRECISIONS}
    for repeat in range(plan.repeats):
        for precision in PRECISIONS:
            found = samples[precision]
            port = run_port(programs, case, precision, plan.port_steps, seed=repeat)
            before = gemm_rate(programs, case, precision)
            ours = run_ours(programs, case, precision, plan.our_steps, seed=repeat)
            # Other work on the machine only ever lowers a rate, and a low one would flatter us.
            rate = max(before, gemm_rate(programs, case, precision))
            found.port.append(port.steps_per_second)
            found.ours.append(ours.steps_per_second)
            found.gemm.append(rate)
            found.fraction.append(necessary_flops(case, ours) * ours.steps_per_second / rate)
            found.port_peak = max(found.port_peak, port.peak_bytes)
            found.our_peak = max(found.our_peak, ours.peak_bytes)
            report(f"{case.name} {precision}, repeat {repeat + 1}: port {port.steps_per_second:.3g}, ours "
                   f"{ours.steps_per_second:.3g} steps/s; {found.fraction[-1]:.0%} of {rate / 1e9:.0f} GFLOP/s")
    return samples


def steps_text(values: list[float]) -> str:
    """Median and range: how far to trust it."""
    return f"{statistics.median(values):.3g} steps/s ({min(values):.3g}–{max(values):.3g})"


def speed_row(case: Case, samples: dict[str, Samples], ours: str, port: str, target: float | None) -> Row:
    a, b = statistics.median(samples[port].port), statistics.median(samples[ours].ours)
    label = f"{case.name}, {ours}" if ours == port else f"{case.name}, {ours} against the port's {port}"
    row = Row(label, steps_text(samples[port].port), steps_text(samples[ours].ours), f"{b / a:.2f}×")
    if target is not None:
        row.target, row.passed = f"≥ {target:g}×", b / a >= target
    return row


def arithmetic_row(case: Case, samples: dict[str, Samples], precision: str, judged: bool) -> Row:
    found = samples[precision]
    fraction = statistics.median(found.fraction)
    disturbed = max(found.fraction) > 1  # impossible: something else slowed the products down, so nothing is judged
    row = Row(f"{case.name}, {precision}: share of the GEMM rate", "–",
              f"of {statistics.median(found.gemm) / 1e9:.0f} GFLOP/s", f"{fraction:.0%}{' (disturbed)' * disturbed}")
    if judged:
        row.target = f"≥ {FRACTION_TARGETS[precision]:.0%}"
        row.passed = None if disturbed else fraction >= FRACTION_TARGETS[precision]
    return row


def rows_of(case: Case, samples: dict[str, Samples], targets: dict[tuple[str, str], float]) -> list[Row]:
    """`targets`: (our precision, the port's) to the least ratio; empty: nothing is judged."""
    pairs = [("float32", "float32"), ("bfloat16", "bfloat16"), ("bfloat16", "float32")]
    rows = [speed_row(case, samples, ours, port, targets.get((ours, port))) for ours, port in pairs]
    return rows + [arithmetic_row(case, samples, precision, bool(targets)) for precision in PRECISIONS]


def memory_row(programs: Programs, case: Case, steps: int, limit_gib: float) -> tuple[Row, OurRun]:
    run = run_ours(programs, case, "bfloat16", steps)
    gib = run.peak_bytes / 2**30
    return Row(f"{case.name}, bfloat16: peak memory", "–", f"{run.steps_per_second:.3g} steps/s", f"{gib:.2f} GiB",
               f"≤ {limit_gib:g} GiB", gib <= limit_gib), run
