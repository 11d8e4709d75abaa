# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scripts that run published quantization methods share: the models, the token ids and the measures."""
import hashlib
import json
import pathlib

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, logging

logging.disable_progress_bar()
HERE = pathlib.Path(__file__).resolve().parent
DEMO = HERE.parents[1] / "resources" / "demo"
METHODS = HERE / "methods"
TINY_MODELS = {"tiny-opt": HERE / "tiny-opt", "llama-biased": HERE / "families" / "llama-biased", "llama-tied": HERE / "families" / "llama-tied"}
WINDOW = 128  # tokens of a demo sequence
DEMO_RULE = ("tokenize the whole text without special tokens; calibration: the first 32 x 128 ids of calibration.txt, in rows "
             "of 128; held out: the first 8192 ids of heldout.txt, in rows of 128, a row's first token not predicted")


def load(folder, **options):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, **options).eval()
    model.config.use_cache = False
    return model


def tiny_ids(count, seed, length=64, vocabulary=96):
    """Rows of token ids for the tiny checkpoints. Row 0 of seed 0 is replay/ids.json, the rest is random."""
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(3, vocabulary, (count, length), generator=generator)
    if seed == 0:
        ids[0] = torch.tensor(json.loads((HERE / "replay" / "ids.json").read_text()))
    return ids


def demo_ids():
    tokenizer = AutoTokenizer.from_pretrained(DEMO / "model")
    encode = lambda name: torch.tensor(tokenizer((DEMO / name).read_text(encoding="utf-8"), add_special_tokens=False).input_ids)
    return encode("calibration.txt")[:32 * WINDOW].view(-1, WINDOW), encode("heldout.txt")[:8192].view(-1, WINDOW)


def digest(ids):
    """SHA-256 of the ids as decimal numbers with single spaces between them."""
    return hashlib.sha256(" ".join(map(str, ids.flatten().tolist())).encode()).hexdigest()


def demo_record():
    calibration, heldout = demo_ids()
    return dict(how=DEMO_RULE, digest="SHA-256 of the ids as decimal numbers with single spaces between them",
                calibration_sha256=digest(calibration), heldout_sha256=digest(heldout),
                model_sha256=hashlib.sha256((DEMO / "model" / "model.safetensors").read_bytes()).hexdigest())


def blocks(model):
    return model.model.decoder.layers if model.config.model_type == "opt" else model.model.layers


def linears(model):
    return {name: module for name, module in blocks(model).named_modules() if isinstance(module, torch.nn.Linear)}


def round_to_nearest(weight, bits, group):
    """The project's asymmetric grid: groups of inputs, from the smallest weight to the largest (not widened to hold 0)."""
    grouped = weight.reshape(-1, group)
    high, low = grouped.amax(1, keepdim=True), grouped.amin(1, keepdim=True)
    top = 2**bits - 1
    scale = (high - low).clamp(min=1e-5) / top
    zero = (-torch.round(low / scale)).clamp(0, top)
    return ((torch.clamp(torch.round(grouped / scale) + zero, 0, top) - zero) * scale).reshape(weight.shape)


def round_linears(model, bits, group):
    for module in linears(model).values():
        module.weight.data = round_to_nearest(module.weight.data, bits, group)
    return model


def rounded(folder, bits, group):
    return round_linears(load(folder), bits, group)


@torch.no_grad()
def measure(model, rows, size=16):
    """Cross-entropy per predicted token and the hidden states after the last norm; `size` rows are computed at once."""
    loss, hidden = 0.0, []
    for batch in rows.split(size):
        states = model.model(batch).last_hidden_state
        logits = model.lm_head(states)[:, :-1].float()
        loss += torch.nn.functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), batch[:, 1:].reshape(-1)).item() * len(batch)
        hidden.append(states.float())
    return loss / len(rows), torch.cat(hidden)


def hidden_error(hidden, full):
    return (hidden.double() - full.double()).square().mean().item()
