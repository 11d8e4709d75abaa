// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"
#include "core/checkpoint/gguf_blocks.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

/// Whether a path names a GGUF file: by its first bytes, or by its ending. False for folders and for what is not there.
[[nodiscard]] bool is_gguf_file(const std::filesystem::path &path);

/// One tensor of a GGUF file, where it lies in the mapped file.
struct GgufTensor {
    GgufType type = GgufType::f32;
    std::vector<std::int64_t> shape;  ///< outermost first, as everywhere here; the file has it the other way round
    std::span<const std::byte> bytes; ///< whole blocks, row after row
};

/// A GGUF file of version 2 or 3 (ggml/docs/gguf.md), memory-mapped. Names, counts, sizes and offsets are checked when
/// it is opened; values of metadata are read where they lie when somebody asks. Immutable, shared by threads.
class GgufFile {
public:
    /// Throws Error naming the file and what is wrong with it.
    explicit GgufFile(const std::filesystem::path &file);

    [[nodiscard]] const std::filesystem::path &path() const { return path_; }
    [[nodiscard]] std::uint32_t version() const { return version_; }
    [[nodiscard]] const std::map<std::string, GgufTensor, std::less<>> &tensors() const { return tensors_; }
    /// Keeps the mapped bytes alive.
    [[nodiscard]] std::shared_ptr<const void> owner() const { return mapped_; }

    // Metadata, e.g. "tokenizer.ggml.tokens". Each is empty when the key is missing and throws Error naming file and
    // key when the value is of another kind. Texts are views into the mapped file: they live as long as owner().
    [[nodiscard]] bool contains(std::string_view key) const { return values_.contains(key); }
    [[nodiscard]] std::optional<std::string_view> text(std::string_view key) const;
    [[nodiscard]] std::optional<bool> flag(std::string_view key) const;
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key) const;
    [[nodiscard]] std::optional<double> number(std::string_view key) const; ///< of whole numbers too
    [[nodiscard]] std::optional<std::vector<std::string_view>> texts(std::string_view key) const;
    [[nodiscard]] std::optional<std::vector<bool>> flags(std::string_view key) const;
    [[nodiscard]] std::optional<std::vector<std::int64_t>> integers(std::string_view key) const;
    [[nodiscard]] std::optional<std::vector<double>> numbers(std::string_view key) const;
    /// Whether the key is there with a list.
    [[nodiscard]] bool is_list(std::string_view key) const;

private:
    class Cursor;
    /// The kinds of values, as the file numbers them.
    enum class Kind : std::uint32_t {
        uint8,
        int8,
        uint16,
        int16,
        uint32,
        int32,
        float32,
        boolean,
        text,
        list,
        uint64,
        int64,
        float64
    };
    struct Value {
        Kind kind; ///< of a list: of its elements
        bool is_list = false;
        std::uint64_t count = 1;          ///< of elements
        std::span<const std::byte> bytes; ///< of all elements
    };

    void read_metadata(Cursor &cursor, std::uint64_t count);
    void read_tensors(Cursor &cursor, std::uint64_t count);
    void check_overlaps() const;
    [[nodiscard]] static std::size_t size_of(Kind kind);
    [[nodiscard]] static Value read_value(Cursor &cursor, Kind kind, const std::string &key, int depth = 0);
    [[nodiscard]] static Kind read_kind(Cursor &cursor, const std::string &key);
    [[nodiscard]] GgufTensor read_tensor(Cursor &cursor, const std::string &name, std::uint64_t &offset) const;
    [[nodiscard]] static bool is_text(Kind kind) { return kind == Kind::text; }
    [[nodiscard]] static bool is_flag(Kind kind) { return kind == Kind::boolean; }
    [[nodiscard]] static bool is_integer(Kind kind);
    [[nodiscard]] static bool is_number(Kind kind);
    /// Nothing when the key is missing; throws when the value is another than `wanted`.
    [[nodiscard]] const Value *find(std::string_view key, bool is_list, bool (*fits)(Kind),
                                    std::string_view wanted) const;
    [[nodiscard]] static bool flag_at(const Value &value, std::uint64_t index);
    [[nodiscard]] static std::int64_t integer_at(const Value &value, std::uint64_t index);
    [[nodiscard]] static double number_at(const Value &value, std::uint64_t index);

    std::filesystem::path path_;
    std::shared_ptr<const MappedFile> mapped_;
    std::uint32_t version_ = 0;
    std::map<std::string, Value, std::less<>> values_;
    std::map<std::string, GgufTensor, std::less<>> tensors_;
};

} // namespace invar
