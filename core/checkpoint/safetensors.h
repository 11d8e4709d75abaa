// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

namespace invar {

struct SafetensorsFile {
    std::map<std::string, StoredTensor> tensors;
    std::map<std::string, std::string> metadata;
};

/// Maps a safetensors file. Every size and offset of its header is checked before use. Throws Error naming the file.
[[nodiscard]] SafetensorsFile read_safetensors(const std::filesystem::path &file);

/// Writes a safetensors file atomically: widest element type first, then by name, header padded to 8 bytes, so
/// that every tensor is aligned. Throws Error when a tensor's bytes do not fit its shape or the file cannot be written.
void write_safetensors(const std::filesystem::path &file, const std::map<std::string, StoredTensor> &tensors,
                       const std::map<std::string, std::string> &metadata = {});

} // namespace invar
