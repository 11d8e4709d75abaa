// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/task.h"
#include "core/evaluate/matrix_view.h"
#include "core/model/model_info.h"

#include <filesystem>
#include <memory>
#include <string>

namespace invar {

/// Which of a run's weights are looked at.
enum class WeightState { at_start, now };

struct MatrixName {
    int layer = 0;
    std::string projection; ///< as ModelInfo::projections has it

    bool operator==(const MatrixName &) const = default;
};

/// One matrix on its grid, taken when it was asked for. Immutable, shared between threads.
class MatrixSnapshot {
public:
    struct Tensors;
    explicit MatrixSnapshot(std::unique_ptr<const Tensors> tensors);
    ~MatrixSnapshot();

    /// The histogram has `bins` bins, the map of scales at most `cells` x `cells`.
    [[nodiscard]] MatrixView view(int bins = 160, std::int64_t cells = 256) const;
    /// Throws Error when there is no such row.
    [[nodiscard]] RowView row(std::int64_t row) const;

private:
    std::unique_ptr<const Tensors> tensors_;
};

/// A full-precision model, and where there is a run what that made of it, one matrix at a time. Immutable, shared
/// between threads.
class WeightSource {
public:
    /// A model as SearchSettings::model names it, without a run. Throws Error, Cancelled.
    [[nodiscard]] static std::shared_ptr<const WeightSource> of_model(const std::string &model, const Task &task = {});
    /// A run folder with its model. Throws Error, Cancelled.
    [[nodiscard]] static std::shared_ptr<const WeightSource> of_run(const std::filesystem::path &folder,
                                                                    const Task &task = {});
    ~WeightSource();

    [[nodiscard]] const ModelInfo &info() const;
    /// The grid of a run's matrix. Throws Error where there is no run or no such matrix.
    [[nodiscard]] Grid grid_of(const MatrixName &name) const;

    /// The model's matrix rounded to nearest on any grid. Throws Error for a matrix that it has not, or a group size
    /// that does not divide its rows.
    [[nodiscard]] std::shared_ptr<const MatrixSnapshot> rounded(const MatrixName &name, const Grid &grid) const;
    /// The run's matrix at its start, or as its folder has it at this moment: the quantized weights, and the
    /// full-precision ones under the same invariances. The output error is the one that the folder has. Throws Error,
    /// Cancelled.
    [[nodiscard]] std::shared_ptr<const MatrixSnapshot> of_run(const MatrixName &name, WeightState state,
                                                               const Task &task = {}) const;

private:
    struct Opened;
    explicit WeightSource(std::unique_ptr<const Opened> opened);

    std::unique_ptr<const Opened> opened_;
};

} // namespace invar
