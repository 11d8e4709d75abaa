// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/search/run_state.h"
#include "core/search/steps_csv.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace invar {

/// The open steps.csv, locked for this process for as long as it lives (the kernel drops the lock of a killed one).
class RunWriter::Lock {
public:
    explicit Lock(const std::filesystem::path &file) : file_(file), fd_(::open(file.c_str(), O_RDWR | O_CLOEXEC)) {
        if (fd_ < 0)
            fail("{}: cannot be opened ({})", file.string(), std::strerror(errno));
        if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
            ::close(fd_);
            fail("{}: another process is writing this run", file.parent_path().string());
        }
    }
    ~Lock() { ::close(fd_); }
    Lock(const Lock &) = delete;
    Lock &operator=(const Lock &) = delete;

    void truncate(std::size_t size) const {
        if (::ftruncate(fd_, static_cast<off_t>(size)) != 0)
            fail("{}: cannot be shortened ({})", file_.string(), std::strerror(errno));
        ::lseek(fd_, 0, SEEK_END);
    }
    void append(std::string_view text) const {
        while (!text.empty()) {
            const auto count = ::write(fd_, text.data(), text.size());
            if (count < 0 && errno == EINTR)
                continue;
            if (count <= 0)
                fail("{}: cannot be written ({})", file_.string(), std::strerror(errno));
            text.remove_prefix(static_cast<std::size_t>(count));
        }
        ::fdatasync(fd_);
    }

private:
    std::filesystem::path file_;
    int fd_;
};

RunWriter::RunWriter(std::filesystem::path folder, std::int64_t step)
    : folder_(std::move(folder)), lock_(std::make_unique<Lock>(folder_ / "steps.csv")),
      last_flush_(std::chrono::steady_clock::now()) {
    const auto rows = read_steps(folder_, step);
    if (static_cast<std::int64_t>(rows.size()) < step)
        fail("{}: has {} rows, the run's state is at step {}", (folder_ / "steps.csv").string(), rows.size(), step);
    const auto text = read_text_file(folder_ / "steps.csv");
    auto size = first_line_size(text);
    for (std::size_t row = 0; row < rows.size(); ++row)
        size += first_line_size(std::string_view(text).substr(size));
    lock_->truncate(size);
}

RunWriter::~RunWriter() = default;

void RunWriter::add(const StepRecord &record) { pending_ += to_csv_row(record); }

bool RunWriter::due() const { return std::chrono::steady_clock::now() - last_flush_ >= std::chrono::seconds(1); }

void RunWriter::flush(const RunPosition &position) {
    last_flush_ = std::chrono::steady_clock::now();
    if (!pending_.empty())
        lock_->append(pending_);
    pending_.clear();
    write_position(folder_ / "state.safetensors", position);
}

} // namespace invar
