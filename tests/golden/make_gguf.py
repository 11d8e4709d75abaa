#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes gguf/: blocks of every type as the gguf package unpacks them, and tiny GGUF models with transformers' logits.

usage: make_gguf.py

Needs torch, transformers, gguf. Everything is seeded. The tensors are reordered as llama.cpp's converter
(conversion/*.py in ggml-org/llama.cpp) does it; where transformers itself reads such a GGUF, its logits must agree.
"""
import base64
import json
import math
import shutil

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as T
from transformers import (AutoConfig, AutoModelForCausalLM, Gemma3TextConfig, GPT2Config, GPTNeoXConfig, LlamaConfig,
                          MistralConfig, Phi3Config, Qwen2Config, Qwen3Config)
from transformers.modeling_gguf_pytorch_utils import load_gguf_checkpoint

from make_families import random_model
from make_tiny_opt import HERE

OUT = HERE / "gguf"
TYPES = [T.F32, T.F16, T.BF16, T.Q8_0, T.Q4_0, T.Q4_1, T.Q5_0, T.Q5_1, T.Q2_K, T.Q3_K, T.Q4_K, T.Q5_K, T.Q6_K]
HALVES = {  # where a block holds half-precision numbers, in bytes
    T.F16: [0], T.Q8_0: [0], T.Q4_0: [0], T.Q4_1: [0, 2], T.Q5_0: [0], T.Q5_1: [0, 2], T.Q2_K: [80, 82],
    T.Q3_K: [108], T.Q4_K: [0, 2], T.Q5_K: [0, 2], T.Q6_K: [208]}
SIZES = dict(vocab_size=96, hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=4,
             num_key_value_heads=2, max_position_embeddings=64, bos_token_id=2, eos_token_id=2)
GPT_SIZES = {key: value for key, value in SIZES.items() if key != "num_key_value_heads"}
LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=32)


def blocks():
    """Random blocks, their scales of every size from subnormal to large, and the values they stand for."""
    random = np.random.default_rng(1)
    known = {}
    for kind in TYPES:
        values, size = gguf.GGML_QUANT_SIZES[kind]
        count = 3 if values == 256 else 8 if values == 32 else 40
        data = random.integers(0, 256, (count, size), dtype=np.uint8)
        for place in HALVES.get(kind, []):
            scales = random.normal(0, 1, count) * 10.0 ** random.integers(-7, 3, count)
            data[:, place:place + 2] = scales.astype(np.float16).reshape(-1, 1).view(np.uint8)
        if kind in (T.F32, T.BF16):
            numbers = (random.normal(0, 1, count) * 10.0 ** random.integers(-30, 30, count)).astype(np.float32)
            data = numbers.view(np.uint8).reshape(count, 4)[:, 4 - size:].copy()
        unpacked = gguf.quants.dequantize(data.reshape(-1), kind).astype(np.float32)
        known[kind.name] = dict(id=int(kind), values=values, bytes=size, count=count,
                                blocks=base64.b64encode(data.tobytes()).decode(),
                                unpacked=base64.b64encode(unpacked.tobytes()).decode())
    (OUT / "blocks.json").write_text(json.dumps(known) + "\n")


def pairs(rows, heads):
    """Llama's order of a head's rows: pairs that turn together lie side by side."""
    return rows.reshape(heads, 2, rows.shape[0] // heads // 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def by_part(rows, heads):
    """GPT-NeoX's heads of query, key and value each, as all queries, keys, values."""
    return rows.reshape(heads, 3, rows.shape[0] // heads // 3, *rows.shape[1:]).swapaxes(0, 1).reshape(rows.shape)


def rope_factors(rotary, size):
    """What llama.cpp's converter makes of llama3's rotary scaling."""
    factors = []
    for frequency in 1.0 / rotary["rope_theta"] ** (np.arange(0, size, 2) / size):
        wave = 2 * math.pi / frequency
        low, high = rotary["low_freq_factor"], rotary["high_freq_factor"]
        context = rotary["original_max_position_embeddings"]
        smooth = (context / wave - low) / (high - low)
        factors.append(1.0 if wave < context / high else rotary["factor"] if wave > context / low
                       else 1 / ((1 - smooth) / rotary["factor"] + smooth))
    return np.array(factors, dtype=np.float32)


def common(writer, config, arch):
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_head_count(config.num_attention_heads)
    writer.add_vocab_size(config.vocab_size)
    if arch != "gpt2":
        writer.add_feed_forward_length(config.intermediate_size)
    if arch not in ("gpt2", "gptneox"):
        writer.add_head_count_kv(config.num_key_value_heads)
        writer.add_layer_norm_rms_eps(config.rms_norm_eps)


def convert(name, arch, config, kinds, seed):
    """Writes one model; `kinds` maps a part of a tensor's name to its type, the last one is for matrices."""
    torch.manual_seed(seed)
    model = random_model(config, seed)
    names = gguf.get_tensor_name_map({value: key for key, value in gguf.MODEL_ARCH_NAMES.items()}[arch],
                                     config.num_hidden_layers)
    writer = gguf.GGUFWriter(OUT / f"{name}.gguf", arch)
    common(writer, config, arch)
    heads = config.num_attention_heads
    if arch in ("llama", "phi3"):
        writer.add_rope_dimension_count(getattr(config, "head_dim", None) or config.hidden_size // heads)
    rotary = getattr(config, "rope_parameters", None) or {}
    if arch == "gemma3":
        writer.add_rope_freq_base(rotary["full_attention"]["rope_theta"])
        writer.add_float32("gemma3.rope.freq_base_swa", rotary["sliding_attention"]["rope_theta"])
        writer.add_uint32("gemma3.attention.sliding_window_pattern", 2)
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rotary["full_attention"]["factor"])
    elif "rope_theta" in rotary and arch != "gptneox":
        writer.add_rope_freq_base(rotary["rope_theta"])
    if arch in ("qwen3", "gemma3"):
        writer.add_key_length(config.head_dim)
        writer.add_value_length(config.head_dim)
    if getattr(config, "sliding_window", None) and arch != "qwen2":
        writer.add_sliding_window(config.sliding_window)
    if rotary.get("rope_type") == "llama3":
        writer.add_tensor("rope_freqs.weight", rope_factors(rotary, config.hidden_size // heads))
    if rotary.get("rope_type") == "longrope":
        original = rotary["original_max_position_embeddings"]
        writer.add_rope_scaling_orig_ctx_len(original)
        writer.add_rope_scaling_attn_factors(
            math.sqrt(1 + math.log(config.max_position_embeddings / original) / math.log(original)))
        for which in ("long", "short"):
            writer.add_tensor(f"rope_factors_{which}.weight", np.array(rotary[f"{which}_factor"], dtype=np.float32))
    if arch == "gptneox":
        size = config.hidden_size // heads
        writer.add_rope_dimension_count(int(size * rotary["partial_rotary_factor"]))
        writer.add_parallel_residual(config.use_parallel_residual)
        writer.add_layer_norm_eps(config.layer_norm_eps)
    if arch == "gpt2":
        writer.add_feed_forward_length(config.n_inner or 4 * config.n_embd)
        writer.add_layer_norm_eps(config.layer_norm_epsilon)

    state = model.state_dict()
    with torch.no_grad():
        for key, tensor in state.items():
            if key == "lm_head.weight" and config.tie_word_embeddings:
                continue
            base, suffix = key.rsplit(".", 1)
            target = "output" if base == "lm_head" else names.get_name(base)
            assert target, key
            values = tensor.float().numpy()
            kind = T.F32 if values.ndim == 1 else next(kind for part, kind in kinds.items() if part in target)
            packed = gguf.quants.quantize(values, kind)
            tensor.copy_(torch.from_numpy(gguf.quants.dequantize(packed, kind).reshape(values.shape).copy()))
            if arch == "llama" and ("q_proj" in key or "k_proj" in key):
                packed = pairs(packed, heads if "q_proj" in key else config.num_key_value_heads)
            if arch == "gptneox" and "query_key_value" in key:
                packed = by_part(packed, heads)
            if arch == "gpt2" and ".c_" in key and suffix == "weight":
                packed = np.ascontiguousarray(packed.T)  # only F32 and F16
            if arch == "gemma3" and key.endswith("norm.weight"):
                packed = packed + np.float32(1)
                tensor.copy_(torch.from_numpy(packed - np.float32(1)))
            writer.add_tensor(f"{target}.{suffix}", packed, raw_dtype=kind)
    model.tie_weights()
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return model


@torch.no_grad()
def logits(model, ids):
    sequences = [[2], [2, 5, 9, 33], ids[:12], ids[40:70]]
    return dict(sequences=sequences, logits=[
        [float(f"{v:.7g}") for v in model(torch.tensor([s])).logits[0, -1].tolist()] for s in sequences])


@torch.no_grad()
def check_with_transformers(name, known):
    """transformers' own reading of the file, for what its reader knows."""
    file = str(OUT / f"{name}.gguf")
    settings = load_gguf_checkpoint(file)["config"]
    read = AutoModelForCausalLM.from_config(AutoConfig.for_model(settings.pop("model_type"), **settings)).eval()
    state = load_gguf_checkpoint(file, return_tensors=True, model_to_load=read)["tensors"]
    assert not read.load_state_dict(state, strict=False).unexpected_keys
    read.tie_weights()
    for sequence, expected in zip(known["sequences"], known["logits"]):
        theirs = read(torch.tensor([sequence])).logits[0, -1]
        worst = (theirs - torch.tensor(expected)).abs().max() / torch.tensor(expected).abs().max()
        assert worst < 1e-5, (name, worst)


MODELS = {  # name: (architecture, configuration, types of matrices, whether transformers reads it right)
    "llama": ("llama", LlamaConfig(**dict(SIZES, num_hidden_layers=2), rms_norm_eps=1e-5, tie_word_embeddings=True),
              {"token_embd": T.Q8_0, "ffn_down": T.Q5_1, "attn_q": T.Q4_0, "": T.Q4_1}, True),
    "llama3": ("llama", LlamaConfig(**SIZES, rope_parameters=dict(LLAMA3, rope_theta=500000.0)),
               {"token_embd": T.Q5_0, "": T.Q8_0}, False),  # it leaves rope_freqs out
    "mistral": ("llama", MistralConfig(**SIZES, sliding_window=7), {"": T.F16}, False),  # and the window
    "qwen2": ("qwen2", Qwen2Config(**SIZES, tie_word_embeddings=True), {"": T.BF16}, True),
    "qwen3": ("qwen3", Qwen3Config(**SIZES, head_dim=16), {"": T.F16}, False),  # head_dim 128, it thinks
    "gemma3": ("gemma3", Gemma3TextConfig(
        **dict(SIZES, num_hidden_layers=2), head_dim=16, sliding_window=5, query_pre_attn_scalar=16,
        layer_types=["sliding_attention", "full_attention"], rope_parameters=dict(
            sliding_attention=dict(rope_type="default", rope_theta=1e3),
            full_attention=dict(rope_type="linear", factor=8.0, rope_theta=1e5))), {"": T.F16}, False),
    "phi3": ("phi3", Phi3Config(**SIZES, sliding_window=9, pad_token_id=0), {"": T.F16}, False),
    "phi3-long": ("phi3", Phi3Config(
        **dict(SIZES, max_position_embeddings=256), original_max_position_embeddings=64, pad_token_id=0,
        rope_parameters=dict(rope_type="longrope", rope_theta=1e4, original_max_position_embeddings=64,
                             short_factor=[1.0, 1.5, 1.7, 2.0], long_factor=[2.0, 4.0, 5.0, 6.0])), {"": T.F16}, False),
    "gptneox": ("gptneox", GPTNeoXConfig(**GPT_SIZES, rope_parameters=dict(
        rope_type="default", rope_theta=1e4, partial_rotary_factor=0.5)), {"": T.F16}, False),
    "gpt2": ("gpt2", GPT2Config(vocab_size=96, n_positions=64, n_embd=32, n_layer=2, n_head=4, n_inner=48,
                                bos_token_id=2, eos_token_id=2), {"": T.F16}, False),
}


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    blocks()
    ids = torch.randint(3, 96, (90,), generator=torch.Generator().manual_seed(7)).tolist()
    golden = {}
    for seed, (name, (arch, config, kinds, checked)) in enumerate(MODELS.items()):
        golden[name] = logits(convert(name, arch, config, kinds, seed), ids)
        if checked:
            check_with_transformers(name, golden[name])
    (OUT / "logits.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
