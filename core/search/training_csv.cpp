// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/training_csv.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/search/steps_csv.h"

#include <charconv>
#include <map>

namespace invar {
namespace {

constexpr auto file_name = "training.csv";

/// Takes a number and the character after it off `text`.
template <typename T> bool take(std::string_view &text, T &value, char after) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end == text.data() + text.size() || *end != after)
        return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    return true;
}

} // namespace

void write_training(const std::filesystem::path &folder, std::span<const TrainingPoint> points) {
    std::string text = "layer,step,loss\n";
    for (const auto &point : points)
        text += fmt::format("{},{},{}\n", point.layer, point.step, point.loss);
    write_file_atomically(folder / file_name, text);
}

std::vector<TrainingPoint> read_training(const std::filesystem::path &folder, int layers) {
    const auto file = folder / file_name;
    std::error_code error;
    if (!std::filesystem::exists(file, error))
        return {};
    const auto text = read_text_file(file);
    std::string_view rest(text);
    rest.remove_prefix(first_line_size(rest));
    std::vector<TrainingPoint> points;
    std::map<int, std::int64_t> steps; // of a layer: the step of its last point
    while (!rest.empty()) {
        TrainingPoint point{.layers = layers};
        if (!take(rest, point.layer, ',') || !take(rest, point.step, ',') || !take(rest, point.loss, '\n') ||
            point.layer < 0 || point.layer >= layers || point.step <= steps[point.layer])
            fail("{}: row {} is damaged", file.string(), points.size() + 1);
        steps[point.layer] = point.step;
        points.push_back(point);
    }
    for (auto &point : points)
        point.steps = steps[point.layer];
    return points;
}

} // namespace invar
