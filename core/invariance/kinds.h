// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

/// The moves that leave a full-precision FFN's function unchanged (or nearly so) but change its quantized version.
enum class Invariance { permutation, scaling, rotation };

inline constexpr std::array all_invariances{Invariance::permutation, Invariance::scaling, Invariance::rotation};

/// How well a family's full-precision FFN keeps its function under a move.
enum class Exactness { exact, approximate, none };

/// "permutation", "scaling", "rotation": the spelling in settings, on the command line and in records.
[[nodiscard]] std::string_view name_of(Invariance invariance);
[[nodiscard]] std::string_view name_of(Exactness exactness);

/// The set of moves that a search may make.
struct InvarianceSet {
    bool permutation = true;
    bool scaling = true;
    bool rotation = true;

    [[nodiscard]] bool contains(Invariance invariance) const;
    void set(Invariance invariance, bool on);
    [[nodiscard]] bool empty() const { return !permutation && !scaling && !rotation; }
    bool operator==(const InvarianceSet &) const = default;
};

/// "permutation,scaling" to a set; throws Error on an unknown or empty name.
[[nodiscard]] InvarianceSet parse_invariances(std::string_view comma_separated);
[[nodiscard]] std::string to_string(const InvarianceSet &set);

/// Its members, in the order of all_invariances.
[[nodiscard]] std::vector<Invariance> members_of(const InvarianceSet &set);
/// The set of that one alone.
[[nodiscard]] InvarianceSet only(Invariance invariance);

using InvarianceExactness = std::map<Invariance, Exactness>;

} // namespace invar
