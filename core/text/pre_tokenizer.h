// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/tokenizer_definition.h"

#include <functional>

namespace invar {

/// Cuts normalized text into the words that a model encodes. Immutable, safe to share between threads.
class PreTokenizer {
public:
    /// Throws Error when a pattern does not compile or ByteLevel is not the last step.
    explicit PreTokenizer(std::vector<PreTokenizerStep> steps);

    /// Words are raw bytes, to be written in the byte alphabet; else they are text.
    [[nodiscard]] bool byte_level() const;
    /// Calls `word` with one word after another, none of them empty; `at_start` says that nothing lies before the text.
    using Word = std::function<void(std::string_view)>;
    void split(std::string_view text, bool at_start, const Word &word) const { run(0, text, at_start, word); }
    [[nodiscard]] const std::vector<PreTokenizerStep> &steps() const { return steps_; }

private:
    void run(std::size_t step, std::string_view text, bool at_start, const Word &word) const;
    void run_split(std::size_t step, std::string_view text, bool at_start, const Word &word) const;
    void run_metaspace(std::size_t step, std::string_view text, bool at_start, const Word &word) const;
    void run_byte_level(std::size_t step, std::string_view text, const Word &word) const;

    std::vector<PreTokenizerStep> steps_; ///< as they were given
    struct Cut {
        TextPattern pattern;
        tokenizer_step::SplitBehavior behavior;
        bool invert;
    };
    std::vector<std::vector<Cut>> cuts_; ///< for each step, the cut that it makes, if any
};

} // namespace invar
