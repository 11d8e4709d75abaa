// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/tokenizer_definition.h"

#include <filesystem>

namespace invar {

/// Reads Hugging Face's tokenizer.json: BPE and Unigram with the steps that tokenizer_definition.h lists. Whatever else
/// it asks for is refused by name. Throws Error.
[[nodiscard]] TokenizerDefinition read_tokenizer_json(const std::filesystem::path &file);

/// The text of a tokenizer.json that `tokenizers` loads, with the same ids. Throws Error where a special token around
/// the text is in no vocabulary.
[[nodiscard]] std::string write_tokenizer_json(const TokenizerDefinition &definition);

} // namespace invar
