# SPDX-License-Identifier: GPL-3.0-or-later
"""Running the reference port and our command line as child processes, with the same model, tokens and threads."""
from __future__ import annotations

import csv
import dataclasses
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from typing import Sequence


@dataclasses.dataclass(frozen=True)
class Case:
    """A model, its tokens and the settings that both programs get."""

    name: str
    model: pathlib.Path
    ids: pathlib.Path
    sequences: int
    length: int
    group: int
    bits: int = 2

    @property
    def tokens(self) -> int:
        return self.sequences * self.length


@dataclasses.dataclass(frozen=True)
class Programs:
    """Where the two programs are and how they are started."""

    cli: pathlib.Path
    threads: int
    port: pathlib.Path | None = None
    prefix: tuple[str, ...] = ()  # put before every measured command, e.g. ("chrt", "-r", "1")


@dataclasses.dataclass(frozen=True)
class PortRun:
    steps_per_second: float
    seconds: float
    best: float
    peak_bytes: int


@dataclasses.dataclass(frozen=True)
class Step:
    """What a benchmark needs of a row of a run's steps.csv."""

    number: int
    seconds: float
    layer: int
    best_loss: float
    share: float


@dataclasses.dataclass(frozen=True)
class OurRun:
    summary: dict
    steps: list[Step]
    peak_bytes: int

    @property
    def steps_per_second(self) -> float:
        return self.summary["steps_per_second"]


class PeakMemory(threading.Thread):
    """Follows a child's VmHWM. (Its ru_maxrss would count what this process held when it forked.)"""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.file, self.bytes = f"/proc/{pid}/status", 0
        self.start()

    def run(self) -> None:
        while True:
            try:
                with open(self.file) as status:
                    lines = [line for line in status if line.startswith("VmHWM:")]
            except OSError:
                return
            if not lines:  # the process has ended
                return
            self.bytes = int(lines[0].split()[1]) * 1024
            time.sleep(0.02)


def run_measured(command: Sequence[str], environment: dict[str, str] | None = None) -> tuple[str, int]:
    """Standard output and peak resident bytes of a command. Raises RuntimeError with its last words if it fails."""
    with tempfile.TemporaryFile("w+") as errors:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True,
                                 env={**os.environ, **(environment or {})})
        memory = PeakMemory(child.pid)  # a prefix such as chrt replaces itself by the program: the same process
        output = child.communicate()[0]
        memory.join()
        if child.returncode != 0:
            errors.seek(0)
            raise RuntimeError(f"{shlex.join(command)}\n{errors.read()[-2000:]}")
    return output, memory.bytes


def run_port(programs: Programs, case: Case, precision: str, steps: int, seed: int = 0) -> PortRun:
    threads = str(programs.threads)
    command = [*programs.prefix, sys.executable, str(programs.port), str(case.model), str(case.ids), "--steps",
               str(steps), "--bits", str(case.bits), "--group", str(case.group), "--seqs", str(case.sequences), "--len",
               str(case.length), "--dtype", precision, "--seed", str(seed)]
    output, peak = run_measured(command, {"OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads})
    result = json.loads(output.splitlines()[-1])
    return PortRun(result["steps_per_s"], result["seconds"], result["best"], peak)


def search_command(programs: Programs, case: Case, folder: pathlib.Path, extra: Sequence[str]) -> list[str]:
    return [*programs.prefix, str(programs.cli), "search", str(case.model), "-o", str(folder), "--json", "--bits",
            str(case.bits), "--group", str(case.group), "--calib-ids", str(case.ids), "--seqs", str(case.sequences),
            "--length", str(case.length), "--threads", str(programs.threads), "--equal-tokens", *extra]  # as published


def read_steps(folder: pathlib.Path) -> list[Step]:
    with open(folder / "steps.csv", newline="") as file:
        return [Step(int(row["step"]), float(row["seconds"]), int(row["layer"]), float(row["best_loss"]),
                     float(row.get("share") or 1)) for row in csv.DictReader(file)]


def search(programs: Programs, case: Case, folder: pathlib.Path, extra: Sequence[str]) -> OurRun:
    """A search into a new run folder, which stays."""
    output, peak = run_measured(search_command(programs, case, folder, extra))
    return OurRun(json.loads(output), read_steps(folder), peak)


def run_ours(programs: Programs, case: Case, precision: str, steps: int, seed: int = 0,
             extra: Sequence[str] = ()) -> OurRun:
    """A search whose run folder is thrown away."""
    with tempfile.TemporaryDirectory() as scratch:
        return search(programs, case, pathlib.Path(scratch) / "run",
                      ["--precision", precision, "--steps", str(steps), "--seed", str(seed), *extra])


def resume(programs: Programs, folder: pathlib.Path, steps: int) -> OurRun:
    output, peak = run_measured([*programs.prefix, str(programs.cli), "resume", str(folder), "--steps", str(steps),
                                 "--json"])
    return OurRun(json.loads(output), read_steps(folder), peak)


def export_invariances(programs: Programs, folder: pathlib.Path, output: pathlib.Path) -> pathlib.Path:
    run_measured([str(programs.cli), "export", str(folder), "--format", "invariances", "-o", str(output), "--json"])
    return output


def tokenize(cli: pathlib.Path, model: pathlib.Path, text: pathlib.Path, output: pathlib.Path) -> pathlib.Path:
    """A text's token ids as the JSON list that both programs read."""
    found, _ = run_measured([str(cli), "tokenize", str(model), "--text", str(text), "--json"])
    output.write_text(json.dumps(json.loads(found)["ids"]) + "\n")
    return output
