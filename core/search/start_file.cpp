// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/start_file.h"

#include "core/base/error.h"
#include "core/checkpoint/safetensors.h"
#include "core/model/tensor_loader.h"

#include <ATen/ATen.h>

#include <set>

namespace invar {
namespace {

constexpr auto file_name = "start.safetensors";

/// Calls `visit(name, tensor, size)` for a layer's factors; norms' are counted.
template <typename Scales, typename Visit>
void visit_scales(Scales &scales, const std::string &layer, const ModelInfo &info, Visit &&visit) {
    for (std::size_t i = 0; i < scales.norms.size(); ++i)
        visit(fmt::format("{}norm_scale.{}", layer, i), scales.norms[i], info.hidden_size);
    visit(layer + "value_scale", scales.value, info.attention.channels());
    visit(layer + "neuron_scale", scales.neurons, info.ffn_size);
}

/// Calls `visit(name, factor, inputs)` for what GPTQ needs of one layer in a search.
template <typename Factors, typename Visit>
void visit_factors(Factors &factors, const std::string &layer, const ModelInfo &info, Visit &&visit) {
    visit(layer + "gptq.attention_input.", factors.attention_input, info.hidden_size);
    visit(layer + "gptq.attention_output.", factors.attention_output, info.attention.heads * info.attention.head_size);
    visit(layer + "gptq.ffn_input.", factors.ffn_input, info.hidden_size);
    visit(layer + "gptq.ffn_output.", factors.ffn_output, info.ffn_size);
}

void add_factor(std::map<std::string, StoredTensor> &tensors, const std::string &name, const GptqFactor &factor) {
    tensors.emplace(name + "upper", stored_tensor_from(factor.upper));
    tensors.emplace(name + "order", stored_tensor_from(factor.order.to(at::kFloat)));
    tensors.emplace(name + "static", stored_tensor_from(at::tensor({factor.static_groups ? 1.0F : 0.0F})));
}

/// Reads the file's tensors and refuses what is left over.
class StartReader {
public:
    explicit StartReader(const Checkpoint &checkpoint) : checkpoint_(checkpoint), loader_(checkpoint, "") {}

    [[nodiscard]] bool contains(const std::string &name) const { return checkpoint_.contains(name); }
    [[nodiscard]] at::Tensor load(const std::string &name, std::initializer_list<std::int64_t> shape) {
        read_.insert(name);
        return loader_.load(name, shape);
    }
    /// A run whose method left something else would go on as another run.
    void refuse_others() const {
        for (const auto &[name, tensor] : checkpoint_.tensors())
            if (!read_.contains(name))
                fail("{} is not of this version of Invarscope; begin the run anew", name);
    }

private:
    const Checkpoint &checkpoint_;
    TensorLoader loader_;
    std::set<std::string> read_;
};

GptqFactor read_factor(StartReader &reader, const std::string &name, std::int64_t inputs) {
    auto order = reader.load(name + "order", {inputs}).to(at::kLong);
    if (!at::equal(std::get<0>(order.sort()), at::arange(inputs)))
        fail("{}order is not an order of {} inputs", name, inputs);
    auto upper = reader.load(name + "upper", {inputs, inputs});
    if ((upper.diagonal() <= 0).any().item<bool>())
        fail("{}upper is no Cholesky factor: its diagonal is not positive", name);
    return {.upper = std::move(upper),
            .order = std::move(order),
            .static_groups = reader.load(name + "static", {1}).item<float>() != 0};
}

std::string prefix_of(std::size_t layer) { return fmt::format("layers.{}.", layer); }

} // namespace

void write_start(const std::filesystem::path &folder, const StartingPoint &start, const ModelInfo &info) {
    std::map<std::string, StoredTensor> tensors;
    const auto add = [&](const std::string &name, const at::Tensor &tensor) {
        tensors.emplace(name, stored_tensor_from(tensor.to(at::kCPU, at::kFloat).contiguous()));
    };
    for (std::size_t layer = 0; layer < start.base.layers.size(); ++layer) {
        const auto prefix = prefix_of(layer);
        for (std::size_t i = 0; i < info.projections.size(); ++i)
            add(fmt::format("{}{}.base", prefix, info.projections[i]), start.base.layers[layer].projections[i].weight);
        if (!start.scales.empty())
            visit_scales(start.scales[layer], prefix, info, [&](const auto &name, const auto &scale, std::int64_t) {
                if (scale.defined())
                    add(name, scale);
            });
        if (const auto *const factors = start.factors_of(layer))
            visit_factors(*factors, prefix, info, [&](const auto &name, const GptqFactor &factor, std::int64_t) {
                add_factor(tensors, name, factor);
            });
    }
    write_safetensors(folder / file_name, tensors);
}

std::optional<StartingPoint> read_unrounded_start(const std::filesystem::path &folder, const LanguageModel &model,
                                                  const SearchSettings &settings) {
    const auto file = folder / file_name;
    std::error_code error;
    if (!std::filesystem::exists(file, error)) {
        if (!make_starting_method(settings.method)->is_quick())
            fail("{}: is missing; what {} made of the model was in it", file.string(), settings.method);
        return {};
    }
    const Checkpoint checkpoint(read_safetensors(file).tensors);
    try {
        StartReader reader(checkpoint);
        auto reference = model.weights();
        auto base = reference;
        std::vector<ChannelScales> scales(base.layers.size());
        std::vector<LayerFactors> factors(reader.contains(prefix_of(0) + "gptq.ffn_input.upper") ? base.layers.size()
                                                                                                 : 0);
        const auto folds = model.family().norm_folds();
        for (std::size_t layer = 0; layer < base.layers.size(); ++layer) {
            const auto prefix = prefix_of(layer);
            scales[layer].norms.resize(folds.size());
            visit_scales(scales[layer], prefix, model.info(),
                         [&](const std::string &name, at::Tensor &scale, std::int64_t size) {
                             if (reader.contains(name))
                                 scale = reader.load(name, {size});
                         });
            reference.layers[layer] = apply(scales[layer], reference.layers[layer], model.family());
            base.layers[layer] = reference.layers[layer];
            const auto &names = model.info().projections;
            for (std::size_t i = 0; i < names.size(); ++i) {
                auto &weight = base.layers[layer].projections[i].weight;
                weight = reader.load(fmt::format("{}{}.base", prefix, names[i]), {weight.size(0), weight.size(1)});
            }
            if (!factors.empty())
                visit_factors(factors[layer], prefix, model.info(),
                              [&](const std::string &name, GptqFactor &factor, std::int64_t inputs) {
                                  factor = read_factor(reader, name, inputs);
                              });
        }
        reader.refuse_others();
        return StartingPoint{.reference = std::move(reference),
                             .base = std::move(base),
                             .quantized = {},
                             .scales = std::move(scales),
                             .factors = std::move(factors)};
    } catch (const std::exception &problem) {
        fail("{}: {}", file.string(), problem.what());
    }
}

std::optional<StartingPoint> read_start(const std::filesystem::path &folder, const LanguageModel &model,
                                        const SearchSettings &settings, const Task &task) {
    auto kept = read_unrounded_start(folder, model, settings);
    if (!kept)
        return {};
    const GridPlan grids(settings.grid, settings.layer_bits, model.info());
    auto start = StartingPoint::rounded(std::move(kept->reference), std::move(kept->base), grids,
                                        std::move(kept->factors), model.family(), task);
    start.scales = std::move(kept->scales);
    return start;
}

} // namespace invar
