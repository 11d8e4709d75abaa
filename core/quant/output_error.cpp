// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/output_error.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace invar {
namespace {

/// ||X W^T||^2, by the Gram matrix of X. In float64: where a few channels are huge, most of the sum cancels out.
double squared_output(const at::Tensor &weight, const at::Tensor &gram) {
    return at::mm(weight, gram).mul_(weight).sum().item<double>();
}

} // namespace

at::Tensor output_error_ids(const at::Tensor &calibration) {
    const auto tokens = std::min<std::int64_t>(calibration.size(1), output_error_tokens);
    const auto sequences = std::min<std::int64_t>(calibration.size(0), output_error_tokens / tokens);
    return calibration.narrow(0, 0, sequences).narrow(1, 0, tokens);
}

std::vector<std::optional<double>> output_errors(const ModelFamily &family, const std::vector<InputStatistics> &read,
                                                 const DecoderLayer &exact, const DecoderLayer &quantized) {
    const auto groups = input_groups(family);
    std::vector<std::optional<double>> found(exact.projections.size());
    for (std::size_t group = 0; group < groups.size(); ++group) {
        const auto &gram = read[group].gram;
        for (const auto projection : groups[group]) {
            const auto weight = exact.projections[projection].weight.to(at::kDouble);
            const auto error = weight - quantized.projections[projection].weight.to(at::kDouble);
            const auto squared_error = std::max(squared_output(error, gram), 0.0);
            const auto ratio = std::sqrt(squared_error / squared_output(weight, gram));
            if (squared_error == 0 || std::isfinite(ratio))
                found[projection] = squared_error == 0 ? 0 : ratio;
        }
    }
    return found;
}

OutputErrors output_errors(const ModelFamily &family, LayerWalk walk,
                           const std::function<DecoderLayer(std::size_t layer)> &exact_layer,
                           const std::vector<DecoderLayer> &quantized, const Task &task) {
    OutputErrors found;
    for (std::size_t layer = 0; layer < quantized.size(); ++layer) {
        task.report(static_cast<double>(layer) / static_cast<double>(quantized.size()),
                    fmt::format("measuring output errors, layer {} of {}", layer + 1, quantized.size()));
        task.check();
        const auto exact = exact_layer(layer);
        found.push_back(output_errors(family, walk.watch_and_advance(exact), exact, quantized[layer]));
    }
    return found;
}

void set_outputs(std::vector<MatrixError> &errors, const OutputErrors &outputs,
                 const std::vector<std::string> &projections) {
    for (auto &error : errors) {
        const auto found = std::ranges::find(projections, error.projection);
        if (found != projections.end())
            error.output = outputs.at(static_cast<std::size_t>(error.layer))
                               .at(static_cast<std::size_t>(found - projections.begin()));
    }
}

} // namespace invar
