// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/tokenizer.h"

#include <filesystem>
#include <memory>

namespace invar {

/// The tokenizer of a model: of a .gguf file, the one that its metadata hold, or, where they hold none, the one that
/// lies beside it; of a Hugging Face folder, its own. Throws Error naming the file.
[[nodiscard]] std::unique_ptr<Tokenizer> load_model_tokenizer(const std::filesystem::path &model);

} // namespace invar
