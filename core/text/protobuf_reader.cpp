// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/protobuf_reader.h"

#include "core/base/error.h"

namespace invar {

void ProtobufReader::broken() const { fail("{}: is cut off, or is no SentencePiece model", where_); }

std::string_view ProtobufReader::take(std::uint64_t size) {
    if (size > rest_.size())
        broken();
    const auto bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
}

std::uint64_t ProtobufReader::varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const auto byte = static_cast<unsigned char>(take(1).front());
        value |= std::uint64_t{byte & 0x7FU} << shift;
        if (byte < 0x80)
            return value;
    }
    broken();
}

std::uint64_t ProtobufReader::fixed(std::size_t size) {
    std::uint64_t value = 0;
    const auto bytes = take(size);
    for (std::size_t i = 0; i < size; ++i)
        value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    return value;
}

std::optional<ProtobufReader::Field> ProtobufReader::next() {
    if (rest_.empty())
        return std::nullopt;
    const auto key = varint();
    constexpr std::uint64_t largest_number = (std::uint64_t{1} << 29) - 1;
    if (key >> 3 == 0 || key >> 3 > largest_number)
        broken();
    Field field{.number = static_cast<std::uint32_t>(key >> 3), .wire_type = static_cast<std::uint32_t>(key & 7U)};
    switch (field.wire_type) {
    case 0:
        field.value = varint();
        break;
    case 1:
        field.value = fixed(8);
        break;
    case 2:
        field.bytes = take(varint());
        break;
    case 5:
        field.value = fixed(4);
        break;
    default: // groups, which SentencePiece has none of
        broken();
    }
    return field;
}

} // namespace invar
