// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/run_folder.h"

#include <cmath>
#include <vector>

namespace invar {

inline constexpr int example_layers = 4;

inline ModelInfo example_model() {
    ModelInfo model;
    model.family = "opt";
    model.source = "demo";
    model.layers = example_layers;
    model.parameters = 1'000'000;
    model.hidden_size = 256;
    model.ffn_size = 1024;
    model.vocabulary_size = 2048;
    model.context_length = 512;
    model.projections = {"q_proj", "fc1", "fc2"};
    for (int layer = 0; layer < example_layers; ++layer)
        for (const auto &projection : model.projections)
            model.matrices.push_back({"layers." + std::to_string(layer) + "." + projection, layer, projection, 256,
                                      projection == "fc2" ? 1024 : 256});
    model.invariances = {{Invariance::permutation, Exactness::exact},
                         {Invariance::scaling, Exactness::exact},
                         {Invariance::rotation, Exactness::approximate}};
    return model;
}

/// Steps `first` ... `first + count - 1`; every third is accepted, every hundredth candidate diverged far upwards.
inline std::vector<StepRecord> example_steps(std::int64_t first, std::int64_t count) {
    std::vector<StepRecord> steps;
    for (std::int64_t step = first; step < first + count; ++step) {
        StepRecord record;
        record.step = step;
        record.seconds = 0.05 * static_cast<double>(step);
        record.layer = static_cast<int>(step % example_layers);
        record.moved = {true, step % 2 == 0, false};
        record.accepted = step % 3 == 0;
        record.best_loss = 1.1 - 1e-5 * std::floor(static_cast<double>(step) / 3);
        record.best_ce = 4 * (record.best_loss - 0.1);
        record.best_mse = 0.2 - 1e-7 * static_cast<double>(step);
        record.loss = record.accepted ? record.best_loss : record.best_loss + (step % 100 == 1 ? 50 : 0.001);
        record.ce = record.best_ce;
        record.mse = record.best_mse;
        steps.push_back(record);
    }
    return steps;
}

inline std::vector<MatrixError> example_errors(double relative) {
    std::vector<MatrixError> errors;
    for (const MatrixInfo &matrix : example_model().matrices)
        errors.push_back({matrix.layer, matrix.projection, 1e-3 * relative * relative, relative, -20 * relative});
    return errors;
}

inline RunRecord example_run(std::int64_t steps) {
    RunRecord run;
    run.ce0 = 4;
    run.mse0 = 0.2;
    run.full_precision_ce = 3.5;
    run.bits_per_weight = 2.14;
    run.projections = example_model().projections;
    run.steps = example_steps(1, steps);
    run.statistics = count_moves(run.steps, run.settings.alpha, example_layers);
    run.errors_at_start = example_errors(0.5);
    run.errors_now = example_errors(0.4);
    return run;
}

} // namespace invar
