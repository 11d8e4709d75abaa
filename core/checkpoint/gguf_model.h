// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/gguf.h"

#include <nlohmann/json.hpp>

namespace invar {

/// A GGUF file as a Hugging Face checkpoint.
struct GgufModel {
    std::shared_ptr<const GgufFile> file;
    nlohmann::json config; ///< what config.json would say
    Checkpoint checkpoint; ///< under Hugging Face's names and in its layout; unpacked tensor by tensor, when loaded
};

/// Opens a model of an architecture that we know; its metadata become a configuration, its tensors get the order that
/// Hugging Face's have. Throws Error naming the file: what GgufFile throws, an unknown architecture (with the list of
/// known ones), metadata or tensors that are missing, cannot work or have no place in the architecture.
[[nodiscard]] GgufModel read_gguf_model(const std::filesystem::path &file);

/// The architectures that read_gguf_model() knows, as general.architecture spells them.
[[nodiscard]] std::vector<std::string> known_gguf_architectures();

} // namespace invar
