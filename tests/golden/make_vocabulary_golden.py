#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes small tokenizers of the kinds that today's families have beside this file, and records what others make of them.

usage: make_vocabulary_golden.py   (needs tokenizers, transformers, sentencepiece and gguf)

spm-bpe/       tokenizer.model as Llama's (BPE, byte fallback, user-defined pieces) with its tokenizer_config.json
spm-unigram/   tokenizer.model with a character map, extra white space removed and a user-defined piece
tokenizer-llama2/   tokenizer.json as Llama 2's: Prepend and Replace, byte fallback
tokenizer-mistral/  what transformers saves of spm-bpe: Metaspace before the start of the text
tokenizer-gemma/    tokenizer.json as Gemma's: Replace, a Split that merges with what comes before, no space put before
tokenizer-neox/     byte-level with NFC and added tokens that are normalized
tokenizer-unigram/  Unigram behind Metaspace, unknown characters fused
gguf-bytes.json, gguf-marks.json: vocabularies as GGUF files carry them
vocabulary-cases.json: texts, and for each of these the ids, the special tokens around them and the ids decoded (where
                       that is not the text again); of spm-unigram by sentencepiece itself, of the rest by tokenizers
"""
import io
import json
import pathlib
import shutil
import tempfile

import gguf
import sentencepiece
from make_tokenizer_golden import CUTS, HERE, corpus, nasty_texts, train
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import AutoTokenizer, LlamaTokenizer

TEXTS = {name: text for name, text in nasty_texts().items() if len(text) <= 1500 and not (name[-1].isdigit() and int(name.split()[1]) >= 14)}
TEXTS |= {"same": "a" * 300, "marks": "\u2581a \u2581\u2581 b", "user": "x<tool>y <tool> </tool>\n\n\n<tool>",
          "user first": "<tool> x", "user-defined": "the<tool>search", "bytes": "<0x41><0xE2><0x8", "composed": "e\u0301 \u00e9 \u212b \u1100\u1161\u11a8 a\u0323\u0307 \ufb01",
          "words": "the search keeps the candidate", "special then text": "</s>the search</s> the search"}


def fresh(name):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def cases(encode, decode, texts=TEXTS):
    result = []
    for name, text in texts.items():
        ids = encode(text, False)
        special = encode(text, True)
        at = next(i for i in range(len(special) + 1) if special[i:i + len(ids)] == ids and (ids or i == min(1, len(special))))
        decoded = decode(ids)
        case = dict(name=name, ids=ids, before=special[:at], after=special[at + len(ids):])
        result.append(case if decoded == text else dict(case, decoded=decoded))
    return result


def with_tokenizers(tokenizer):
    return cases(lambda text, special: tokenizer.encode(text, add_special_tokens=special).ids,
                 lambda ids: tokenizer.decode(ids, skip_special_tokens=False))


def with_transformers(tokenizer):
    return cases(lambda text, special: tokenizer.encode(text, add_special_tokens=special),
                 lambda ids: tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False))


def saved(tokenizer, name):
    (fresh(name) / "tokenizer.json").write_text(json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":")) + "\n")
    return with_tokenizers(tokenizer)


def train_sentencepiece(**settings):
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(" ".join(t.splitlines()) for t in corpus()), model_writer=written,
                                             num_threads=1, minloglevel=2, input_sentence_size=0, **settings)
    return written.getvalue()


def template(token, id):
    return processors.TemplateProcessing(single=f"{token} $A", pair=f"{token} $A {token}:1 $B:1", special_tokens=[(token, id)])


def make_spm_bpe():
    folder = fresh("spm-bpe")
    (folder / "tokenizer.model").write_bytes(train_sentencepiece(
        model_type="bpe", vocab_size=900, byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False,
        character_coverage=0.995, split_digits=True, allow_whitespace_only_pieces=True, user_defined_symbols=["<tool>", "\n\n"]))
    (folder / "tokenizer_config.json").write_text(json.dumps(dict(
        tokenizer_class="LlamaTokenizer", bos_token="<s>", eos_token="</s>", unk_token="<unk>", add_bos_token=True, add_eos_token=False)) + "\n")
    return LlamaTokenizer.from_pretrained(str(folder))


def make_spm_unigram():
    folder = fresh("spm-unigram")
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as rules:
        for source, target in (("\u212b", "\u00e5"), ("\ufb01", "fi"), ("\u3000", " "), ("\u00a0", " "), ("\t", " "), ("\n", " "),
                               ("e\u0301", "\u00e9"), ("\u200b", "")):
            rules.write(" ".join(f"{ord(c):X}" for c in source) + "\t" + " ".join(f"{ord(c):X}" for c in target) + "\n")
        rules.flush()
        (folder / "tokenizer.model").write_bytes(train_sentencepiece(
            model_type="unigram", vocab_size=500, byte_fallback=True, normalization_rule_tsv=rules.name, character_coverage=0.995,
            user_defined_symbols=["<tool>"], hard_vocab_limit=False))
    model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    # Where transformers parts from sentencepiece, we follow it: control pieces are found in text, white space around
    # user-defined ones is taken off, and a mark that opens the text is enough.
    texts = {n: t for n, t in TEXTS.items() if "<" not in t and "\u2581" not in t} | {"user-defined": TEXTS["user-defined"]}
    return cases(lambda text, special: model.encode(text), model.decode, texts)


def llama_parts(llama):
    content = json.loads(llama.backend_tokenizer.to_str())
    return content["model"]["vocab"], [tuple(merge) for merge in content["model"]["merges"]]


def make_llama2(llama):
    vocab, merges = llama_parts(llama)
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tokenizer.post_processor = template("<s>", 1)
    tokenizer.add_special_tokens([AddedToken("<unk>", normalized=False), AddedToken("<s>", normalized=False), AddedToken("</s>", normalized=False)])
    tokenizer.add_tokens([AddedToken("<tool>", normalized=True), AddedToken("<word>", single_word=True, normalized=True),
                          AddedToken("<mask>", lstrip=True, rstrip=True)])
    return saved(tokenizer, "tokenizer-llama2")


def make_gemma(llama):
    """Unknown characters one by one: some bytes have no token, so that falling back to them fails for some."""
    vocab, merges = llama_parts(llama)
    del vocab["<0xF0>"]
    vocab = {token: i for i, token in enumerate(sorted(vocab, key=vocab.get))}
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges, unk_token="<unk>", fuse_unk=False, byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "\u2581")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.post_processor = template("<s>", vocab["<s>"])
    tokenizer.add_special_tokens([AddedToken(t, normalized=False) for t in ("<unk>", "<s>", "</s>")])
    tokenizer.add_tokens([AddedToken("\n\n", normalized=False), AddedToken("\u2581\u2581", normalized=False)])
    return saved(tokenizer, "tokenizer-gemma")


def make_neox(trained):
    tokenizer = Tokenizer.from_str(trained.to_str())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.add_tokens([AddedToken("  ", normalized=True), AddedToken("    ", normalized=True), AddedToken("e\u0301 \u00e9", normalized=True)])
    return saved(tokenizer, "tokenizer-neox")


def make_unigram():
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString((HERE / "spm-unigram" / "tokenizer.model").read_bytes())
    vocab = [(p.piece, p.score) for p in proto.pieces if p.type != 6]
    tokenizer = Tokenizer(models.Unigram(vocab, unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap),
                                                 normalizers.Strip(left=False, right=True), normalizers.Replace(Regex(" {2,}"), "\u2581")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("\u2581", "always")
    tokenizer.decoder = decoders.Metaspace("\u2581", "always")
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 2)])
    tokenizer.add_special_tokens([AddedToken("</s>"), AddedToken("<mask>", lstrip=True)])
    return saved(tokenizer, "tokenizer-unigram")


def gguf_file(folder, vocabulary, architecture):
    path = folder / f"{architecture}.gguf"
    writer = gguf.GGUFWriter(str(path), architecture)
    writer.add_tokenizer_model(vocabulary["model"])
    writer.add_token_list(vocabulary["tokens"])
    writer.add_token_scores(vocabulary["scores"])
    writer.add_token_types(vocabulary["token_type"])
    writer.add_bos_token_id(vocabulary["bos_token_id"])
    writer.add_eos_token_id(vocabulary["eos_token_id"])
    writer.add_unk_token_id(vocabulary["unknown_token_id"])
    writer.add_add_bos_token(True)
    writer.add_block_count(1)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def make_gguf_marks(golden):
    """As conversion scripts write a SentencePiece vocabulary, Gemma's pieces of several spaces among it."""
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString((HERE / "spm-bpe" / "tokenizer.model").read_bytes())
    pieces = [(p.piece, p.score if p.type in (1, 6) else -1000.0, p.type) for p in proto.pieces]
    pieces += [(token, -1000.0, 3) for token in ("<pad>", "<mask>")]  # which transformers adds to Gemma's where they are missing
    pieces += [(" " * n, -1000.0, 4) for n in range(2, 5) if "\u2581" * n not in {p[0] for p in pieces}]
    tokens, scores, types = map(list, zip(*pieces))
    vocabulary = dict(model="llama", pre="default", tokens=tokens, scores=scores, token_type=types, bos_token_id=1, eos_token_id=2,
                      unknown_token_id=0, add_bos_token=True)
    (HERE / "gguf-marks.json").write_text(json.dumps(vocabulary, separators=(",", ":")) + "\n")
    with tempfile.TemporaryDirectory() as folder:
        for architecture in ("llama", "gemma3", "phi3"):
            path = gguf_file(pathlib.Path(folder), vocabulary, architecture)
            golden[f"gguf-{architecture}"] = with_transformers(AutoTokenizer.from_pretrained(folder, gguf_file=path.name))


