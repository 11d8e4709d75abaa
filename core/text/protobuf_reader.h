// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace invar {

/// Steps through the fields of one message in Protocol Buffers' wire format. Nothing is copied; what a field says of
/// its length is checked before it is used.
class ProtobufReader {
public:
    /// `where` names the file in errors; both must outlive the reader.
    ProtobufReader(std::string_view message, const std::string &where) : rest_(message), where_(where) {}

    struct Field {
        std::uint32_t number = 0;
        std::uint32_t wire_type = 0; ///< 0 number, 1 eight bytes, 2 text or message, 5 four bytes
        std::uint64_t value = 0;     ///< of a number; of four or eight bytes, little-endian
        std::string_view bytes = {}; ///< of text or a message
    };
    /// Nothing at the end. Throws Error.
    [[nodiscard]] std::optional<Field> next();

private:
    [[noreturn]] void broken() const;
    [[nodiscard]] std::string_view take(std::uint64_t size);
    [[nodiscard]] std::uint64_t varint();
    [[nodiscard]] std::uint64_t fixed(std::size_t size);

    std::string_view rest_;
    const std::string &where_;
};

} // namespace invar
