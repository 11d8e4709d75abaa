// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/tokenizer_definition.h"

#include <filesystem>

namespace invar {

/// Reads SentencePiece's tokenizer.model (BPE or Unigram), with tokenizer_config.json and added_tokens.json beside it
/// where they are there, as transformers' LlamaTokenizer does: control and user-defined pieces are found in text.
/// Settings that cannot be honoured are refused by name. Throws Error.
[[nodiscard]] TokenizerDefinition read_sentencepiece_model(const std::filesystem::path &file);

} // namespace invar
