// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/tokenizer_definition.h"

#include <functional>

namespace invar {

/// Puts tokens together to text again. Immutable, safe to share between threads.
class TokenDecoder {
public:
    /// Throws Error when a pattern does not compile.
    explicit TokenDecoder(std::vector<DecoderStep> steps);

    [[nodiscard]] std::string operator()(std::vector<std::string> tokens) const;
    [[nodiscard]] const std::vector<DecoderStep> &steps() const { return steps_; }

private:
    std::vector<DecoderStep> steps_;
    std::vector<std::function<void(std::vector<std::string> &)>> actions_;
};

} // namespace invar
