#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes families/: a tiny random checkpoint of every family but OPT, and what transformers computes with each.

usage: make_families.py

Needs torch, transformers, safetensors. Everything is seeded. A family's name is the folder's up to the first hyphen.
"""
import json
import math
import shutil

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, LlamaConfig, MistralConfig, Qwen2Config, Qwen3Config

from make_tiny_opt import HERE, record

SIZES = dict(vocab_size=96, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
             num_key_value_heads=2, max_position_embeddings=64, bos_token_id=2, eos_token_id=2)
LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=32)


def old_spelling(config):
    """The rotary settings as transformers 4 wrote them."""
    rotary = config.pop("rope_parameters")
    config["rope_theta"] = rotary.pop("rope_theta")
    config["rope_scaling"] = None if rotary["rope_type"] == "default" else rotary


VARIANTS = {  # name: (configuration, number format, what is done to config.json)
    "llama-tied": (LlamaConfig(**SIZES, tie_word_embeddings=True,
                               rope_parameters=dict(LLAMA3, rope_theta=500000.0)), torch.bfloat16, None),
    "llama-biased": (LlamaConfig(**SIZES, attention_bias=True, mlp_bias=True, head_dim=12, rms_norm_eps=1e-5,
                                 rope_parameters=dict(rope_type="linear", factor=2.0, rope_theta=10000.0)),
                     torch.float16, old_spelling),
    "mistral-window": (MistralConfig(**SIZES, sliding_window=7), torch.float32, None),
    "mistral-whole": (MistralConfig(**dict(SIZES, num_key_value_heads=1), sliding_window=None, head_dim=16),
                      torch.bfloat16, old_spelling),
    "qwen2-plain": (Qwen2Config(**SIZES, tie_word_embeddings=True), torch.bfloat16, old_spelling),
    "qwen2-window": (Qwen2Config(**SIZES, use_sliding_window=True, sliding_window=5, max_window_layers=1),
                     torch.float16, None),
    "qwen3-plain": (Qwen3Config(**SIZES, head_dim=16, tie_word_embeddings=True), torch.bfloat16, None),
}


@torch.no_grad()
def random_model(config, seed):
    """Weights spread widely enough that logits and quantization errors are far from zero."""
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_config(config).eval()
    for name, parameter in model.named_parameters():
        if "norm" in name:
            parameter.normal_(1.0, 0.2)
        elif name.endswith("bias"):
            parameter.normal_(0.0, 0.3)
        elif "embed" in name:
            parameter.normal_(0.0, 0.5)
        else:
            parameter.normal_(0.0, 1.2 / math.sqrt(parameter.shape[1]))
    model.tie_weights()
    return model


def write(name, config, dtype, change, seed):
    folder = HERE / "families" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    model = random_model(config, seed)
    written = config.to_dict()
    written.update(architectures=[type(model).__name__], torch_dtype=str(dtype).removeprefix("torch."))
    written.pop("dtype", None)
    if change:
        change(written)
    (folder / "config.json").write_text(json.dumps(written, indent=2, sort_keys=True) + "\n")
    tensors = {key: value.to(dtype).contiguous() for key, value in model.state_dict().items()
               if not (config.tie_word_embeddings and key == "lm_head.weight")}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def main():
    generator = torch.Generator().manual_seed(7)
    ids = torch.randint(3, 96, (137,), generator=generator).tolist()
    golden = {}
    for seed, (name, (config, dtype, change)) in enumerate(VARIANTS.items()):
        golden[name] = record(write(name, config, dtype, change, seed), ids)
    (HERE / "families" / "logits.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
