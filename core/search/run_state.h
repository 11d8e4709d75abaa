// SPDX-License-Identifier: GPL-3.0-or-later
// For core only: the files of a run folder as values, and how they are written.
//
//   settings.json      what was asked for
//   start.json         what the run began with: terms and errors at the start, fingerprints, the settings again
//   steps.csv          one row per step, appended
//   state.safetensors  the accepted invariances (layers.N.rotation, .scale, .order) and where the run stands; with a
//                      policy that screens, also those at which the gradient in use was taken (gradient.layers.N.…)
//   training.csv       the curve of a starting method that trains its layers
//   summary.json       the result so far, for people and scripts; written whenever a session ends
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/invariance/layer_state.h"
#include "core/search/events.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace invar {

/// What never changes after the first moment of a run.
struct RunStart {
    std::string version;
    std::string family;
    int layers = 0;
    std::vector<std::string> projections;
    std::string model_fingerprint;
    std::string calibration_fingerprint;
    double ce0 = 0, mse0 = 0, full_precision_ce = 0, bits_per_weight = 0;
    std::vector<MatrixError> errors;
    SearchSettings settings;
};

/// Where a run stands after `step` steps.
struct RunPosition {
    std::int64_t step = 0;
    double seconds = 0;
    double best_loss = 0, best_ce = 0, best_mse = 0;
    std::vector<LayerState> states;
    std::vector<MatrixError> errors;
    std::vector<std::int64_t> residual_order{}; ///< empty: the stream is as it was
    std::vector<LayerState> gradient_states{};  ///< where the loss's gradient in use was taken; empty: none is
    std::vector<std::int64_t> gradient_residual_order{};
    std::int64_t gradient_step = 0; ///< at which it was taken: decides on which part of the calibration set
};

[[nodiscard]] SearchSettings read_run_settings(const std::filesystem::path &folder);
[[nodiscard]] RunStart read_run_start(const std::filesystem::path &folder);
/// Throws Error when the file is damaged or its invariances do not fit each other.
[[nodiscard]] RunPosition read_run_position(const std::filesystem::path &folder);
/// Complete rows of steps.csv, at most `limit` (negative: all).
[[nodiscard]] std::vector<StepRecord> read_steps(const std::filesystem::path &folder, std::int64_t limit = -1);
/// The invariances as named tensors; borrowed, so `position` must outlive the result.
[[nodiscard]] std::map<std::string, StoredTensor> invariance_tensors(const RunPosition &position);
/// Writes the invariances of every layer (and, as metadata, the rest of the position) to a safetensors file,
/// atomically.
void write_position(const std::filesystem::path &file, const RunPosition &position);
void write_summary(const std::filesystem::path &folder, const RunSummary &summary);

/// Creates a run folder, complete at its first moment, by rename. Throws Error when it already holds something.
/// `more` puts further files into the folder before it appears.
void create_run_folder(const std::filesystem::path &folder, const RunStart &start, const RunPosition &position,
                       const std::function<void(const std::filesystem::path &folder)> &more);

/// Appends to a run's record; the only writer of its folder while it lives (others are refused).
class RunWriter {
public:
    /// Drops rows after `step` (of a session that was killed). Throws Error when another process writes there.
    RunWriter(std::filesystem::path folder, std::int64_t step);
    ~RunWriter();
    RunWriter(const RunWriter &) = delete;
    RunWriter &operator=(const RunWriter &) = delete;

    void add(const StepRecord &record);
    /// Whether a second has passed since the last flush.
    [[nodiscard]] bool due() const;
    /// Brings rows and position to disk, rows first.
    void flush(const RunPosition &position);

private:
    class Lock;

    std::filesystem::path folder_;
    std::unique_ptr<Lock> lock_;
    std::string pending_;
    std::chrono::steady_clock::time_point last_flush_;
};

} // namespace invar
