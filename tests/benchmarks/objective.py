#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures a found state again, in float32 and by other software: transformers' OPT with the published algorithm's own
arithmetic (rotate, scale, reorder the full-precision FFN; round to nearest; cross-entropy and hidden states' error
against the rounded start). So searches in different precisions, whose own losses are on different scales, compare.

usage: objective.py MODEL IDS.json INVARIANCES.safetensors      (the file of `invarscope-cli export --format invariances`)
"""
from __future__ import annotations

import argparse
import dataclasses
import json
import math
import pathlib

import torch
from safetensors import safe_open
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM
from transformers.utils.logging import disable_progress_bar

disable_progress_bar()

BATCH_TOKENS = 2048


@dataclasses.dataclass(frozen=True)
class FfnState:
    """As core/invariance/neuron_state.h has it."""

    rotation: torch.Tensor  # [neurons / 2] radians
    scale: torch.Tensor  # [neurons]
    order: torch.Tensor  # [neurons]


@dataclasses.dataclass(frozen=True)
class Terms:
    ce: float  # nats per predicted token
    mse: float


def load_states(file: pathlib.Path) -> tuple[list[FfnState], dict]:
    """The state of every layer, and the settings of the run that found them."""
    with safe_open(str(file), "pt") as tensors:
        settings = json.loads(tensors.metadata()["settings"])
        layers = sum(name.endswith(".order") for name in tensors.keys())
        states = [FfnState(*(tensors.get_tensor(f"layers.{layer}.{part}") for part in ("rotation", "scale", "order")))
                  for layer in range(layers)]
    return states, settings


def quantize(weight: torch.Tensor, bits: int, group: int) -> torch.Tensor:
    """Asymmetric round to nearest over groups of input columns (0: the whole row)."""
    groups = weight.reshape(-1, group or weight.shape[1])
    high, low, top = groups.amax(1, keepdim=True), groups.amin(1, keepdim=True), 2**bits - 1
    scale = (high - low).clamp(min=1e-5) / top
    zero = (-torch.round(low / scale)).clamp(0, top)
    return ((torch.clamp(torch.round(groups / scale) + zero, 0, top) - zero) * scale).reshape(weight.shape)


def rotate_rows(rows: torch.Tensor, angles: torch.Tensor) -> torch.Tensor:
    """R^T rows: pairs (2k, 2k+1) mixed."""
    shape = (-1, *[1] * (rows.dim() - 1))
    cos, sin = torch.cos(angles).view(shape), torch.sin(angles).view(shape)
    even, odd = rows[0::2], rows[1::2]
    return torch.stack((cos * even + sin * odd, cos * odd - sin * even), 1).reshape(rows.shape)


def apply_state(state: FfnState, fc1: torch.nn.Linear, fc2: torch.nn.Linear) -> tuple[torch.Tensor, ...]:
    """W1, b1 and W2 under the state: rotated, scaled, reordered."""
    w1, b1, w2 = fc1.weight.data, fc1.bias.data, fc2.weight.data
    if state.rotation.any():
        w1, b1, w2 = (rotate_rows(t, state.rotation) for t in (w1, b1, w2.T))
        w2 = w2.T
    w1, b1, w2 = w1 / state.scale[:, None], b1 / state.scale, w2 * state.scale
    return w1[state.order], b1[state.order], w2[:, state.order].contiguous()


class Objective:
    """ce / ce0 + alpha * mse / mse0 of a model and a calibration set; ce0 and mse0 are those of the rounded start."""

    @torch.no_grad()
    def __init__(self, model: pathlib.Path, ids: torch.Tensor, bits: int, group: int, alpha: float = 0.1,
                 watched_layers: int = 10) -> None:
        self.ids, self.bits, self.group, self.alpha = ids, bits, group, alpha
        self.full = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32).eval()
        self.rounded = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32).eval()
        layers = len(self.full.model.decoder.layers)
        count = min(watched_layers, layers)
        self.watched = sorted({layers - 1 - math.ceil(i * layers / count) for i in range(count)})
        for layer in self.rounded.model.decoder.layers:
            for module in layer.modules():
                if isinstance(module, torch.nn.Linear):
                    module.weight.data = quantize(module.weight.data, bits, group)
        self.start = self.terms()

    def hidden_states(self, model: torch.nn.Module, ids: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """The head's input and the watched layers' outputs."""
        seen: list[torch.Tensor] = []
        hooks = [model.model.decoder.layers[i].register_forward_hook(
            lambda _module, _inputs, output: seen.append(output[0] if isinstance(output, tuple) else output))
            for i in self.watched]
        last = model.model(ids).last_hidden_state
        for hook in hooks:
            hook.remove()
        return last, seen

    @torch.no_grad()
    def terms(self) -> Terms:
        """Of the rounded model as it stands, summed in double precision."""
        ce = mse = 0.0
        values = 0
        for ids in self.ids.split(max(1, BATCH_TOKENS // self.ids.shape[1])):
            _, target = self.hidden_states(self.full, ids)
            last, found = self.hidden_states(self.rounded, ids)
            for row, row_ids in zip(last, ids):  # one sequence's logits at a time
                ce += cross_entropy(self.rounded.lm_head(row[:-1]), row_ids[1:], reduction="none").double().sum().item()
            for a, b in zip(found, target):
                mse += (a - b).clamp(-100, 100).square().double().sum().item()
                values += a.numel()
        predicted = self.ids.shape[0] * (self.ids.shape[1] - 1)
        return Terms(ce / predicted, mse / values)

    @torch.no_grad()
    def loss(self, states: list[FfnState]) -> float:
        """Of these states; the start's is 1 + alpha."""
        for state, full, rounded in zip(states, self.full.model.decoder.layers, self.rounded.model.decoder.layers):
            w1, b1, w2 = apply_state(state, full.fc1, full.fc2)
            rounded.fc1.weight.data, rounded.fc1.bias.data = quantize(w1, self.bits, self.group), b1
            rounded.fc2.weight.data = quantize(w2, self.bits, self.group)
        found = self.terms()
        return found.ce / self.start.ce + self.alpha * found.mse / self.start.mse

    @property
    def start_loss(self) -> float:
        return 1 + self.alpha


def read_ids(file: pathlib.Path, sequences: int, length: int) -> torch.Tensor:
    return torch.tensor(json.loads(file.read_text())[: sequences * length]).view(sequences, length)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("ids", type=pathlib.Path)
    parser.add_argument("invariances", type=pathlib.Path)
    options = parser.parse_args()
    states, settings = load_states(options.invariances)
    ids = read_ids(options.ids, settings["sequences"], settings["sequence_length"])
    objective = Objective(options.model, ids, settings["bits"], settings["group_size"], settings["alpha"],
                          settings["watched_layers"])
    print(json.dumps({"loss": objective.loss(states), "ce0": objective.start.ce, "mse0": objective.start.mse}))


if __name__ == "__main__":
    main()
