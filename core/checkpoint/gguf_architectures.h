// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/gguf.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

/// How a tensor's values lie in a GGUF file, against Hugging Face's order of them.
enum class GgufOrder {
    same,
    query_pairs, ///< rows of a head in pairs that turn together, query heads (llama)
    key_pairs,   ///< the same, key heads
    by_part,     ///< all heads' queries, then keys, then values; Hugging Face goes head by head (GPT-NeoX)
    transposed,  ///< [outputs, inputs]; Hugging Face's Conv1D has [inputs, outputs] (GPT-2)
    one_more     ///< values have 1 added (Gemma's norms)
};

/// One tensor's names: in a GGUF file, and in a Hugging Face checkpoint. A layer's without "blk.N." and the layer's
/// prefix.
struct GgufTensorRule {
    std::string_view gguf;
    std::string_view hugging_face;
    GgufOrder order = GgufOrder::same;
    bool optional = false;
};

/// Metadata of one architecture; keys without "<architecture>.". Complaints name the file and the whole key.
class GgufMetadata {
public:
    GgufMetadata(const GgufFile &file, std::string architecture)
        : file_(file), architecture_(std::move(architecture)) {}

    /// A whole number in [1, 2^24], the same for all layers where it is a list.
    [[nodiscard]] std::int64_t size(std::string_view key, std::optional<std::int64_t> fallback = {}) const;
    /// The shortest decimal of a float32.
    [[nodiscard]] double number(std::string_view key, std::optional<double> fallback = {}) const;
    [[nodiscard]] std::string text(std::string_view key, std::string_view fallback) const;
    [[nodiscard]] bool flag(std::string_view key, bool fallback) const;
    [[nodiscard]] bool contains(std::string_view key) const { return file_.contains(full(key)); }
    [[nodiscard]] bool has_tensor(std::string_view name) const { return file_.tensors().contains(name); }
    [[nodiscard]] const GgufFile &file() const { return file_; }
    [[nodiscard]] std::string full(std::string_view key) const { return architecture_ + "." + std::string(key); }

private:
    const GgufFile &file_;
    std::string architecture_;
};

/// One architecture: how its metadata become a config.json, and its tensors' names.
struct GgufArchitecture {
    std::string_view name; ///< as general.architecture spells it
    nlohmann::json (*config)(const GgufMetadata &metadata);
    std::string_view layer_prefix; ///< Hugging Face's, before "N."
    std::span<const GgufTensorRule> tensors;
    std::span<const GgufTensorRule> layer_tensors;
};

[[nodiscard]] std::span<const GgufArchitecture> gguf_architectures();

} // namespace invar