def make_gguf_bytes(golden, trained):
    """The trained tokens cut as the model's own tokenizer.json cuts for each name of a pre-tokenizer."""
    content = json.loads(trained.to_str())
    vocab, merges = content["model"]["vocab"], content["model"]["merges"]
    tokens = sorted(vocab, key=vocab.get) + ["<|x|>", "<tool>", "\n\n"]
    types = [3 if t in ("<s>", "<pad>", "</s>", "<unk>", "<|x|>") else 4 if t in ("<tool>", "\n\n") else 1 for t in tokens]
    vocabulary = dict(model="gpt2", tokens=tokens, token_type=types, merges=[" ".join(m) for m in merges], bos_token_id=0, eos_token_id=2)
    (HERE / "gguf-bytes.json").write_text(json.dumps(vocabulary, separators=(",", ":")) + "\n")
    for pre, steps in {"gpt-2": None, "smollm": "tokenizer-digits", "llama-bpe": "tokenizer-llama3", "qwen2": "tokenizer-qwen2"}.items():
        one = json.loads(trained.to_str())
        one["model"]["vocab"] = {t: i for i, t in enumerate(tokens)}
        one["model"]["ignore_merges"] = pre == "llama-bpe"
        one["normalizer"] = {"type": "NFC"} if pre == "qwen2" else None
        if steps:
            one["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": CUTS[steps]}
        tokenizer = Tokenizer.from_str(json.dumps(one))
        tokenizer.add_special_tokens([AddedToken(t, normalized=False) for t, k in zip(tokens, types) if k == 3])
        tokenizer.add_tokens([AddedToken(t, normalized=False) for t, k in zip(tokens, types) if k == 4])
        if pre == "llama-bpe":
            tokenizer.post_processor = template("<s>", 0)
        golden[f"gguf-{pre}"] = with_tokenizers(tokenizer)


if __name__ == "__main__":
    trained = train()
    llama = make_spm_bpe()
    golden = {"spm-bpe": with_transformers(llama), "tokenizer-mistral": saved(llama.backend_tokenizer, "tokenizer-mistral"),
              "spm-unigram": make_spm_unigram(), "tokenizer-llama2": make_llama2(llama), "tokenizer-gemma": make_gemma(llama),
              "tokenizer-neox": make_neox(trained), "tokenizer-unigram": make_unigram()}
    make_gguf_marks(golden)
    make_gguf_bytes(golden, trained)
    (HERE / "vocabulary-cases.json").write_text(json.dumps({"texts": TEXTS, "cases": golden}, separators=(",", ":")) + "\n")
