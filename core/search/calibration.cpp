// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/calibration.h"

#include "core/base/files.h"
#include "core/search/open_model.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

namespace invar {
namespace {

std::vector<std::int32_t> read_ids(const std::string &file) {
    try {
        return nlohmann::json::parse(read_text_file(file)).get<std::vector<std::int32_t>>();
    } catch (const nlohmann::json::exception &) {
        fail("{}: is not a JSON list of token ids", file);
    }
}

std::vector<std::int32_t> tokenize(const Tokenizer &tokenizer, const std::string &file) {
    const auto text = read_text_file(file);
    try {
        return tokenizer.encode(text, false);
    } catch (const Error &error) {
        fail("{}: {}", file, error.what());
    }
}

} // namespace

at::Tensor load_calibration(const SearchSettings &settings, const LanguageModel &model) {
    const bool from_ids = !settings.calibration_ids.empty();
    const auto file = from_ids                            ? settings.calibration_ids
                      : settings.calibration_text.empty() ? (demo_folder() / "calibration.txt").string()
                                                          : settings.calibration_text;
    const auto ids = from_ids ? read_ids(file) : tokenize(model.tokenizer(), file);

    const auto needed = settings.sequences * settings.sequence_length;
    if (static_cast<std::int64_t>(ids.size()) < needed)
        fail("{}: has {} tokens, too few for {} sequences of {}", file, ids.size(), settings.sequences,
             settings.sequence_length);
    const auto tensor = at::empty({settings.sequences, settings.sequence_length}, at::kLong);
    auto *out = tensor.data_ptr<std::int64_t>();
    for (std::int64_t i = 0; i < needed; ++i) {
        const auto id = ids[static_cast<std::size_t>(i)];
        if (id < 0 || id >= model.info().vocabulary_size)
            fail("{}: token id {} is outside the model's vocabulary of {}", file, id, model.info().vocabulary_size);
        out[i] = id;
    }
    return tensor;
}

} // namespace invar
