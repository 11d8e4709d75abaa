// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace invar {

/// A file mapped read-only for as long as the object lives.
class MappedFile {
public:
    /// Throws Error naming the file when it cannot be opened or is not a regular file.
    explicit MappedFile(const std::filesystem::path &file);
    ~MappedFile();
    MappedFile(const MappedFile &) = delete;
    MappedFile &operator=(const MappedFile &) = delete;

    [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

private:
    std::span<const std::byte> bytes_;
};

/// Whole content of a text file. Throws Error when it cannot be read or is larger than `limit` bytes.
[[nodiscard]] std::string read_text_file(const std::filesystem::path &file, std::size_t limit = std::size_t{1} << 30);

/// Writes beside the target, syncs, renames: a reader sees the old content or the new, never a part. Throws Error.
void write_file_atomically(const std::filesystem::path &file, std::string_view content);
/// The same for content in several pieces, so that a large file need not be put together in memory first.
void write_file_atomically(const std::filesystem::path &file, std::span<const std::string_view> pieces);

/// A folder that is filled under a temporary name beside its target and appears by rename on commit(); without
/// commit, the destructor removes it.
class FolderTransaction {
public:
    /// `target` must not exist, or be an empty folder. Throws Error.
    explicit FolderTransaction(std::filesystem::path target);
    ~FolderTransaction();
    FolderTransaction(const FolderTransaction &) = delete;
    FolderTransaction &operator=(const FolderTransaction &) = delete;

    [[nodiscard]] const std::filesystem::path &path() const { return temporary_; }
    void commit();

private:
    std::filesystem::path target_;
    std::filesystem::path temporary_;
    bool committed_ = false;
};

} // namespace invar
