// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>

namespace invar {

Language::~Language() {
    QCoreApplication::removeTranslator(&qt_);
    QCoreApplication::removeTranslator(&ours_);
}

void Language::use(const QString &code) {
    QCoreApplication::removeTranslator(&qt_);
    QCoreApplication::removeTranslator(&ours_);
    const QLocale locale = code == QLatin1String("system") ? QLocale::system() : QLocale(code);
    QLocale::setDefault(locale);
    const QString language = locale.name().section(QLatin1Char('_'), 0, 0);
    if (qt_.load(locale, QStringLiteral("qtbase"), QStringLiteral("_"),
                 QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(&qt_);
    const auto load = [this](const QString &name) {
        return ours_.load(QStringLiteral(":/i18n/invarscope_%1.qm").arg(name));
    };
    if (load(language) || load(QStringLiteral("en"))) // plurals of what is not translated, as in the locale C
        QCoreApplication::installTranslator(&ours_);
}

} // namespace invar
