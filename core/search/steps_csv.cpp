// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/steps_csv.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace invar {
namespace {

constexpr std::size_t columns = 15;

std::string_view take_field(std::string_view &line) {
    const auto comma = line.find(',');
    const auto field = line.substr(0, comma);
    line.remove_prefix(comma == std::string_view::npos ? line.size() : comma + 1);
    return field;
}

template <typename T> bool parse(std::string_view text, T &value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
}

bool parse_race(std::string_view text, RaceOutcome &outcome) {
    for (const auto known :
         {RaceOutcome::none, RaceOutcome::dropped, RaceOutcome::audited_right, RaceOutcome::audited_wrong})
        if (name_of(known) == text) {
            outcome = known;
            return true;
        }
    return false;
}

bool parse_optional(std::string_view text, std::optional<double> &value) {
    return text.empty() || parse(text, value.emplace());
}

std::string text_of(const std::optional<double> &value) { return value ? fmt::to_string(*value) : std::string(); }

} // namespace

std::string steps_csv_header() {
    return "step,seconds,layer,moved,accepted,loss,ce,mse,best_loss,best_ce,best_mse,share,race,predicted,drift\n";
}

std::size_t first_line_size(std::string_view record) {
    const auto end = record.find('\n');
    return end == std::string_view::npos ? record.size() : end + 1;
}

std::string to_csv_row(const StepRecord &record) {
    auto moved = to_string(record.moved);
    std::ranges::replace(moved, ',', '+');
    return fmt::format("{},{:.3f},{},{},{:d},{},{},{},{},{},{},{},{},{},{}\n", record.step, record.seconds,
                       record.layer, moved, record.accepted, record.loss, record.ce, record.mse, record.best_loss,
                       record.best_ce, record.best_mse, record.share, name_of(record.race), text_of(record.predicted),
                       text_of(record.drift));
}

std::optional<StepRecord> parse_csv_row(std::string_view line) {
    std::array<std::string_view, columns> fields;
    for (auto &field : fields)
        field = take_field(line);
    StepRecord record;
    int accepted = 0;
    std::string moved(fields[3]);
    std::ranges::replace(moved, '+', ',');
    const bool good = line.empty() && parse(fields[0], record.step) && parse(fields[1], record.seconds) &&
                      parse(fields[2], record.layer) && parse(fields[4], accepted) && parse(fields[5], record.loss) &&
                      parse(fields[6], record.ce) && parse(fields[7], record.mse) &&
                      parse(fields[8], record.best_loss) && parse(fields[9], record.best_ce) &&
                      parse(fields[10], record.best_mse) && record.layer >= -1 && parse(fields[11], record.share) &&
                      parse_race(fields[12], record.race) && parse_optional(fields[13], record.predicted) &&
                      parse_optional(fields[14], record.drift);
    if (!good)
        return {};
    try {
        record.moved = parse_invariances(moved);
    } catch (const Error &) {
        return {};
    }
    record.accepted = accepted != 0;
    return record;
}

} // namespace invar
