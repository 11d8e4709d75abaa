// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QTranslator>

namespace invar {

/// Installs the translations of one language (`:/i18n/invarscope_<lang>.qm` and Qt's own) into the application and
/// removes the former ones; every widget then gets a LanguageChange event. Numbers are written as that language does.
class Language final {
public:
    explicit Language(const QString &code) { use(code); }
    ~Language();
    Language(const Language &) = delete;
    Language &operator=(const Language &) = delete;

    /// "system", "en" or "de"; anything else is English, as is a language without translations.
    void use(const QString &code);

private:
    QTranslator ours_;
    QTranslator qt_;
};

} // namespace invar
