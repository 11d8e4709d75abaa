// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/methods.h"
#include "core/search/settings.h"

#include <QString>
#include <QTest>

#include <algorithm>
#include <string>
#include <string_view>

namespace invar::test {

/// A method's options where it would take long: few iterations.
inline MethodOptions quick_options(const MethodInfo &method, int iterations) {
    MethodOptions options;
    for (const auto &option : method.options)
        if (option.name == "iterations" || option.name == "epochs")
            options[option.name] = iterations;
    return options;
}

/// "gptq:act-order=0": a method with options that are not its standard ones.
inline void choose_method(SearchSettings &settings, const std::string &words) {
    const auto colon = std::min(words.find(':'), words.size());
    settings.method = words.substr(0, colon);
    settings.method_options = parse_method_options(std::string_view(words).substr(std::min(colon + 1, words.size())));
}

/// A column "method" with a row for every starting method.
inline void add_starting_methods() {
    QTest::addColumn<QString>("method");
    for (const auto &method : starting_methods())
        QTest::addRow("%s", method.name.c_str()) << QString::fromStdString(method.name);
}

} // namespace invar::test
