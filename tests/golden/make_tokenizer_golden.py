#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the small byte-level BPE tokenizers beside this file, a nasty text, and records what Hugging Face makes of it.

usage: make_tokenizer_golden.py   (needs tokenizers and transformers)

tokenizer-json/   tokenizer.json with added tokens of every kind and a post-processor
tokenizer-vocab/  vocab.json, merges.txt and the configuration files of OPT's own repositories
tokenizer-digits/, -llama3/, -qwen2/ tokenizer.json with other cuts before the bytes
tokenizer-prefix/ add_prefix_space, merges as pairs, RobertaProcessing, unknown bytes
tokenizer-cases.json: texts, their ids, the special tokens put around them, and the ids decoded (where that is not the text again)
"""
import json
import pathlib
import random
import shutil

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import GPT2Tokenizer

HERE = pathlib.Path(__file__).resolve().parent


def corpus():
    rng = random.Random(3)
    words = ("the search tries a candidate and keeps it when the loss falls below what was best so far; "
             "it's what we've measured, they'll say, I'm sure you'd agree isn't it don't 2024 10000 3.14159 "
             "été naïve café über Straße Привет мир 你好 世界 こんにちは 안녕하세요 שלום مرحبا 😀 👍 é à").split()
    syllables = "ta ri mo len ker sti pra on eb ul ver ging ness tion ab qu och wy fle dro".split()
    words += ["".join(rng.choice(syllables) for _ in range(rng.randint(2, 4))) for _ in range(500)]
    for _ in range(3000):
        yield " ".join(rng.choice(words) for _ in range(rng.randint(3, 14))) + rng.choice(["", "\n", "  ", "\r\n", "!!"])


def nasty_texts():
    rng = random.Random(4)
    nasty = "".join([
        "Plain words, it's fine; they've WE'VE don't I'll I'LL 'tis o'clock ''s 's't\n",
        "digits 1234567890 3.14 ²³¼ ٣٤٥ 一二三 Ⅷ ૧૨૩\t\ttabs\t \t mixed\r\nCRLF\r\n\r\nmore\rlone CR\n\n\n",
        "emoji 😀😃 👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇩🇪🇫🇷 ❤️ 🤷🏿‍♀️ x👍y\n",
        "CJK 漢字かな交じり文、句読点。全角　空白 ｶﾀｶﾅ 한국어 조합 각\n",
        "combining e\u0301 a\u0308\u0323 \u0301lone Z\u0351\u036b\u0343a\u0305\u0310l\u034bg\u0489o क्षि ไทย नमस्ते\n",
        "spaces: NBSP[\u00a0\u00a0x] thin[\u2009x] zero[\u200bx\u200cx\u200dx\ufeffx] mongolian[\u180ex \u180e x]",
        " ogham[\u1680x] ls[\u2028x] ps[\u2029x] nel[\u0085x] narrow[\u202fx] ideographic[\u3000\u3000 x]   trailing   \n",
        "NUL[\x00] two[\x00\x00] \x00 \x01\x02\x1b\x7f\x80\x9f controls \x0b\x0c\x1c\x1d\x1e\x1f end\n",
        "specials </s>inside</s></s> <s> <pad><unk> < /s> </S> <mask> the<mask>mask <word>x x<word> a <word> b\u0301<word>\n",
        "rtl שָׁלוֹם مُحَمَّد \u202eoverride\u202c math 𝒜𝓫𝔠 ∑∫√ ½ ℵ ﬁ ligature ŉ ǆ ẞ\n",
        "quotes “curly” ‘s’ it’s — dash … «» ¿¡ € £ ¥ § © ™ \\ / | ~ ` ^ _ __init__ #tag @user a_b-c.d\n",
        "private \ue000 \U000f0000 noncharacter \uffff\ufffe \U0010ffff unassigned \u0378 \U0002ebf0 \U000323af end   "])
    texts = {"nasty": nasty, "empty": "", "space": " ", "spaces": " " * 50, "newlines": "\n" * 7, "nul": "\0",
             "special only": "</s>", "trailing": "ends with space ", "leading": "  two spaces",
             "tab": "\tx", "nbsp": "\u00a0", "word": "search", "special spaces": "a </s> b", "mask end": "x <mask>  ",
             "long letters": "".join(rng.choice("abcdeit") for _ in range(10000)), "long same": "a" * 3000,
             "long punctuation": "!?" * 2000, "long mixed": "".join(rng.choice("thesaé漢😀'1") for _ in range(4000)),
             "long spaces": " " * 5000 + "x", "prefix added": "<pre fix>x <pre fix><pre", "overlap": "<<x>><x>"}
    for i in range(40):
        alphabet = "ab'st </s><mask> \n\t\u00a0é漢😀1.\0\u0301\u200d<word>"
        texts[f"random {i}"] = "".join(rng.choice(alphabet) for _ in range(rng.randint(1, 60)))
    for i in range(60):  # anywhere in Unicode
        texts[f"unicode {i}"] = "".join(
            chr(c) for c in (rng.randrange(0x110000) if rng.random() < 0.3 else rng.randrange(0x3000) for _ in range(40))
            if not 0xD800 <= c < 0xE000)
    return texts


def train():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=994, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(corpus(), trainer)
    return tokenizer


def fresh(name):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def cases(encode, decode):
    result = []
    for name, text in nasty_texts().items():
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


def make_json(trained):
    folder = fresh("tokenizer-json")
    tokenizer = Tokenizer.from_str(trained.to_str())
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    tokenizer.add_tokens([AddedToken("<word>", single_word=True), AddedToken("<pre fix>", rstrip=True),
                          AddedToken("<<x>>"), AddedToken("<x>", normalized=False), AddedToken("naïveté")])
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(single="</s> $A <s>", pair="</s> $A $B", special_tokens=[("</s>", 2), ("<s>", 0)])])
    tokenizer.save(str(folder / "tokenizer.json"))
    return with_tokenizers(tokenizer), tokenizer.get_vocab_size(with_added_tokens=True)


def make_prefix(trained):
    folder = fresh("tokenizer-prefix")
    content = json.loads(trained.to_str())
    model = content["model"]
    kept = {t: i for t, i in model["vocab"].items() if t not in ("Ł", "š")}  # bytes that become unknown
    model.update(vocab=kept, unk_token="<unk>", ignore_merges=True,
                 merges=[m for m in model["merges"] if all(c not in "".join(m) for c in "Łš")])
    made = {"".join(m) for m in model["merges"]}
    model["vocab"] = {t: i for t, i in kept.items() if len(t) == 1 or t in made or t.startswith("<")}
    content["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [
        {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}]}
    content["post_processor"] = {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0],
                                 "trim_offsets": True, "add_prefix_space": True}
    (folder / "tokenizer.json").write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n")
    return with_tokenizers(Tokenizer.from_file(str(folder / "tokenizer.json")))


def make_vocab(trained):
    folder = fresh("tokenizer-vocab")
    trained.model.save(str(folder))
    token = lambda content: {"__type": "AddedToken", "content": content, "single_word": False, "lstrip": False,
                             "rstrip": False, "normalized": True}
    (folder / "tokenizer_config.json").write_text(json.dumps(dict(
        errors="replace", unk_token=token("</s>"), bos_token=token("</s>"), eos_token=token("</s>"), pad_token=token("<pad>"),
        add_prefix_space=False, add_bos_token=True, special_tokens_map_file=None, tokenizer_class="GPT2Tokenizer")) + "\n")
    (folder / "special_tokens_map.json").write_text(json.dumps(dict(
        bos_token=token("</s>"), eos_token=token("</s>"), unk_token=token("</s>"), pad_token=token("<pad>"))) + "\n")
    tokenizer = GPT2Tokenizer.from_pretrained(str(folder))
    return cases(lambda text, special: tokenizer.encode(text, add_special_tokens=special),
                 lambda ids: tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False))


# Cuts before the bytes, as today's families have them (SmolLM2's tokenizer.json; Llama 3's; Qwen2's pattern).
CUTS = {
    "tokenizer-digits": [{"type": "Digits", "individual_digits": True},
                         {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}],
    "tokenizer-llama3": [
        {"type": "Split", "behavior": "Isolated", "invert": False, "pattern": {"Regex":
            r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"}},
        {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}],
    "tokenizer-qwen2": [
        {"type": "Split", "behavior": "Isolated", "invert": False, "pattern": {"Regex":
            r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"}},
        {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}],
}


def make_cut(name, trained):
    """The trained tokens behind other cuts: what is compared is where the text is cut."""
    folder = fresh(name)
    content = json.loads(trained.to_str())
    content["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": CUTS[name]}
    content["model"]["ignore_merges"] = name == "tokenizer-llama3"
    (folder / "tokenizer.json").write_text(json.dumps(content, ensure_ascii=False) + "\n")
    return with_tokenizers(Tokenizer.from_file(str(folder / "tokenizer.json")))


if __name__ == "__main__":
    trained = train()
    texts = nasty_texts()
    (HERE / "tokenizer-nasty.txt").write_bytes(texts["nasty"].encode())
    json_cases, size = make_json(trained)
    golden = {name: make_cut(name, trained) for name in CUTS} | {"tokenizer-json": json_cases, "tokenizer-prefix": make_prefix(trained),
                                                                 "tokenizer-vocab": make_vocab(trained)}
    (HERE / "tokenizer-cases.json").write_text(
        json.dumps({"texts": texts, "cases": golden, "tokenizer-json size": size}) + "\n")
