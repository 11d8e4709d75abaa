// SPDX-License-Identifier: GPL-3.0-or-later
// Runs all micro-benchmarks. INVAR_BENCHMARK_THREADS: threads to compute with (1).
#include "core/base/memory.h"
#include "core/model/compute.h"

#include <benchmark/benchmark.h>

#include <cstdlib>

int main(int argc, char **argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 2;
    const auto *threads = std::getenv("INVAR_BENCHMARK_THREADS");
    invar::keep_freed_memory();
    const invar::ComputeScope scope(threads == nullptr ? 1 : invar::resolve_threads(std::atoi(threads)));
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
