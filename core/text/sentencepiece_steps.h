// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/tokenizer_definition.h"

namespace invar {

/// Where SentencePiece's mark for a space is put before text that begins with none.
enum class SentencePiecePrefix {
    none,
    start_of_text, ///< as transformers' LlamaTokenizer does
    every_piece,   ///< before each stretch between added tokens, and before a space too
};

/// So many of the marks that stand for spaces in SentencePiece's vocabularies.
[[nodiscard]] std::string sentencepiece_marks(std::size_t count);

/// Adds the steps around a SentencePiece vocabulary: how spaces are written, and the way back to text.
void add_sentencepiece_steps(TokenizerDefinition &definition, SentencePiecePrefix prefix, bool byte_fallback);

} // namespace invar
