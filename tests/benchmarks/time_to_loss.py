# SPDX-License-Identifier: GPL-3.0-or-later
"""Searching time until our engine has what the port has after K steps, both losses measured in float32.

A run is taken on in rounds, and after each one its state is measured again by objective.py: a loss in bfloat16 is on a
scale of its own. A resumed run makes the steps that an uninterrupted one makes, and its clock counts searching only, as
the port's does. The time of the round that gets there counts in full.
"""
from __future__ import annotations

import dataclasses
import math
import pathlib
import shlex
import statistics
import tempfile

from objective import Objective, load_states, read_ids
from runs import Case, PortRun, Programs, export_invariances, resume, run_port, search
from speed import Row

ROUND_GROWTH = 1.05  # steps of a round to those of the one before: how much too long a time can come out
STEPS_LIMIT = 5  # times the port's


@dataclasses.dataclass
class Finish:
    options: str
    seed: int
    reached: bool
    steps: int
    seconds: float  # searching
    loss: float  # measured in float32


def measured_loss(programs: Programs, objective: Objective, folder: pathlib.Path) -> float:
    with tempfile.TemporaryDirectory() as scratch:
        file = export_invariances(programs, folder, pathlib.Path(scratch) / "found.safetensors")
        return objective.loss(load_states(file)[0])


def race(programs: Programs, case: Case, objective: Objective, target: float, port_steps: int, options: str,
         seed: int) -> Finish:
    steps = max(10, port_steps // 40)
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch) / "run"
        run = search(programs, case, folder, ["--steps", str(steps), "--seed", str(seed), *shlex.split(options)])
        while True:
            loss = measured_loss(programs, objective, folder)
            reached = loss <= target
            if reached or steps >= STEPS_LIMIT * port_steps:
                return Finish(options, seed, reached, steps, run.steps[-1].seconds, loss)
            steps = max(steps + 10, round(steps * ROUND_GROWTH))
            run = resume(programs, folder, steps)


def race_row(case: Case, port: PortRun, options: str, finishes: list[Finish], target: float | None) -> Row:
    times = [finish.seconds if finish.reached else math.inf for finish in finishes]
    middle = statistics.median_low(times)
    ratio = middle / port.seconds
    row = Row(f"{case.name}: time to the port's loss, `{options}`", f"{port.seconds:.3g} s", f"{middle:.3g} s",
              f"1/{1 / ratio:.1f}" if 0 < ratio < math.inf else "not reached")
    if target is not None:
        row.target, row.passed = f"≤ 1/{1 / target:.0f}", ratio <= target
    return row


def measure(programs: Programs, case: Case, port_steps: int, option_sets: list[str], seeds: int, target: float,
            report=print) -> tuple[list[Row], dict]:
    """A row for each option set; the target is for the best of them."""
    objective = Objective(case.model, read_ids(case.ids, case.sequences, case.length), case.bits, case.group)
    port = run_port(programs, case, "float32", port_steps)
    report(f"the port's loss after {port_steps} steps: {port.best:.6f}, in {port.seconds:.1f} s")
    finishes = {options: [] for options in option_sets}
    for seed in range(seeds):
        for options in option_sets:
            finish = race(programs, case, objective, port.best, port_steps, options, seed)
            finishes[options].append(finish)
            report(f"{options}, seed {seed}: {'reached' if finish.reached else 'NOT reached'} after {finish.steps} steps,"
                   f" {finish.seconds:.2f} s (loss {finish.loss:.6f})")
    best = min(option_sets, key=lambda options: statistics.median_low(
        [finish.seconds if finish.reached else math.inf for finish in finishes[options]]))
    rows = [race_row(case, port, options, finishes[options], target if options == best else None)
            for options in option_sets]
    return rows, {"port": dataclasses.asdict(port),
                  "ours": [dataclasses.asdict(finish) for found in finishes.values() for finish in found]}
