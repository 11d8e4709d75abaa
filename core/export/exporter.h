// SPDX-License-Identifier: GPL-3.0-or-later
// For core only.
#pragma once

#include "core/export/exporters.h"
#include "core/model/language_model.h"
#include "core/search/run_state.h"

#include <memory>

namespace invar {

/// What there is to export: a run and the model as that run left it.
struct ExportSource {
    std::filesystem::path run_folder;
    std::shared_ptr<const LanguageModel> model; ///< quantized weights, float32
    SearchSettings settings;
    RunPosition position;
};

/// One format to write. A new one is a file that derives from this and one line in core/export/exporters.cpp.
class Exporter {
public:
    virtual ~Exporter() = default;
    [[nodiscard]] virtual ExportFormatInfo info() const = 0;
    /// Writes to `output`, which appears whole or not at all. Throws Error, Cancelled.
    [[nodiscard]] virtual ExportResult write(const ExportSource &source, const std::filesystem::path &output,
                                             const Task &task) const = 0;
};

} // namespace invar
