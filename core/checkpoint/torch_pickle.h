// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

namespace invar {

/// Reads the state_dict in a file that `torch.save` wrote (zip format), without running what is pickled: only the
/// opcodes and globals of a dictionary of tensors are understood, every other one is refused by name.
/// Throws Error naming the file.
[[nodiscard]] std::map<std::string, StoredTensor> read_torch_state_dict(const std::filesystem::path &file);

} // namespace invar
