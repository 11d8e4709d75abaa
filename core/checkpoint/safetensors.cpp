// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/safetensors.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/checkpoint/storage.h"

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <unordered_set>

namespace invar {
namespace {

using Json = nlohmann::json;

static_assert(std::endian::native == std::endian::little, "safetensors are little-endian, and read as they lie");

// The limits of the original implementation (huggingface/safetensors): a header of 100 MB, nested three deep.
constexpr std::uint64_t max_header_size = 100'000'000;
constexpr int max_header_depth = 3;
constexpr std::string_view metadata_key = "__metadata__";

/// Parses a header. JSON alone lets a later key hide an earlier one, and nests without end; this format forbids both.
Json parse_header(std::string_view text, const std::string &file) {
    std::unordered_set<std::string> names;
    const auto check = [&](int depth, Json::parse_event_t event, Json &value) {
        if ((event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start) &&
            depth >= max_header_depth)
            fail("{}: the header is nested too deeply", file);
        if (event == Json::parse_event_t::key && depth == 1 && !names.insert(value.get<std::string>()).second)
            fail("{}: the header names tensor {} twice", file, value.get<std::string>());
        return true;
    };
    try {
        auto header = Json::parse(text, check);
        if (header.is_object())
            return header;
    } catch (const Json::exception &) {
        fail("{}: the header is not valid JSON", file);
    }
    fail("{}: the header is not a JSON object", file);
}

std::int64_t checked_integer(const Json &value, const std::string &file, const std::string &name,
                             std::string_view field) {
    if (!value.is_number_integer() || (value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX))
        fail("{}: tensor {} has a {} that is not a 64-bit integer", file, name, field);
    const auto number = value.get<std::int64_t>();
    if (number < 0)
        fail("{}: tensor {} has a negative {}", file, name, field);
    return number;
}

struct Entry {
    std::string name;
    StorageType type = StorageType::float32;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

Entry read_entry(const std::string &name, const Json &value, std::uint64_t data_size, const std::string &file) {
    const auto has = [&](const char *key, Json::value_t type) {
        return value.is_object() && value.contains(key) && value[key].type() == type;
    };
    if (!has("dtype", Json::value_t::string) || !has("shape", Json::value_t::array) ||
        !has("data_offsets", Json::value_t::array) || value["data_offsets"].size() != 2)
        fail("{}: tensor {} lacks a proper dtype, shape or data_offsets", file, name);

    Entry entry;
    entry.name = name;
    const auto &dtype = value["dtype"].get_ref<const std::string &>();
    const auto type = storage_type_named(dtype);
    if (!type)
        fail("{}: tensor {} has data type {}, which is not supported", file, name, dtype);
    entry.type = *type;

    if (value["shape"].size() > max_dimensions)
        fail("{}: tensor {} has {} dimensions, more than {}", file, name, value["shape"].size(), max_dimensions);
    for (const auto &size : value["shape"])
        entry.shape.push_back(checked_integer(size, file, name, "size in its shape"));

    entry.begin = static_cast<std::uint64_t>(checked_integer(value["data_offsets"][0], file, name, "data offset"));
    entry.end = static_cast<std::uint64_t>(checked_integer(value["data_offsets"][1], file, name, "data offset"));
    if (entry.begin > entry.end)
        fail("{}: tensor {} ends before it begins ({} after {})", file, name, entry.end, entry.begin);
    if (entry.end > data_size)
        fail("{}: tensor {} ends at byte {} of {} bytes of data; the file is truncated or its header is wrong", file,
             name, entry.end, data_size);
    const auto bytes = checked_byte_size(entry.type, entry.shape);
    if (!bytes)
        fail("{}: tensor {} has an impossibly large shape [{}]", file, name, fmt::join(entry.shape, ", "));
    if (*bytes != entry.end - entry.begin)
        fail("{}: tensor {} has shape [{}] of {}, which takes {} bytes, but {} bytes of data", file, name,
             fmt::join(entry.shape, ", "), name_of(entry.type), *bytes, entry.end - entry.begin);
    return entry;
}

/// Tensors must cover the data from its first to its last byte, once.
void check_layout(std::vector<Entry> &entries, std::uint64_t data_size, const std::string &file) {
    std::ranges::sort(
        entries, [](const Entry &a, const Entry &b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
    std::uint64_t position = 0;
    for (const auto &entry : entries) {
        if (entry.begin < position)
            fail("{}: tensor {} overlaps another one at byte {} of the data", file, entry.name, entry.begin);
        if (entry.begin > position)
            fail("{}: bytes {} to {} of the data belong to no tensor", file, position, entry.begin);
        position = entry.end;
    }
    if (position != data_size)
        fail("{}: bytes {} to {} of the data belong to no tensor", file, position, data_size);
}

} // namespace

SafetensorsFile read_safetensors(const std::filesystem::path &file) {
    const auto name = file.string();
    const auto mapped = std::make_shared<const MappedFile>(file);
    const auto bytes = mapped->bytes();
    std::uint64_t header_size = 0;
    if (bytes.size() < sizeof(header_size))
        fail("{}: is {} bytes long, too short for a safetensors file", name, bytes.size());
    std::memcpy(&header_size, bytes.data(), sizeof(header_size));
    if (header_size > max_header_size)
        fail("{}: the header claims to be {} bytes long, more than the {} allowed; this is not a safetensors file",
             name, header_size, max_header_size);
    if (header_size > bytes.size() - sizeof(header_size))
        fail("{}: the header claims to be {} bytes long, but only {} follow; the file is truncated", name, header_size,
             bytes.size() - sizeof(header_size));

    const auto header_bytes = bytes.subspan(sizeof(header_size), header_size);
    const auto data = bytes.subspan(sizeof(header_size) + header_size);
    const auto header = parse_header({reinterpret_cast<const char *>(header_bytes.data()), header_bytes.size()}, name);

    SafetensorsFile result;
    std::vector<Entry> entries;
    for (const auto &[key, value] : header.items()) {
        if (key != metadata_key) {
            entries.push_back(read_entry(key, value, data.size(), name));
            continue;
        }
        if (!value.is_object() || !std::ranges::all_of(value, [](const Json &item) { return item.is_string(); }))
            fail("{}: the header's __metadata__ is not a table of strings", name);
        result.metadata = value.get<std::map<std::string, std::string>>();
    }
    check_layout(entries, data.size(), name);
    for (auto &entry : entries)
        result.tensors.emplace(entry.name, aligned_tensor(entry.type, std::move(entry.shape),
                                                          data.subspan(entry.begin, entry.end - entry.begin), mapped));
    return result;
}

void write_safetensors(const std::filesystem::path &file, const std::map<std::string, StoredTensor> &tensors,
                       const std::map<std::string, std::string> &metadata) {
    using Item = std::map<std::string, StoredTensor>::value_type;
    std::vector<const Item *> ordered;
    for (const auto &item : tensors) {
        const auto &[name, tensor] = item;
        if (name == metadata_key)
            fail("{}: a tensor cannot be named {}", file.string(), metadata_key);
        if (checked_byte_size(tensor.type, tensor.shape) != tensor.bytes.size())
            fail("{}: tensor {} has shape [{}] of {}, which does not fit its {} bytes", file.string(), name,
                 fmt::join(tensor.shape, ", "), name_of(tensor.type), tensor.bytes.size());
        ordered.push_back(&item);
    }
    // Widest type first, as the original writes them: then every tensor is aligned without holes.
    std::ranges::stable_sort(ordered, std::greater{}, [](const Item *item) { return size_of(item->second.type); });

    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!metadata.empty())
        header[metadata_key] = metadata;
    std::uint64_t position = 0;
    std::vector<std::string_view> parts(2);
    for (const auto *item : ordered) {
        const auto &[name, tensor] = *item;
        header[name] = {{"dtype", name_of(tensor.type)},
                        {"shape", tensor.shape},
                        {"data_offsets", {position, position + tensor.bytes.size()}}};
        position += tensor.bytes.size();
        parts.emplace_back(reinterpret_cast<const char *>(tensor.bytes.data()), tensor.bytes.size());
    }
    auto text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');
    if (text.size() > max_header_size)
        fail("{}: the header would be {} bytes long, more than the {} that readers accept", file.string(), text.size(),
             max_header_size);
    const std::uint64_t header_size = text.size();
    parts[0] = {reinterpret_cast<const char *>(&header_size), sizeof(header_size)};
    parts[1] = text;
    write_file_atomically(file, parts);
}

} // namespace invar
