#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a step has to compute, and how fast this machine multiplies matrices of the same shapes.

A candidate in layer l needs the FFN of l, the layers after it, and the head on the predicted tokens; of attention's
two products, the causal half. The rate is the best of torch.nn.functional.linear and oneDNN's prepacked product, weights
reused; over the shapes of a step it is the harmonic mean weighted by FLOPs: the rate of a program that did those
products one after another and nothing else.

usage: arithmetic.py CONFIG.json SEQUENCES LENGTH PRECISION [--threads N] [--seconds S]     prints one JSON object
"""
from __future__ import annotations

import argparse
import collections
import dataclasses
import json
import pathlib
import statistics
import time
from typing import Callable

import torch

ROWS = (512, 2048)  # tokens in one product


@dataclasses.dataclass(frozen=True)
class Sizes:
    """Of an OPT model and its calibration set."""

    layers: int
    width: int
    ffn: int
    heads: int
    vocabulary: int
    sequences: int
    length: int

    @staticmethod
    def read(config: pathlib.Path, sequences: int, length: int) -> "Sizes":
        c = json.loads(config.read_text())
        return Sizes(c["num_hidden_layers"], c["hidden_size"], c["ffn_dim"], c["num_attention_heads"], c["vocab_size"],
                     sequences, length)


Shape = tuple[str, int, int]  # "linear", outputs, inputs; or "attention", tokens, head width
Work = dict[Shape, float]  # FLOPs of each shape


def step_work(sizes: Sizes, layer: float) -> Work:
    """FLOPs, by shape, that a candidate in `layer` makes necessary; a mean layer may be a fraction."""
    tokens, after = sizes.sequences * sizes.length, sizes.layers - 1 - layer
    d, f = sizes.width, sizes.ffn
    work: Work = collections.defaultdict(float)
    work["linear", d, d] += after * 4 * 2 * tokens * d * d
    work["linear", f, d] += (after + 1) * 2 * tokens * f * d
    work["linear", d, f] += (after + 1) * 2 * tokens * f * d
    pairs = sizes.sequences * sizes.length * (sizes.length + 1) / 2
    work["attention", sizes.length, d // sizes.heads] += after * 2 * 2 * pairs * d
    work["linear", sizes.vocabulary, d] += 2 * sizes.sequences * (sizes.length - 1) * sizes.vocabulary * d
    return dict(work)


def mean_step_work(sizes: Sizes) -> Work:
    """With layers drawn uniformly."""
    return step_work(sizes, (sizes.layers - 1) / 2)


def forward_flops(sizes: Sizes) -> float:
    """A whole pass of the model over the calibration set."""
    return sum(step_work(sizes, -1).values())


def median_seconds(work: Callable[[], object], seconds: float) -> float:
    work()
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < 5 or time.perf_counter() < end:
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def linear_rate(outputs: int, inputs: int, dtype: torch.dtype, seconds: float) -> float:
    """FLOP/s of x W^T + b, the best of two ways and of two row counts."""
    weight, bias = torch.randn(outputs, inputs).to(dtype), torch.randn(outputs).to(dtype)
    best = 0.0
    for rows in ROWS:
        x = torch.randn(rows, inputs).to(dtype)
        ways: list[Callable[[], object]] = [lambda: torch.nn.functional.linear(x, weight, bias)]
        if torch.backends.mkldnn.is_available():
            packed = torch.ops.mkldnn._reorder_linear_weight(weight, rows)
            ways.append(lambda: torch.ops.mkldnn._linear_pointwise(x, packed, bias, "none", [], ""))
        share = seconds / (len(ROWS) * len(ways))
        best = max([best, *(2 * rows * outputs * inputs / median_seconds(way, share) for way in ways)])
    return best


def attention_rate(tokens: int, width: int, dtype: torch.dtype, seconds: float) -> float:
    """FLOP/s of the two products of attention heads, as batched matrix products."""
    count = max(1, 2048 // tokens) * 8
    q, k = (torch.randn(count, tokens, width).to(dtype) for _ in range(2))
    scores = torch.randn(count, tokens, tokens).to(dtype)
    flops = 2 * count * tokens * tokens * width
    both = sum(median_seconds(way, seconds / 2) for way in (lambda: q @ k.transpose(1, 2), lambda: scores @ k))
    return 2 * flops / both


@torch.inference_mode()
def measure_rates(work: Work, dtype: torch.dtype, seconds: float) -> dict[Shape, float]:
    rate_of = {"linear": linear_rate, "attention": attention_rate}
    return {shape: rate_of[shape[0]](shape[1], shape[2], dtype, seconds) for shape, flops in work.items() if flops > 0}


def mean_rate(work: Work, rates: dict[Shape, float]) -> float:
    total = sum(work.values())
    return total / sum(flops / rates[shape] for shape, flops in work.items() if flops > 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=pathlib.Path)
    parser.add_argument("sequences", type=int)
    parser.add_argument("length", type=int)
    parser.add_argument("precision", choices=["float32", "bfloat16"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=0.5, help="for each shape")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    work = mean_step_work(Sizes.read(options.config, options.sequences, options.length))
    rates = measure_rates(work, getattr(torch, options.precision), options.seconds)
    print(json.dumps({"rate": mean_rate(work, rates), "step_flops": sum(work.values()),
                      "shapes": [{"kind": kind, "sizes": [a, b], "share": work[kind, a, b] / sum(work.values()),
                                  "rate": rate} for (kind, a, b), rate in rates.items()]}))


if __name__ == "__main__":
    main()
