#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the OPT checkpoints that the benchmarks run on: right in shape, random in weights, the same for the same name.

usage: make_models.py DIR [NAME ...]      writes DIR/NAME/ (config, fp16 safetensors with a tied head) and DIR/NAME/ids.json

NAME is one of the names that --list prints, or LAYERSxWIDTH (a model of the cost-growth table). A folder that is already
there is kept. No tokenizer is written: the benchmarks pass token ids. Needs torch, transformers, safetensors.
"""
from __future__ import annotations

import argparse
import dataclasses
import json
import math
import pathlib
import re
import shutil
import zlib

import torch
from transformers import OPTConfig, OPTForCausalLM
from transformers.utils.logging import disable_progress_bar

disable_progress_bar()

FIRST_ORDINARY_TOKEN = 4  # OPT's first four are special


@dataclasses.dataclass(frozen=True)
class Shape:
    """Sizes of an OPT model, and of the token list made for it."""

    layers: int
    width: int
    heads: int
    ffn: int
    vocabulary: int
    positions: int = 512
    tokens: int = 8192


NAMED = {
    "demo-size": Shape(layers=6, width=256, heads=8, ffn=1024, vocabulary=4096),
    "opt-125m": Shape(layers=12, width=768, heads=12, ffn=3072, vocabulary=50272, positions=2048),
    "smollm2-size": Shape(layers=30, width=576, heads=9, ffn=1536, vocabulary=49152, positions=2048),
}


def shape_of(name: str) -> Shape:
    if name in NAMED:
        return NAMED[name]
    sizes = re.fullmatch(r"(\d+)x(\d+)", name)
    if not sizes:
        raise SystemExit(f"{name}: neither LAYERSxWIDTH nor one of {', '.join(NAMED)}")
    layers, width = int(sizes[1]), int(sizes[2])
    return Shape(layers=layers, width=width, heads=max(1, width // 32), ffn=4 * width, vocabulary=4096)


def config_of(shape: Shape) -> OPTConfig:
    return OPTConfig(vocab_size=shape.vocabulary, hidden_size=shape.width, word_embed_proj_dim=shape.width,
                     ffn_dim=shape.ffn, num_hidden_layers=shape.layers, num_attention_heads=shape.heads,
                     max_position_embeddings=shape.positions, do_layer_norm_before=True, activation_function="relu",
                     dropout=0.0, attention_dropout=0.0, tie_word_embeddings=True, bos_token_id=2, eos_token_id=2,
                     pad_token_id=1)


@torch.no_grad()
def fill(model: OPTForCausalLM, seed: int) -> None:
    """Weights of about the spread of trained ones (0.02 at a width of 768), so that 2 bits hurt and no sum overflows."""
    generator = torch.Generator().manual_seed(seed)
    for name, tensor in model.named_parameters():
        if "layer_norm" in name:
            tensor.fill_(1.0 if name.endswith("weight") else 0.0)
        elif name.endswith("bias"):
            tensor.normal_(0.0, 0.01, generator=generator)
        elif "embed" in name:
            tensor.normal_(0.0, 0.02, generator=generator)
        else:
            tensor.normal_(0.0, 0.55 / math.sqrt(tensor.shape[1]), generator=generator)


def make(name: str, root: pathlib.Path) -> pathlib.Path:
    """The folder of a model, made if it is not there yet; it appears whole or not at all."""
    folder, shape = root / name, shape_of(name)
    if folder.is_dir():
        return folder
    seed = zlib.crc32(name.encode())
    model = OPTForCausalLM(config_of(shape)).eval()
    fill(model, seed)
    unfinished = root / f"{name}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    model.half().save_pretrained(unfinished)
    tokens = torch.randint(FIRST_ORDINARY_TOKEN, shape.vocabulary, (shape.tokens,),
                           generator=torch.Generator().manual_seed(seed + 1))
    (unfinished / "ids.json").write_text(json.dumps(tokens.tolist()) + "\n")
    unfinished.rename(folder)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, nargs="?", help="where to put them")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"default: {' '.join(NAMED)}")
    parser.add_argument("--list", action="store_true", help="print the named sizes and end")
    options = parser.parse_args()
    if options.list:
        print("\n".join(f"{name}: {shape}" for name, shape in NAMED.items()))
        return
    if options.folder is None:
        parser.error("DIR is missing")
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in options.names or NAMED:
        print(make(name, options.folder))


if __name__ == "__main__":
    main()
