// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/gguf_model.h"

#include "core/base/error.h"
#include "core/checkpoint/gguf_architectures.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <memory>

namespace invar {
namespace {

/// A tensor's place in its architecture.
struct Place {
    const GgufTensorRule *rule = nullptr;
    std::string name; ///< Hugging Face's; empty when the configuration has what the tensor holds
};

constexpr std::string_view layer_mark = "blk.";

Place place_of(const std::string &name, const GgufArchitecture &architecture, std::int64_t layers) {
    const auto find = [](std::span<const GgufTensorRule> rules, std::string_view tensor) {
        const auto found = std::ranges::find(rules, tensor, &GgufTensorRule::gguf);
        return found == rules.end() ? nullptr : &*found;
    };
    if (!name.starts_with(layer_mark)) {
        const auto *rule = find(architecture.tensors, name);
        return {rule, rule == nullptr ? std::string() : std::string(rule->hugging_face)};
    }
    std::int64_t layer = -1;
    const auto *const end = name.data() + name.size();
    const auto [rest, error] = std::from_chars(name.data() + layer_mark.size(), end, layer);
    if (error != std::errc() || rest == end || *rest != '.' || layer < 0 || layer >= layers)
        return {};
    const auto *rule = find(architecture.layer_tensors, std::string_view(rest + 1, end));
    if (rule == nullptr)
        return {};
    return {rule, fmt::format("{}{}.{}", architecture.layer_prefix, layer, rule->hugging_face)};
}

void check_complete(const GgufFile &file, const GgufArchitecture &architecture, std::int64_t layers) {
    const auto check = [&](const GgufTensorRule &rule, const std::string &prefix) {
        const auto name = prefix + std::string(rule.gguf);
        if (!rule.optional && !file.tensors().contains(name))
            fail("{}: has no tensor {}", file.path().string(), name);
    };
    for (const auto &rule : architecture.tensors)
        check(rule, "");
    for (std::int64_t layer = 0; layer < layers; ++layer)
        for (const auto &rule : architecture.layer_tensors)
            check(rule, fmt::format("{}{}.", layer_mark, layer));
}

/// Which row of the file holds row `row` of Hugging Face's; `rows` is a multiple of 2 * heads or 3 * heads.
std::int64_t row_in_file(GgufOrder order, std::int64_t row, std::int64_t rows, std::int64_t heads) {
    if (order == GgufOrder::by_part) { // [3, heads, size] to [heads, 3, size]
        const auto size = rows / heads / 3;
        const auto head = row / (3 * size);
        const auto part = row / size % 3;
        return (part * heads + head) * size + row % size;
    }
    const auto size = rows / heads; // [heads, size / 2, 2] to [heads, 2, size / 2]
    const auto head = row / size;
    const auto half = row % size / (size / 2);
    return head * size + row % (size / 2) * 2 + half;
}

/// A GGUF tensor in Hugging Face's order.
class Unpacker {
public:
    Unpacker(const GgufTensor &tensor, std::shared_ptr<const void> owner, GgufOrder order, std::int64_t heads)
        : tensor_(tensor), owner_(std::move(owner)), order_(order), heads_(heads) {}

