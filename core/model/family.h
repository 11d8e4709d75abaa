// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: includes LibTorch.
#pragma once

#include "core/base/task.h"
#include "core/checkpoint/checkpoint.h"
#include "core/model/model_info.h"
#include "core/model/weights.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

/// Where an FFN's neurons live among a layer's projections (indices into DecoderLayer::projections).
struct FfnLayout {
    std::vector<std::size_t> inputs; ///< their rows are neurons: {fc1}, or {gate, up}
    std::size_t scaled_input = 0;    ///< the one whose rows take 1/s: fc1, or up
    std::size_t output = 0;          ///< its columns are neurons: fc2, or down
};

/// A norm whose gain can take over factors of what is read after it.
struct NormFold {
    std::size_t norm = 0;             ///< index into DecoderLayer::norms
    std::vector<std::size_t> readers; ///< all projections that read it, indices into DecoderLayer::projections
    double gain_offset = 0;           ///< the gain is this much more than the stored weight
};

/// What the attention half of a decoder layer hands to its FFN half. Both [sequences, tokens, hidden].
struct FfnInput {
    at::Tensor residual; ///< what the FFN's output is added to
    at::Tensor input;    ///< what the first projection reads
};

/// One architecture with one model's configuration: how to load its weights and how to run them, block by block.
/// A new family is one file that derives from this and one line in core/model/families.cpp. Stateless, shared by
/// threads.
class ModelFamily {
public:
    virtual ~ModelFamily() = default;

    /// Sizes, names and invariances; `source` and `parameters` are left to the caller.
    [[nodiscard]] virtual ModelInfo info() const = 0;
    [[nodiscard]] virtual FfnLayout ffn() const = 0;
    [[nodiscard]] AttentionLayout attention() const { return info().attention; }
    /// Projections outside the FFN that read the same input, so that pack() may run them as one; none by default.
    [[nodiscard]] virtual std::vector<std::size_t> stacked() const { return {}; }

    /// Norms that read the residual stream and are read by projections alone; none by default.
    [[nodiscard]] virtual std::vector<NormFold> norm_folds() const { return {}; }

    /// Weights in float32. Throws Error naming the tensor that is missing, misshapen or not finite; Cancelled.
    [[nodiscard]] virtual ModelWeights load(const Checkpoint &checkpoint, const Task &task) const = 0;

    /// Calls `visit` with every tensor of `weights` under the name that the family's checkpoints give it: the inverse
    /// of load(). A tied head is left out.
    virtual void visit_tensors(const ModelWeights &weights,
                               const std::function<void(const std::string &, const at::Tensor &)> &visit) const = 0;

    /// ids: int64 [sequences, tokens] -> hidden [sequences, tokens, hidden].
    [[nodiscard]] virtual at::Tensor embed(const ModelWeights &weights, const at::Tensor &ids) const = 0;
    [[nodiscard]] virtual FfnInput attention_half(const DecoderLayer &layer, const at::Tensor &hidden) const = 0;
    [[nodiscard]] virtual at::Tensor ffn_half(const DecoderLayer &layer, const FfnInput &input) const = 0;
    /// What the output head multiplies: final norm and projection. [..., hidden] -> [..., embedding].
    [[nodiscard]] virtual at::Tensor head_input(const ModelWeights &weights, const at::Tensor &hidden) const = 0;

    /// hidden after one whole decoder layer.
    [[nodiscard]] at::Tensor run_layer(const DecoderLayer &layer, const at::Tensor &hidden) const {
        return ffn_half(layer, attention_half(layer, hidden));
    }

protected:
    /// Adds what norm_folds() allows.
    void add_norm_moves(ModelInfo &info) const {
        info.norms = static_cast<int>(norm_folds().size());
        info.invariances[Invariance::norm_scaling] = info.norms > 0 ? Exactness::exact : Exactness::none;
    }
};

/// The family that a config.json describes. Throws Error: unknown architecture (with the list of known ones), or a
/// field that is missing, of the wrong type or cannot work.
[[nodiscard]] std::unique_ptr<ModelFamily> make_family(const nlohmann::json &config, const std::filesystem::path &file);

/// Names of the registered families, as config.json's "model_type" spells them.
[[nodiscard]] std::vector<std::string> known_families();

} // namespace invar
