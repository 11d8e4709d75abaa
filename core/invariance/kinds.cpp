// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/invariance/kinds.h"

#include "core/base/error.h"

#include <fmt/ranges.h>

namespace invar {

std::string_view name_of(Invariance invariance) {
    switch (invariance) {
    case Invariance::permutation:
        return "permutation";
    case Invariance::scaling:
        return "scaling";
    case Invariance::rotation:
        break;
    }
    return "rotation";
}

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

bool InvarianceSet::contains(Invariance invariance) const {
    switch (invariance) {
    case Invariance::permutation:
        return permutation;
    case Invariance::scaling:
        return scaling;
    case Invariance::rotation:
        break;
    }
    return rotation;
}

void InvarianceSet::set(Invariance invariance, bool on) {
    switch (invariance) {
    case Invariance::permutation:
        permutation = on;
        return;
    case Invariance::scaling:
        scaling = on;
        return;
    case Invariance::rotation:
        rotation = on;
        return;
    }
}

InvarianceSet parse_invariances(std::string_view comma_separated) {
    InvarianceSet set{.permutation = false, .scaling = false, .rotation = false};
    while (true) {
        const auto comma = comma_separated.find(',');
        const auto name = comma_separated.substr(0, comma);
        bool known = false;
        for (const auto invariance : all_invariances)
            if (name_of(invariance) == name) {
                set.set(invariance, true);
                known = true;
            }
        if (!known)
            fail("the invariance \"{}\" is not known; known: permutation, scaling, rotation", name);
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
    InvarianceSet set{.permutation = false, .scaling = false, .rotation = false};
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
