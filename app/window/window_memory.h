// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/settings.h"

#include <QByteArray>
#include <QSettings>
#include <QString>
#include <QStringList>

#include <optional>

namespace invar {

/// Increased when docks or toolbars are renamed: an older layout is then not restored but replaced by the default.
inline constexpr int layout_version = 3;

/// What the window remembers between sessions. Every key of the settings file is written here and nowhere else.
class WindowMemory {
public:
    /// With `persistent` false nothing is read or written: for screenshots and tests.
    explicit WindowMemory(bool persistent = true);

    [[nodiscard]] QByteArray geometry() const;
    [[nodiscard]] QByteArray layout() const;
    void remember_layout(const QByteArray &geometry, const QByteArray &layout);

    [[nodiscard]] QString theme() const; ///< "system", "light" or "dark"
    void set_theme(const QString &theme);
    [[nodiscard]] QString language() const; ///< "system", "en" or "de"
    void set_language(const QString &language);

    /// Models and run folders opened last, the newest first.
    [[nodiscard]] QStringList recent() const;
    void add_recent(const QString &item);
    void forget_recent(const QString &item);
    void clear_recent();

    /// The settings of the last search, if they can still be read.
    [[nodiscard]] std::optional<SearchSettings> search_settings() const;
    void set_search_settings(const SearchSettings &settings);

    /// Text on which a model's perplexity is measured; empty when none was chosen.
    [[nodiscard]] QString heldout_text(const QString &model) const;
    void set_heldout_text(const QString &model, const QString &file);

    [[nodiscard]] QString export_folder() const;
    void set_export_folder(const QString &folder);

private:
    [[nodiscard]] QVariant value(const QString &key) const;
    void set_value(const QString &key, const QVariant &value);

    bool persistent_;
    QSettings settings_;
    QVariantMap session_; ///< what a memory that is not persistent holds
};

} // namespace invar
