// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/gguf.h"

#include "core/base/error.h"
#include "core/checkpoint/storage.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <fstream>
#include <limits>

namespace invar {
namespace {

static_assert(std::endian::native == std::endian::little, "GGUF files are little-endian, and read as they lie");

constexpr std::string_view magic = "GGUF";
constexpr std::uint64_t max_name_length = 256; // far above what ggml's own names need
constexpr std::uint32_t max_gguf_dimensions = 4;
constexpr std::uint64_t least_value_size = 8 + 1 + 4 + 1;          // a name of one letter, its kind, one byte
constexpr std::uint64_t least_tensor_size = 8 + 1 + 4 + 8 + 4 + 8; // a name of one letter, one dimension, type, offset
constexpr int max_list_depth = 8;
constexpr const char *alignment_key = "general.alignment";

/// Names go into messages of one line.
bool is_printable(std::string_view name) {
    return std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; });
}

} // namespace

bool is_gguf_file(const std::filesystem::path &path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error))
        return false;
    auto ending = path.extension().string();
    std::ranges::transform(ending, ending.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    if (ending == ".gguf")
        return true;
    std::array<char, magic.size()> start{};
    return std::ifstream(path, std::ios::binary).read(start.data(), start.size()) &&
           std::string_view(start.data(), start.size()) == magic;
}

/// Reads the header from the front, never past the end.
class GgufFile::Cursor {
public:
    Cursor(std::span<const std::byte> bytes, std::string file) : bytes_(bytes), file_(std::move(file)) {}

    [[nodiscard]] std::span<const std::byte> take(std::uint64_t count, std::string_view what) {
        if (count > left())
            fail("{}: is truncated: {} takes {} bytes at byte {}, but the file ends at byte {}", file_, what, count,
                 position_, bytes_.size());
        const auto taken = bytes_.subspan(position_, count);
        position_ += count;
        return taken;
    }
    template <typename T> [[nodiscard]] T number(std::string_view what) {
        T value;
        std::memcpy(&value, take(sizeof(T), what).data(), sizeof(T));
        return value;
    }
    [[nodiscard]] std::string_view text(std::string_view what) {
        const auto length = number<std::uint64_t>(what);
        const auto bytes = take(length, what);
        return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
    }
    /// A key's or a tensor's name.
    [[nodiscard]] std::string name(const std::string &what) {
        const auto length = number<std::uint64_t>(what);
        if (length == 0 || length > max_name_length)
            fail("{}: {} is {} bytes long; 1 to {} are allowed", file_, what, length, max_name_length);
        const auto bytes = take(length, what);
        std::string name(reinterpret_cast<const char *>(bytes.data()), bytes.size());
        if (!is_printable(name))
            fail("{}: {} holds control characters", file_, what);
        return name;
    }
    [[nodiscard]] std::uint64_t left() const { return bytes_.size() - position_; }
    [[nodiscard]] std::uint64_t position() const { return position_; }
    [[nodiscard]] std::span<const std::byte> since(std::uint64_t begin) const {
        return bytes_.subspan(begin, position_ - begin);
    }
    [[nodiscard]] const std::string &file() const { return file_; }

private:
    std::span<const std::byte> bytes_;
    std::uint64_t position_ = 0;
    std::string file_;
};

