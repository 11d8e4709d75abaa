// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/methods.h"

#include "core/base/error.h"
#include "core/quant/method.h"

#include <fmt/ranges.h>

#include <array>

namespace invar {

std::unique_ptr<StartingMethod> make_rtn();

namespace {

/// Every starting method: one line each.
constexpr std::array registrations{
    &make_rtn,
};

} // namespace

const std::vector<MethodInfo> &starting_methods() {
    static const auto methods = [] {
        std::vector<MethodInfo> infos;
        for (const auto make : registrations)
            infos.push_back(make()->info());
        return infos;
    }();
    return methods;
}

std::unique_ptr<StartingMethod> make_starting_method(const std::string &name) {
    std::vector<std::string> known;
    for (const auto make : registrations) {
        auto method = make();
        if (method->info().name == name)
            return method;
        known.push_back(method->info().name);
    }
    fail("the starting method \"{}\" is not known here; known: {}", name, fmt::join(known, ", "));
}

} // namespace invar
