// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QStringList>

namespace invar::test {

/// The message of the invar::Error that `action` throws; empty when it throws none. Anything else passes through.
template <typename Action> QString error_of(Action &&action) {
    try {
        static_cast<void>(action());
    } catch (const Error &error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

} // namespace invar::test

/// Checks that `action` (an expression) throws an invar::Error whose message holds each of the given texts.
#define VERIFY_ERROR(action, ...)                                                                                      \
    do {                                                                                                               \
        const QString message = invar::test::error_of([&] { return action; });                                         \
        for (const QString &part : QStringList{__VA_ARGS__})                                                           \
            QVERIFY2(message.contains(part),                                                                           \
                     qPrintable(QStringLiteral("\"%1\" does not say \"%2\"").arg(message, part)));                     \
        QVERIFY2(!message.contains(QLatin1Char('\n')), "the message has more than one line");                          \
    } while (false)
