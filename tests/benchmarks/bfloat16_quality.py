#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a bfloat16 search finds, measured again in float32, over what the float32 search finds in as many steps.

usage: bfloat16_quality.py --cli build/invarscope-cli --model MODEL [--ids IDS.json] [--seeds 5] [--steps 300]

An improvement is the start's loss (1 + alpha) less the found state's, both by objective.py. Passes when the median ratio
over the seeds is at least 0.9; exit status 1 otherwise.
"""
from __future__ import annotations

import argparse
import pathlib
import shlex
import statistics
import sys
import tempfile

from objective import Objective, read_ids
from runs import Case, Programs, search, tokenize
from time_to_loss import measured_loss

TARGET = 0.9


def improvement(programs: Programs, case: Case, objective: Objective, precision: str, steps: int, seed: int,
                extra: list[str]) -> float:
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch) / "run"
        search(programs, case, folder, ["--precision", precision, "--steps", str(steps), "--seed", str(seed), *extra])
        return objective.start_loss - measured_loss(programs, objective, folder)


def ids_of(options: argparse.Namespace, scratch: pathlib.Path) -> pathlib.Path:
    """Token ids: those given, those beside a made model, or those of the demo's calibration text."""
    if options.ids:
        return options.ids
    if (options.model / "ids.json").is_file():
        return options.model / "ids.json"
    text = pathlib.Path(__file__).resolve().parents[2] / "resources" / "demo" / "calibration.txt"
    return tokenize(options.cli, options.model, text, scratch / "ids.json")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli", type=pathlib.Path, required=True)
    parser.add_argument("--model", type=pathlib.Path, required=True, help="a Hugging Face folder (an OPT model)")
    parser.add_argument("--ids", type=pathlib.Path, help="JSON list of token ids")
    parser.add_argument("--seqs", type=int, default=16)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--group", type=int, default=64)
    parser.add_argument("--bits", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--search-options", default="", help="more options for both searches")
    parser.add_argument("--prefix", default="", help='put before every search, e.g. "chrt -r 1"')
    return parser.parse_args()


def main() -> int:
    options = parse_arguments()
    programs = Programs(options.cli, options.threads, prefix=tuple(shlex.split(options.prefix)))
    extra = shlex.split(options.search_options)
    ratios = []
    with tempfile.TemporaryDirectory() as scratch:
        ids = ids_of(options, pathlib.Path(scratch))
        case = Case(options.model.name, options.model, ids, options.seqs, options.length, options.group, options.bits)
        objective = Objective(case.model, read_ids(ids, case.sequences, case.length), case.bits, case.group)
        print("| seed | float32 | bfloat16 | ratio |\n| ---: | ---: | ---: | ---: |")
        for seed in range(options.seeds):
            exact, half = (improvement(programs, case, objective, precision, options.steps, seed, extra)
                           for precision in ("float32", "bfloat16"))
            if exact <= 0:
                raise SystemExit(f"seed {seed}: the float32 search found nothing in {options.steps} steps; give it more")
            ratios.append(half / exact)
            print(f"| {seed} | {exact:.6f} | {half:.6f} | {ratios[-1]:.3f} |", flush=True)
    middle = statistics.median(ratios)
    print(f"| median | | | {middle:.3f} |\n\n{'pass' if middle >= TARGET else 'FAIL'}: at least {TARGET} is asked for")
    return 0 if middle >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
