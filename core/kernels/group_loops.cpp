// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/group_loops.h"

#include "core/kernels/lanes.h"

namespace invar {

INVAR_CPU_CLONES void round_groups(const float *weights, float *out, std::int64_t groups, std::int64_t group,
                                   const GridConstants &grid) {
    for (std::int64_t index = 0; index < groups; ++index, weights += group, out += group)
        round_group(weights, out, group, grid);
}

INVAR_CPU_CLONES void encode_groups(const float *weights, std::uint8_t *codes, float *scales, float *zeros,
                                    std::int64_t groups, std::int64_t group, const GridConstants &grid) {
    for (std::int64_t index = 0; index < groups; ++index, weights += group, codes += group) {
        const auto scale = group_scale(group_range(weights, group, grid), grid);
        scales[index] = scale.scale;
        zeros[index] = scale.zero;
        for (std::int64_t i = 0; i < group; ++i)
            codes[i] = static_cast<std::uint8_t>(group_code(weights[i], scale, grid));
    }
}

} // namespace invar
