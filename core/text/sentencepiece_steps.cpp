// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/sentencepiece_steps.h"

namespace invar {
namespace {

constexpr std::string_view mark = "\u2581";

} // namespace

std::string sentencepiece_marks(std::size_t count) {
    std::string marks;
    for (std::size_t i = 0; i < count; ++i)
        marks += mark;
    return marks;
}

void add_sentencepiece_steps(TokenizerDefinition &definition, SentencePiecePrefix prefix, bool byte_fallback) {
    using namespace tokenizer_step;
    const auto space = sentencepiece_marks(1);
    const auto replace = [](auto &steps, const std::string &text, const std::string &by) {
        Replace step;
        step.pattern.text = text;
        step.content = by;
        steps.emplace_back(std::move(step));
    };
    if (prefix == SentencePiecePrefix::every_piece) {
        definition.normalizer.emplace_back(Prepend{space});
        replace(definition.normalizer, " ", space);
    } else {
        const auto scheme = prefix == SentencePiecePrefix::none ? PrependScheme::never : PrependScheme::first;
        definition.pre_tokenizer.emplace_back(Metaspace{.replacement = space, .prepend = scheme, .split = false});
    }
    replace(definition.decoder, space, " ");
    if (byte_fallback)
        definition.decoder.emplace_back(ByteFallback{});
    definition.decoder.emplace_back(Fuse{});
    if (prefix != SentencePiecePrefix::none)
        definition.decoder.emplace_back(Strip{.content = " ", .start = 1, .stop = 0});
}

} // namespace invar
