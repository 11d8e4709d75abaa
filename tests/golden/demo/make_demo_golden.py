#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records what transformers, in float32, makes of the demo model: token ids, logits and perplexities.

usage: make_demo_golden.py reference_port.py [--demo resources/demo] [--out demo.json]

The perplexities are those of the reference port's `ppl` (windows of 128 tokens, no special tokens, every token but the
first of a window predicted, a last partial window dropped), at full precision and after its `quantize` at 2 bits on all
decoder projections. Prints them too, for the README. Needs torch, transformers, tokenizers.
"""
import argparse
import hashlib
import importlib.util
import json
import pathlib

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

HERE = pathlib.Path(__file__).resolve().parent
WINDOW, FIRST, BITS, GROUPS = 128, 8192, 2, (128, 64)


def load_port(path):
    spec = importlib.util.spec_from_file_location("reference_port", path)
    port = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(port)
    return port


def load_model(folder):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def perplexities(port, model, ids):
    return dict(first=port.ppl(model, ids[:FIRST], WINDOW), whole=port.ppl(model, ids, WINDOW))


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("port", type=pathlib.Path)
    parser.add_argument("--demo", type=pathlib.Path, default=HERE.parents[2] / "resources" / "demo")
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "demo.json")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    port = load_port(args.port)
    folder = args.demo / "model"
    tokenizer, model = AutoTokenizer.from_pretrained(folder), load_model(folder)

    text = (args.demo / "heldout.txt").read_text(encoding="utf-8")
    calibration = (args.demo / "calibration.txt").read_text(encoding="utf-8")
    paragraph = text[:1500]
    encode = lambda t, special=False: tokenizer(t, add_special_tokens=special).input_ids
    ids = torch.tensor(encode(text))

    sequences = [encode("In the beginning", True), ids[:24].tolist(), ids[1000 : 1000 + WINDOW].tolist()]
    full = perplexities(port, model, ids)
    print("full precision", full, flush=True)
    quantized = {}
    for group in GROUPS:
        rounded = load_model(folder)
        for module in rounded.model.decoder.layers.modules():
            if isinstance(module, torch.nn.Linear):
                module.weight.data = port.quantize(module.weight.data, BITS, group)
        quantized[str(group)] = perplexities(port, rounded, ids)
        print(f"{BITS} bits, group {group}", quantized[str(group)], flush=True)
    recorded = dict(
        model_sha256=hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest(),
        paragraph=paragraph, paragraph_ids=encode(paragraph), paragraph_ids_special=encode(paragraph, True),
        heldout_tokens=len(ids), calibration_tokens=len(encode(calibration)), sequences=sequences,
        logits=[[round(v, 5) for v in model(torch.tensor([s])).logits[0, -1].tolist()] for s in sequences],
        window=WINDOW, tokens=FIRST, bits=BITS, perplexity=full["first"], perplexity_whole=full["whole"],
        quantized={g: p["first"] for g, p in quantized.items()},
        quantized_whole={g: p["whole"] for g, p in quantized.items()})
    args.out.write_text(json.dumps(recorded) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
