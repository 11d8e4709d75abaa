// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/output_path.h"

#include "core/base/error.h"
#include "core/search/run_folder.h"

namespace invar::cli {

void require_new(const std::filesystem::path &output) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (!fs::exists(output, error) || (fs::is_directory(output, error) && fs::is_empty(output, error)))
        return;
    if (is_run_folder(output))
        fail("{}: already holds a run; resume it or choose a new name", output.string());
    fail("{}: already exists; choose a new name", output.string());
}

} // namespace invar::cli
