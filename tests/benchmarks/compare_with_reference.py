#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures our engine against the reference port: same model, tokens, settings and threads, in turns; prints a table.

usage: compare_with_reference.py --cli build/invarscope-cli --port reference_port.py [--cases demo-size,opt-125m,…]

README.md beside this file says where a port comes from and what each number means. Exit status 1: a target was missed.
"""
from __future__ import annotations

import argparse
import dataclasses
import json
import os
import pathlib
import shlex
import sys
import tempfile

import torch

import growth
import speed
import time_to_loss
from make_models import make
from runs import Case, Programs, tokenize
from speed import Plan, Row

DEMO = pathlib.Path(__file__).resolve().parents[2] / "resources" / "demo"
CASES = ("demo-size", "demo", "opt-125m", "smollm2-size", "growth", "race")
WITHOUT_PORT = {"smollm2-size", "growth"}
TARGETS = {  # (our precision, the port's): least ratio
    "demo-size": {("float32", "float32"): 2.0, ("bfloat16", "bfloat16"): 3.5, ("bfloat16", "float32"): 8.0},
    "opt-125m": {("float32", "float32"): 1.7, ("bfloat16", "bfloat16"): 3.0, ("bfloat16", "float32"): 10.0},
}
RACE_TARGET = 1 / 15
RACE_OPTIONS = ["--precision bfloat16", "--precision bfloat16 --racing 0.1",
                "--precision bfloat16 --racing 0.1 --policy adaptive",
                "--precision bfloat16 --racing 0.1 --policy bandit",
                "--precision bfloat16 --policy screened", "--precision bfloat16 --policy composed --gradient-age 16"]


def progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Benchmark:
    """Runs the cases that were asked for and collects what they find."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.models: pathlib.Path = options.models
        self.models.mkdir(parents=True, exist_ok=True)
        self.programs = Programs(options.cli, options.threads, options.port, tuple(shlex.split(options.prefix)))
        self.rows: list[Row] = []
        self.tables: list[str] = []
        self.raw: dict[str, object] = {}

    def made_case(self, name: str, sequences: int, length: int, group: int) -> Case:
        folder = make(name, self.models)
        return Case(name, folder, folder / "ids.json", sequences, length, group)

    def demo_case(self) -> Case:
        ids = tokenize(self.programs.cli, DEMO / "model", DEMO / "calibration.txt", self.models / "demo-ids.json")
        return Case("demo", DEMO / "model", ids, sequences=16, length=128, group=64)

    def compare(self, case: Case, plan: Plan) -> None:
        samples = speed.measure(self.programs, case, plan, progress)
        self.rows += speed.rows_of(case, samples, TARGETS.get(case.name, {}))
        self.raw[case.name] = {precision: dataclasses.asdict(found) for precision, found in samples.items()}

    def small_plan(self) -> Plan:
        return Plan(self.options.steps, 4 * self.options.steps, self.options.repeats)

    def demo_size(self) -> None:
        self.compare(self.made_case("demo-size", 16, 128, 64), self.small_plan())

    def demo(self) -> None:
        self.compare(self.demo_case(), self.small_plan())

    def opt_125m(self) -> None:
        steps = self.options.steps  # a step of this one costs about thirty of the demo's
        self.compare(self.made_case("opt-125m", 4, 512, 128), Plan(max(2, steps // 10), max(8, steps // 2),
                                                                   self.options.repeats))

    def smollm2_size(self) -> None:
        case = self.made_case("smollm2-size", 8, 512, 64)
        row, run = speed.memory_row(self.programs, case, max(3, self.options.steps // 5), limit_gib=4)
        self.rows.append(row)
        self.raw[case.name] = {"steps_per_second": run.steps_per_second, "peak_bytes": run.peak_bytes}

    def growth(self) -> None:
        found = growth.measure(self.programs, self.models, max(8, self.options.steps), self.options.repeats, progress)
        self.rows += growth.rows_of(found)
        self.tables.append(growth.table(found))
        self.raw["growth"] = {axis: [dataclasses.asdict(point) for point in points] for axis, points in found.items()}

    def race(self) -> None:
        rows, raw = time_to_loss.measure(self.programs, self.demo_case(), self.options.race_steps,
                                         self.options.race or RACE_OPTIONS, self.options.race_seeds, RACE_TARGET,
                                         progress)
        self.rows += rows
        self.raw["race"] = raw

    def run(self, name: str) -> None:
        getattr(self, name.replace("-", "_"))()


def report(rows: list[Row], tables: list[str]) -> str:
    lines = ["| case | port | ours | ratio | target | |", "| --- | ---: | ---: | ---: | ---: | --- |"]
    lines += [f"| {' | '.join(row.cells())} |" for row in rows]
    return "\n\n".join(["\n".join(lines), *tables])


def machine(threads: int) -> dict[str, object]:
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
    return {"cpu": cpu, "cores": os.cpu_count(), "threads": threads, "torch": torch.__version__}


def cases_of(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in CASES:
            raise argparse.ArgumentTypeError(f"{name}: not one of {', '.join(CASES)}")
    return names


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli", type=pathlib.Path, required=True, help="invarscope-cli")
    parser.add_argument("--port", type=pathlib.Path, help="reference_port.py; not needed for " + ", ".join(WITHOUT_PORT))
    parser.add_argument("--cases", type=cases_of, default=list(CASES), help=f"of {','.join(CASES)} (default: all)")
    parser.add_argument("--steps", type=int, default=60, help="the port's steps on the demo's size; the rest follows")
    parser.add_argument("--repeats", type=int, default=3, help="turns; medians are printed")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--race", action="append", metavar="OPTIONS", help="our options for the race; may be repeated")
    parser.add_argument("--race-steps", type=int, default=1000, help="the port's steps in the race")
    parser.add_argument("--race-seeds", type=int, default=3, help="ours; the median time counts")
    parser.add_argument("--prefix", default="", help='put before every measured command, e.g. "chrt -r 1"')
    parser.add_argument("--models", type=pathlib.Path, help="where made models are kept",
                        default=pathlib.Path(tempfile.gettempdir()) / "invarscope-benchmark-models")
    parser.add_argument("--json", type=pathlib.Path, metavar="OUT", help="also write everything measured")
    options = parser.parse_args()
    if options.port is None and set(options.cases) - WITHOUT_PORT:
        parser.error(f"--port is needed for {', '.join(name for name in options.cases if name not in WITHOUT_PORT)}")
    return options


def main() -> int:
    options = parse_arguments()
    benchmark = Benchmark(options)
    for name in options.cases:
        benchmark.run(name)
    print(report(benchmark.rows, benchmark.tables))
    if options.json:
        options.json.write_text(json.dumps({"machine": machine(options.threads), "raw": benchmark.raw, "rows": [
            dataclasses.asdict(row) for row in benchmark.rows]}, indent=1, ensure_ascii=False) + "\n")
    return 1 if any(row.passed is False for row in benchmark.rows) else 0


if __name__ == "__main__":
    sys.exit(main())
