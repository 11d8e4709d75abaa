#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records what AWQ's own code makes of tiny checkpoints: methods/awq.json and methods/awq.safetensors.

usage: make_awq.py --source FOLDER    (FOLDER: a checkout of mit-han-lab/llm-awq; recorded from commit d6e797a)

Runs run_awq (awq/quantize/pre_quant.py) and then rounds every decoder linear with its pseudo_quantize_tensor. On a CPU their
code needs shims, all below: `.cuda()` does nothing; `.cpu()` copies, as it does from a GPU (they keep the weights to restore
with `.cpu()`); a decoder layer answers in a tuple, as transformers 4 had it; rows of a weight are padded to the multiple of
64 that their clip search asks for (rows are searched independently of each other).

What run_awq does, layer by layer: a hook notes the input of each linear while the layer, still as it was, computes all
sequences at once; its output is the next layer's input, so every input is a full-precision one, and scales and clips of
earlier layers never enter. Then auto_scale_block (all folds of the layer are searched on its unchanged weights), apply_scale
in the order of the folds (also divides the noted inputs), auto_clip_block on scaled weights and inputs, apply_clip.
Each fold has the 20 losses (ratio i/20) that were compared, so that a near tie can be told from a mistake.
The clip search takes every (tokens // 512)-th token from the first on; with fewer than 512 tokens their code fails.
Needs torch, transformers, safetensors, tqdm.
"""
import argparse
import contextlib
import io
import json
import pathlib
import sys
import types

import torch
from safetensors.torch import save_file

from method_models import METHODS, TINY_MODELS, blocks, hidden_error, linears, load, measure, rounded, tiny_ids

GROUP, ROWS = 8, 15  # 960 tokens: their clip search then takes every one


def stub(name, **members):
    module = sys.modules[name] = types.ModuleType(name)
    module.__dict__.update(members)
    return module


class Awq:
    """The authors' code, made to run on a CPU."""

    def __init__(self, source):
        sys.path.insert(0, str(source))
        stub("awq_inference_engine")  # CUDA kernels
        stub("tinychat")
        stub("tinychat.models", LlavaLlamaForCausalLM=type("LlavaLlamaForCausalLM", (), {}))
        self.samples = None
        stub("awq.utils.calib_data", get_calib_dataset=lambda **_: list(self.samples.split(1)))
        with contextlib.redirect_stdout(io.StringIO()):
            from awq.quantize import auto_clip, auto_scale, pre_quant, quantizer
        self.quantizer, self.pre_quant, self.auto_scale = quantizer, pre_quant, auto_scale
        pre_quant.move_embed = lambda *_: None
        pre_quant.tqdm.tqdm = lambda values, **_: values
        search = auto_clip.auto_clip_layer

        def padded(weight, *args, **options):
            spare = -weight.shape[0] % 64
            return search(torch.cat([weight, weight[:1].expand(spare, -1)]), *args, **options)[:weight.shape[0]]

        auto_clip.auto_clip_layer = padded

    @contextlib.contextmanager
    def shims(self, layer_class):
        kept = {(owner, name): getattr(owner, name) for owner, name in (
            (torch.Tensor, "cuda"), (torch.Tensor, "cpu"), (torch.Tensor, "item"), (torch.nn.Module, "cuda"), (layer_class, "forward"))}
        forward, item = layer_class.forward, torch.Tensor.item
        self.items = []

        def noted(tensor):
            self.items.append(item(tensor))
            return self.items[-1]

        torch.Tensor.cuda = torch.nn.Module.cuda = lambda self, *_: self
        torch.Tensor.cpu = lambda self: self.clone()
        torch.Tensor.item = noted
        layer_class.forward = lambda self, *args, **options: (forward(self, *args, **options),)
        try:
            yield
        finally:
            for (owner, name), member in kept.items():
                setattr(owner, name, member)

    @torch.no_grad()
    def run(self, model, samples, bits, group):
        """Scales and clips `model` in place and rounds its decoder linears; says what was found."""
        self.samples = samples
        settings = dict(zero_point=True, q_group_size=group)
        means, losses = [], []
        get_act_scale, auto_scale_block = self.auto_scale.get_act_scale, self.pre_quant.auto_scale_block

        def noting_mean(inputs):
            means.append(get_act_scale(inputs))
            return means[-1]

        def noting_losses(*args, **options):
            self.items.clear()
            folds = auto_scale_block(*args, **options)
            losses.extend(self.items[i * 20:(i + 1) * 20] for i in range(len(folds)))
            assert len(self.items) >= 20 * len(folds)
            return folds

        self.auto_scale.get_act_scale, self.pre_quant.auto_scale_block = noting_mean, noting_losses
        try:
            with self.shims(type(blocks(model)[0])), contextlib.redirect_stdout(io.StringIO()):
                found = self.pre_quant.run_awq(model, None, w_bit=bits, q_config=settings, n_samples=len(samples), seqlen=samples.shape[1])
        finally:
            self.auto_scale.get_act_scale, self.pre_quant.auto_scale_block = get_act_scale, auto_scale_block
        for module in linears(model).values():
            module.weight.data = self.quantizer.pseudo_quantize_tensor(module.weight.data, n_bit=bits, **settings)
        folds = []
        for (previous, layers, scales), mean, compared in zip(found["scale"], means, losses, strict=True):
            ratios = [i for i in range(20) if torch.equal(self.scales(mean, i / 20), scales)]
            assert len(ratios) == 1 and compared[ratios[0]] == min(compared)
            folds.append(dict(previous=previous, layers=list(layers), ratio=ratios[0] / 20, losses=compared, scales=scales))
        return folds, found["clip"]

    @staticmethod
    def scales(mean, ratio):
        scales = mean.pow(ratio).clamp(min=1e-4).view(-1)
        return scales / (scales.max() * scales.min()).sqrt()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--source", type=pathlib.Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    awq = Awq(args.source)
    calibration, heldout = tiny_ids(ROWS, 0), tiny_ids(8, 1)
    recorded, tensors = dict(group=GROUP, calibration=calibration.tolist(), heldout=heldout.tolist(), cases=[]), {}
    for name, folder in TINY_MODELS.items():
        full_loss, full = measure(load(folder), heldout)
        for bits in (2, 4):
            model = load(folder)
            folds, clips = awq.run(model, calibration, bits, GROUP)
            loss, hidden = measure(model, heldout)
            rtn_loss, rtn = measure(rounded(folder, bits, GROUP), heldout)
            case = f"{name}-b{bits}"
            for index, fold in enumerate(folds):
                tensors[f"{case}.scale.{index}"] = fold.pop("scales")
            for linear, clip in clips:
                tensors[f"{case}.clip.{linear}"] = clip
            recorded["cases"].append(dict(
                name=case, model=name, bits=bits, folds=folds, clips=[linear for linear, _ in clips],
                cross_entropy=dict(full=full_loss, rtn=rtn_loss, awq=loss),
                hidden_error=dict(rtn=hidden_error(rtn, full), awq=hidden_error(hidden, full))))
            print(case, [fold["ratio"] for fold in folds], recorded["cases"][-1]["cross_entropy"], recorded["cases"][-1]["hidden_error"])
    METHODS.mkdir(exist_ok=True)
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, METHODS / "awq.safetensors")
    (METHODS / "awq.safetensors").chmod(0o644)
    (METHODS / "awq.json").write_text(json.dumps(recorded) + "\n")


if __name__ == "__main__":
    main()
