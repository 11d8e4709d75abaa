// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/window_memory.h"

#include "core/base/error.h"

#include <QCryptographicHash>

namespace invar {

namespace {

constexpr int recent_limit = 10;

namespace key {
const auto geometry = QStringLiteral("window/geometry");
const auto layout = QStringLiteral("window/layout");
const auto layout_version = QStringLiteral("window/layout_version");
const auto theme = QStringLiteral("window/theme");
const auto language = QStringLiteral("window/language");
const auto recent = QStringLiteral("files/recent");
const auto export_folder = QStringLiteral("files/export_folder");
const auto heldout = QStringLiteral("heldout/");
const auto search = QStringLiteral("search/settings");
} // namespace key

// A path may hold characters that mean something in a settings file.
QString heldout_key(const QString &model) {
    return key::heldout +
           QString::fromLatin1(QCryptographicHash::hash(model.toUtf8(), QCryptographicHash::Sha1).toHex().left(16));
}

} // namespace

WindowMemory::WindowMemory(bool persistent)
    : persistent_(persistent), settings_(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("invarscope"),
                                         QStringLiteral("invarscope")) {}

QVariant WindowMemory::value(const QString &key) const {
    return persistent_ ? settings_.value(key) : session_.value(key);
}

void WindowMemory::set_value(const QString &key, const QVariant &value) {
    if (persistent_)
        settings_.setValue(key, value);
    else
        session_[key] = value;
}

QByteArray WindowMemory::geometry() const { return value(key::geometry).toByteArray(); }

QByteArray WindowMemory::layout() const {
    return value(key::layout_version).toInt() == layout_version ? value(key::layout).toByteArray() : QByteArray();
}

void WindowMemory::remember_layout(const QByteArray &geometry, const QByteArray &layout) {
    set_value(key::geometry, geometry);
    set_value(key::layout, layout);
    set_value(key::layout_version, layout_version);
}

QString WindowMemory::theme() const {
    const QString theme = value(key::theme).toString();
    return theme.isEmpty() ? QStringLiteral("system") : theme;
}

void WindowMemory::set_theme(const QString &theme) { set_value(key::theme, theme); }

QString WindowMemory::language() const {
    const QString language = value(key::language).toString();
    return language.isEmpty() ? QStringLiteral("system") : language;
}

void WindowMemory::set_language(const QString &language) { set_value(key::language, language); }

QStringList WindowMemory::recent() const { return value(key::recent).toStringList(); }

void WindowMemory::add_recent(const QString &item) {
    QStringList list = recent();
    list.removeAll(item);
    list.prepend(item);
    set_value(key::recent, list.mid(0, recent_limit));
}

void WindowMemory::forget_recent(const QString &item) {
    QStringList list = recent();
    list.removeAll(item);
    set_value(key::recent, list);
}

void WindowMemory::clear_recent() { set_value(key::recent, QStringList()); }

std::optional<SearchSettings> WindowMemory::search_settings() const {
    const QByteArray json = value(key::search).toByteArray();
    if (json.isEmpty())
        return std::nullopt;
    try {
        return settings_from_json({json.constData(), static_cast<std::size_t>(json.size())});
    } catch (const Error &) {
        return std::nullopt; // written by another version: start with the defaults
    }
}

void WindowMemory::set_search_settings(const SearchSettings &settings) {
    set_value(key::search, QByteArray::fromStdString(to_json(settings)));
}

QString WindowMemory::heldout_text(const QString &model) const { return value(heldout_key(model)).toString(); }

void WindowMemory::set_heldout_text(const QString &model, const QString &file) { set_value(heldout_key(model), file); }

QString WindowMemory::export_folder() const { return value(key::export_folder).toString(); }

void WindowMemory::set_export_folder(const QString &folder) { set_value(key::export_folder, folder); }

} // namespace invar
