// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

namespace invar {

/// How a pickled state_dict describes one of its tensors: a strided view into a storage kept elsewhere in the archive.
struct PickledTensor {
    std::string name;
    StorageType type = StorageType::float32;
    std::string storage; ///< the storage's key, e.g. "12"
    std::int64_t storage_elements = 0;
    std::int64_t offset = 0; ///< in elements
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> strides; ///< in elements, none negative
};

/// Interprets the pickle of a state_dict (protocol 2, as torch.save writes it) without running anything: it knows the
/// opcodes that a dictionary of tensors is made of and refuses every other opcode and global by name. Sizes are not
/// yet checked against the storages. `file` is for messages. Throws Error.
[[nodiscard]] std::vector<PickledTensor> read_state_dict_pickle(std::span<const std::byte> pickle,
                                                                const std::string &file);

} // namespace invar