    void operator()(std::span<float> values) const {
        if (order_ == GgufOrder::same || order_ == GgufOrder::one_more) {
            dequantize(tensor_.type, tensor_.bytes, values);
            if (order_ == GgufOrder::one_more)
                for (auto &value : values)
                    value -= 1;
            return;
        }
        const auto stored_values = std::make_unique_for_overwrite<float[]>(values.size());
        const std::span<float> stored(stored_values.get(), values.size());
        dequantize(tensor_.type, tensor_.bytes, stored);
        const auto rows = tensor_.shape.front();
        const auto columns = static_cast<std::int64_t>(values.size()) / rows;
        for (std::int64_t row = 0; row < rows; ++row) {
            if (order_ == GgufOrder::transposed) {
                for (std::int64_t column = 0; column < columns; ++column)
                    values[static_cast<std::size_t>(column * rows + row)] =
                        stored[static_cast<std::size_t>(row * columns + column)];
                continue;
            }
            const auto from = row_in_file(order_, row, rows, heads_) * columns;
            std::copy_n(stored.data() + from, columns, values.data() + row * columns);
        }
    }

private:
    GgufTensor tensor_;
    std::shared_ptr<const void> owner_;
    GgufOrder order_;
    std::int64_t heads_;
};

StoredTensor stored_tensor(const GgufFile &file, const std::string &name, const GgufTensor &tensor, GgufOrder order,
                           const GgufMetadata &metadata) {
    auto shape = tensor.shape;
    std::int64_t heads = 1;
    if (order == GgufOrder::query_pairs || order == GgufOrder::by_part)
        heads = metadata.size("attention.head_count");
    if (order == GgufOrder::key_pairs)
        heads = metadata.size("attention.head_count_kv", metadata.size("attention.head_count"));
    const bool by_rows = order == GgufOrder::query_pairs || order == GgufOrder::key_pairs;
    const auto parts = order == GgufOrder::by_part ? 3 * heads : by_rows ? 2 * heads : 1;
    if (shape.front() % parts != 0)
        fail("{}: tensor {} has {} rows, which {} heads cannot share", file.path().string(), name, shape.front(),
             heads);
    if (order == GgufOrder::transposed) {
        if (shape.size() != 2)
            fail("{}: tensor {} has {} dimensions, not 2", file.path().string(), name, shape.size());
        std::ranges::reverse(shape);
    }
    return {.type = StorageType::float32,
            .shape = std::move(shape),
            .bytes = {},
            .owner = file.owner(),
            .unpack = Unpacker(tensor, file.owner(), order, heads)};
}

} // namespace

std::vector<std::string> known_gguf_architectures() {
    std::vector<std::string> names;
    for (const auto &architecture : gguf_architectures())
        names.emplace_back(architecture.name);
    return names;
}

GgufModel read_gguf_model(const std::filesystem::path &path) {
    const auto file = std::make_shared<const GgufFile>(path);
    constexpr const char *architecture_key = "general.architecture";
    const auto name = file->text(architecture_key);
    if (!name)
        fail("{}: its metadata lack {}", path.string(), architecture_key);
    constexpr std::size_t longest_name = 64;
    if (name->size() > longest_name || std::ranges::any_of(*name, [](char c) { return c >= 0 && c < ' '; }))
        fail("{}: {} is not a name", path.string(), architecture_key);
    const auto known = gguf_architectures();
    const auto architecture = std::ranges::find(known, *name, &GgufArchitecture::name);
    if (architecture == known.end())
        fail("{}: the architecture \"{}\" is not known here; known: {}", path.string(), *name,
             fmt::join(known_gguf_architectures(), ", "));
    if (const auto parts = file->integer("split.count"); parts && *parts > 1)
        fail("{}: is one of {} parts of a model; join them first (llama-gguf-split --merge)", path.string(), *parts);

    const GgufMetadata metadata(*file, std::string(*name));
    const auto layers = metadata.size("block_count");
    check_complete(*file, *architecture, layers);
    auto config = architecture->config(metadata);
    std::map<std::string, StoredTensor> tensors;
    for (const auto &[tensor_name, tensor] : file->tensors()) {
        const auto place = place_of(tensor_name, *architecture, layers);
        if (place.rule == nullptr)
            fail("{}: tensor {} has no place in a {} model of {} layers", path.string(), tensor_name, *name, layers);
        if (!place.name.empty())
            tensors.emplace(place.name, stored_tensor(*file, tensor_name, tensor, place.rule->order, metadata));
    }
    return {file, std::move(config), Checkpoint(std::move(tensors), path)};
}

} // namespace invar
