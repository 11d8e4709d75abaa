#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records what transformers computes with the real models that packaging/fetch-models brings: real/<model>.json.

usage: make_real.py FILE.gguf...

Needs torch, transformers, gguf, tokenizers, sentencepiece. The tensors are dequantized by the gguf package, brought into
Hugging Face's order by transformers' own reader, and run in float32. Every 64th logit is kept.
"""
import json
import math
import sys
from pathlib import Path

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
from transformers.modeling_gguf_pytorch_utils import load_gguf_checkpoint

HERE = Path(__file__).resolve().parent
TEXT = HERE.parent.parent / "resources" / "demo" / "heldout.txt"
NAMES = {"SmolLM2-135M-Instruct.Q4_1.gguf": "smollm2", "gemma-3-270m-q4_k_m.gguf": "gemma3"}
STRIDE = 64
WINDOW = 512
TOKENS = 4 * WINDOW


def load(file):
    settings = load_gguf_checkpoint(file)["config"]
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model(settings.pop("model_type"), **settings)).eval()
    state = load_gguf_checkpoint(file, return_tensors=True, model_to_load=model)["tensors"]
    result = model.load_state_dict({key: value.float() for key, value in state.items()}, strict=False)
    assert not result.unexpected_keys and set(result.missing_keys) <= {"lm_head.weight"}, result
    model.tie_weights()
    return model


@torch.no_grad()
def record(file):
    model = load(str(file))
    tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
    ids = tokenizer(TEXT.read_text(), add_special_tokens=False)["input_ids"][:TOKENS]
    assert len(ids) == TOKENS
    sequences = [ids[:1], ids[100:140], ids[600:1400]]
    logits = [model(torch.tensor([s])).logits[0, -1, ::STRIDE].tolist() for s in sequences]
    loss = 0.0
    for begin in range(0, TOKENS, WINDOW):
        x = torch.tensor([ids[begin:begin + WINDOW]])
        predicted = model(x).logits[0, :-1].double()
        loss += torch.nn.functional.cross_entropy(predicted, x[0, 1:], reduction="sum").item()
    predicted = TOKENS // WINDOW * (WINDOW - 1)
    return dict(sequences=sequences, stride=STRIDE, logits=[[round(v, 5) for v in row] for row in logits],
                perplexity=dict(ids=ids, window=WINDOW, value=math.exp(loss / predicted), predicted=predicted))


def main():
    (HERE / "real").mkdir(exist_ok=True)
    for file in map(Path, sys.argv[1:]):
        golden = record(file)
        print(file.name, golden["perplexity"]["value"])
        (HERE / "real" / f"{NAMES[file.name]}.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