GgufFile::GgufFile(const std::filesystem::path &file) : path_(file), mapped_(std::make_shared<const MappedFile>(file)) {
    Cursor cursor(mapped_->bytes(), file.string());
    constexpr std::size_t header_size = 24;
    if (mapped_->bytes().size() < magic.size() || std::memcmp(mapped_->bytes().data(), magic.data(), magic.size()) != 0)
        fail("{}: is not a GGUF file; it does not begin with \"GGUF\"", cursor.file());
    if (mapped_->bytes().size() < header_size)
        fail("{}: is {} bytes long, too short for a GGUF file", cursor.file(), mapped_->bytes().size());
    std::ignore = cursor.take(magic.size(), "the magic number");
    version_ = cursor.number<std::uint32_t>("the version");
    if ((version_ & 0xFFFFU) == 0)
        fail("{}: is a big-endian GGUF file, which is not supported", cursor.file());
    if (version_ != 2 && version_ != 3)
        fail("{}: is of GGUF version {}; versions 2 and 3 are known", cursor.file(), version_);
    const auto tensors = cursor.number<std::uint64_t>("the number of tensors");
    const auto values = cursor.number<std::uint64_t>("the number of metadata values");
    if (values > cursor.left() / least_value_size)
        fail("{}: claims to hold {} metadata values, more than its {} bytes can", cursor.file(), values,
             mapped_->bytes().size());
    if (tensors > cursor.left() / least_tensor_size)
        fail("{}: claims to hold {} tensors, more than its {} bytes can describe", cursor.file(), tensors,
             mapped_->bytes().size());
    read_metadata(cursor, values);
    read_tensors(cursor, tensors);
    check_overlaps();
}

std::size_t GgufFile::size_of(Kind kind) {
    switch (kind) {
    case Kind::uint16:
    case Kind::int16:
        return 2;
    case Kind::uint32:
    case Kind::int32:
    case Kind::float32:
        return 4;
    case Kind::uint64:
    case Kind::int64:
    case Kind::float64:
        return 8;
    default:
        return 1;
    }
}

GgufFile::Kind GgufFile::read_kind(Cursor &cursor, const std::string &key) {
    const auto number = cursor.number<std::uint32_t>(key);
    if (number > static_cast<std::uint32_t>(Kind::float64))
        fail("{}: {} has the value type {}, which GGUF does not have", cursor.file(), key, number);
    return static_cast<Kind>(number);
}

GgufFile::Value GgufFile::read_value(Cursor &cursor, Kind kind, const std::string &key, int depth) {
    if (kind == Kind::text) {
        const auto text = cursor.text(key);
        return {.kind = kind, .bytes = std::as_bytes(std::span(text))};
    }
    if (kind != Kind::list)
        return {.kind = kind, .bytes = cursor.take(size_of(kind), key)};

    if (depth >= max_list_depth)
        fail("{}: {} is nested more than {} lists deep", cursor.file(), key, max_list_depth);
    const auto element = read_kind(cursor, key);
    const auto count = cursor.number<std::uint64_t>(key);
    const bool is_plain = element != Kind::text && element != Kind::list;
    const auto least = is_plain ? size_of(element) : sizeof(std::uint64_t);
    if (count > cursor.left() / least)
        fail("{}: {} claims to hold {} values, more than the rest of the file can", cursor.file(), key, count);
    const auto begin = cursor.position();
    if (is_plain)
        std::ignore = cursor.take(count * least, key);
    else
        for (std::uint64_t i = 0; i < count; ++i)
            std::ignore = read_value(cursor, element, key, depth + 1);
    return {.kind = element, .is_list = true, .count = count, .bytes = cursor.since(begin)};
}

void GgufFile::read_metadata(Cursor &cursor, std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
        auto key = cursor.name(fmt::format("the name of metadata value {}", i + 1));
        const auto kind = read_kind(cursor, key);
        auto value = read_value(cursor, kind, key);
        if (const auto [place, is_new] = values_.emplace(std::move(key), value); !is_new)
            fail("{}: holds the metadata value {} twice", cursor.file(), place->first);
    }
}

