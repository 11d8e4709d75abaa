// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/idle_moves.h"

#include "core/quant/method.h"

namespace invar {

InvarianceSet idle_moves(const SearchSettings &settings) {
    auto idle = InvarianceSet::none();
    if (settings.grid.group_size != 0)
        return idle;
    idle.key_permutation = true;                          // reorders rows alone
    if (find_starting_method(settings.method) == nullptr) // find_problems() says so
        return idle;
    const bool in_order = make_starting_method(settings.method)->follows_order(settings.method_options);
    idle.permutation = idle.value_permutation = idle.residual_permutation = !in_order;
    return idle;
}

} // namespace invar
