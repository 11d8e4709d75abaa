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
from safetensors.torch import load_file, save_file
from transformers import (AutoModelForCausalLM, Gemma3TextConfig, GPT2Config, GPTNeoXConfig, LlamaConfig, MistralConfig,
                          Phi3Config, Qwen2Config, Qwen3Config)

from make_tiny_opt import HERE, record

SIZES = dict(vocab_size=96, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
             num_key_value_heads=2, max_position_embeddings=64, bos_token_id=2, eos_token_id=2)
GPT_SIZES = {key: value for key, value in SIZES.items() if key != "num_key_value_heads"}
LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=32)


def old_spelling(config):
    """The rotary settings as transformers 4 wrote them."""
    rotary = config.pop("rope_parameters")
    config["rope_theta"] = rotary.pop("rope_theta")
    config["rope_scaling"] = None if rotary["rope_type"] == "default" else rotary


def old_gemma3(config):
    """Gemma 3 as transformers 4 wrote it."""
    rotary = config.pop("rope_parameters")
    config["rope_theta"] = rotary["full_attention"]["rope_theta"]
    config["rope_local_base_freq"] = rotary["sliding_attention"]["rope_theta"]
    config["rope_scaling"] = {"rope_type": "linear", "factor": rotary["full_attention"]["factor"]}
    config.pop("layer_types")
    config["sliding_window_pattern"] = 2


def old_neox(config):
    rotary = config.pop("rope_parameters")
    config["rotary_emb_base"] = rotary["rope_theta"]
    config["rotary_pct"] = rotary["partial_rotary_factor"]


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
    "gemma3_text-local": (Gemma3TextConfig(**dict(SIZES, num_hidden_layers=3), head_dim=16, sliding_window=5,
                                           query_pre_attn_scalar=24,
                                           layer_types=["sliding_attention", "full_attention", "sliding_attention"]),
                          torch.bfloat16, None),
    "gemma3_text-old": (Gemma3TextConfig(**dict(SIZES, num_key_value_heads=1), head_dim=12, sliding_window=6,
                                         layer_types=["sliding_attention", "full_attention"], rope_parameters=dict(
                                             sliding_attention=dict(rope_type="default", rope_theta=1e3),
                                             full_attention=dict(rope_type="linear", factor=8.0, rope_theta=1e5))),
                        torch.float16, old_gemma3),
    "gpt_neox-parallel": (GPTNeoXConfig(**GPT_SIZES, rope_parameters=dict(
        rope_type="default", rope_theta=1e4, partial_rotary_factor=0.5)), torch.float16, old_neox),
    "gpt_neox-sequential": (GPTNeoXConfig(**GPT_SIZES, use_parallel_residual=False, hidden_act="gelu_new",
                                          attention_bias=False), torch.bfloat16, None),
    "gpt2-plain": (GPT2Config(vocab_size=96, n_positions=64, n_embd=32, n_layer=2, n_head=4, bos_token_id=2,
                              eos_token_id=2), torch.float16, None),
    "gpt2-narrow": (GPT2Config(vocab_size=96, n_positions=64, n_embd=24, n_layer=2, n_head=3, n_inner=80,
                               activation_function="gelu", tie_word_embeddings=False, bos_token_id=2,
                               eos_token_id=2), torch.bfloat16, None),
    "phi3-window": (Phi3Config(**SIZES, sliding_window=9, pad_token_id=0), torch.bfloat16, None),
    "phi3-longrope": (Phi3Config(**dict(SIZES, max_position_embeddings=256), original_max_position_embeddings=64,
                                 pad_token_id=0, tie_word_embeddings=True, rope_parameters=dict(
                                     rope_type="longrope", rope_theta=1e4, partial_rotary_factor=0.5,
                                     short_factor=[1.0, 1.5], long_factor=[2.0, 4.0])), torch.float16, None),
}


@torch.no_grad()
def random_model(config, seed):
    """Weights spread widely enough that logits and quantization errors are far from zero."""
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_config(config).eval()
    for name, parameter in model.named_parameters():
        if name.endswith("bias"):
            parameter.normal_(0.0, 0.3)
        elif "norm" in name or ".ln_" in name:
            parameter.normal_(0.0 if config.model_type == "gemma3_text" else 1.0, 0.2)  # Gemma's gain is 1 + weight
        elif any(part in name for part in ("embed", "wte", "wpe")):
            parameter.normal_(0.0, 0.5)
        else:
            inputs = parameter.shape[0] if ".c_" in name else parameter.shape[1]  # GPT-2's Conv1D is transposed
            parameter.normal_(0.0, 1.2 / math.sqrt(inputs))
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
    if config.model_type == "gpt_neox":  # as published checkpoints call it
        tensors["embed_out.weight"] = tensors.pop("lm_head.weight")
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def nest(name, inside):
    """The text model `inside` as the part of a model that also sees pictures; what transformers computes is the same."""
    folder = HERE / "families" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    text = json.loads((HERE / "families" / inside / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(
        {"architectures": ["Gemma3ForConditionalGeneration"], "model_type": "gemma3", "text_config": text}, indent=2) + "\n")
    tensors = load_file(HERE / "families" / inside / "model.safetensors")
    save_file({key.replace("model.", "model.language_model.", 1): value for key, value in tensors.items()},
              folder / "model.safetensors", metadata={"format": "pt"})


def main():
    generator = torch.Generator().manual_seed(7)
    ids = torch.randint(3, 96, (137,), generator=generator).tolist()
    golden = {}
    for seed, (name, (config, dtype, change)) in enumerate(VARIANTS.items()):
        golden[name] = record(write(name, config, dtype, change, seed), ids)
    nest("gemma3-nested", "gemma3_text-local")
    golden["gemma3-nested"] = golden["gemma3_text-local"]
    (HERE / "families" / "logits.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
