// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/memory.h"

#include <fstream>
#include <sstream>
#include <string>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace invar {

namespace {

/// The value, in bytes, of a "Name:  123 kB" line; 0 when there is none.
std::int64_t read_kibibytes(const char *path, const std::string &wanted) {
    std::ifstream file(path);
    std::string line;
    while (std::getline(file, line)) {
        std::istringstream words(line);
        std::string name;
        std::int64_t kibibytes = 0;
        if (words >> name >> kibibytes && name == wanted)
            return kibibytes * 1024;
    }
    return 0;
}

} // namespace

std::int64_t available_memory() { return read_kibibytes("/proc/meminfo", "MemAvailable:"); }
std::int64_t peak_memory() { return read_kibibytes("/proc/self/status", "VmHWM:"); }

void keep_freed_memory() {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}

} // namespace invar
