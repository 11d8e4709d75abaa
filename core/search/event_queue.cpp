// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/event_queue.h"

#include <algorithm>

namespace invar {

bool EventBatch::empty() const {
    return !stage && training.empty() && !started && !latest && errors.empty() && !statistics && !finished;
}

EventQueue::EventQueue(std::size_t capacity) : capacity_(std::max<std::size_t>(capacity, 2)) {}

void EventQueue::on_stage(std::string_view stage, double fraction) {
    const std::scoped_lock lock(mutex_);
    pending_.stage = {std::string(stage), fraction};
}

void EventQueue::on_training(const TrainingPoint &point) {
    const std::scoped_lock lock(mutex_);
    if (pending_.training.size() >= capacity_) {
        bool drop = false;
        std::erase_if(pending_.training, [&](const TrainingPoint &) { return drop = !drop; });
    }
    pending_.training.push_back(point);
}

void EventQueue::on_started(const RunStarted &started) {
    auto shared = std::make_shared<const RunStarted>(started);
    const std::scoped_lock lock(mutex_);
    statistics_ = started.statistics;
    best_loss_ = started.history.empty() ? 1 + started.settings.alpha : started.history.back().best_loss;
    pending_.started = std::move(shared);
    pending_.training.clear();
}

void EventQueue::on_step(const StepRecord &record) {
    const std::scoped_lock lock(mutex_);
    statistics_.count(record, best_loss_);
    best_loss_ = record.best_loss;
    pending_.latest = record;
    if (pending_.steps.size() >= capacity_)
        thin_out();
    pending_.steps.push_back(record);
}

void EventQueue::on_errors(const std::vector<MatrixError> &changed) {
    const std::scoped_lock lock(mutex_);
    for (const auto &error : changed)
        errors_.insert_or_assign({error.layer, error.projection}, error);
}

void EventQueue::on_finished(const RunSummary &summary) {
    const std::scoped_lock lock(mutex_);
    pending_.finished = summary;
}

EventBatch EventQueue::drain() {
    const std::scoped_lock lock(mutex_);
    if (pending_.latest)
        pending_.statistics = statistics_;
    for (auto &[key, error] : errors_)
        pending_.errors.push_back(std::move(error));
    errors_.clear();
    return std::exchange(pending_, {});
}

void EventQueue::thin_out() {
    auto &steps = pending_.steps;
    const auto before = steps.size();
    bool drop = false;
    std::erase_if(steps, [&](const StepRecord &record) {
        if (record.accepted)
            return false;
        drop = !drop;
        return drop;
    });
    if (steps.size() == before) { // nothing but accepted moves: thin those
        std::erase_if(steps, [&](const StepRecord &) { return drop = !drop; });
    }
    pending_.dropped += static_cast<std::int64_t>(before - steps.size());
}

} // namespace invar