GgufTensor GgufFile::read_tensor(Cursor &cursor, const std::string &name, std::uint64_t &offset) const {
    const auto &file = cursor.file();
    GgufTensor tensor;
    const auto dimensions = cursor.number<std::uint32_t>(name);
    if (dimensions == 0 || dimensions > max_gguf_dimensions)
        fail("{}: tensor {} has {} dimensions; 1 to {} are allowed", file, name, dimensions, max_gguf_dimensions);
    tensor.shape.resize(dimensions);
    for (auto &place : tensor.shape) {
        const auto size = cursor.number<std::uint64_t>(name);
        if (size == 0 || size > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            fail("{}: tensor {} has an impossible size of {} in its shape", file, name, size);
        place = static_cast<std::int64_t>(size);
    }
    std::ranges::reverse(tensor.shape); // the file has the innermost first
    const auto id = cursor.number<std::uint32_t>(name);
    const auto type = gguf_type_of(id);
    if (!type)
        fail("{}: tensor {} has type {}, which is not known here; known: {}", file, name, gguf_type_name(id),
             known_gguf_types());
    tensor.type = *type;
    offset = cursor.number<std::uint64_t>(name);

    // In float32 it must fit too.
    if (!checked_byte_size(StorageType::float32, tensor.shape))
        fail("{}: tensor {} has an impossibly large shape [{}]", file, name, fmt::join(tensor.shape, ", "));
    if (tensor.shape.back() % static_cast<std::int64_t>(block_values(tensor.type)) != 0)
        fail("{}: tensor {} has rows of {} values, not a multiple of the {} in a block of {}", file, name,
             tensor.shape.back(), block_values(tensor.type), gguf_type_name(id));
    return tensor;
}

void GgufFile::read_tensors(Cursor &cursor, std::uint64_t count) {
    const auto &file = cursor.file();
    std::vector<std::pair<decltype(tensors_)::iterator, std::uint64_t>> offsets;
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto name = cursor.name(fmt::format("the name of tensor {}", i + 1));
        std::uint64_t offset = 0;
        const auto [place, is_new] = tensors_.emplace(name, read_tensor(cursor, name, offset));
        if (!is_new)
            fail("{}: holds the tensor {} twice", file, name);
        offsets.emplace_back(place, offset);
    }
    constexpr std::int64_t usual_alignment = 32, most_alignment = 1 << 20;
    const auto alignment = integer(alignment_key).value_or(usual_alignment);
    if (alignment < 1 || alignment > most_alignment || !std::has_single_bit(static_cast<std::uint64_t>(alignment)))
        fail("{}: {} is {}, not a power of 2 up to {}", file, alignment_key, alignment, most_alignment);
    const auto step = static_cast<std::uint64_t>(alignment);
    const auto all = mapped_->bytes();
    const auto begin = std::min<std::uint64_t>((cursor.position() + step - 1) / step * step, all.size());
    const auto data = all.subspan(begin);
    for (const auto &[place, offset] : offsets) {
        auto &[name, tensor] = *place;
        const auto bytes = static_cast<std::uint64_t>(*checked_elements(tensor.shape)) / block_values(tensor.type) *
                           block_bytes(tensor.type);
        if (offset % step != 0)
            fail("{}: tensor {} begins at byte {} of the data, not a multiple of {}", file, name, offset, step);
        if (offset > data.size() || bytes > data.size() - offset)
            fail("{}: tensor {} of {} bytes begins at byte {} of {} bytes of data; the file is truncated or its header "
                 "is wrong",
                 file, name, bytes, offset, data.size());
        tensor.bytes = data.subspan(offset, bytes);
    }
}

void GgufFile::check_overlaps() const {
    std::vector<const decltype(tensors_)::value_type *> ordered;
    for (const auto &item : tensors_)
        ordered.push_back(&item);
    std::ranges::sort(ordered, {}, [](const auto *item) { return item->second.bytes.data(); });
    for (std::size_t i = 1; i < ordered.size(); ++i) {
        const auto &before = ordered[i - 1]->second.bytes;
        if (ordered[i]->second.bytes.data() < before.data() + before.size())
            fail("{}: tensor {} overlaps tensor {}", path_.string(), ordered[i]->first, ordered[i - 1]->first);
    }
}

namespace {

template <typename T> T element(std::span<const std::byte> bytes, std::uint64_t index) {
    T value;
    std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
    return value;
}

} // namespace

