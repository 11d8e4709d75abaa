#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records SmolLM2-135M-Instruct's perplexity after RTN, GPTQ and AutoRound by their authors' code: methods/smollm2_methods.json.

usage: make_real_methods.py FILE.gguf [--gptq FOLDER] [--auto-round FOLDER] [--bits 3 2]

The weights are those of packaging/fetch-models' GGUF file, dequantized as in make_real.py (so already on a 4-bit grid of
groups of 32). GPTQ: a checkout of IST-DASLab/gptq (2d65066); AutoRound: where `pip install --target FOLDER auto-round` put
0.16.1. A method without a folder, and a case that is recorded already, is left as it is. Groups of 64, asymmetric, every linear of the
decoder layers, float32 on a CPU with one thread (`seconds` are that thread's, not the wall's).

GPTQ: llama_sequential of llama.py as it is (percdamp .01, blocks of 128, without --true-sequential), plain and with actorder
and static groups, as make_gptq.py runs it.
AutoRound: as make_auto_round.py runs it (without AMP), 50 iterations, batch 4, seed 42.
Needs torch, transformers, gguf, safetensors and what auto-round needs.
"""
import argparse
import hashlib
import json
import math
import pathlib
import sys
import tempfile
import time

import torch
from transformers import AutoTokenizer

import make_real
from make_auto_round import tune
from make_gptq import run_on_model
from method_models import DEMO, METHODS, digest, hidden_error, load, measure, round_linears

GROUP, WINDOW, CALIBRATION, HELDOUT = 64, 512, 32, 32  # tokens of a group and of a window, rows of a window
RULE = ("tokenize the whole text with the GGUF file's tokenizer, without special tokens; calibration: the first 32 x 512 ids of "
        "calibration.txt, in rows of 512; held out: the first 32 x 512 ids of heldout.txt (or as many whole rows as it has), in "
        "rows of 512, a row's first token not predicted")


def token_ids(file):
    tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
    encode = lambda name: torch.tensor(tokenizer((DEMO / name).read_text(encoding="utf-8"), add_special_tokens=False).input_ids)
    rows = lambda ids, most: ids[:min(most, len(ids) // WINDOW) * WINDOW].view(-1, WINDOW)
    return rows(encode("calibration.txt"), CALIBRATION), rows(encode("heldout.txt"), HELDOUT)


def run_auto_round(source, folder, calibration, bits):
    sys.path.append(str(source))
    import auto_round
    return tune(auto_round, load(folder), 0, calibration, bits, GROUP, 50, batch=4)


def run_rtn(folder, bits):
    model, start = load(folder), time.process_time()
    return round_linears(model, bits, GROUP), time.process_time() - start


def cases(args, folder, calibration):
    for bits in (4, 3, 2):
        yield dict(method="rtn", variant="plain", bits=bits), lambda: run_rtn(folder, bits)
    for bits in args.bits if args.gptq else ():
        for ordered in (False, True):
            yield (dict(method="gptq", variant="actorder, static groups" if ordered else "plain", bits=bits),
                   lambda: run_on_model(args.gptq, folder, calibration, bits, GROUP, ordered))
    for bits in args.bits if args.auto_round else ():
        yield (dict(method="autoround", variant="50 iterations, batch 4, seed 42", bits=bits),
               lambda: run_auto_round(args.auto_round, folder, calibration, bits))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--gptq", type=pathlib.Path)
    parser.add_argument("--auto-round", type=pathlib.Path)
    parser.add_argument("--bits", type=int, nargs="+", default=[3, 2])
    args = parser.parse_args()
    torch.set_num_threads(1)
    calibration, heldout = token_ids(args.file)
    out = METHODS / "smollm2_methods.json"
    recorded = json.loads(out.read_text()) if out.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        model = make_real.load(str(args.file))
        model.save_pretrained(folder)
        full_loss, full = measure(model, heldout, 4)
        del model
        recorded.update(
            file=args.file.name, sha256=hashlib.sha256(args.file.read_bytes()).hexdigest(),
            ids=dict(how=RULE, digest="SHA-256 of the ids as decimal numbers with single spaces between them",
                     calibration=calibration.numel(), calibration_sha256=digest(calibration),
                     heldout=heldout.numel(), heldout_sha256=digest(heldout)),
            window=WINDOW, group=GROUP, perplexity=math.exp(full_loss))
        print(recorded, flush=True)
        done = recorded.setdefault("cases", [])
        for case, run in cases(args, folder, calibration):
            if any(case.items() <= other.items() for other in done):
                continue
            model, seconds = run()
            loss, hidden = measure(model, heldout, 4)
            case.update(seconds=round(seconds, 1), perplexity=math.exp(loss), hidden_error=hidden_error(hidden, full))
            print(case, flush=True)
            done.append(case)
            METHODS.mkdir(exist_ok=True)
            out.write_text(json.dumps(recorded, indent=1) + "\n")


if __name__ == "__main__":
    main()
