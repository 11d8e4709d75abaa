// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/training_curve.h"

#include <algorithm>

namespace invar {

TrainingLog::TrainingLog(TrainingListener listener, int layer, int layers, std::int64_t steps, std::int64_t together)
    : listener_(std::move(listener)), point_{.layer = layer, .layers = layers, .step = 0, .steps = steps} {
    together = std::max<std::int64_t>(together, 1);
    const auto whole = (steps + together - 1) / together;
    stride_ = together * std::max<std::int64_t>(1, (whole + most_training_points - 1) / most_training_points);
}

void TrainingLog::add(double loss) {
    sum_ += loss;
    ++pending_;
    ++point_.step;
    if (pending_ < stride_ && point_.step != point_.steps)
        return;
    point_.loss = sum_ / static_cast<double>(pending_);
    sum_ = 0;
    pending_ = 0;
    if (listener_)
        listener_(point_);
}

} // namespace invar
