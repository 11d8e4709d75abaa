// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QTranslator>

namespace invar {

/// While it lives, whatever is shown through a translation has a mark in front.
class MarkingTranslator : public QTranslator {
public:
    static constexpr QChar mark = u'¿';

    MarkingTranslator() { QCoreApplication::installTranslator(this); }
    ~MarkingTranslator() override { QCoreApplication::removeTranslator(this); }
    [[nodiscard]] bool isEmpty() const override { return false; }
    [[nodiscard]] QString translate(const char *context, const char *source, const char * /*disambiguation*/,
                                    int /*n*/) const override {
        return QByteArray(context).startsWith("invar::") ? mark + QString::fromUtf8(source) : QString();
    }
};

} // namespace invar
