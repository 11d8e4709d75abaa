#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records what GPTQ's own code makes of one linear layer, methods/gptq.safetensors and methods/gptq.json, and of tiny
checkpoints, methods/gptq_models.json.

usage: make_gptq.py --source FOLDER [--only layer|models]    (FOLDER: a checkout of IST-DASLab/gptq; recorded from commit 2d65066)

The layer: W [48, 96] and X [512, 96] are float32 from a fixed seed: correlated channels, column 7 of X all zeros (a dead column),
four columns of W ten times as large. `hessian` is (2/512) X'X as the authors' add_batch gathers it (X as one batch, so H_77
is still 0; fasterquant sets it to 1); `damping` is what is then added to the whole diagonal.
Blocks change the result where groups are not static and smaller than a block: a group's scale is then fitted to the weights
as they were at the start of the block, not to those updated inside it (see the cases b3-g32 and b3-g32-blocks*).
Per case the json has the settings, the sum of losses that the code prints and the squared error of the layer's output,
and the safetensors file has the quantized weight under the case's name.

The checkpoints: tiny-opt and families/llama-tied by opt_sequential of opt.py and llama_sequential of llama.py (percdamp .01,
blocks of 128, asymmetric, groups of 32), without and with actorder and static groups, on the ids of make_auto_round.py.
`cross_entropy` is per predicted token; `hidden_error` is the mean squared error of the hidden states after the last norm against
full precision. Shim: a decoder layer of transformers 5 is given the rotary embedding of its position_ids, which that of
transformers 4 made itself. Needs torch, transformers, safetensors.
"""
import argparse
import contextlib
import io
import json
import pathlib
import sys
import time
import types

import torch
from safetensors.torch import save_file

from method_models import METHODS, TINY_MODELS, hidden_error, load, measure, tiny_ids

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


def run_on_model(source, folder, calibration, bits, group, ordered):
    """The model in `folder` after the authors' opt.py or llama.py, and the processor seconds that took."""
    import_gptq(source)
    model = load(folder)
    is_opt = model.config.model_type == "opt"
    with contextlib.redirect_stdout(io.StringIO()):
        import llama
        import opt
    script, sequential = (opt, opt.opt_sequential) if is_opt else (llama, llama.llama_sequential)
    script.args = types.SimpleNamespace(nsamples=len(calibration), wbits=bits, sym=False, trits=False, percdamp=0.01, groupsize=group,
                                        act_order=ordered, static_groups=ordered, true_sequential=False)
    model.seqlen = calibration.shape[1]

    def embed(layer, args, options):
        options.setdefault("position_embeddings", model.model.rotary_emb(args[0], options["position_ids"]))
        return args, options

    handles = [] if is_opt else [layer.register_forward_pre_hook(embed, with_kwargs=True) for layer in model.model.layers]
    start = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        sequential(model, [(row.unsqueeze(0),) for row in calibration], torch.device("cpu"))
    seconds = time.process_time() - start
    for handle in handles:
        handle.remove()
    return model, seconds


@torch.no_grad()
def record_models(source):
    calibration, heldout, group = tiny_ids(16, 0), tiny_ids(8, 1), 32
    cases = []
    for name in ("tiny-opt", "llama-tied"):
        folder = TINY_MODELS[name]
        full_loss, full = measure(load(folder), heldout)
        for bits in (2, 3, 4):
            for ordered in (False, True):
                model, _ = run_on_model(source, folder, calibration, bits, group, ordered)
                loss, hidden = measure(model, heldout)
                cases.append(dict(model=name, bits=bits, actorder=ordered, static_groups=ordered,
                                  cross_entropy=dict(full=full_loss, gptq=loss), hidden_error=hidden_error(hidden, full)))
                print(cases[-1], flush=True)
    recorded = dict(calibration=calibration.tolist(), heldout=heldout.tolist(), group=group, cases=cases)
    (METHODS / "gptq_models.json").write_text(json.dumps(recorded) + "\n")


@torch.no_grad()
def record_layer(source):
    gptq = import_gptq(source)
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
    METHODS.mkdir(exist_ok=True)
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, METHODS / "gptq.safetensors")
    diagonal = torch.diag(hessian).clone()
    diagonal[DEAD] = 1
    recorded = dict(rows=ROWS, columns=COLUMNS, tokens=TOKENS, dead=DEAD, percdamp=PERCDAMP,
                    damping=(PERCDAMP * torch.mean(diagonal)).item(), cases=cases)
    (METHODS / "gptq.json").write_text(json.dumps(recorded, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--only", choices=("layer", "models"))
    args = parser.parse_args()
    torch.set_num_threads(1)
    for name, record in (("layer", record_layer), ("models", record_models)):
        if args.only in (None, name):
            record(args.source)


if __name__ == "__main__":
    main()
