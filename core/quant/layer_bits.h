// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/model_info.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

/// Bits of some matrices: those of a range of decoder layers, of one projection, or both.
struct BitsRule {
    int first_layer = 0;
    int last_layer = every_layer; ///< inclusive
    std::string projection;       ///< as ModelInfo::projections has it; empty: all of the layers
    int bits = 2;                 ///< 1 to 8

    static constexpr int every_layer = 1 << 20;

    bool operator==(const BitsRule &) const = default;
};

/// Which matrices get other bits than the rest. Of several rules that fit a matrix the first counts.
class LayerBits {
public:
    LayerBits() = default;
    explicit LayerBits(std::vector<BitsRule> rules) : rules_(std::move(rules)) {}

    /// "0-1:4,fc2:3,5.v_proj:8,*:2": layers, a projection, a projection of layers, all. Throws Error naming the part.
    [[nodiscard]] static LayerBits parse(std::string_view text);
    /// Rules that give a table of bits, [layer][projection], where they are not `usual`.
    [[nodiscard]] static LayerBits of_table(const std::vector<std::vector<int>> &bits,
                                            std::span<const std::string> projections, int usual);

    [[nodiscard]] std::optional<int> bits_of(int layer, std::string_view projection) const;
    /// What is wrong with the rules for that model; empty: nothing.
    [[nodiscard]] std::string problem_for(const ModelInfo &model) const;
    [[nodiscard]] bool empty() const { return rules_.empty(); }

    bool operator==(const LayerBits &) const = default;

private:
    friend std::string to_string(const LayerBits &bits);
    std::vector<BitsRule> rules_;
};

/// As parse() reads it.
[[nodiscard]] std::string to_string(const LayerBits &bits);

} // namespace invar
