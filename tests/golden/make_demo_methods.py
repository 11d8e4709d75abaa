#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records the demo model's perplexity after GPTQ, AWQ and OmniQuant by their authors' code: methods/demo_methods.json.

usage: make_demo_methods.py [--gptq FOLDER] [--awq FOLDER] [--omniquant FOLDER] [--bits 2 3 4]

The folders are checkouts of IST-DASLab/gptq (2d65066), mit-han-lab/llm-awq (d6e797a) and OpenGVLab/OmniQuant (95fae1b); a
method without one keeps what was recorded before. Groups of 64, asymmetric, every linear of the decoder layers, float32 on a
CPU with one thread (`seconds` are that thread's, not the wall's); the ids are those of make_auto_round.py. Needs torch,
transformers, safetensors, tqdm.

GPTQ: opt_sequential of opt.py as it is (percdamp .01, blocks of 128), plain and with actorder and static groups.
AWQ: as make_awq.py runs it.
OmniQuant: omniquant() of quantize/omniquant.py without AMP (`--deactive_amp`), AdamW, batch 1, lwc_lr 1e-2, let_lr 5e-3,
alpha .5, wd 0. Shims: the quantized layer stays in float32 where their code would halve it; attention is eager, since theirs
needs a mask. With LET (no shift, as for any weight-only run), "lwc+let" smooths v_proj and out_proj while training by the
layer class's own smooth_and_quant_temporary; "lwc+let as released" by the function of quantize/utils.py that the released
loop calls, which for OPT divides the *columns* of v_proj's unsmoothed weight by out_proj's scales while training and its rows
afterwards, so that it trains another function than it keeps.
"""
import argparse
import contextlib
import io
import json
import logging
import math
import pathlib
import sys
import tempfile
import time
import types

import torch

from make_awq import Awq, stub
from make_gptq import run_on_model
from method_models import DEMO, METHODS, WINDOW, blocks, demo_ids, demo_record, hidden_error, linears, load, measure, rounded

GROUP, FOLDER = 64, DEMO / "model"


def run_gptq(source, calibration, bits_list):
    for bits in bits_list:
        for ordered in (False, True):
            yield (dict(method="gptq", variant="actorder, static groups" if ordered else "plain", bits=bits),
                   *run_on_model(source, FOLDER, calibration, bits, GROUP, ordered))


def run_awq(source, calibration, bits_list):
    awq = Awq(source)
    for bits in bits_list:
        model, start = load(FOLDER), time.process_time()
        folds, _ = awq.run(model, calibration, bits, GROUP)
        seconds = time.process_time() - start
        yield dict(method="awq", variant="scale and clip", bits=bits, ratios=[fold["ratio"] for fold in folds]), model, seconds


def import_omniquant(source):
    sys.path.insert(0, str(source))
    stub("termcolor", colored=lambda text, *_, **__: text)
    for name, member in (("int_llama_layer", "QuantLlamaDecoderLayer"), ("int_falcon_layer", "QuantFalconDecoderLayer")):
        stub(f"models.{name}", **{member: None})  # these want classes of transformers 4
    with contextlib.redirect_stdout(io.StringIO()):
        from models import int_opt_layer
        from quantize import omniquant
    torch.cuda.max_memory_allocated = lambda *_: 0
    layer = int_opt_layer.QuantOPTDecoderLayer
    layer.half = lambda self: self
    layer.float = lambda self: self._apply(torch.clone)  # from half precision it would copy, which undoes nn.Parameter
    return omniquant, omniquant.smooth_and_quant_temporary


def largest_inputs(model, calibration):
    """As their generate_act_scale_shift.py: the largest absolute input of each channel."""
    largest = {}

    def note(name):
        def hook(_, inputs, __):
            now = inputs[0].reshape(-1, inputs[0].shape[-1]).abs().amax(0)
            largest[name] = torch.maximum(largest[name], now) if name in largest else now
        return hook

    handles = [module.register_forward_hook(note(f"model.decoder.layers.{name}")) for name, module in linears(model).items()]
    with torch.no_grad():
        for row in calibration:
            model(row.unsqueeze(0))
    for handle in handles:
        handle.remove()
    return largest


def take_back(quantized, model):
    """Puts what OmniQuant's layers hold into the layers of a model of transformers."""
    for theirs, ours in zip(quantized, blocks(model), strict=True):
        held = dict(theirs.named_modules())
        for name, module in ours.named_modules():
            if isinstance(module, (torch.nn.Linear, torch.nn.LayerNorm)):
                module.weight.data = held[name].weight.detach().clone()
                module.bias.data = held[name].bias.detach().clone()
    return model


