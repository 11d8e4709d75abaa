// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/language_model.h"

#include "core/base/files.h"
#include "core/model/family.h"
#include "core/model/visit_weights.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <mutex>

namespace invar {

struct LanguageModel::LazyTokenizer {
    std::mutex mutex;
    std::unique_ptr<Tokenizer> tokenizer;
};

namespace {

std::int64_t count_parameters(const ModelWeights &weights) {
    std::int64_t count = 0;
    visit_weights(weights, [&](const at::Tensor &tensor) { count += tensor.numel(); });
    if (!weights.head.is_same(weights.token_embedding))
        count += weights.head.numel();
    return count;
}

nlohmann::json read_config(const std::filesystem::path &file) {
    try {
        return nlohmann::json::parse(read_text_file(file, std::size_t{1} << 24));
    } catch (const nlohmann::json::exception &error) {
        fail("{}: is not valid JSON ({})", file.string(), error.what());
    }
}

} // namespace

std::shared_ptr<const LanguageModel> LanguageModel::open(const std::filesystem::path &folder, const Task &task) {
    std::error_code error;
    if (!std::filesystem::exists(folder, error))
        fail("{}: does not exist", folder.string());
    if (!std::filesystem::is_directory(folder, error))
        fail("{}: is not a model folder (Hugging Face layout)", folder.string());
    const auto config_file = folder / "config.json";
    if (!std::filesystem::exists(config_file, error))
        fail("{}: has no config.json, so it is not a model folder (Hugging Face layout)", folder.string());

    const std::shared_ptr<ModelFamily> family = make_family(read_config(config_file), config_file);
    const auto checkpoint = Checkpoint::open(folder, task);
    const std::shared_ptr<LanguageModel> model(new LanguageModel);
    model->folder_ = folder;
    model->family_ = family;
    model->weights_ = std::make_shared<const ModelWeights>(family->load(checkpoint, task));
    model->info_ = family->info();
    model->info_.source = folder.string();
    model->info_.parameters = count_parameters(*model->weights_);
    model->tokenizer_ = std::make_shared<LazyTokenizer>();
    return model;
}

std::shared_ptr<const LanguageModel> LanguageModel::with_weights(std::shared_ptr<const ModelWeights> weights) const {
    const std::shared_ptr<LanguageModel> model(new LanguageModel(*this));
    model->weights_ = std::move(weights);
    return model;
}

const Tokenizer &LanguageModel::tokenizer() const {
    const std::scoped_lock lock(tokenizer_->mutex);
    if (!tokenizer_->tokenizer)
        tokenizer_->tokenizer = Tokenizer::load(folder_);
    return *tokenizer_->tokenizer;
}

} // namespace invar
