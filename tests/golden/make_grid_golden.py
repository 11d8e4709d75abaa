#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records what the reference port's quantizer makes of random matrices.  usage: make_grid_golden.py reference_port.py"""
import importlib.util, json, pathlib, sys

import torch

spec = importlib.util.spec_from_file_location("reference_port", sys.argv[1])
port = importlib.util.module_from_spec(spec)
spec.loader.exec_module(port)
torch.manual_seed(0)
cases = []
for bits in range(1, 9):
    for group in (8, 16, 32):  # 32: the whole row
        weight = torch.randn(3, 32) * torch.rand(3, 1) + 0.3 * torch.randn(3, 1)
        weight[0, :8] = 0.25  # a constant group
        weight[1, 8:16] = 0.0
        cases.append(dict(bits=bits, group=group, weight=weight.flatten().tolist(),
                          quantized=port.quantize(weight, bits, group).flatten().tolist()))
out = pathlib.Path(__file__).with_name("grid.json")
out.write_text(json.dumps(dict(rows=3, cols=32, cases=cases)))
