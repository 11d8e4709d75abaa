// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/tokenizer_definition.h"

#include <functional>

namespace invar {

/// Rewrites text before it is cut, one step after another. Immutable, safe to share between threads.
class Normalizer {
public:
    /// Throws Error when a step cannot be carried out (a pattern that does not compile, a broken table).
    explicit Normalizer(std::vector<NormalizerStep> steps);

    [[nodiscard]] bool empty() const { return steps_.empty(); }
    [[nodiscard]] std::string operator()(std::string_view utf8) const;
    [[nodiscard]] const std::vector<NormalizerStep> &steps() const { return steps_; }

private:
    std::vector<NormalizerStep> steps_;
    std::vector<std::function<std::string(std::string)>> actions_;
};

} // namespace invar
