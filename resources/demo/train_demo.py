#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the demo model of Invarscope: a small, deep, narrow OPT on the King James Bible (public domain).

The text is the one that Debian's package `bible-kjv` prints (program `bible`). Whole chapters are held out; the
calibration text is made of training chapters, so the two are disjoint. Depth and narrowness are on purpose: rounding
noise adds up over the layers and there are few neurons to spare, so that 2 bits visibly break the model.

usage: train_demo.py [--minutes 40] [--out DIR]       writes DIR/model, DIR/calibration.txt, DIR/heldout.txt
needs: torch, transformers, tokenizers, and the Debian package bible-kjv
"""
import argparse, copy, math, pathlib, re, subprocess, time

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import GPT2TokenizerFast, OPTConfig, OPTForCausalLM

HELD_OUT_EVERY, CALIBRATION_EVERY = 24, 48  # chapters
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]  # OPT's first four ids


def chapters():
    """The Bible's chapters as plain text, one verse a line, without verse numbers."""
    raw = subprocess.run(["bible", "-f", "Gen1:1-Rev22:21"], check=True, capture_output=True, text=True).stdout
    by_chapter = {}
    for line in raw.splitlines():
        reference, verse = line.split(" ", 1)
        by_chapter.setdefault(reference.rsplit(":", 1)[0], []).append(re.sub(r"\s+", " ", verse).strip())
    return ["\n".join(verses) + "\n" for verses in by_chapter.values()]


def split(all_chapters):
    """training, held-out and calibration chapters; calibration is a part of training."""
    held_out = [c for i, c in enumerate(all_chapters) if i % HELD_OUT_EVERY == 11]
    training = [c for i, c in enumerate(all_chapters) if i % HELD_OUT_EVERY != 11]
    calibration = [c for i, c in enumerate(all_chapters) if i % CALIBRATION_EVERY == 29]
    return training, held_out, calibration


def train_tokenizer(texts, vocabulary):
    """Byte-level BPE as OPT has it: `</s>` stands before a text when special tokens are asked for."""
    tokenizer = Tokenizer(models.BPE(unk_token=None))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, special_tokens=SPECIAL, show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="</s> $A", special_tokens=[("</s>", 2)])
    return GPT2TokenizerFast(tokenizer_object=tokenizer, bos_token="</s>", eos_token="</s>", unk_token="</s>",
                             pad_token="<pad>", add_prefix_space=False)


@torch.no_grad()
def perplexity(model, ids, window=128):
    x = ids[: len(ids) // window * window].view(-1, window)
    total = sum(model(b, labels=b).loss.item() * len(b) for b in x.split(32))
    return math.exp(total / len(x))


@torch.no_grad()
def rounded_to_nearest(model, bits=2, group=128):
    """A copy whose decoder projections are rounded as the published code rounds them (asymmetric min-max groups)."""
    copy_of = copy.deepcopy(model)
    for linear in (m for m in copy_of.model.decoder.layers.modules() if isinstance(m, torch.nn.Linear)):
        w = linear.weight.data.reshape(-1, group)
        low, high = w.amin(1, keepdim=True), w.amax(1, keepdim=True)
        scale = (high - low).clamp(min=1e-5) / (2**bits - 1)
        zero = (-torch.round(low / scale)).clamp(0, 2**bits - 1)
        codes = torch.clamp(torch.round(w / scale) + zero, 0, 2**bits - 1)
        linear.weight.data = ((codes - zero) * scale).reshape(linear.weight.shape)
    return copy_of


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=40, help="wall-clock budget; the learning rate falls over it")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--ffn", type=int, default=512)
    parser.add_argument("--layers", type=int, default=12)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--vocabulary", type=int, default=2048)
    parser.add_argument("--context", type=int, default=256)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--float32", action="store_true", help="train without bfloat16 autocast")
    parser.add_argument("--compile", action="store_true", help="torch.compile: two minutes to start, then faster")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(args.threads)

    training, held_out, calibration = split(chapters())
    tokenizer = train_tokenizer(training, args.vocabulary)
    ids = torch.tensor(tokenizer("\n".join(training), add_special_tokens=False).input_ids)
    test = torch.tensor(tokenizer("\n".join(held_out), add_special_tokens=False).input_ids)
    print(f"{len(ids)} training tokens, {len(test)} held out", flush=True)

    model = OPTForCausalLM(OPTConfig(
        vocab_size=len(tokenizer), hidden_size=args.width, word_embed_proj_dim=args.width, ffn_dim=args.ffn,
        num_hidden_layers=args.layers, num_attention_heads=args.heads, max_position_embeddings=args.context,
        dropout=args.dropout, attention_dropout=0.0, bos_token_id=2, eos_token_id=2, pad_token_id=1, init_std=0.05))
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters", flush=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
    model.train()
    forward = torch.compile(model) if args.compile else model
    if args.compile:
        with torch.autocast("cpu", torch.bfloat16, enabled=not args.float32):
            warm = torch.zeros(args.batch, args.context, dtype=torch.long)
            forward(warm, labels=warm).loss.backward()
    start, step, shown = time.time(), 0, 0.0
    while (done := (time.time() - start) / (60 * args.minutes)) < 1:
        for group in optimizer.param_groups:  # warm up, then a cosine over the wall clock
            group["lr"] = args.rate * min(1, (step + 1) / 200) * (0.5 + 0.5 * math.cos(math.pi * done))
        offsets = torch.randint(0, len(ids) - args.context, (args.batch,))
        batch = torch.stack([ids[o : o + args.context] for o in offsets])
        with torch.autocast("cpu", torch.bfloat16, enabled=not args.float32):
            loss = forward(batch, labels=batch).loss
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        if time.time() - shown > 120:
            shown = time.time()
            model.eval()
            print(f"{(shown - start) / 60:5.1f} min, step {step}, {step * batch.numel() / 1e6:.1f} M tokens, "
                  f"loss {loss.item():.3f}, held-out perplexity {perplexity(model, test[:4096]):.2f}, at 2 bits "
                  f"{perplexity(rounded_to_nearest(model), test[:4096]):.2f}", flush=True)
            model.train()

    model.eval()
    model = model.to(torch.float16)
    (args.out / "model").mkdir(parents=True, exist_ok=True)
    model.save_pretrained(args.out / "model")
    tokenizer.save_pretrained(args.out / "model")
    tokenizer.backend_tokenizer.model.save(str(args.out / "model"))  # vocab.json and merges.txt
    (args.out / "calibration.txt").write_text("\n".join(calibration), encoding="utf-8")
    (args.out / "heldout.txt").write_text("\n".join(held_out), encoding="utf-8")
    model = model.float()
    print(f"after {step} steps: held-out perplexity {perplexity(model, test):.3f}, "
          f"at 2 bits {perplexity(rounded_to_nearest(model), test):.3f}", flush=True)


if __name__ == "__main__":
    main()
