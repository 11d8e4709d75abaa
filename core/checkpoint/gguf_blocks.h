// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace invar {

/// How a GGUF file packs a tensor's values. The numbers are ggml's (ggml.h, enum ggml_type).
enum class GgufType : std::uint32_t {
    f32 = 0,
    f16 = 1,
    q4_0 = 2,
    q4_1 = 3,
    q5_0 = 6,
    q5_1 = 7,
    q8_0 = 8,
    q2_k = 10,
    q3_k = 11,
    q4_k = 12,
    q5_k = 13,
    q6_k = 14,
    bf16 = 30
};

/// The type with ggml's number `id`, if it is one that we unpack.
[[nodiscard]] std::optional<GgufType> gguf_type_of(std::uint32_t id);
/// ggml's name of any type, ours or not: "Q4_K", "IQ4_NL"; its number when it has none.
[[nodiscard]] std::string gguf_type_name(std::uint32_t id);
/// The types that we unpack, comma-separated.
[[nodiscard]] std::string known_gguf_types();

/// Values that one block holds, which divides every row's length.
[[nodiscard]] std::size_t block_values(GgufType type);
[[nodiscard]] std::size_t block_bytes(GgufType type);

/// Unpacks whole blocks into float32, by all threads; the same bits as gguf.quants.dequantize of the Python package.
/// `values` has block_values() for every block_bytes() of `blocks`; throws std::invalid_argument otherwise.
void dequantize(GgufType type, std::span<const std::byte> blocks, std::span<float> values);

} // namespace invar
