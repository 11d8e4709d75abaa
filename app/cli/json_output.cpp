// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/json_output.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace invar::cli {

void add_json_flag(CLI::App &command, bool &json) {
    command.add_flag("--json", json, "Print one JSON object instead of text");
}

void print_json(const Json &object) {
    // A path need not be UTF-8; a reader of JSON expects it.
    const auto text = object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
}

Json float_list(std::span<const float> values) {
    auto list = Json::array();
    for (const float value : values)
        list.push_back(std::isfinite(value) ? Json(std::strtod(fmt::format("{:.9g}", value).c_str(), nullptr))
                                            : Json());
    return list;
}

Json json_of(const MoveCounts &counts) {
    return {{"proposed", counts.proposed}, {"accepted", counts.accepted}, {"gain", counts.gain}};
}

Json json_of(const MatrixError &error) {
    const auto output = error.output ? Json(*error.output) : Json();
    return {{"layer", error.layer},       {"projection", error.projection}, {"mse", error.mse},
            {"relative", error.relative}, {"sqnr_db", error.sqnr_db},       {"output_error", output}};
}

} // namespace invar::cli
