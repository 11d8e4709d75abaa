// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/trace.h"

#include "core/base/error.h"
#include "core/base/files.h"

#include <nlohmann/json.hpp>

#include <string_view>

namespace invar {

std::vector<Proposal> read_trace(const std::filesystem::path &file) {
    const auto text = read_text_file(file);
    std::vector<Proposal> proposals;
    std::string_view rest(text);
    for (int line = 1; !rest.empty(); ++line) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const auto row = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (row.find_first_not_of(" \r\t") == std::string_view::npos)
            continue;
        try {
            const auto json = nlohmann::json::parse(row);
            Proposal proposal{.layer = json.at("layer"),
                              .state = {.ffn = {.rotation = json.at("rotation"),
                                                .scale = json.at("scale"),
                                                .order = json.at("order")},
                                        .value = {},
                                        .key = {}},
                              .moved = {}};
            if (proposal.layer < 0)
                fail("negative layer");
            proposals.push_back(std::move(proposal));
        } catch (const std::exception &error) {
            fail("{}: line {} is not a recorded candidate ({})", file.string(), line, error.what());
        }
    }
    if (proposals.empty())
        fail("{}: holds no recorded candidates", file.string());
    return proposals;
}

} // namespace invar
