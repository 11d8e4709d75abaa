// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>

namespace invar {

/// How far the training of a decoder layer is, and how well the layer does by then: a starting method's curve.
struct TrainingPoint {
    int layer = 0;          ///< from 0
    int layers = 0;         ///< of the model
    std::int64_t step = 0;  ///< training steps done in this layer
    std::int64_t steps = 0; ///< that the layer gets in all
    double loss = 0; ///< mean squared error of the layer's output against full precision, over the steps since the
                     ///< point before; attention sinks count by their size, and where a method trains on two streams
                     ///< it is the sum of both

    bool operator==(const TrainingPoint &) const = default;
};

/// Called on the training thread; must return quickly.
using TrainingListener = std::function<void(const TrainingPoint &)>;

inline constexpr std::int64_t most_training_points = 200; ///< of one layer

/// Makes points of the losses of one layer's steps: one for each step, or for several together where they are many, so
/// that a layer has at most most_training_points. The last step always ends a point.
class TrainingLog {
public:
    /// `together`: steps that are only comparable as a whole, such as those of an epoch.
    TrainingLog(TrainingListener listener, int layer, int layers, std::int64_t steps, std::int64_t together = 1);

    void add(double loss);

private:
    TrainingListener listener_;
    TrainingPoint point_;
    std::int64_t stride_;
    std::int64_t pending_ = 0;
    double sum_ = 0;
};

} // namespace invar
