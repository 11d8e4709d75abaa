// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/byte_level_bpe.h"

#include "core/base/error.h"
#include "core/text/byte_alphabet.h"
#include "core/text/utf8.h"

#include <algorithm>

namespace invar {
namespace {

// GPT-2's split pattern. \s is spelled out: PCRE2 counts U+180E among white space, Oniguruma and Unicode do not.
constexpr std::string_view gpt2_words = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+)"
                                        R"(|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+)";

} // namespace

/// Words repeat; within one text each short one is encoded once. Lives for one call, so that tokenizers stay immutable.
class ByteLevelBpe::WordCache {
public:
    explicit WordCache(const BpeModel &model) : model_(model) {}

    void encode(std::string_view word, std::vector<std::int32_t> &ids) {
        if (word.size() > max_word) {
            model_.encode(word, ids);
            return;
        }
        const auto known = entries_.find(word);
        if (known != entries_.end()) {
            for (std::size_t i = 0; i < known->second.count; ++i)
                ids.push_back(ids[known->second.position + i]);
            return;
        }
        const auto position = ids.size();
        model_.encode(word, ids);
        entries_.emplace(word, Entry{position, ids.size() - position});
    }

private:
    static constexpr std::size_t max_word = 64;
    struct Entry {
        std::size_t position; ///< where in the ids the word was first encoded
        std::size_t count;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view word) const { return std::hash<std::string_view>()(word); }
    };
    const BpeModel &model_;
    std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
};

ByteLevelBpe::ByteLevelBpe(ByteLevelBpeParts parts)
    : model_(std::move(parts.model)), added_(std::move(parts.added)), cuts_(std::move(parts.cuts)), words_(gpt2_words),
      add_prefix_space_(parts.add_prefix_space), split_words_(parts.split_words), prefix_(std::move(parts.prefix)),
      suffix_(std::move(parts.suffix)) {
    for (const auto &[token, id] : model_.vocabulary())
        tokens_.insert_or_assign(id, token);
    for (const auto &token : added_.tokens())
        tokens_.insert_or_assign(token.id, token.content);
    for (const auto &[id, token] : tokens_)
        size_ = std::max(size_, static_cast<std::size_t>(id) + 1);
}

std::vector<std::int32_t> ByteLevelBpe::encode(std::string_view text, bool add_special) const {
    if (const auto offset = utf8::find_invalid(text); offset != std::string_view::npos)
        fail("the text is not valid UTF-8 at byte {}", offset);
    std::vector<std::int32_t> ids;
    if (add_special)
        ids = prefix_;
    WordCache cache(model_);
    added_.split(text, [&](std::string_view part, std::optional<std::int32_t> id) {
        if (id)
            ids.push_back(*id);
        else
            encode_plain(part, 0, cache, ids);
    });
    if (add_special)
        ids.insert(ids.end(), suffix_.begin(), suffix_.end());
    return ids;
}

void ByteLevelBpe::encode_plain(std::string_view text, std::size_t cut, WordCache &cache,
                                std::vector<std::int32_t> &ids) const {
    if (cut < cuts_.size()) {
        cuts_[cut].split(text, [&](std::string_view piece) { encode_plain(piece, cut + 1, cache, ids); });
        return;
    }
    std::string spaced;
    if (add_prefix_space_ && !text.starts_with(' ')) {
        spaced = " ";
        spaced += text;
        text = spaced;
    }
    const auto encode_word = [&](std::string_view word) { cache.encode(word, ids); };
    if (split_words_)
        words_.split(text, encode_word);
    else
        encode_word(text);
}

std::string ByteLevelBpe::decode(std::span<const std::int32_t> ids) const {
    std::string bytes;
    for (const auto id : ids)
        if (const auto found = tokens_.find(id); found != tokens_.end())
            append_from_byte_alphabet(bytes, found->second);
    return utf8::lossy(bytes);
}

} // namespace invar
