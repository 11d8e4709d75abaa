// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/weight_source.h"

#include "core/invariance/attention_weights.h"
#include "core/invariance/ffn_weights.h"
#include "core/invariance/residual_order.h"
#include "core/model/compute.h"
#include "core/model/family.h"
#include "core/quant/gptq_solver.h"
#include "core/quant/grid_plan.h"
#include "core/quant/group_quantizer.h"
#include "core/quant/matrix_error.h"
#include "core/quant/method.h"
#include "core/search/gptq_ffn.h"
#include "core/search/norm_scales.h"
#include "core/search/open_model.h"
#include "core/search/run_folder.h"
#include "core/search/run_state.h"
#include "core/search/start_file.h"

#include <fmt/ranges.h>

#include <ATen/ATen.h>

#include <algorithm>
#include <optional>

namespace invar {

struct MatrixSnapshot::Tensors {
    MatrixName name;
    Grid grid;
    at::Tensor exact, rounded;      ///< float32 [rows, columns]
    at::Tensor scales, zeros;       ///< float32 [rows, groups]
    std::optional<double> output{}; ///< as in MatrixError
};

namespace {

std::span<const float> values_of(const at::Tensor &tensor) {
    return {tensor.const_data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

std::vector<float> copy_of(const at::Tensor &tensor) {
    const auto values = values_of(tensor);
    return {values.begin(), values.end()};
}

ScaleMap map_of(const at::Tensor &scales, std::int64_t cells) {
    const auto step = [cells](std::int64_t size) { return (size + cells - 1) / cells; };
    ScaleMap map{.values = {}, .row_step = step(scales.size(0)), .group_step = step(scales.size(1))};
    const auto means = at::avg_pool2d(scales.view({1, 1, scales.size(0), scales.size(1)}),
                                      {map.row_step, map.group_step}, {map.row_step, map.group_step}, 0, true, false)
                           .contiguous();
    map.rows = means.size(2);
    map.columns = means.size(3);
    map.values = copy_of(means);
    return map;
}

std::unique_ptr<const MatrixSnapshot::Tensors> tensors_of(MatrixName name, const Grid &grid, const at::Tensor &exact,
                                                          const QuantizedMatrix &matrix,
                                                          std::optional<double> output = {}) {
    return std::make_unique<const MatrixSnapshot::Tensors>(
        MatrixSnapshot::Tensors{.name = std::move(name),
                                .grid = grid,
                                .exact = exact.contiguous(),
                                .rounded = dequantize(matrix).contiguous(),
                                .scales = matrix.scales.contiguous(),
                                .zeros = matrix.zeros.contiguous(),
                                .output = output});
}

/// A layer under a run's invariances, but for those of its norms.
DecoderLayer moved(const DecoderLayer &layer, const LayerState &state, const ModelFamily &family) {
    auto result = layer;
    if (state.ffn != NeuronState::identity(state.ffn.neurons()))
        result = with_ffn(result, family.ffn(), apply(state.ffn, take_ffn(result, family.ffn()), family.ffn()));
    if (state.value.neurons() > 0 || state.key.neurons() > 0)
        result = with_attention(result, family.attention(),
                                apply(state, take_attention(result, family.attention()), family.attention()));
    return result;
}

/// A matrix's output error as a run has it.
std::optional<double> output_of(const MatrixName &name, const std::vector<MatrixError> &errors) {
    const auto *const found = find_error(errors, name.layer, name.projection);
    return found ? found->output : std::nullopt;
}

/// What a starting method made of one layer, before it is rounded.
struct LayerToRound {
    DecoderLayer reference, base;
};

} // namespace

MatrixSnapshot::MatrixSnapshot(std::unique_ptr<const Tensors> tensors) : tensors_(std::move(tensors)) {}
MatrixSnapshot::~MatrixSnapshot() = default;

MatrixView MatrixSnapshot::view(int bins, std::int64_t cells) const {
    const ComputeScope scope(0);
    const auto &[name, grid, exact, rounded, scales, zeros, output] = *tensors_;
    const auto [least, greatest] = exact.aminmax();
    auto error = matrix_error(exact, rounded, name.layer, name.projection);
    error.output = output;
    return {.error = std::move(error),
            .rows = exact.size(0),
            .columns = exact.size(1),
            .grid = grid,
            .group_size = grid.group_of(exact.size(1)),
            .groups = scales.size(1),
            .minimum = least.item<double>(),
            .maximum = greatest.item<double>(),
            .histogram = count_weights(values_of(exact), values_of(rounded), bins),
            .scales = map_of(scales, std::max<std::int64_t>(cells, 1))};
}

RowView MatrixSnapshot::row(std::int64_t row) const {
    const ComputeScope scope(1);
    const auto &[name, grid, exact, rounded, scales, zeros, output] = *tensors_;
    if (row < 0 || row >= exact.size(0))
        fail("row {} does not exist: {} of layer {} has rows 0 to {}", row, name.projection, name.layer,
             exact.size(0) - 1);
    const auto error = matrix_error(exact[row], rounded[row], name.layer, name.projection);
    return {.row = row,
            .grid = grid,
            .group_size = grid.group_of(exact.size(1)),
            .exact = copy_of(exact[row]),
            .rounded = copy_of(rounded[row]),
            .scales = copy_of(scales[row]),
            .zeros = copy_of(zeros[row]),
            .mse = error.mse,
            .sqnr_db = error.sqnr_db};
}

struct WeightSource::Opened {
    std::shared_ptr<const LanguageModel> model;
    std::filesystem::path folder{}; ///< of the run; empty: there is none
    SearchSettings settings{};
    std::unique_ptr<const StartingMethod> method{};
    std::optional<StartingPoint> start{}; ///< without its quantized weights; nothing where the method is quick

    /// Index of a matrix among its layer's projections.
    [[nodiscard]] std::size_t index_of(const MatrixName &name) const {
        const auto &info = model->info();
        if (name.layer < 0 || name.layer >= info.layers)
            fail("layer {} does not exist: the model has layers 0 to {}", name.layer, info.layers - 1);
        const auto found = std::ranges::find(info.projections, name.projection);
        if (found == info.projections.end())
            fail("\"{}\" is no projection of this model; known: {}", name.projection,
                 fmt::join(info.projections, ", "));
        return static_cast<std::size_t>(found - info.projections.begin());
    }

    /// What GPTQ rounds the matrix by in the search; nothing where it is rounded to nearest.
    [[nodiscard]] std::optional<GptqFactor> factor_of(const MatrixName &name, std::size_t index) const {
        const auto *const factors = start ? start->factors_of(static_cast<std::size_t>(name.layer)) : nullptr;
        const auto *const found = invar::factor_of(factors, index, model->family());
        return found ? std::optional(*found) : std::nullopt;
    }

    [[nodiscard]] LayerToRound start_layer(const MatrixName &name, const Grid &grid, const Task &task) const {
        const auto layer = static_cast<std::size_t>(name.layer);
        if (start)
            return {start->reference.layers.at(layer), start->base.layers.at(layer)};
        auto one = model->weights(); // a quick method looks at each matrix alone
        one.layers = {one.layers.at(layer)};
        const auto point =
            method->quantize({model->family(), one, at::Tensor(), grid, settings.method_options, settings.seed}, task);
        return {point.reference.layers.front(), point.base.layers.front()};
    }
};

WeightSource::WeightSource(std::unique_ptr<const Opened> opened) : opened_(std::move(opened)) {}
WeightSource::~WeightSource() = default;

std::shared_ptr<const WeightSource> WeightSource::of_model(const std::string &model, const Task &task) {
    auto opened = std::make_unique<Opened>();
    opened->model = open_model(model, task);
    return std::shared_ptr<const WeightSource>(new WeightSource(std::move(opened)));
}

std::shared_ptr<const WeightSource> WeightSource::of_run(const std::filesystem::path &folder, const Task &task) {
    return with_plain_errors([&] {
        const ComputeScope scope(0);
        auto opened = std::make_unique<Opened>();
        opened->folder = folder;
        opened->settings = read_run_settings(folder);
        opened->model = open_model(opened->settings.model, task);
        opened->method = make_starting_method(opened->settings.method);
        task.check();
        opened->start = read_unrounded_start(folder, *opened->model, opened->settings);
        return std::shared_ptr<const WeightSource>(new WeightSource(std::move(opened)));
    });
}

const ModelInfo &WeightSource::info() const { return opened_->model->info(); }

Grid WeightSource::grid_of(const MatrixName &name) const {
    if (opened_->folder.empty())
        fail("without a run no matrix has a grid of its own");
    const GridPlan grids(opened_->settings.grid, opened_->settings.layer_bits, info());
    return grids.at(static_cast<std::size_t>(name.layer), opened_->index_of(name));
}

std::shared_ptr<const MatrixSnapshot> WeightSource::rounded(const MatrixName &name, const Grid &grid) const {
    return with_plain_errors([&] {
        const ComputeScope scope(0);
        const auto index = opened_->index_of(name);
        const auto &layer = opened_->model->weights().layers.at(static_cast<std::size_t>(name.layer));
        const auto exact = layer.projections.at(index).weight.to(at::kFloat).contiguous();
        return std::make_shared<const MatrixSnapshot>(tensors_of(name, grid, exact, quantize_groups(exact, grid)));
    });
}

std::shared_ptr<const MatrixSnapshot> WeightSource::of_run(const MatrixName &name, WeightState state,
                                                           const Task &task) const {
    return with_plain_errors([&] {
        const ComputeScope scope(0);
        const auto index = opened_->index_of(name);
        const auto grid = grid_of(name);
        const auto &family = opened_->model->family();
        auto layer = opened_->start_layer(name, grid, task);
        auto factor = opened_->factor_of(name, index);
        task.check();
        std::optional<double> output;
        if (state == WeightState::at_start) {
            output = output_of(name, read_run_start(opened_->folder).errors);
        } else {
            const auto position = read_run_position(opened_->folder);
            output = output_of(name, position.errors);
            if (position.states.size() != opened_->model->weights().layers.size())
                fail("{}: was made with another model than {}", opened_->folder.string(), opened_->settings.model);
            const auto &moves = position.states.at(static_cast<std::size_t>(name.layer));
            check(moves, info().layer_shape());
            const ResidualOrder order(position.residual_order, at::kCPU);
            layer.reference = with_norm_scales(layer.reference, moves.norms, family);
            for (auto *weights : {&layer.reference, &layer.base})
                *weights = moved(order.channels().empty() ? *weights : reorder_residual(*weights, family, order), moves,
                                 family);
            if (factor && index == family.ffn().output)
                factor = moved(*factor, NeuronMap::of(moves.ffn));
            else if (factor && index == info().attention.output)
                factor = moved(*factor, AttentionMaps::of(moves, info().attention).output);
            else if (factor && !order.channels().empty())
                factor = reordered(*factor, order.channels());
        }
        const auto exact = layer.reference.projections.at(index).weight.contiguous();
        const auto base = layer.base.projections.at(index).weight.contiguous();
        const auto matrix = factor ? quantize_by_gptq(base, *factor, grid) : quantize_groups(base, grid);
        return std::make_shared<const MatrixSnapshot>(tensors_of(name, grid, exact, matrix, output));
    });
}

} // namespace invar
