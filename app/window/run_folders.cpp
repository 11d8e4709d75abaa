// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/run_folders.h"

#include <QDateTime>
#include <QFile>
#include <QRegularExpression>
#include <QStandardPaths>

namespace invar {

QString to_qstring(const std::filesystem::path &path) {
    return QFile::decodeName(QByteArray::fromStdString(path.native()));
}

std::filesystem::path to_path(const QString &text) { return {QFile::encodeName(text).toStdString()}; }

std::filesystem::path runs_root() {
    return to_path(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)) / "runs";
}

QString model_title(const std::string &model) {
    auto path = std::filesystem::path(model);
    if (!path.has_filename()) // "…/opt-125m/"
        path = path.parent_path();
    const QString name = to_qstring(path.filename());
    return name.isEmpty() ? QString::fromStdString(model) : name;
}

std::filesystem::path new_run_folder(const std::filesystem::path &root, const std::string &model) {
    static const QRegularExpression unfit(QStringLiteral("[^A-Za-z0-9._-]+"));
    const QString name = model_title(model).replace(unfit, QStringLiteral("-")).left(60);
    const QString base = QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd_HH-mm-ss-")) + name;
    auto folder = root / to_path(base);
    for (int number = 2; std::filesystem::exists(folder); ++number)
        folder = root / to_path(QStringLiteral("%1-%2").arg(base).arg(number));
    return folder;
}

} // namespace invar
