// SPDX-License-Identifier: GPL-3.0-or-later
// What the scripts of tests/golden recorded of methods' own code.
#pragma once

#include "core/base/files.h"
#include "support/golden.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <vector>

namespace invar::test {

/// A file of tests/golden/methods.
inline nlohmann::json recorded_methods(const char *file) {
    return nlohmann::json::parse(read_text_file(golden("methods") / file));
}

/// Rows of token ids, int64 [sequences, tokens].
inline at::Tensor ids_of(const nlohmann::json &rows) {
    std::vector<at::Tensor> sequences;
    for (const auto &row : rows)
        sequences.push_back(at::tensor(row.get<std::vector<std::int64_t>>(), at::kLong));
    return at::stack(sequences);
}

} // namespace invar::test
