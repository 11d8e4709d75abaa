#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the tiny random OPT checkpoints beside this file, and records what transformers computes with them.

usage: make_tiny_opt.py [--port reference_port.py]

Writes tiny-opt*/ and tiny-opt-logits.json; with --port also replay/*.jsonl (see replay/replay.json for the arguments).
Needs torch, transformers, safetensors. Everything is seeded.
"""
import argparse
import collections
import json
import math
import pathlib
import shutil
import subprocess
import sys

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, OPTConfig, OPTForCausalLM

HERE = pathlib.Path(__file__).resolve().parent
WINDOW = 16  # of the recorded perplexities


def config(**changed):
    settings = dict(vocab_size=96, hidden_size=32, ffn_dim=128, num_hidden_layers=3, num_attention_heads=4,
                    max_position_embeddings=64, word_embed_proj_dim=32, do_layer_norm_before=True, dropout=0.0,
                    activation_function="relu", bos_token_id=2, eos_token_id=2, pad_token_id=1)
    settings.update(changed)
    return OPTConfig(**settings)


def random_model(cfg, seed):
    """Weights spread widely enough that logits and quantization errors are far from zero."""
    torch.manual_seed(seed)
    model = OPTForCausalLM(cfg).eval()
    with torch.no_grad():
        for name, p in model.named_parameters():
            if "layer_norm" in name:
                p.normal_(1.0 if name.endswith("weight") else 0.0, 0.2)
            elif name.endswith("bias"):
                p.normal_(0.0, 0.1)
            elif "embed" in name:
                p.normal_(0.0, 0.3)
            else:
                p.normal_(0.0, 1.2 / math.sqrt(p.shape[1]))
    model.tie_weights()
    return model


def state(model, dtype, prefix=True, head=False):
    """The checkpoint's tensors. A tied head is left out, as transformers' own safetensors do, or written as .bin files have it."""
    tensors = collections.OrderedDict()
    for name, t in model.state_dict().items():
        if name == "lm_head.weight" and not head:
            continue
        name = name if prefix or not name.startswith("model.") else name[len("model."):]
        tensors[name] = t.detach().to(dtype).contiguous()
    if head:
        embedding = ("model." if prefix else "") + "decoder.embed_tokens.weight"
        tensors["lm_head.weight"] = tensors[embedding]
    return tensors


def shards(tensors, count):
    names = list(tensors)
    per = -(-len(names) // count)
    return [collections.OrderedDict((n, tensors[n]) for n in names[i:i + per]) for i in range(0, len(names), per)]


def write(name, cfg, dtype, tensors, kind, parts=1):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    written = cfg.to_dict()
    written.update(architectures=["OPTForCausalLM"], torch_dtype=str(dtype).removeprefix("torch."))
    written.pop("dtype", None)
    (folder / "config.json").write_text(json.dumps(written, indent=2, sort_keys=True) + "\n")
    stem, suffix = ("model", "safetensors") if kind == "safetensors" else ("pytorch_model", "bin")
    index = {}
    for i, part in enumerate(shards(tensors, parts)):
        file = f"{stem}.{suffix}" if parts == 1 else f"{stem}-{i + 1:05d}-of-{parts:05d}.{suffix}"
        if kind == "safetensors":
            save_file(dict(part), folder / file, metadata={"format": "pt"})
        else:
            torch.save(part, folder / file)
        index.update({n: file for n in part})
    if parts > 1:
        total = sum(t.numel() * t.element_size() for t in tensors.values())
        (folder / f"{stem}.{suffix}.index.json").write_text(
            json.dumps({"metadata": {"total_size": total}, "weight_map": index}, indent=2) + "\n")
    return folder


@torch.no_grad()
def record(folder, ids):
    """Last-position logits of some sequences and the perplexity of `ids`, all in float32."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    sequences = [[2], [2, 5, 9, 33], ids[:12], ids[40:40 + 60]]
    logits = [model(torch.tensor([s])).logits[0, -1].tolist() for s in sequences]
    x = torch.tensor(ids[: len(ids) // WINDOW * WINDOW]).view(-1, WINDOW)
    lg = model(x).logits[:, :-1].double()
    nll = torch.nn.functional.cross_entropy(lg.reshape(-1, lg.size(-1)), x[:, 1:].reshape(-1))
    predicted = x.shape[0] * (WINDOW - 1)
    return dict(sequences=sequences, logits=logits,
                perplexity=dict(ids=ids, window=WINDOW, value=math.exp(nll.item()), predicted=predicted))


def make_models():
    g = torch.Generator().manual_seed(7)
    ids = torch.randint(3, 96, (137,), generator=g).tolist()  # 8 windows of 16 and a rest that is dropped
    made = {}
    cfg = config()
    made["tiny-opt"] = write("tiny-opt", cfg, torch.float32, state(random_model(cfg, 0), torch.float32), "safetensors")
    cfg = config(do_layer_norm_before=False, word_embed_proj_dim=16, hidden_size=24, ffn_dim=96, num_hidden_layers=2)
    made["tiny-opt-350m"] = write("tiny-opt-350m", cfg, torch.float16, state(random_model(cfg, 1), torch.float16),
                                  "safetensors")
    cfg = config(num_hidden_layers=2, hidden_size=48, ffn_dim=80, word_embed_proj_dim=48, num_attention_heads=6)
    made["tiny-opt-sharded"] = write("tiny-opt-sharded", cfg, torch.bfloat16,
                                     state(random_model(cfg, 2), torch.bfloat16, prefix=False), "safetensors", 3)
    cfg = config(num_hidden_layers=2)
    made["tiny-opt-bin"] = write("tiny-opt-bin", cfg, torch.float16,
                                 state(random_model(cfg, 3), torch.float16, prefix=False, head=True), "bin")
    cfg = config(num_hidden_layers=2, hidden_size=40, ffn_dim=64, word_embed_proj_dim=40, num_attention_heads=5)
    made["tiny-opt-bin-sharded"] = write("tiny-opt-bin-sharded", cfg, torch.float16,
                                         state(random_model(cfg, 4), torch.float16), "bin", 2)
    golden = {name: record(folder, ids) for name, folder in made.items()}
    (HERE / "tiny-opt-logits.json").write_text(json.dumps(golden) + "\n")


def make_replays(port):
    folder = HERE / "replay"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    g = torch.Generator().manual_seed(11)
    (folder / "ids.json").write_text(json.dumps(torch.randint(3, 96, (64,), generator=g).tolist()) + "\n")
    common = dict(steps=40, bits=2, seqs=4, len=16, layers=10, alpha=0.1)
    moves = {"scale-std": 0.05, "rot-std": 1e-3, "swap": 0.1}
    listed = []
    for model, group in (("tiny-opt", 16), ("tiny-opt-350m", 8), ("tiny-opt-sharded", 16)):
        for seed in (0, 1, 2):
            trace = f"{model}-seed{seed}.jsonl"
            arguments = dict(common, group=group, seed=seed, **moves)
            options = [part for key, value in arguments.items() for part in (f"--{key}", str(value))]
            done = subprocess.run([sys.executable, port, str(HERE / model), str(folder / "ids.json"), *options, "--trace",
                                   str(folder / trace)], check=True, capture_output=True, text=True)
            result = json.loads(done.stdout.splitlines()[-1])
            listed.append(dict(model=model, trace=trace, ids="ids.json", arguments=arguments,
                               **{key: result[key] for key in ("ce0", "mse0", "best", "accept")}))
    (folder / "replay.json").write_text(json.dumps(listed, indent=1) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", help="reference_port.py: also record its searches")
    parser.add_argument("--replays-only", action="store_true")
    options = parser.parse_args()
    if not options.replays_only:
        make_models()
    if options.port:
        make_replays(options.port)
