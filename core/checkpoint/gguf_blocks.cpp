// SPDX-License-Identifier: GPL-3.0-or-later
// Block layouts after ggml-common.h and ggml-quants.c; the order of operations is gguf/quants.py's, for equal bits.
// This file is compiled without fused multiply-adds.
#include "core/checkpoint/gguf_blocks.h"

#include <ATen/Parallel.h>
#include <c10/util/Half.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace invar {
namespace {

using Byte = std::uint8_t;

constexpr int super_block = 256; // values of a block of the K types
constexpr int small_block = 32;

/// Where part `index` of several of `size` bytes begins.
constexpr std::ptrdiff_t offset(int index, int size) { return std::ptrdiff_t{index} * size; }

float half(const Byte *bytes) {
    return c10::detail::fp16_ieee_to_fp32_value(static_cast<std::uint16_t>(bytes[0] | bytes[1] << 8));
}
int low(Byte byte) { return byte & 0x0F; }
int high(Byte byte) { return byte >> 4; }

void unpack_f32(const Byte *block, float *values) { std::memcpy(values, block, sizeof(float)); }
void unpack_f16(const Byte *block, float *values) { *values = half(block); }
void unpack_bf16(const Byte *block, float *values) {
    *values = std::bit_cast<float>(static_cast<std::uint32_t>(block[0] | block[1] << 8) << 16);
}

void unpack_q8_0(const Byte *block, float *values) {
    const auto scale = half(block);
    for (int i = 0; i < small_block; ++i)
        values[i] = static_cast<float>(static_cast<std::int8_t>(block[2 + i])) * scale;
}

void unpack_q4_0(const Byte *block, float *values) {
    const auto scale = half(block);
    for (int i = 0; i < 16; ++i) {
        values[i] = scale * static_cast<float>(low(block[2 + i]) - 8);
        values[i + 16] = scale * static_cast<float>(high(block[2 + i]) - 8);
    }
}

void unpack_q4_1(const Byte *block, float *values) {
    const auto scale = half(block);
    const auto least = half(block + 2);
    for (int i = 0; i < 16; ++i) {
        values[i] = scale * static_cast<float>(low(block[4 + i])) + least;
        values[i + 16] = scale * static_cast<float>(high(block[4 + i])) + least;
    }
}

/// Bit `i` of 32 little-endian ones, as the fifth bit of a code.
int fifth_bit(const Byte *bits, int i) { return (bits[i / 8] >> (i % 8) & 1) << 4; }

void unpack_q5_0(const Byte *block, float *values) {
    const auto scale = half(block);
    const auto *fifth = block + 2;
    const auto *codes = block + 6;
    for (int i = 0; i < 16; ++i) {
        values[i] = scale * static_cast<float>((low(codes[i]) | fifth_bit(fifth, i)) - 16);
        values[i + 16] = scale * static_cast<float>((high(codes[i]) | fifth_bit(fifth, i + 16)) - 16);
    }
}

void unpack_q5_1(const Byte *block, float *values) {
    const auto scale = half(block);
    const auto least = half(block + 2);
    const auto *fifth = block + 4;
    const auto *codes = block + 8;
    for (int i = 0; i < 16; ++i) {
        values[i] = scale * static_cast<float>(low(codes[i]) | fifth_bit(fifth, i)) + least;
        values[i + 16] = scale * static_cast<float>(high(codes[i]) | fifth_bit(fifth, i + 16)) + least;
    }
}

void unpack_q2_k(const Byte *block, float *values) {
    const auto *scales = block; // 16: scale in the low half, least value in the high one
    const auto *codes = block + 16;
    const auto scale = half(block + 80);
    const auto least = half(block + 82);
    for (int group = 0; group < 16; ++group) {
        const auto group_scale = scale * static_cast<float>(low(scales[group]));
        const auto group_least = least * static_cast<float>(high(scales[group]));
        // Of 128 values, 32 bytes hold the first 32 in their lowest two bits, the next 32 in the next two, and so on.
        const auto *bytes = codes + offset(group / 8, 32) + offset(group % 2, 16);
        const int shift = group % 8 / 2 * 2;
        for (int i = 0; i < 16; ++i)
            values[group * 16 + i] = group_scale * static_cast<float>(bytes[i] >> shift & 3) - group_least;
    }
}

void unpack_q3_k(const Byte *block, float *values) {
    const auto *third_bits = block; // 32: bit n of byte i belongs to value 32 n + i
    const auto *codes = block + 32;
    const auto *scales = block + 96; // 8 bytes of low halves, 4 of two upper bits
    const auto scale = half(block + 108);
    for (int group = 0; group < 16; ++group) {
        const int low_bits = group < 8 ? low(scales[group]) : high(scales[group - 8]);
        const int high_bits = scales[8 + group % 4] >> (group / 4 * 2) & 3;
        const auto group_scale = scale * static_cast<float>((low_bits | high_bits << 4) - 32);
        const auto *bytes = codes + offset(group / 8, 32) + offset(group % 2, 16);
        const auto *thirds = third_bits + offset(group % 2, 16);
        const int shift = group % 8 / 2 * 2;
        for (int i = 0; i < 16; ++i) {
            const int offset = (thirds[i] >> (group / 2) & 1) != 0 ? 0 : 4; // a set bit means no offset
            values[group * 16 + i] = group_scale * static_cast<float>((bytes[i] >> shift & 3) - offset);
        }
    }
}

/// Scale and least value, 6 bits each, of one of the 8 groups of Q4_K and Q5_K.
std::pair<float, float> scale_and_least(const Byte *packed, int group) {
    if (group < 4)
        return {static_cast<float>(packed[group] & 0x3F), static_cast<float>(packed[group + 4] & 0x3F)};
    const auto both = packed[group + 4];
    return {static_cast<float>(low(both) | (packed[group - 4] >> 2 & 0x30)),
            static_cast<float>(high(both) | (packed[group] >> 2 & 0x30))};
}

void unpack_q4_k(const Byte *block, float *values) {
    const auto scale = half(block);
    const auto least = half(block + 2);
    const auto *codes = block + 16;
    for (int group = 0; group < 8; ++group) {
        const auto [scales, leasts] = scale_and_least(block + 4, group);
        const auto group_scale = scale * scales;
        const auto group_least = least * leasts;
        const auto *bytes = codes + offset(group / 2, 32);
        const int shift = group % 2 * 4;
        for (int i = 0; i < 32; ++i)
            values[group * 32 + i] = group_scale * static_cast<float>(bytes[i] >> shift & 0x0F) - group_least;
    }
}

void unpack_q5_k(const Byte *block, float *values) {
    const auto scale = half(block);
    const auto least = half(block + 2);
    const auto *fifth = block + 16; // 32: bit n of byte i belongs to value 32 n + i
    const auto *codes = block + 48;
    for (int group = 0; group < 8; ++group) {
        const auto [scales, leasts] = scale_and_least(block + 4, group);
        const auto group_scale = scale * scales;
        const auto group_least = least * leasts;
        const auto *bytes = codes + offset(group / 2, 32);
        const int shift = group % 2 * 4;
        for (int i = 0; i < 32; ++i) {
            const int code = (bytes[i] >> shift & 0x0F) | (fifth[i] >> group & 1) << 4;
            values[group * 32 + i] = group_scale * static_cast<float>(code) - group_least;
        }
    }
}

void unpack_q6_k(const Byte *block, float *values) {
    const auto *low_bits = block;        // 128: of 128 values, 64 bytes hold the first 64 in their low halves
    const auto *high_bits = block + 128; // 64: of 128 values, 32 bytes hold the first 32 in their lowest two bits
    const auto *scales = block + 192;    // 16, signed
    const auto scale = half(block + 208);
    for (int group = 0; group < 16; ++group) {
        const auto group_scale = scale * static_cast<float>(static_cast<std::int8_t>(scales[group]));
        const auto *lows = low_bits + offset(group / 8, 64) + offset(group % 4, 16);
        const auto *highs = high_bits + offset(group / 8, 32) + offset(group % 2, 16);
        const int low_shift = group % 8 / 4 * 4;
        const int high_shift = group % 8 / 2 * 2;
        for (int i = 0; i < 16; ++i) {
            const int code = (lows[i] >> low_shift & 0x0F) | (highs[i] >> high_shift & 3) << 4;
            values[group * 16 + i] = group_scale * static_cast<float>(code - 32);
        }
    }
}

struct Layout {
    GgufType type;
    std::size_t values;
    std::size_t bytes;
    void (*unpack)(const Byte *block, float *values);
};

constexpr std::array layouts{
    Layout{GgufType::f32, 1, 4, unpack_f32},
    Layout{GgufType::f16, 1, 2, unpack_f16},
    Layout{GgufType::bf16, 1, 2, unpack_bf16},
    Layout{GgufType::q8_0, small_block, 34, unpack_q8_0},
    Layout{GgufType::q4_0, small_block, 18, unpack_q4_0},
    Layout{GgufType::q4_1, small_block, 20, unpack_q4_1},
    Layout{GgufType::q5_0, small_block, 22, unpack_q5_0},
    Layout{GgufType::q5_1, small_block, 24, unpack_q5_1},
    Layout{GgufType::q2_k, super_block, 84, unpack_q2_k},
    Layout{GgufType::q3_k, super_block, 110, unpack_q3_k},
    Layout{GgufType::q4_k, super_block, 144, unpack_q4_k},
    Layout{GgufType::q5_k, super_block, 176, unpack_q5_k},
    Layout{GgufType::q6_k, super_block, 210, unpack_q6_k},
};

struct Name {
    std::uint32_t id;
    std::string_view name;
};
constexpr std::array names{
    Name{0, "F32"},     Name{1, "F16"},      Name{2, "Q4_0"},   Name{3, "Q4_1"},    Name{6, "Q5_0"},
    Name{7, "Q5_1"},    Name{8, "Q8_0"},     Name{9, "Q8_1"},   Name{10, "Q2_K"},   Name{11, "Q3_K"},
    Name{12, "Q4_K"},   Name{13, "Q5_K"},    Name{14, "Q6_K"},  Name{15, "Q8_K"},   Name{16, "IQ2_XXS"},
    Name{17, "IQ2_XS"}, Name{18, "IQ3_XXS"}, Name{19, "IQ1_S"}, Name{20, "IQ4_NL"}, Name{21, "IQ3_S"},
    Name{22, "IQ2_S"},  Name{23, "IQ4_XS"},  Name{24, "I8"},    Name{25, "I16"},    Name{26, "I32"},
    Name{27, "I64"},    Name{28, "F64"},     Name{29, "IQ1_M"}, Name{30, "BF16"},   Name{34, "TQ1_0"},
    Name{35, "TQ2_0"},  Name{39, "MXFP4"},   Name{42, "Q2_0"},
};

const Layout &layout_of(GgufType type) {
    const auto *found = std::ranges::find(layouts, type, &Layout::type);
    if (found == layouts.end())
        throw std::invalid_argument("not a GGUF type");
    return *found;
}

} // namespace

