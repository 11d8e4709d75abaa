// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/measured_with.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <set>
#include <string_view>

namespace invar {

namespace {

struct MeasuredText {
    Q_DECLARE_TR_FUNCTIONS(invar::MeasuredText)
};

/// Whether two differ in what a starting method is given, `beside` left aside.
bool differ(const SearchSettings &a, const SearchSettings &b, const std::set<std::string_view> &beside) {
    const auto fields = differing_start_fields(a, b, true);
    return std::ranges::any_of(fields, [&beside](const std::string &field) { return !beside.contains(field); });
}

/// With the standard values of those that nobody chose.
MethodOptions completed(const MethodInfo &method, MethodOptions options) {
    for (const MethodOption &option : method.options)
        options.try_emplace(option.name, option.standard);
    return options;
}

} // namespace

MethodOptions SettingsOnScreen::options_of(const std::string &method) const {
    if (method == settings.method)
        return settings.method_options;
    const auto chosen = other_options.find(method);
    return chosen == other_options.end() ? MethodOptions() : chosen->second;
}

QString short_text(const SearchSettings &settings) {
    const int bits = settings.grid.bits;
    const QString rules = QString::fromStdString(to_string(settings.layer_bits));
    QString of_weights = bits == 1 ? MeasuredText::tr("1 bit") : MeasuredText::tr("%1 bits").arg(bits);
    if (!rules.isEmpty())
        of_weights += QStringLiteral(" (%1)").arg(rules);
    QStringList parts{of_weights, settings.grid.group_size == 0
                                      ? MeasuredText::tr("whole rows")
                                      : MeasuredText::tr("groups of %1").arg(settings.grid.group_size)};
    if (settings.grid.symmetric)
        parts << MeasuredText::tr("symmetric");
    parts << MeasuredText::tr("%1 × %2 tokens").arg(settings.sequences).arg(settings.sequence_length);
    return parts.join(QStringLiteral(", "));
}

bool same_sweep(const SearchSettings &a, const SearchSettings &b) {
    return !differ(a, b, {"method", "method_options", "seed", "device", "threads"});
}

bool same_comparison(const MeasuredWith &then, const MeasuredWith &now, const std::vector<MethodOutcome> &outcomes) {
    if (then.heldout != now.heldout ||
        differ(then.on_screen.settings, now.on_screen.settings, {"method", "method_options", "device", "threads"}))
        return false;
    // A method taken from a row has the options of that row.
    return std::ranges::all_of(starting_methods(), [&](const MethodInfo &method) {
        const auto wanted = completed(method, now.on_screen.options_of(method.name));
        bool measured = false;
        for (const MethodOutcome &outcome : outcomes) {
            if (outcome.method != method.name)
                continue;
            measured = true;
            if (completed(method, outcome.options) == wanted)
                return true;
        }
        return !measured;
    });
}

} // namespace invar
