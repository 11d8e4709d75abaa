// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/grid.h"

#include "core/base/error.h"

namespace invar {

std::string_view name_of(ScalePrecision precision) {
    return precision == ScalePrecision::float32 ? "float32" : "float16";
}

ScalePrecision parse_scale_precision(std::string_view name) {
    for (const auto precision : {ScalePrecision::float32, ScalePrecision::float16})
        if (name == name_of(precision))
            return precision;
    fail("\"{}\" is no format of scales; they are float32 or float16", name);
}

} // namespace invar
