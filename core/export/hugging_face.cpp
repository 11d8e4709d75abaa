// SPDX-License-Identifier: GPL-3.0-or-later
// Hugging Face folders. One with the quantized weights written out in half precision: every client of the original
// model loads it, and computes what was measured here but for each weight's rounding to 16 bits; it shows quality, it
// does not save space. And one with the full-precision weights under the moves that were found, for other quantizers.
#include "core/base/files.h"
#include "core/checkpoint/safetensors.h"
#include "core/export/exporter.h"
#include "core/model/family.h"
#include "core/model/tensor_loader.h"
#include "core/search/open_model.h"
#include "core/text/tokenizer.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <array>
#include <limits>
#include <optional>

namespace invar {
namespace {

constexpr std::array companion_files{"tokenizer.json",         "vocab.json",        "merges.txt",
                                     "tokenizer_config.json",  "added_tokens.json", "special_tokens_map.json",
                                     "generation_config.json", "tokenizer.model",   "chat_template.jinja"};

enum class Content { quantized, transformed };

class HuggingFaceExporter final : public Exporter {
public:
    explicit HuggingFaceExporter(Content content) : content_(content) {}

    ExportFormatInfo info() const override {
        if (content_ == Content::transformed)
            return {.name = "hf-unquantized",
                    .title = "Hugging Face folder (not quantized, moves applied)",
                    .description = "The full-precision weights, reordered and rescaled as the search found best: the "
                                   "original model's function, for any quantizer to round as its last step.",
                    .is_folder = true};
        return {.name = "hf",
                .title = "Hugging Face folder (dequantized)",
                .description =
                    "Safetensors in half precision with config and tokenizer; loads wherever the original "
                    "model does. The weights lie on the quantization grid, rounded to the 16 bits that each takes.",
                .is_folder = true};
    }

    ExportResult write(const ExportSource &source, const std::filesystem::path &output,
                       const Task &task) const override {
        const bool quantized = content_ == Content::quantized;
        const auto opened =
            quantized ? source.model : open_model(source.run_folder.string(), task, RunState::transformed);
        const auto &model = *opened;
        auto config = nlohmann::ordered_json::parse(model.config());
        const bool brain_float = config.value("dtype", config.value("torch_dtype", "")) == "bfloat16";
        const auto half = brain_float ? at::kBFloat16 : at::kHalf;
        const auto type = quantized ? half : at::kFloat;
        config[config.contains("dtype") ? "dtype" : "torch_dtype"] = !quantized    ? "float32"
                                                                     : brain_float ? "bfloat16"
                                                                                   : "float16";

        std::map<std::string, StoredTensor> tensors;
        model.family().visit_tensors(model.weights(), [&](const std::string &name, const at::Tensor &tensor) {
            task.check();
            auto stored = tensor.to(type);
            if (!at::isfinite(stored).all().item<bool>())
                fail("{}: tensor {} does not fit into {}", source.run_folder.string(), name,
                     brain_float ? "bfloat16" : "float16");
            tensors.emplace(name, stored_tensor_from(stored));
        });

        task.report(0.5, "writing the checkpoint");
        FolderTransaction transaction(output);
        const auto &folder = transaction.path();
        std::vector<std::filesystem::path> names{"config.json", "model.safetensors", "README.md"};
        write_file_atomically(folder / "config.json", config.dump(2) + "\n");
        write_safetensors(folder / "model.safetensors", tensors, {{"format", "pt"}});
        write_file_atomically(folder / "README.md", quantized ? model_card(source) : card_of_transformed(source));
        if (const auto tokenizer = single_file_tokenizer(model)) {
            write_file_atomically(folder / "tokenizer.json", *tokenizer);
            write_file_atomically(folder / "tokenizer_config.json",
                                  R"({"tokenizer_class": "PreTrainedTokenizerFast"})");
            names.insert(names.end(), {"tokenizer.json", "tokenizer_config.json"});
        }
        for (const auto *name : companion_files) {
            task.check();
            if (!model.is_single_file() && std::filesystem::exists(model.folder() / name)) {
                std::filesystem::copy_file(model.folder() / name, folder / name);
                names.emplace_back(name);
            }
        }
        task.check();
        transaction.commit();

        ExportResult result{.bits_per_weight = quantized ? 16.0 : 32.0};
        for (const auto &name : names) {
            result.files.push_back(output / name);
            result.bytes += static_cast<std::int64_t>(std::filesystem::file_size(output / name));
        }
        return result;
    }

private:
    /// The tokenizer.json of a model that brings its tokenizer in its one file; nothing where it has none.
    static std::optional<std::string> single_file_tokenizer(const LanguageModel &model) {
        if (!model.is_single_file())
            return {};
        try {
            return model.tokenizer().to_json();
        } catch (const Error &) {
            return {}; // as a folder without a tokenizer is exported without one
        }
    }

    static std::string card_of_transformed(const ExportSource &source) {
        return fmt::format("# Transformed with Invarscope, not quantized\n\n"
                           "- original model: {}\n- moves: {} steps over {}\n\n"
                           "The same function as the original's in other weights, which were searched for so that "
                           "{} bits hurt less. Quantize it with whatever rounds in the same groups ({}).\n",
                           source.settings.model, source.position.step, to_string(source.settings.invariances),
                           source.settings.grid.bits, source.settings.grid.group_size);
    }

    static std::string model_card(const ExportSource &source) {
        const auto &grid = source.settings.grid;
        const auto layer_bits = to_string(source.settings.layer_bits);
        return fmt::format("# Quantized with Invarscope\n\n"
                           "- original model: {}\n- starting method: {}, {} bits{}, {}, {}, {} scales\n"
                           "- search: {} steps over {}, objective {:.6f}\n\n"
                           "The decoder's projections lie on the quantization grid, each weight rounded to the half "
                           "precision in which they are written out so that any client loads them.\n",
                           source.settings.model, source.settings.method, grid.bits,
                           layer_bits.empty() ? std::string() : fmt::format(" ({})", layer_bits),
                           grid.group_size == 0 ? std::string("one group per row")
                                                : fmt::format("groups of {}", grid.group_size),
                           grid.symmetric ? "symmetric" : "asymmetric", name_of(grid.scales), source.position.step,
                           to_string(source.settings.invariances), source.position.best_loss);
    }

    Content content_;
};

} // namespace

std::unique_ptr<Exporter> make_hugging_face_exporter() {
    return std::make_unique<HuggingFaceExporter>(Content::quantized);
}

std::unique_ptr<Exporter> make_unquantized_exporter() {
    return std::make_unique<HuggingFaceExporter>(Content::transformed);
}

} // namespace invar
