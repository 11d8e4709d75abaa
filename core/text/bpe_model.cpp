// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/bpe_model.h"

#include "core/base/error.h"
#include "core/text/byte_alphabet.h"
#include "core/text/byte_tokens.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <limits>
#include <queue>
#include <tuple>

namespace invar {

/// A part of a word, in a doubly linked list laid over an array.
struct BpeModel::Symbol {
    std::int32_t id; ///< -1 once it was merged into the one before it
    std::int32_t previous;
    std::int32_t next; ///< -1 at the end
};

/// A merge that was possible when it was queued: of the symbol at `position` with the one after it.
struct BpeModel::Candidate {
    std::uint32_t rank;
    std::int32_t position;
    std::int32_t id;

    /// The priority queue's top is the lowest rank, leftmost first.
    friend bool operator<(const Candidate &a, const Candidate &b) {
        return std::tie(a.rank, a.position) > std::tie(b.rank, b.position);
    }
};

/// The symbols of a word as they are found, with an unknown one held back so that a run of them can be one.
class BpeModel::SymbolList {
public:
    SymbolList(std::size_t size, std::int32_t unknown, bool fuse) : unknown_(unknown), fuse_(fuse) {
        symbols_.reserve(size);
    }

    /// Byte tokens overtake an unknown symbol that is held back, as they do in `tokenizers`.
    void add_byte(std::int32_t id) { push(id); }
    void add_known(std::int32_t id) {
        release();
        push(id);
    }
    void add_unknown() {
        if (!fuse_)
            release();
        held_ = unknown_ >= 0;
    }
    [[nodiscard]] std::vector<Symbol> take() {
        release();
        if (!symbols_.empty())
            symbols_.back().next = -1;
        return std::move(symbols_);
    }

private:
    void release() {
        if (held_)
            push(unknown_);
        held_ = false;
    }
    void push(std::int32_t id) {
        const auto position = static_cast<std::int32_t>(symbols_.size());
        symbols_.push_back({id, position - 1, position + 1});
    }

