// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <filesystem>
#include <string>

namespace invar {

[[nodiscard]] QString to_qstring(const std::filesystem::path &path);
[[nodiscard]] std::filesystem::path to_path(const QString &text);

/// Where the window keeps its runs: the user's application data folder, `runs/`.
[[nodiscard]] std::filesystem::path runs_root();

/// Short name of a model for titles and folder names: "demo", or the last part of its path.
[[nodiscard]] QString model_title(const std::string &model);

/// A run folder that does not exist yet: `<root>/<date-time>-<model>`, with a number behind it when that is taken.
[[nodiscard]] std::filesystem::path new_run_folder(const std::filesystem::path &root, const std::string &model);

} // namespace invar
