// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace invar {

class LanguageModel;

/// Ids after which a model's text is over: "eos_token_id" of generation_config.json, or else of config.json, a number
/// or a list, as transformers' generate() takes it; of a .gguf file, that of its metadata. Empty where none is named.
/// Throws Error naming the file.
[[nodiscard]] std::vector<std::int32_t> read_end_tokens(const LanguageModel &model);

} // namespace invar
