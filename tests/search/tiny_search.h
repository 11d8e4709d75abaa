// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"
#include "core/search/run.h"
#include "core/search/run_folder.h"
#include "core/search/steps_csv.h"
#include "support/golden.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace invar::test {

/// Settings of a search that takes milliseconds: the golden tiny model on its recorded token ids.
inline SearchSettings tiny_settings(const char *model = "tiny-opt") {
    SearchSettings settings;
    settings.model = golden(model).string();
    settings.grid = {.bits = 2, .group_size = 8}; // divides the rows of every golden model
    settings.calibration_ids = golden("replay/ids.json").string();
    settings.sequences = 4;
    settings.sequence_length = 16;
    settings.scale_std = 0.05;
    settings.rotation_std = 1e-3;
    settings.steps = 60;
    settings.threads = 1;
    return settings;
}

/// Keeps everything it hears.
struct Listener : SearchObserver {
    std::vector<TrainingPoint> training;
    std::vector<RunStarted> started;
    std::vector<StepRecord> steps;
    std::vector<MatrixError> errors;
    std::vector<RunSummary> finished;
    std::function<void(const StepRecord &)> react;

    void on_training(const TrainingPoint &point) override { training.push_back(point); }
    void on_started(const RunStarted &event) override { started.push_back(event); }
    void on_step(const StepRecord &record) override {
        steps.push_back(record);
        if (react)
            react(record);
    }
    void on_errors(const std::vector<MatrixError> &changed) override {
        errors.insert(errors.end(), changed.begin(), changed.end());
    }
    void on_finished(const RunSummary &summary) override { finished.push_back(summary); }
};

/// By how much a search with that policy lowers the loss.
inline double gain_of(SearchSettings settings, const TemporaryFolder &folder, const char *policy) {
    settings.policy = policy;
    RunControl control;
    Listener listener;
    return 1 + settings.alpha - search(settings, folder / policy, control, listener).loss;
}

/// Makes a model's folder hold another model: one weight differs.
inline void change_a_weight(const std::filesystem::path &model) {
    auto weights = read_text_file(model / "model.safetensors");
    weights[weights.size() - 3] = static_cast<char>(weights[weights.size() - 3] ^ 0x10);
    write_file_atomically(model / "model.safetensors", weights);
}

/// A run's steps.csv, but for the time that each took.
inline std::vector<std::string> rows_without_time(const std::filesystem::path &folder) {
    std::vector<std::string> rows;
    for (auto record : read_run_record(folder).steps) {
        record.seconds = 0;
        rows.push_back(to_csv_row(record));
    }
    return rows;
}

} // namespace invar::test