    std::vector<Symbol> symbols_;
    std::int32_t unknown_;
    bool fuse_;
    bool held_ = false;
};

BpeModel::BpeModel(BpeDefinition definition, Units units, const std::string &source)
    : vocabulary_(std::move(definition.vocabulary)), units_(units), unknown_token_(std::move(definition.unknown)),
      fuse_unknown_(definition.fuse_unknown), ignore_merges_(definition.ignore_merges),
      byte_fallback_(definition.byte_fallback) {
    read_merges(definition, source);
    read_units();
    if (unknown_token_) {
        unknown_ = id_of(*unknown_token_);
        if (unknown_ < 0)
            fail("{}: the unknown token \"{}\" is not in the vocabulary", source, *unknown_token_);
    }
}

void BpeModel::read_merges(const BpeDefinition &definition, const std::string &source) {
    merges_.reserve(definition.merges.size());
    std::uint32_t rank = 0;
    std::string both;
    for (const auto &merge : definition.merges) {
        const auto &left = merge.first;
        const auto &right = merge.second;
        both = left;
        both += right;
        const auto id = [&](const std::string &token) {
            const auto found = id_of(token);
            if (found < 0)
                fail(R"({}: merge {} ("{} {}") needs the token "{}", which is not in the vocabulary)", source, rank + 1,
                     left, right, token);
            return found;
        };
        const auto key = pair_key(id(left), id(right));
        merges_.insert_or_assign(key, Merged{rank, id(both)});
        ++rank;
    }
}

void BpeModel::read_units() {
    for (unsigned byte = 0; byte < byte_ids_.size(); ++byte) {
        const char c = static_cast<char>(byte);
        byte_ids_[byte] =
            id_of(units_ == Units::bytes ? to_byte_alphabet({&c, 1}) : byte_token(static_cast<std::uint8_t>(byte)));
    }
    if (units_ == Units::bytes)
        return;
    for (const auto &[token, id] : vocabulary_)
        if (!token.empty())
            if (const auto c = utf8::decode(token, 0); c.valid && c.length == token.size())
                character_ids_.emplace(c.value, id);
}

std::int32_t BpeModel::id_of(std::string_view token) const {
    const auto found = vocabulary_.find(token);
    return found == vocabulary_.end() ? -1 : found->second;
}

BpeDefinition BpeModel::definition() const {
    std::unordered_map<std::int32_t, const std::string *> tokens;
    for (const auto &[token, id] : vocabulary_)
        tokens.emplace(id, &token);
    std::vector<std::pair<std::uint32_t, std::uint64_t>> ranked;
    ranked.reserve(merges_.size());
    for (const auto &[key, merged] : merges_)
        ranked.emplace_back(merged.rank, key);
    std::ranges::sort(ranked);
    BpeDefinition definition{.vocabulary = vocabulary_,
                             .merges = {},
                             .unknown = unknown_token_,
                             .fuse_unknown = fuse_unknown_,
                             .ignore_merges = ignore_merges_,
                             .byte_fallback = byte_fallback_};
    for (const auto &[rank, key] : ranked)
        definition.merges.emplace_back(*tokens.at(static_cast<std::int32_t>(key >> 32U)),
                                       *tokens.at(static_cast<std::int32_t>(key & 0xFFFFFFFFU)));
    return definition;
}

const BpeModel::Merged *BpeModel::merge_of(std::int32_t left, std::int32_t right) const {
    const auto found = merges_.find(pair_key(left, right));
    return found == merges_.end() ? nullptr : &found->second;
}

bool BpeModel::fall_back(std::string_view character, SymbolList &symbols) const {
    const auto id = [&](char c) { return byte_ids_[static_cast<unsigned char>(c)]; };
    if (!byte_fallback_ || !std::ranges::all_of(character, [&](char c) { return id(c) >= 0; }))
        return false;
    for (const char c : character)
        symbols.add_byte(id(c));
    return true;
}

std::vector<BpeModel::Symbol> BpeModel::symbols_of(std::string_view word) const {
    SymbolList symbols(word.size(), unknown_, fuse_unknown_);
    if (units_ == Units::bytes) {
        for (const char c : word) {
            const auto id = byte_ids_[static_cast<unsigned char>(c)];
            if (id >= 0)
                symbols.add_known(id);
            else
                symbols.add_unknown();
        }
        return symbols.take();
    }
    for (std::size_t position = 0; position < word.size();) {
        const auto c = utf8::decode(word, position);
        const auto character = word.substr(position, c.length);
        position += c.length;
        if (const auto found = character_ids_.find(c.value); found != character_ids_.end())
            symbols.add_known(found->second);
        else if (!fall_back(character, symbols))
            symbols.add_unknown();
    }
    return symbols.take();
}

void BpeModel::encode(std::string_view word, std::vector<std::int32_t> &ids) const {
    if (word.size() >= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
        fail("the text has {} bytes without a place to cut it, which is too long for one word", word.size());
    if (ignore_merges_) {
        const auto whole = units_ == Units::bytes ? id_of(to_byte_alphabet(word)) : id_of(word);
        if (whole >= 0) {
            ids.push_back(whole);
            return;
        }
    }
    auto symbols = symbols_of(word);
    const auto at = [&](std::int32_t position) -> Symbol & { return symbols[static_cast<std::size_t>(position)]; };
    std::priority_queue<Candidate> queue;
    const auto consider = [&](std::int32_t position) {
        if (position < 0 || at(position).next < 0)
            return;
        if (const auto *merge = merge_of(at(position).id, at(at(position).next).id))
            queue.push({merge->rank, position, merge->id});
    };
    for (std::size_t i = 0; i < symbols.size(); ++i)
        consider(static_cast<std::int32_t>(i));

    while (!queue.empty()) {
        const auto best = queue.top();
        queue.pop();
        auto &left = at(best.position);
        if (left.id < 0 || left.next < 0)
            continue;
        auto &right = at(left.next);
        // Merges around it may have overtaken this one.
        const auto *merge = merge_of(left.id, right.id);
        if (merge == nullptr || merge->id != best.id)
            continue;
        left.id = best.id;
        left.next = right.next;
        right.id = -1;
        if (left.next >= 0)
            at(left.next).previous = best.position;
        consider(left.previous);
        consider(best.position);
    }
    for (const auto &symbol : symbols)
        if (symbol.id >= 0)
            ids.push_back(symbol.id);
}

} // namespace invar