std::int64_t GgufFile::integer_at(const Value &value, std::uint64_t index) {
    switch (value.kind) {
    case Kind::uint8:
        return element<std::uint8_t>(value.bytes, index);
    case Kind::int8:
        return element<std::int8_t>(value.bytes, index);
    case Kind::uint16:
        return element<std::uint16_t>(value.bytes, index);
    case Kind::int16:
        return element<std::int16_t>(value.bytes, index);
    case Kind::uint32:
        return element<std::uint32_t>(value.bytes, index);
    case Kind::int32:
        return element<std::int32_t>(value.bytes, index);
    case Kind::uint64: // saturated: no size or id comes near
        return static_cast<std::int64_t>(std::min<std::uint64_t>(element<std::uint64_t>(value.bytes, index),
                                                                 std::numeric_limits<std::int64_t>::max()));
    default:
        return element<std::int64_t>(value.bytes, index);
    }
}

double GgufFile::number_at(const Value &value, std::uint64_t index) {
    if (value.kind == Kind::float32)
        return element<float>(value.bytes, index);
    return value.kind == Kind::float64 ? element<double>(value.bytes, index)
                                       : static_cast<double>(integer_at(value, index));
}

bool GgufFile::flag_at(const Value &value, std::uint64_t index) {
    return element<std::uint8_t>(value.bytes, index) != 0;
}

bool GgufFile::is_integer(Kind kind) { return kind <= Kind::int32 || kind == Kind::uint64 || kind == Kind::int64; }

bool GgufFile::is_number(Kind kind) { return is_integer(kind) || kind == Kind::float32 || kind == Kind::float64; }

const GgufFile::Value *GgufFile::find(std::string_view key, bool is_list, bool (*fits)(Kind),
                                      std::string_view wanted) const {
    const auto found = values_.find(key);
    if (found == values_.end())
        return nullptr;
    const auto &value = found->second;
    if (value.is_list != is_list || !fits(value.kind))
        fail("{}: {} is not {}", path_.string(), key, wanted);
    return &value;
}

bool GgufFile::is_list(std::string_view key) const {
    const auto found = values_.find(key);
    return found != values_.end() && found->second.is_list;
}

std::optional<std::string_view> GgufFile::text(std::string_view key) const {
    const auto *value = find(key, false, is_text, "a text");
    if (value == nullptr)
        return {};
    return std::string_view(reinterpret_cast<const char *>(value->bytes.data()), value->bytes.size());
}

std::optional<bool> GgufFile::flag(std::string_view key) const {
    const auto *value = find(key, false, is_flag, "true or false");
    return value == nullptr ? std::nullopt : std::optional(flag_at(*value, 0));
}

std::optional<std::int64_t> GgufFile::integer(std::string_view key) const {
    const auto *value = find(key, false, is_integer, "a whole number");
    return value == nullptr ? std::nullopt : std::optional(integer_at(*value, 0));
}

std::optional<double> GgufFile::number(std::string_view key) const {
    const auto *value = find(key, false, is_number, "a number");
    return value == nullptr ? std::nullopt : std::optional(number_at(*value, 0));
}

std::optional<std::vector<std::string_view>> GgufFile::texts(std::string_view key) const {
    const auto *value = find(key, true, is_text, "a list of texts");
    if (value == nullptr)
        return {};
    std::vector<std::string_view> texts;
    texts.reserve(value->count);
    Cursor cursor(value->bytes, path_.string());
    for (std::uint64_t i = 0; i < value->count; ++i)
        texts.push_back(cursor.text(key));
    return texts;
}

namespace {

/// All elements of a list, or nothing where there is none.
template <typename T, typename Value>
std::optional<std::vector<T>> list_of(const Value *value, T (*element_at)(const Value &, std::uint64_t)) {
    if (value == nullptr)
        return {};
    std::vector<T> list(value->count);
    for (std::uint64_t i = 0; i < value->count; ++i)
        list[i] = element_at(*value, i);
    return list;
}

} // namespace

std::optional<std::vector<bool>> GgufFile::flags(std::string_view key) const {
    return list_of(find(key, true, is_flag, "a list of true and false"), flag_at);
}

std::optional<std::vector<std::int64_t>> GgufFile::integers(std::string_view key) const {
    return list_of(find(key, true, is_integer, "a list of whole numbers"), integer_at);
}

std::optional<std::vector<double>> GgufFile::numbers(std::string_view key) const {
    return list_of(find(key, true, is_number, "a list of numbers"), number_at);
}

} // namespace invar
