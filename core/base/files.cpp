// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"

#include "core/base/error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace invar {
namespace {

/// A POSIX file descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0)
            ::close(fd_);
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    [[nodiscard]] int get() const { return fd_; }

private:
    int fd_;
};

std::string last_error() { return std::strerror(errno); }

std::filesystem::path temporary_name_for(const std::filesystem::path &target) {
    auto name = target;
    name += fmt::format(".partial-{}", ::getpid());
    return name;
}

bool write_all(int descriptor, std::string_view content) {
    while (!content.empty()) {
        const auto count = ::write(descriptor, content.data(), content.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        content.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

void sync_folder(const std::filesystem::path &folder) {
    const Descriptor descriptor(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY));
    if (descriptor.get() >= 0)
        ::fsync(descriptor.get());
}

} // namespace

MappedFile::MappedFile(const std::filesystem::path &file) {
    const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat info {};
    if (descriptor.get() < 0 || ::fstat(descriptor.get(), &info) != 0)
        fail("{}: cannot be opened ({})", file.string(), last_error());
    if (!S_ISREG(info.st_mode))
        fail("{}: is not a regular file", file.string());
    const auto size = static_cast<std::size_t>(info.st_size);
    if (size == 0)
        return;
    void *address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.get(), 0);
    if (address == MAP_FAILED)
        fail("{}: cannot be mapped into memory ({})", file.string(), last_error());
    bytes_ = {static_cast<const std::byte *>(address), size};
}

MappedFile::~MappedFile() {
    if (!bytes_.empty())
        ::munmap(const_cast<std::byte *>(bytes_.data()), bytes_.size());
}

std::string read_text_file(const std::filesystem::path &file, std::size_t limit) {
    const MappedFile mapped(file);
    if (mapped.bytes().size() > limit)
        fail("{}: is {} bytes long, more than the {} allowed here", file.string(), mapped.bytes().size(), limit);
    return {reinterpret_cast<const char *>(mapped.bytes().data()), mapped.bytes().size()};
}

void write_file_atomically(const std::filesystem::path &file, std::string_view content) {
    write_file_atomically(file, std::span(&content, 1));
}

void write_file_atomically(const std::filesystem::path &file, std::span<const std::string_view> pieces) {
    const auto temporary = temporary_name_for(file);
    bool written = false;
    {
        const Descriptor descriptor(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
        if (descriptor.get() < 0)
            fail("{}: cannot be written ({})", file.string(), last_error());
        written = std::ranges::all_of(pieces, [&](auto piece) { return write_all(descriptor.get(), piece); }) &&
                  ::fsync(descriptor.get()) == 0;
    }
    if (!written || ::rename(temporary.c_str(), file.c_str()) != 0) {
        const auto reason = last_error();
        ::unlink(temporary.c_str());
        fail("{}: cannot be written ({})", file.string(), reason);
    }
    sync_folder(file.parent_path());
}

FolderTransaction::FolderTransaction(std::filesystem::path target) : target_(std::move(target)) {
    if (!target_.has_filename()) // "out/" means "out"
        target_ = target_.parent_path();
    std::error_code error;
    if (std::filesystem::exists(target_, error) &&
        !(std::filesystem::is_directory(target_, error) && std::filesystem::is_empty(target_, error)))
        fail("{}: already exists; choose a new name", target_.string());
    temporary_ = temporary_name_for(target_);
    std::filesystem::remove_all(temporary_, error);
    std::filesystem::create_directories(temporary_, error);
    if (error)
        fail("{}: cannot be created ({})", target_.string(), error.message());
}

FolderTransaction::~FolderTransaction() {
    if (!committed_) {
        std::error_code ignored;
        std::filesystem::remove_all(temporary_, ignored);
    }
}

void FolderTransaction::commit() {
    sync_folder(temporary_);
    std::error_code error;
    std::filesystem::rename(temporary_, target_, error); // replaces an empty folder
    if (error)
        fail("{}: cannot be created ({})", target_.string(), error.message());
    committed_ = true;
    sync_folder(target_.parent_path());
}

} // namespace invar
