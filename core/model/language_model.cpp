// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/language_model.h"

#include "core/base/files.h"
#include "core/checkpoint/gguf_model.h"
#include "core/model/family.h"
#include "core/model/model_tokenizer.h"
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

nlohmann::json parse_config(const std::string &text, const std::filesystem::path &file) {
    try {
        return nlohmann::json::parse(text);
    } catch (const nlohmann::json::exception &error) {
        fail("{}: is not valid JSON ({})", file.string(), error.what());
    }
}

/// A model's files before its weights are loaded.
struct Source {
    std::string config;
    std::shared_ptr<ModelFamily> family;
    Checkpoint checkpoint;
};

Source open_gguf(const std::filesystem::path &file) {
    auto model = read_gguf_model(file);
    return {model.config.dump(2), make_family(model.config, file), std::move(model.checkpoint)};
}

Source open_folder(const std::filesystem::path &folder, const Task &task) {
    std::error_code error;
    if (!std::filesystem::exists(folder, error))
        fail("{}: does not exist", folder.string());
    if (!std::filesystem::is_directory(folder, error))
        fail("{}: is neither a model folder (Hugging Face layout) nor a GGUF file", folder.string());
    const auto config_file = folder / "config.json";
    if (!std::filesystem::exists(config_file, error))
        fail("{}: has no config.json, so it is not a model folder (Hugging Face layout)", folder.string());
    auto config = read_text_file(config_file, std::size_t{1} << 24);
    std::shared_ptr<ModelFamily> family = make_family(parse_config(config, config_file), config_file);
    return {std::move(config), std::move(family), Checkpoint::open(folder, task)};
}

} // namespace

std::filesystem::path companion_folder(const std::filesystem::path &model) {
    if (!is_gguf_file(model))
        return model;
    const auto folder = model.parent_path();
    return folder.empty() ? "." : folder;
}

std::shared_ptr<const LanguageModel> LanguageModel::open(const std::filesystem::path &path, const Task &task) {
    auto source = is_gguf_file(path) ? open_gguf(path) : open_folder(path, task);
    const std::shared_ptr<LanguageModel> model(new LanguageModel);
    model->folder_ = companion_folder(path);
    model->config_ = std::move(source.config);
    model->family_ = source.family;
    model->weights_ = std::make_shared<const ModelWeights>(source.family->load(source.checkpoint, task));
    model->info_ = source.family->info();
    model->info_.source = path.string();
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
        tokenizer_->tokenizer = load_model_tokenizer(info_.source);
    return *tokenizer_->tokenizer;
}

} // namespace invar
