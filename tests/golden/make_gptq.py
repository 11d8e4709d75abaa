#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records what GPTQ's own code makes of one linear layer: methods/gptq.safetensors and methods/gptq.json.

usage: make_gptq.py --source FOLDER    (FOLDER: a checkout of IST-DASLab/gptq; recorded from commit 2d65066)

W [48, 96] and X [512, 96] are float32 from a fixed seed: correlated channels, column 7 of X all zeros (a dead column),
four columns of W ten times as large. `hessian` is (2/512) X'X as the authors' add_batch gathers it (X as one batch, so H_77
is still 0; fasterquant sets it to 1); `damping` is what is then added to the whole diagonal.
Blocks change the result where groups are not static and smaller than a block: a group's scale is then fitted to the weights
as they were at the start of the block, not to those updated inside it (see the cases b3-g32 and b3-g32-blocks*).
Per case the json has the settings, the sum of losses that the code prints and the squared error of the layer's output,
and the safetensors file has the quantized weight under the case's name. Needs torch, transformers, safetensors.
"""
import argparse
import contextlib
import io
import json
import pathlib
import sys

import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).resolve().parent
ROWS, COLUMNS, TOKENS, DEAD, OUTLIERS, PERCDAMP = 48, 96, 512, 7, (3, 20, 41, 77), 0.01


def import_gptq(folder):
    """The authors' gptq.py (and quant.py, which it takes everything from), without a GPU."""
    sys.path.insert(0, str(folder))
    torch.cuda.synchronize = lambda *_: None
    with contextlib.redirect_stdout(io.StringIO()):  # it says that its CUDA kernel is absent
        import gptq
    return gptq


def problem():
    generator = torch.Generator().manual_seed(1)
    weight = torch.randn(ROWS, COLUMNS, generator=generator) / 10
    weight[:, OUTLIERS] *= 10
    mixing = torch.randn(COLUMNS, COLUMNS, generator=generator) / COLUMNS**0.5 + torch.eye(COLUMNS)
    inputs = torch.randn(TOKENS, COLUMNS, generator=generator) @ mixing
    inputs *= torch.exp(0.5 * torch.randn(COLUMNS, generator=generator))
    inputs[:, DEAD] = 0
    return weight, inputs


def collector(gptq, weight, inputs):
    layer = torch.nn.Linear(COLUMNS, ROWS, bias=False)
    layer.weight.data = weight.clone()
    state = gptq.GPTQ(layer)
    state.add_batch(inputs, None)
    return state


def quantize(gptq, weight, inputs, bits, group, symmetric, ordered, blocks):
    state = collector(gptq, weight, inputs)
    state.quantizer = gptq.Quantizer()
    state.quantizer.configure(bits, perchannel=True, sym=symmetric, mse=False)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        state.fasterquant(blocksize=blocks, percdamp=PERCDAMP, groupsize=group, actorder=ordered,
                          static_groups=ordered)
    losses = next(line.split()[1] for line in printed.getvalue().splitlines() if line.startswith("error"))
    return state.layer.weight.data.clone(), float(losses)


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--source", type=pathlib.Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    gptq = import_gptq(args.source)
    weight, inputs = problem()
    hessian = collector(gptq, weight, inputs).H
    tensors = dict(weight=weight, inputs=inputs, hessian=hessian)

    settings = [(bits, group, False, ordered, 128) for bits in (2, 3, 4) for group in (32, -1) for ordered in (False, True)]
    settings += [(4, 32, True, False, 128), (3, 32, False, False, 32), (3, 32, False, True, 32), (3, 32, False, False, 20)]
    cases = []
    for bits, group, symmetric, ordered, blocks in settings:
        name = f"b{bits}-g{group}" + "-symmetric" * symmetric + "-ordered" * ordered + f"-blocks{blocks}" * (blocks != 128)
        tensors[name], losses = quantize(gptq, weight, inputs, bits, group, symmetric, ordered, blocks)
        error = (inputs.double() @ (tensors[name] - weight).double().T).square().sum().item()
        cases.append(dict(name=name, bits=bits, groupsize=group, symmetric=symmetric, actorder=ordered,
                          static_groups=ordered, blocksize=blocks, losses=losses, output_error=error))
        print(f"{name:24} losses {losses:12.4f}  output error {error:12.4f}")
    for name, other in (("b3-g32", "b3-g32-blocks32"), ("b3-g32-ordered", "b3-g32-ordered-blocks32"), ("b3-g32", "b3-g32-blocks20")):
        print(name, other, "largest difference", (tensors[name] - tensors[other]).abs().max().item())
    (HERE / "methods").mkdir(exist_ok=True)
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, HERE / "methods" / "gptq.safetensors")
    diagonal = torch.diag(hessian).clone()
    diagonal[DEAD] = 1
    recorded = dict(rows=ROWS, columns=COLUMNS, tokens=TOKENS, dead=DEAD, percdamp=PERCDAMP,
                    damping=(PERCDAMP * torch.mean(diagonal)).item(), cases=cases)
    (HERE / "methods" / "gptq.json").write_text(json.dumps(recorded, indent=1) + "\n")


if __name__ == "__main__":
    main()
