// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QString>
#include <QTemporaryDir>

#include <filesystem>

namespace invar::test {

/// A file or folder of tests/golden.
inline std::filesystem::path golden(const char *name) { return std::filesystem::path(INVAR_GOLDEN_DIR) / name; }

inline QString shown(const std::filesystem::path &path) { return QString::fromStdString(path.string()); }

inline QByteArray read_bytes(const std::filesystem::path &path) {
    QFile file(shown(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline bool write_bytes(const std::filesystem::path &path, const QByteArray &bytes) {
    QFile file(shown(path));
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

/// A folder of its own for one test, removed with it.
class TemporaryFolder {
public:
    [[nodiscard]] std::filesystem::path path() const { return folder_.path().toStdString(); }
    [[nodiscard]] std::filesystem::path operator/(const char *name) const { return path() / name; }
    /// A copy in this folder, to be broken.
    [[nodiscard]] std::filesystem::path copy_of(const std::filesystem::path &source) const {
        const auto target = path() / source.filename();
        std::filesystem::copy(source, target, std::filesystem::copy_options::recursive);
        return target;
    }

private:
    QTemporaryDir folder_;
};

} // namespace invar::test
