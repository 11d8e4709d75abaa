// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

/// Text to token ids and back, id for id as Hugging Face `tokenizers` does it. Immutable; safe to share.
class Tokenizer {
public:
    virtual ~Tokenizer() = default;

    /// Reads tokenizer.json, else vocab.json + merges.txt, else SentencePiece's tokenizer.model from a model folder;
    /// the latter two with tokenizer_config.json and added_tokens.json. Throws Error naming the file.
    [[nodiscard]] static std::unique_ptr<Tokenizer> load(const std::filesystem::path &model_folder);

    /// Token ids of UTF-8 text (NULs allowed). Special tokens written out in the text are recognised, as Hugging Face
    /// does; begin/end tokens are added only on request. Throws Error with the byte offset when it is not UTF-8.
    [[nodiscard]] virtual std::vector<std::int32_t> encode(std::string_view utf8, bool add_special) const = 0;
    /// Text of the ids, special tokens included; ids that stand for nothing are left out, bytes that are not UTF-8
    /// become U+FFFD.
    [[nodiscard]] virtual std::string decode(std::span<const std::int32_t> ids) const = 0;
    /// One more than the highest id.
    [[nodiscard]] virtual std::size_t vocabulary_size() const = 0;
    /// The text of a tokenizer.json with which Hugging Face `tokenizers` makes the same ids. Throws Error.
    [[nodiscard]] virtual std::string to_json() const = 0;
};

} // namespace invar
