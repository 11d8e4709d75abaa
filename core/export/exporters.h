// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/task.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace invar {

/// An export format as the window and the command line list it.
struct ExportFormatInfo {
    std::string name;        ///< "hf"
    std::string title;       ///< "Hugging Face folder (dequantized)"
    std::string description; ///< what loads it
    bool is_folder = true;   ///< writes a folder rather than a single file
};

[[nodiscard]] const std::vector<ExportFormatInfo> &export_formats();

struct ExportResult {
    std::vector<std::filesystem::path> files;
    std::int64_t bytes = 0;
    double bits_per_weight = 0; ///< what the quantized matrices carry in the written files
};

/// Writes the model as the run in `run_folder` left it. `output` must not exist (an empty folder is fine); it appears
/// whole or not at all. Throws Error, Cancelled.
ExportResult export_run(const std::filesystem::path &run_folder, const std::string &format,
                        const std::filesystem::path &output, const Task &task);

} // namespace invar
