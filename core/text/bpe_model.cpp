// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/bpe_model.h"

#include "core/base/error.h"
#include "core/text/byte_alphabet.h"

#include <queue>
#include <tuple>

namespace invar {

/// A part of a word, in a doubly linked list laid over an array.
struct BpeModel::Symbol {
    std::int32_t id;
    std::int64_t previous;
    std::int64_t next; ///< -1 at the end
    bool removed;
};

/// A merge that was possible when it was queued: of the symbol at `position` with the one after it.
struct BpeModel::Candidate {
    std::uint32_t rank;
    std::int64_t position;
    std::int32_t id;

    /// The priority queue's top is the lowest rank, leftmost first.
    friend bool operator<(const Candidate &a, const Candidate &b) {
        return std::tie(a.rank, a.position) > std::tie(b.rank, b.position);
    }
};

BpeModel::BpeModel(BpeDefinition definition, const std::string &source)
    : vocabulary_(std::move(definition.vocabulary)), fuse_unknown_(definition.fuse_unknown),
      ignore_merges_(definition.ignore_merges) {
    merges_.reserve(definition.merges.size());
    std::uint32_t rank = 0;
    for (const auto &[left, right] : definition.merges) {
        std::array<std::int32_t, 3> ids{};
        std::size_t i = 0;
        for (const auto &token : {left, right, left + right}) {
            const auto found = vocabulary_.find(token);
            if (found == vocabulary_.end())
                fail("{}: merge {} (\"{} {}\") needs the token \"{}\", which is not in the vocabulary", source,
                     rank + 1, left, right, token);
            ids[i++] = found->second;
        }
        merges_.insert_or_assign(pair_key(ids[0], ids[1]), Merged{rank++, ids[2]});
    }
    for (unsigned byte = 0; byte < byte_ids_.size(); ++byte) {
        const char c = static_cast<char>(byte);
        const auto found = vocabulary_.find(to_byte_alphabet({&c, 1}));
        byte_ids_[byte] = found == vocabulary_.end() ? -1 : found->second;
    }
    if (definition.unknown) {
        const auto found = vocabulary_.find(*definition.unknown);
        if (found == vocabulary_.end())
            fail("{}: the unknown token \"{}\" is not in the vocabulary", source, *definition.unknown);
        unknown_ = found->second;
    }
}

const BpeModel::Merged *BpeModel::merge_of(std::int32_t left, std::int32_t right) const {
    const auto found = merges_.find(pair_key(left, right));
    return found == merges_.end() ? nullptr : &found->second;
}

std::vector<BpeModel::Symbol> BpeModel::symbols_of(std::string_view word) const {
    std::vector<Symbol> symbols;
    symbols.reserve(word.size());
    bool in_unknown = false;
    for (const char c : word) {
        const auto known = byte_ids_[static_cast<unsigned char>(c)];
        const bool unknown = known < 0;
        if (unknown && (unknown_ < 0 || (in_unknown && fuse_unknown_)))
            continue;
        in_unknown = unknown;
        const auto position = static_cast<std::int64_t>(symbols.size());
        symbols.push_back({unknown ? unknown_ : known, position - 1, position + 1, false});
    }
    if (!symbols.empty())
        symbols.back().next = -1;
    return symbols;
}

void BpeModel::encode(std::string_view word, std::vector<std::int32_t> &ids) const {
    if (ignore_merges_) {
        const auto whole = vocabulary_.find(to_byte_alphabet(word));
        if (whole != vocabulary_.end()) {
            ids.push_back(whole->second);
            return;
        }
    }
    auto symbols = symbols_of(word);
    std::priority_queue<Candidate> queue;
    const auto consider = [&](std::int64_t position) {
        if (position < 0 || symbols[static_cast<std::size_t>(position)].next < 0)
            return;
        const auto &left = symbols[static_cast<std::size_t>(position)];
        if (const auto *merge = merge_of(left.id, symbols[static_cast<std::size_t>(left.next)].id))
            queue.push({merge->rank, position, merge->id});
    };
    for (std::size_t i = 0; i < symbols.size(); ++i)
        consider(static_cast<std::int64_t>(i));

    while (!queue.empty()) {
        const auto best = queue.top();
        queue.pop();
        auto &left = symbols[static_cast<std::size_t>(best.position)];
        if (left.removed || left.next < 0)
            continue;
        auto &right = symbols[static_cast<std::size_t>(left.next)];
        // Merges around it may have overtaken this one.
        const auto *merge = merge_of(left.id, right.id);
        if (merge == nullptr || merge->id != best.id)
            continue;
        left.id = best.id;
        left.next = right.next;
        right.removed = true;
        if (left.next >= 0)
            symbols[static_cast<std::size_t>(left.next)].previous = best.position;
        consider(left.previous);
        consider(best.position);
    }
    for (const auto &symbol : symbols)
        if (!symbol.removed)
            ids.push_back(symbol.id);
}

} // namespace invar
