#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records what the auto-round package makes of tiny checkpoints and of the demo model: methods/auto_round.json.

usage: make_auto_round.py --source FOLDER [--only PART]   (FOLDER: where `pip install --target FOLDER auto-round` put it)

Recorded with auto-round 0.16.1 and transformers 5.23. Weights in float32 and no autocast (`amp=False`, unlike its default of
bfloat16), everything else as the package has it: SignSGD, lr = minmax_lr = 1/iters falling linearly to 0, parameters of the
best minibatch kept, float16 scales, tuned blocks fed with the quantized blocks' outputs while their targets are the
full-precision stream's. The package orders samples by Python's random, so other code can only meet these numbers in the
mean: the demo is recorded for two seeds at 2 bits. Cross-entropies are per predicted token; `hidden_error` is the mean
squared error of the hidden states after the last norm against full precision (divide by RTN's to compare); the demo's
`seconds` are the processor's, one thread. The last token of each sequence is left out of the package's loss, and of its
attention mask; matrices whose rows or columns are no multiple of 32 (llama-tied's k_proj and v_proj) stay at 16 bits. RTN is the project's: round_to_nearest in method_models.py. Needs torch, transformers, safetensors and what auto-round needs.
"""
import argparse
import json
import math
import pathlib
import sys
import time
import types

import torch

from method_models import DEMO, METHODS, TINY_MODELS, demo_ids, demo_record, hidden_error, load, measure, rounded, tiny_ids

BATCH = 4  # of the tiny checkpoints' sequences; the demo has the package's default, 8


def tune(package, model, padding, calibration, bits, group, iterations, seed=42, batch=BATCH, **options):
    """The fake-quantized model and the processor seconds that tuning took."""
    tokenizer = types.SimpleNamespace(pad_token="<pad>", pad_token_id=padding)
    start = time.process_time()
    tuner = package.AutoRound(
        model, tokenizer, bits=bits, group_size=group, sym=False, iters=iterations, batch_size=batch,
        nsamples=len(calibration), seqlen=calibration.shape[1], seed=seed, device_map="cpu", enable_torch_compile=False,
        dataset=[dict(input_ids=row.unsqueeze(0)) for row in calibration], **{"amp": False, **options})
    model = tuner.quantize()[0]
    return model, time.process_time() - start


def tiny(package, _):
    calibration, heldout = tiny_ids(16, 0), tiny_ids(8, 1)
    recorded = dict(calibration=calibration.tolist(), heldout=heldout.tolist(), group=32, iterations=50, batch=BATCH, seed=42, cases=[])
    for name in ("tiny-opt", "llama-tied"):
        folder = TINY_MODELS[name]
        full_loss, full = measure(load(folder), heldout)
        for bits in (2, 3):
            rtn_loss, rtn = measure(rounded(folder, bits, 32), heldout)
            model, seconds = tune(package, load(folder), 0, calibration, bits, 32, 50)
            loss, hidden = measure(model, heldout)
            recorded["cases"].append(dict(
                model=name, bits=bits, seconds=round(seconds, 1), cross_entropy=dict(full=full_loss, rtn=rtn_loss, auto_round=loss),
                hidden_error=dict(rtn=hidden_error(rtn, full), auto_round=hidden_error(hidden, full))))
            print(recorded["cases"][-1], flush=True)
    return recorded


def demo(package, save):
    calibration, heldout = demo_ids()
    folder, group, batch = DEMO / "model", 64, 8
    full_loss, full = measure(load(folder), heldout)
    recorded = dict(ids=demo_record(), group=group, batch=batch, perplexity=math.exp(full_loss), cases=[])
    for bits, iterations, seed in ((2, 200, 42), (3, 200, 42), (2, 200, 43)):
        rtn_loss, rtn = measure(rounded(folder, bits, group), heldout)
        model, seconds = tune(package, load(folder), 1, calibration, bits, group, iterations, seed, batch)
        loss, hidden = measure(model, heldout)
        recorded["cases"].append(dict(
            bits=bits, iterations=iterations, seed=seed, seconds=round(seconds, 1),
            perplexity=dict(rtn=math.exp(rtn_loss), auto_round=math.exp(loss)),
            hidden_error=dict(rtn=hidden_error(rtn, full), auto_round=hidden_error(hidden, full))))
        print(recorded["cases"][-1], flush=True)
        save(recorded)
    return recorded


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--only", choices=("tiny", "demo"))
    args = parser.parse_args()
    torch.set_num_threads(1)
    sys.path.append(str(args.source))
    import auto_round
    out = METHODS / "auto_round.json"
    recorded = json.loads(out.read_text()) if out.exists() else {}
    recorded["version"] = auto_round.__version__
    for part in (tiny, demo):
        def save(made):
            recorded[part.__name__] = made
            METHODS.mkdir(exist_ok=True)
            out.write_text(json.dumps(recorded) + "\n")

        if args.only in (None, part.__name__):
            save(part(auto_round, save))


if __name__ == "__main__":
    main()
