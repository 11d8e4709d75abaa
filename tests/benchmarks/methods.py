#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting methods side by side, without and with a search on top: perplexity, seconds, peak memory, as a Markdown table.

usage: methods.py MODEL --heldout TEXT [--calib TEXT] [--bits 4 3 2] [--groups 64] [--methods rtn gptq …] [--seconds 600]
                  [--search "--policy screened …"] [--eval "--device cuda …"] [--window 512] [--record FILE.jsonl]
                  [-- OPTIONS OF search]

Rows are printed as they are finished and kept in --record, from which a second call goes on. A method may have options after
a colon: "gptq:act-order=0". Seconds are those before the first step: loading,
the method, and measuring both models. Memory is the program's own; on a GPU what it holds there comes on top.
Everything after -- goes to the command, e.g. -- --seqs 32 --length 512 --precision bfloat16.
"""
import argparse
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time


def run(command):
    """Seconds and peak memory in bytes; fails with the command's own words."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{shlex.join(map(str, command))}\n{err.decode()[-400:]}")
    return json.loads(out), time.monotonic() - started, usage.ru_maxrss * 1024


def main():
    options = sys.argv[1:]
    common = options[options.index("--") + 1:] if "--" in options else []
    options = options[:options.index("--")] if "--" in options else options
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model")
    parser.add_argument("--cli", type=pathlib.Path, default=pathlib.Path(__file__).parents[2] / "build" / "invarscope-cli")
    parser.add_argument("--heldout", required=True)
    parser.add_argument("--calib")
    parser.add_argument("--bits", type=int, nargs="+", default=[4, 3, 2])
    parser.add_argument("--groups", type=int, nargs="+", default=[64])
    parser.add_argument("--methods", nargs="+", default=["rtn", "gptq", "awq", "omniquant", "autoround"])
    parser.add_argument("--seconds", type=float, default=0, help="of search on top; 0: none")
    parser.add_argument("--search", default="--policy composed --racing 0.15 --gradient-age 16")
    parser.add_argument("--eval", default="", help="options of eval")
    parser.add_argument("--window", type=int, default=512)
    parser.add_argument("--tokens", type=int, default=0)
    parser.add_argument("--record", type=pathlib.Path)
    args = parser.parse_args(options)
    args.cli = args.cli.resolve()
    known = [json.loads(line) for line in args.record.read_text().splitlines()] if args.record and args.record.exists() else []

    def perplexity(model, state=None):
        tokens = ["--tokens", args.tokens] if args.tokens else []
        tokens += ["--state", state] if state else []
        command = [args.cli, "eval", model, "--text", args.heldout, "--window", args.window, *tokens,
                   *shlex.split(args.eval), "--json"]
        return run(list(map(str, command)))[0]["perplexity"]

    print(f"full precision: {perplexity(args.model):.3f}\n\n| method | bits | group | perplexity | seconds | peak memory | "
          f"after {args.seconds:.0f} s of search | accepted |\n| --- | --- | --- | --- | --- | --- | --- | --- |", flush=True)
    for bits in args.bits:
        for group in args.groups:
            for name in args.methods:
                method, _, chosen = name.partition(":")
                key = dict(method=name, bits=bits, group=group, seconds=args.seconds)
                row = next((row for row in known if all(row[field] == key[field] for field in key)), None)
                if row is None:
                    with tempfile.TemporaryDirectory() as folder:
                        settings = [args.model, "--method", method, "--bits", bits, "--group", group, "--json", *common]
                        settings += ["--method-options", chosen] if chosen else []
                        settings += ["--calib", args.calib] if args.calib else []
                        run_folder = pathlib.Path(folder) / "run"
                        if args.seconds:
                            budget = ["--steps", 0, "--seconds", args.seconds, *shlex.split(args.search)]
                            summary, seconds, memory = run(
                                list(map(str, [args.cli, "search", "-o", run_folder, *settings, *budget])))
                            row = dict(key, start=perplexity(run_folder, "start"), found=perplexity(run_folder, "now"),
                                       start_seconds=seconds - summary["seconds"], memory=memory, search=args.search,
                                       loss=summary["loss"], accepted=summary["accepted"], steps=summary["steps"])
                        else:
                            _, seconds, memory = run(list(map(str, [args.cli, "quantize", "-o", run_folder, *settings])))
                            row = dict(key, start=perplexity(run_folder), start_seconds=seconds, memory=memory)
                    if args.record:
                        with args.record.open("a") as file:
                            file.write(json.dumps(row) + "\n")
                after = f"{row['found']:.3f} | {row['accepted']} of {row['steps']}" if "found" in row else "- | -"
                print(f"| {name} | {bits} | {group} | {row['start']:.3f} | {row['start_seconds']:.0f} | "
                      f"{row['memory'] / 2**30:.2f} GiB | {after} |", flush=True)


if __name__ == "__main__":
    main()
