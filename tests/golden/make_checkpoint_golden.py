#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes pickle-*.bin, files that torch.save can produce (good and bad ones), and checkpoint-tensors.json: type, shape
and SHA-256 of every tensor that torch and safetensors read from them and from tiny-opt*/.

usage: make_checkpoint_golden.py   (after make_tiny_opt.py; needs torch and safetensors)
"""
import collections
import hashlib
import io
import json
import os
import pathlib
import zipfile

import torch
from safetensors.torch import load_file

HERE = pathlib.Path(__file__).resolve().parent
TYPES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64",
         torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL"}


def described(tensors):
    result = {}
    for name, t in tensors.items():
        t = t.detach().contiguous()
        data = t.flatten().view(torch.uint8).numpy().tobytes() if t.numel() else b""
        result[name] = dict(type=TYPES[t.dtype], shape=list(t.shape), sha256=hashlib.sha256(data).hexdigest())
    return result


class Evil:
    def __reduce__(self):
        return os.system, ("echo pwned",)


def write_pickles():
    torch.manual_seed(5)
    base = torch.randn(6, 4, 2)
    views = collections.OrderedDict(
        parameter=torch.nn.Parameter(torch.randn(3, 5)), transposed=base.transpose(0, 2), sliced=base[2:5, 1:, 1],
        offset=base[3:], tied=base, scalar=torch.tensor(3.5), empty=torch.zeros(0, 4), ones=torch.randn(1, 1, 3)[:, :, 1:])
    for i, dtype in enumerate(TYPES):
        views[f"type.{TYPES[dtype]}"] = (torch.randn(5) * 10).to(dtype)
    torch.save(views, HERE / "pickle-views.bin")
    module = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.LayerNorm(2))
    torch.save(module.state_dict(), HERE / "pickle-metadata.bin")  # an OrderedDict with an attribute
    torch.save({"weight": torch.ones(2), "x": Evil()}, HERE / "pickle-system.bin")
    torch.save({"weight": torch.ones(1).expand(1000)}, HERE / "pickle-expanded.bin")
    torch.save({"weight": torch.ones(2)}, HERE / "pickle-legacy.bin", _use_new_zipfile_serialization=False)
    torch.save([torch.ones(2)], HERE / "pickle-list.bin")
    torch.save(torch.ones(2), HERE / "pickle-tensor.bin")
    torch.save({"state_dict": {"weight": torch.ones(2)}, "epoch": 3}, HERE / "pickle-nested.bin")
    torch.save({"weight": torch.ones(2)}, HERE / "pickle-protocol4.bin", pickle_protocol=4)
    plain = io.BytesIO()
    torch.save({"weight": torch.zeros(64)}, plain)
    with zipfile.ZipFile(plain) as source, \
            zipfile.ZipFile(HERE / "pickle-compressed.bin", "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.namelist():
            target.writestr(zipfile.ZipInfo(item), source.read(item), zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    write_pickles()
    golden = {}
    for name in ("pickle-views.bin", "pickle-metadata.bin"):
        golden[name] = described(torch.load(HERE / name, weights_only=True))
    for folder in sorted(HERE.glob("tiny-opt*/")):
        tensors = {}
        for file in sorted(folder.iterdir()):
            if file.suffix == ".safetensors":
                tensors.update(load_file(file))
            elif file.suffix == ".bin":
                tensors.update(torch.load(file, weights_only=True))
        golden[folder.name] = described(tensors)
    (HERE / "checkpoint-tensors.json").write_text(json.dumps(golden, indent=0) + "\n")
