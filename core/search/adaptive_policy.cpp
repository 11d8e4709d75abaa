// SPDX-License-Identifier: GPL-3.0-or-later
// Policies that learn from what was accepted: step sizes by a success rule (Rechenberg's one fifth, as in evolution
// strategies), layers by recent gain (a bandit's proportional choice).
#include "core/search/policy.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace invar {
namespace {

using PerInvariance = std::array<double, all_invariances.size()>;

std::size_t index_of(Invariance invariance) { return static_cast<std::size_t>(invariance); }

/// The one invariance of a single-invariance record.
std::size_t moved_index(const StepRecord &record) { return index_of(members_of(record.moved).front()); }

/// Step sizes per layer and invariance, as factors of the settings' own. Grows after an acceptance and shrinks after a
/// rejection so that it stands still where one move in five is accepted.
class StepSizes {
public:
    explicit StepSizes(int layers) : factors_(static_cast<std::size_t>(layers)) {
        for (auto &factors : factors_)
            factors.fill(1);
    }

    [[nodiscard]] MoveSizes sizes(const SearchSettings &settings, std::size_t layer, Invariance invariance) const {
        auto sizes = move_sizes(settings);
        const auto factor = factors_[layer][index_of(invariance)];
        const auto moves = moves_of(only(invariance), part_of(invariance));
        if (moves.permutation)
            sizes.swap_fraction = std::min(1.0, sizes.swap_fraction * factor);
        sizes.scale_std = std::min(1.0, sizes.scale_std * factor);
        sizes.rotation_std = std::min(1.0, sizes.rotation_std * factor);
        return sizes;
    }
    void learn(const StepRecord &record) {
        constexpr double growth = 1.3;
        constexpr double wanted_rate = 0.2;
        auto &factor = factors_[static_cast<std::size_t>(record.layer)][moved_index(record)];
        factor *= record.accepted ? growth : std::pow(growth, -wanted_rate / (1 - wanted_rate));
        factor = std::clamp(factor, 1.0 / 16, 1024.0);
    }

private:
    std::vector<PerInvariance> factors_;
};

class AdaptivePolicy final : public MovePolicy {
public:
    AdaptivePolicy(SearchSettings settings, const MoveSpace &space)
        : settings_(std::move(settings)), space_(space), sizes_(space.layers) {}

    PolicyInfo info() const override {
        return {.name = "adaptive",
                .title = "Adaptive step sizes",
                .description = "One invariance at a time; how far it moves grows in a layer where moves are accepted "
                               "and shrinks where they are not."};
    }
    std::vector<Proposal> propose(const std::vector<LayerState> &accepted, std::int64_t step) override {
        StepRandom random(settings_.seed, step);
        const auto layer = random.below(accepted.size());
        const auto chosen = members_of(settings_.invariances);
        const auto invariance = chosen[random.below(chosen.size())];
        return {make_move(random, static_cast<int>(layer), accepted[layer], only(invariance),
                          sizes_.sizes(settings_, layer, invariance), space_.shape)};
    }
    void learn(const StepRecord &record, double previous_best) override {
        (void)previous_best;
        sizes_.learn(record);
    }

private:
    SearchSettings settings_;
    MoveSpace space_;
    StepSizes sizes_;
};

/// Published moves, but each layer is tried in proportion to its recent gain per work: a late layer costs less, since
/// only the layers after it are run again.
class BanditPolicy final : public MovePolicy {
public:
    BanditPolicy(SearchSettings settings, const MoveSpace &space)
        : settings_(std::move(settings)), space_(space), gains_(static_cast<std::size_t>(space.layers), 0) {}

    PolicyInfo info() const override {
        return {.name = "bandit",
                .title = "Where it pays",
                .description = "Moves as published, in layers chosen in proportion to what they gained recently for "
                               "their work; every fourth step in any layer."};
    }

    std::vector<Proposal> propose(const std::vector<LayerState> &accepted, std::int64_t step) override {
        constexpr std::uint64_t exploring_every = 4;
        StepRandom random(settings_.seed, step);
        auto layer = static_cast<std::size_t>(random.below(accepted.size()));
        if (random.below(exploring_every) != 0)
            layer = draw_by_gain(random, layer);
        return {make_move(random, static_cast<int>(layer), accepted[layer], settings_.invariances,
                          move_sizes(settings_), space_.shape)};
    }

    void learn(const StepRecord &record, double previous_best) override {
        constexpr double memory = 0.95; // of about twenty tries
        auto &gain = gains_[static_cast<std::size_t>(record.layer)];
        gain = memory * gain + (1 - memory) * (record.accepted ? previous_best - record.loss : 0);
    }

private:
    /// `otherwise` while nothing has been gained anywhere.
    [[nodiscard]] std::size_t draw_by_gain(StepRandom &random, std::size_t otherwise) const {
        double sum = 0;
        for (std::size_t layer = 0; layer < gains_.size(); ++layer)
            sum += worth(layer);
        auto left = random.uniform() * sum;
        for (std::size_t layer = 0; layer < gains_.size(); ++layer) {
            left -= worth(layer);
            if (left < 0)
                return layer;
        }
        return otherwise;
    }
    [[nodiscard]] double worth(std::size_t layer) const {
        constexpr double head = 2; // the output head, in layers
        return gains_[layer] / (static_cast<double>(gains_.size() - layer) + head);
    }

    SearchSettings settings_;
    MoveSpace space_;
    std::vector<double> gains_;
};

} // namespace

std::unique_ptr<MovePolicy> make_adaptive_policy(const SearchSettings &settings, const MoveSpace &space) {
    return std::make_unique<AdaptivePolicy>(settings, space);
}

std::unique_ptr<MovePolicy> make_bandit_policy(const SearchSettings &settings, const MoveSpace &space) {
    return std::make_unique<BanditPolicy>(settings, space);
}

} // namespace invar
