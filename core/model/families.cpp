// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/config_reader.h"
#include "core/model/family.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace invar {

std::unique_ptr<ModelFamily> make_gemma3(const ConfigReader &config);
std::unique_ptr<ModelFamily> make_gemma3_text(const ConfigReader &config);
std::unique_ptr<ModelFamily> make_gpt2(const ConfigReader &config);
std::unique_ptr<ModelFamily> make_gpt_neox(const ConfigReader &config);
std::unique_ptr<ModelFamily> make_llama(const ConfigReader &config);
std::unique_ptr<ModelFamily> make_mistral(const ConfigReader &config);
std::unique_ptr<ModelFamily> make_opt(const ConfigReader &config);
std::unique_ptr<ModelFamily> make_phi3(const ConfigReader &config);
std::unique_ptr<ModelFamily> make_qwen2(const ConfigReader &config);
std::unique_ptr<ModelFamily> make_qwen3(const ConfigReader &config);

namespace {

struct Registration {
    std::string_view model_type;
    std::unique_ptr<ModelFamily> (*make)(const ConfigReader &config);
};

/// Every model family: one line each.
constexpr std::array registrations{
    Registration{"gemma3", make_gemma3}, Registration{"gemma3_text", make_gemma3_text},
    Registration{"gpt2", make_gpt2},     Registration{"gpt_neox", make_gpt_neox},
    Registration{"llama", make_llama},   Registration{"mistral", make_mistral},
    Registration{"opt", make_opt},       Registration{"phi3", make_phi3},
    Registration{"qwen2", make_qwen2},   Registration{"qwen3", make_qwen3},
};

} // namespace

std::vector<std::string> known_families() {
    std::vector<std::string> names;
    for (const auto &registration : registrations)
        names.emplace_back(registration.model_type);
    return names;
}

std::unique_ptr<ModelFamily> make_family(const nlohmann::json &config, const std::filesystem::path &file) {
    const ConfigReader reader(config, file);
    const auto type = reader.text("model_type");
    const auto found = std::ranges::find(registrations, std::string_view(type), &Registration::model_type);
    if (found == registrations.end())
        fail("{}: the architecture \"{}\" is not known here; known: {}", file.string(), type,
             fmt::join(known_families(), ", "));
    return found->make(reader);
}

} // namespace invar
