// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/golden.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace invar::test {

/// The tiny model with a tokenizer beside it, one token per ASCII character, so that it can read texts.
inline QString tiny_model_with_tokenizer(const TemporaryFolder &folder) {
    const auto model = folder.copy_of(golden("tiny-opt"));
    QJsonObject vocabulary;
    for (int c = '!'; c <= '~'; ++c)
        vocabulary[QChar(c)] = c - '!';
    vocabulary[QStringLiteral("\u0120")] = 94; // byte-level BPE's space
    vocabulary[QStringLiteral("\u010A")] = 95; // and its line end
    write_bytes(model / "vocab.json", QJsonDocument(vocabulary).toJson());
    write_bytes(model / "merges.txt", "#version: 0.2\n");
    write_bytes(model / "tokenizer_config.json", R"({"tokenizer_class": "GPT2Tokenizer"})");
    return shown(model);
}

} // namespace invar::test
