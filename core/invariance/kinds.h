// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

/// The moves that leave a full-precision model's function unchanged (or nearly so) but change its quantized version.
/// The first three are the published ones, of an FFN's neurons (arXiv 2502.06844). The others move the channels of
/// attention heads: those that value and output share, and those over which query and key are multiplied; then the
/// channels of the residual stream, through the whole model at once; and the gains of a layer's norms against the
/// columns of what reads them.
enum class Invariance {
    permutation,
    scaling,
    rotation,
    value_permutation,
    value_scaling,
    value_rotation,
    key_permutation,
    key_scaling,
    key_rotation,
    residual_permutation,
    norm_scaling,
};

inline constexpr std::array all_invariances{
    Invariance::permutation,          Invariance::scaling,       Invariance::rotation,
    Invariance::value_permutation,    Invariance::value_scaling, Invariance::value_rotation,
    Invariance::key_permutation,      Invariance::key_scaling,   Invariance::key_rotation,
    Invariance::residual_permutation, Invariance::norm_scaling,
};

/// What a move moves.
enum class MovedPart { ffn, value, key, residual, norms };

/// How well a family's full-precision model keeps its function under a move.
enum class Exactness { exact, approximate, none };

/// "permutation", "scaling", "rotation", "value-permutation" …: the spelling in settings, on the command line and in
/// records.
[[nodiscard]] std::string_view name_of(Invariance invariance);
[[nodiscard]] std::string_view name_of(Exactness exactness);

[[nodiscard]] MovedPart part_of(Invariance invariance);

/// The set of moves that a search may make; those of the FFN unless told otherwise.
struct InvarianceSet {
    bool permutation = true;
    bool scaling = true;
    bool rotation = true;
    bool value_permutation = false;
    bool value_scaling = false;
    bool value_rotation = false;
    bool key_permutation = false;
    bool key_scaling = false;
    bool key_rotation = false;
    bool residual_permutation = false;
    bool norm_scaling = false;

    [[nodiscard]] static InvarianceSet none() { return {.permutation = false, .scaling = false, .rotation = false}; }
    [[nodiscard]] bool contains(Invariance invariance) const;
    void set(Invariance invariance, bool on);
    [[nodiscard]] bool empty() const { return *this == none(); }
    /// Whether any of its moves moves that part.
    [[nodiscard]] bool moves(MovedPart part) const;
    [[nodiscard]] bool moves_attention() const { return moves(MovedPart::value) || moves(MovedPart::key); }
    bool operator==(const InvarianceSet &) const = default;
};

/// The members that move that part: {permutation, scaling, rotation}, of it.
struct PartMoves {
    bool permutation, scaling, rotation;
};
[[nodiscard]] PartMoves moves_of(const InvarianceSet &set, MovedPart part);

/// "permutation,scaling" to a set; throws Error on an unknown or empty name.
[[nodiscard]] InvarianceSet parse_invariances(std::string_view comma_separated);
[[nodiscard]] std::string to_string(const InvarianceSet &set);

/// Its members, in the order of all_invariances.
[[nodiscard]] std::vector<Invariance> members_of(const InvarianceSet &set);
/// The set of that one alone.
[[nodiscard]] InvarianceSet only(Invariance invariance);

using InvarianceExactness = std::map<Invariance, Exactness>;

} // namespace invar
