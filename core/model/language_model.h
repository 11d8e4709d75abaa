// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/task.h"
#include "core/model/model_info.h"
#include "core/text/tokenizer.h"

#include <filesystem>
#include <memory>
#include <string>

namespace invar {

class ModelFamily;
struct ModelWeights;

/// A checkpoint opened for use: what it is, its weights in float32, its tokenizer. Immutable, shared between threads.
/// The weights are LibTorch tensors, seen only through core/model/weights.h, which only core includes.
class LanguageModel {
public:
    /// Opens a Hugging Face folder or a .gguf file. Throws Error, Cancelled.
    [[nodiscard]] static std::shared_ptr<const LanguageModel> open(const std::filesystem::path &path,
                                                                   const Task &task = {});
    /// The same model with other weights (a quantized one).
    [[nodiscard]] std::shared_ptr<const LanguageModel> with_weights(std::shared_ptr<const ModelWeights> weights) const;

    [[nodiscard]] const ModelInfo &info() const { return info_; }
    /// Where tokenizer and other companions lie: the model's folder, or the one that its .gguf file is in.
    [[nodiscard]] const std::filesystem::path &folder() const { return folder_; }
    /// What config.json says, or would say for a .gguf file.
    [[nodiscard]] const std::string &config() const { return config_; }
    [[nodiscard]] const ModelFamily &family() const { return *family_; }
    [[nodiscard]] const ModelWeights &weights() const { return *weights_; }
    [[nodiscard]] std::shared_ptr<const ModelWeights> shared_weights() const { return weights_; }

    /// Whether it comes from one .gguf file, so that nothing else in its folder need belong to it.
    [[nodiscard]] bool is_single_file() const { return folder_ != info_.source; }

    /// The model's tokenizer, loaded on first use. Throws Error when there is none.
    [[nodiscard]] const Tokenizer &tokenizer() const;

private:
    LanguageModel() = default;

    struct LazyTokenizer;
    ModelInfo info_;
    std::filesystem::path folder_;
    std::shared_ptr<const ModelFamily> family_;
    std::shared_ptr<const ModelWeights> weights_;
    std::shared_ptr<LazyTokenizer> tokenizer_;
    std::string config_;
};

/// The folder in which a model's tokenizer lies: a Hugging Face folder itself, or the one that a .gguf file is in.
[[nodiscard]] std::filesystem::path companion_folder(const std::filesystem::path &model);

} // namespace invar
