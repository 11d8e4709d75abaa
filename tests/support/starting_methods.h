// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/methods.h"

#include <QString>
#include <QTest>

namespace invar::test {

/// A method's options where it would take long: few iterations.
inline MethodOptions quick_options(const MethodInfo &method, int iterations) {
    MethodOptions options;
    for (const auto &option : method.options)
        if (option.name == "iterations" || option.name == "epochs")
            options[option.name] = iterations;
    return options;
}

/// A column "method" with a row for every starting method.
inline void add_starting_methods() {
    QTest::addColumn<QString>("method");
    for (const auto &method : starting_methods())
        QTest::addRow("%s", method.name.c_str()) << QString::fromStdString(method.name);
}

} // namespace invar::test
