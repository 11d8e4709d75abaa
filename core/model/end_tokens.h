// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace invar {

/// Ids after which a model's text is over: "eos_token_id" of generation_config.json, or else of config.json, a number
/// or a list, as transformers' generate() takes it. Empty where neither names one. Throws Error naming the file.
[[nodiscard]] std::vector<std::int32_t> read_end_tokens(const std::filesystem::path &model_folder);

} // namespace invar
