// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/invariance/kinds.h"

#include "core/base/error.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace invar {
namespace {

struct Kind {
    Invariance invariance;
    std::string_view name;
    bool InvarianceSet::*member;
    MovedPart part;
};

/// In the order of the enumeration.
constexpr std::array<Kind, all_invariances.size()> kinds{{
    {Invariance::permutation, "permutation", &InvarianceSet::permutation, MovedPart::ffn},
    {Invariance::scaling, "scaling", &InvarianceSet::scaling, MovedPart::ffn},
    {Invariance::rotation, "rotation", &InvarianceSet::rotation, MovedPart::ffn},
    {Invariance::value_permutation, "value-permutation", &InvarianceSet::value_permutation, MovedPart::value},
    {Invariance::value_scaling, "value-scaling", &InvarianceSet::value_scaling, MovedPart::value},
    {Invariance::value_rotation, "value-rotation", &InvarianceSet::value_rotation, MovedPart::value},
    {Invariance::key_permutation, "key-permutation", &InvarianceSet::key_permutation, MovedPart::key},
    {Invariance::key_scaling, "key-scaling", &InvarianceSet::key_scaling, MovedPart::key},
    {Invariance::key_rotation, "key-rotation", &InvarianceSet::key_rotation, MovedPart::key},
    {Invariance::residual_permutation, "residual-permutation", &InvarianceSet::residual_permutation,
     MovedPart::residual},
    {Invariance::norm_scaling, "norm-scaling", &InvarianceSet::norm_scaling, MovedPart::norms},
}};

const Kind &kind_of(Invariance invariance) { return kinds.at(static_cast<std::size_t>(invariance)); }

} // namespace

std::string_view name_of(Invariance invariance) { return kind_of(invariance).name; }

std::string_view name_of(Exactness exactness) {
    switch (exactness) {
    case Exactness::exact:
        return "exact";
    case Exactness::approximate:
        return "approximate";
    case Exactness::none:
        break;
    }
    return "none";
}

MovedPart part_of(Invariance invariance) { return kind_of(invariance).part; }

bool InvarianceSet::contains(Invariance invariance) const { return this->*kind_of(invariance).member; }

void InvarianceSet::set(Invariance invariance, bool on) { this->*kind_of(invariance).member = on; }

bool InvarianceSet::moves(MovedPart part) const {
    return std::ranges::any_of(kinds, [&](const Kind &kind) { return kind.part == part && this->*kind.member; });
}

PartMoves moves_of(const InvarianceSet &set, MovedPart part) {
    switch (part) {
    case MovedPart::value:
        return {set.value_permutation, set.value_scaling, set.value_rotation};
    case MovedPart::key:
        return {set.key_permutation, set.key_scaling, set.key_rotation};
    case MovedPart::residual:
        return {set.residual_permutation, false, false};
    case MovedPart::norms:
        return {false, set.norm_scaling, false};
    case MovedPart::ffn:
        break;
    }
    return {set.permutation, set.scaling, set.rotation};
}

InvarianceSet parse_invariances(std::string_view comma_separated) {
    auto set = InvarianceSet::none();
    while (true) {
        const auto comma = comma_separated.find(',');
        const auto name = comma_separated.substr(0, comma);
        const auto known = std::ranges::find(kinds, name, &Kind::name);
        if (known == kinds.end()) {
            std::vector<std::string_view> names;
            for (const auto &kind : kinds)
                names.push_back(kind.name);
            fail("the invariance \"{}\" is not known; known: {}", name, fmt::join(names, ", "));
        }
        set.set(known->invariance, true);
        if (comma == std::string_view::npos)
            return set;
        comma_separated.remove_prefix(comma + 1);
    }
}

std::vector<Invariance> members_of(const InvarianceSet &set) {
    std::vector<Invariance> members;
    for (const auto invariance : all_invariances)
        if (set.contains(invariance))
            members.push_back(invariance);
    return members;
}

InvarianceSet only(Invariance invariance) {
    auto set = InvarianceSet::none();
    set.set(invariance, true);
    return set;
}

std::string to_string(const InvarianceSet &set) {
    std::vector<std::string_view> names;
    for (const auto invariance : members_of(set))
        names.push_back(name_of(invariance));
    return fmt::format("{}", fmt::join(names, ","));
}

} // namespace invar
