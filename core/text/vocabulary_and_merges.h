// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/tokenizer_definition.h"

#include <filesystem>

namespace invar {

/// Reads vocab.json and merges.txt of a folder, and tokenizer_config.json, special_tokens_map.json and
/// added_tokens.json where they are there, as transformers' GPT2Tokenizer does. Throws Error.
[[nodiscard]] TokenizerDefinition read_vocabulary_and_merges(const std::filesystem::path &folder);

} // namespace invar
