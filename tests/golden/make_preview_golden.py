#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records how transformers' generate() goes on from some prompts, greedily and in float32.

usage: make_preview_golden.py   (needs torch, transformers; writes preview.json beside this file)

The built-in model's texts, begin token in front, as its tokenizer adds it.
"""
import json
import pathlib

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

HERE = pathlib.Path(__file__).resolve().parent
DEMO = HERE.parents[1] / "resources" / "demo" / "model"
PROMPTS = ["In the beginning", "And God said,", "Thou shalt not", "The LORD is my shepherd"]
TOKENS = 48


def load(folder):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


@torch.no_grad()
def generate(model, ids, tokens):
    out = model.generate(torch.tensor([ids]), do_sample=False, max_new_tokens=tokens)
    return out[0, len(ids):].tolist()


def texts(model, tokenizer):
    recorded = []
    for prompt in PROMPTS:
        prompt_ids = tokenizer(prompt).input_ids
        ids = generate(model, prompt_ids, TOKENS)
        whole = tokenizer.decode(prompt_ids + ids, clean_up_tokenization_spaces=False)
        before = tokenizer.decode(prompt_ids, clean_up_tokenization_spaces=False)
        assert whole.startswith(before)
        recorded.append(dict(prompt=prompt, prompt_ids=prompt_ids, ids=ids, text=whole[len(before):]))
    return recorded


def main():
    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(DEMO)
    (HERE / "preview.json").write_text(json.dumps(dict(tokens=TOKENS, demo=texts(load(DEMO), tokenizer))) + "\n")


if __name__ == "__main__":
    main()
