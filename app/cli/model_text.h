// SPDX-License-Identifier: GPL-3.0-or-later
// Which tokenizer and which text a command works on.
#pragma once

#include "core/text/tokenizer.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace invar::cli {

/// The model that MODEL comes from, which is another one only for a run folder.
[[nodiscard]] std::string original_model(const std::string &model);

/// The tokenizer of a Hugging Face folder, a .gguf file, a run folder or the demo, without loading the weights. Throws
/// Error.
[[nodiscard]] std::unique_ptr<Tokenizer> open_tokenizer(const std::string &model);

/// Token ids of a UTF-8 file. Throws Error naming the file.
[[nodiscard]] std::vector<std::int32_t> encode_file(const Tokenizer &tokenizer, const std::filesystem::path &file,
                                                    bool add_special);

/// `text`, or for the demo and its runs the held-out text; throws UsageError where neither is there.
[[nodiscard]] std::filesystem::path text_or_heldout(const std::string &text, const std::string &model);

} // namespace invar::cli
