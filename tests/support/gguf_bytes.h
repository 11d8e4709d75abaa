// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <cstdint>
#include <cstring>
#include <vector>

namespace invar::test {

/// A number as GGUF files hold it: little-endian.
template <typename T> QByteArray bytes_of(T value) {
    QByteArray bytes(sizeof(T), '\0');
    std::memcpy(bytes.data(), &value, sizeof(T));
    return bytes;
}
inline QByteArray gguf_text(const QByteArray &text) { return bytes_of(static_cast<std::uint64_t>(text.size())) + text; }

/// A GGUF file put together by hand, so that each part can be wrong.
struct GgufBytes {
    QByteArray magic = "GGUF";
    std::uint32_t version = 3;
    std::vector<QByteArray> values;
    std::vector<QByteArray> tensors;
    std::int64_t claimed_values = -1; ///< -1: as many as there are
    std::int64_t claimed_tensors = -1;
    qsizetype alignment = 32;
    QByteArray data;

    static QByteArray value(const QByteArray &key, std::uint32_t kind, const QByteArray &bytes) {
        return gguf_text(key) + bytes_of(kind) + bytes;
    }
    static QByteArray number(const QByteArray &key, std::uint32_t number) { return value(key, 4, bytes_of(number)); }
    static QByteArray text(const QByteArray &key, const QByteArray &text) { return value(key, 8, gguf_text(text)); }
    static QByteArray list(const QByteArray &key, std::uint32_t kind, std::uint64_t count, const QByteArray &elements) {
        return value(key, 9, bytes_of(kind) + bytes_of(count) + elements);
    }
    /// `sizes`: innermost first, as in the file.
    static QByteArray tensor(const QByteArray &name, const std::vector<std::uint64_t> &sizes, std::uint32_t type,
                             std::uint64_t offset) {
        auto bytes = gguf_text(name) + bytes_of(static_cast<std::uint32_t>(sizes.size()));
        for (const auto size : sizes)
            bytes += bytes_of(size);
        return bytes + bytes_of(type) + bytes_of(offset);
    }

    [[nodiscard]] QByteArray bytes() const {
        const auto count = [](std::int64_t claimed, const auto &list) {
            return claimed < 0 ? static_cast<std::uint64_t>(list.size()) : static_cast<std::uint64_t>(claimed);
        };
        auto file = magic + bytes_of(version) + bytes_of(count(claimed_tensors, tensors)) +
                    bytes_of(count(claimed_values, values));
        for (const auto &value : values)
            file += value;
        for (const auto &tensor : tensors)
            file += tensor;
        if (!tensors.empty())
            file += QByteArray((alignment - file.size() % alignment) % alignment, '\0');
        return file + data;
    }
};

} // namespace invar::test
