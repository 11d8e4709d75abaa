// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/exporters.h"

#include "core/export/exporter.h"
#include "core/model/compute.h"
#include "core/search/open_model.h"
#include "core/search/run_folder.h"

#include <fmt/ranges.h>

#include <array>

namespace invar {

std::unique_ptr<Exporter> make_hugging_face_exporter();
std::unique_ptr<Exporter> make_unquantized_exporter();
std::unique_ptr<Exporter> make_invariances_exporter();

namespace {

/// Every export format: one line each.
constexpr std::array registrations{
    &make_hugging_face_exporter,
    &make_unquantized_exporter,
    &make_invariances_exporter,
};

std::unique_ptr<Exporter> make_exporter(const std::string &format) {
    std::vector<std::string> known;
    for (const auto make : registrations) {
        auto exporter = make();
        if (exporter->info().name == format)
            return exporter;
        known.push_back(exporter->info().name);
    }
    fail("the export format \"{}\" is not known here; known: {}", format, fmt::join(known, ", "));
}

} // namespace

const std::vector<ExportFormatInfo> &export_formats() {
    static const auto formats = [] {
        std::vector<ExportFormatInfo> infos;
        for (const auto make : registrations)
            infos.push_back(make()->info());
        return infos;
    }();
    return formats;
}

ExportResult export_run(const std::filesystem::path &run_folder, const std::string &format,
                        const std::filesystem::path &output, const Task &task) {
    const auto exporter = make_exporter(format);
    if (!is_run_folder(run_folder))
        fail("{}: is not a run folder", run_folder.string());
    const ComputeScope scope(0);
    return with_plain_errors([&] {
        const ExportSource source{.run_folder = run_folder,
                                  .model = open_model(run_folder.string(), task),
                                  .settings = read_run_settings(run_folder),
                                  .position = read_run_position(run_folder)};
        task.check();
        return exporter->write(source, output, task);
    });
}

} // namespace invar