OMNIQUANT = [("lwc", False, 20, {}), ("lwc+let", True, 20, {}), ("lwc+let as released", True, 20, {}), ("lwc+let, aug_loss", True, 20, dict(aug_loss=True))]


def run_omniquant(source, calibration, bits_list):
    omniquant, released = import_omniquant(source)
    logger = logging.getLogger("omniquant")
    scales = largest_inputs(load(FOLDER), calibration)
    for bits in bits_list:
        for variant, transform, epochs, options in OMNIQUANT:
            if options and bits != 2:
                continue
            activations = dict(n_bits=16, per_channel_axes=[], symmetric=False, dynamic_method="per_token")
            args = types.SimpleNamespace(
                net="opt", model="opt", deactive_amp=True, epochs=epochs, nsamples=len(calibration), batch_size=1, seed=2,
                wbits=bits, abits=16, group_size=GROUP, alpha=0.5, let_lr=5e-3, lwc_lr=1e-2, wd=0, let=transform, lwc=True,
                resume=None, real_quant=False, act_quant_params=activations, q_quant_params=activations,
                k_quant_params=activations, v_quant_params=activations, p_quant_params=dict(n_bits=16, metric="fix0to1"),
                weight_quant_params=dict(n_bits=bits, per_channel_axes=[0], symmetric=False, dynamic_method="per_channel",
                                         group_size=GROUP, lwc=True, disable_zero_point=False), **{"aug_loss": False, **options})
            own = lambda layer, *_: layer.smooth_and_quant_temporary()
            omniquant.smooth_and_quant_temporary = released if variant.endswith("released") else own
            torch.manual_seed(args.seed)
            model, start = load(FOLDER, attn_implementation="eager"), time.process_time()
            model.requires_grad_(False)
            holder = types.SimpleNamespace(model=model, device=torch.device("cpu"), _device="cpu", seqlen=WINDOW)
            with tempfile.TemporaryDirectory() as args.output_dir:
                omniquant.omniquant(holder, args, [(row.unsqueeze(0),) for row in calibration], scales, None, logger)
            seconds = time.process_time() - start
            yield (dict(method="omniquant", variant=variant, epochs=epochs, bits=bits),
                   take_back(blocks(model), load(FOLDER)), seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    methods = dict(gptq=run_gptq, awq=run_awq, omniquant=run_omniquant)
    for name in methods:
        parser.add_argument(f"--{name}", type=pathlib.Path)
    parser.add_argument("--bits", type=int, nargs="+", default=[2, 3, 4])
    args = parser.parse_args()
    torch.set_num_threads(1)
    out = METHODS / "demo_methods.json"
    recorded = json.loads(out.read_text()) if out.exists() else {}
    calibration, heldout = demo_ids()
    full_loss, full = measure(load(FOLDER), heldout)
    recorded.update(ids=demo_record(), group=GROUP, perplexity=math.exp(full_loss), rtn=[])
    for bits in (2, 3, 4):
        loss, hidden = measure(rounded(FOLDER, bits, GROUP), heldout)
        recorded["rtn"].append(dict(bits=bits, perplexity=math.exp(loss), hidden_error=hidden_error(hidden, full)))
    cases = recorded.setdefault("cases", [])
    for name, run in methods.items():
        source = getattr(args, name)
        if not source:
            continue
        for case, model, seconds in run(source, calibration, args.bits):
            loss, hidden = measure(model, heldout)
            case.update(seconds=round(seconds, 1), perplexity=math.exp(loss), hidden_error=hidden_error(hidden, full))
            print(case, flush=True)
            same = lambda other: all(other[key] == case[key] for key in ("method", "variant", "bits"))
            cases[:] = [other for other in cases if not same(other)] + [case]
            METHODS.mkdir(exist_ok=True)
            out.write_text(json.dumps(recorded, indent=1) + "\n")


if __name__ == "__main__":
    main()