std::optional<GgufType> gguf_type_of(std::uint32_t id) {
    const auto type = static_cast<GgufType>(id);
    return std::ranges::find(layouts, type, &Layout::type) == layouts.end() ? std::nullopt : std::optional(type);
}

std::string gguf_type_name(std::uint32_t id) {
    const auto *found = std::ranges::find(names, id, &Name::id);
    return found == names.end() ? std::to_string(id) : std::string(found->name);
}

std::string known_gguf_types() {
    std::vector<std::string> known;
    for (const auto &layout : layouts)
        known.push_back(gguf_type_name(static_cast<std::uint32_t>(layout.type)));
    return fmt::format("{}", fmt::join(known, ", "));
}

std::size_t block_values(GgufType type) { return layout_of(type).values; }

std::size_t block_bytes(GgufType type) { return layout_of(type).bytes; }

void dequantize(GgufType type, std::span<const std::byte> blocks, std::span<float> values) {
    const auto &layout = layout_of(type);
    const auto count = blocks.size() / layout.bytes;
    if (blocks.size() % layout.bytes != 0 || values.size() != count * layout.values)
        throw std::invalid_argument("blocks and values do not fit");
    constexpr std::int64_t values_of_a_task = 1 << 16;
    const auto grain = values_of_a_task / static_cast<std::int64_t>(layout.values);
    at::parallel_for(0, static_cast<std::int64_t>(count), grain, [&](std::int64_t begin, std::int64_t end) {
        const auto first = static_cast<std::size_t>(begin);
        const auto *from = reinterpret_cast<const Byte *>(blocks.data()) + first * layout.bytes;
        auto *to = values.data() + first * layout.values;
        for (auto index = begin; index < end; ++index, from += layout.bytes, to += layout.values)
            layout.unpack(from, to);
    });
}

} // namespace invar
