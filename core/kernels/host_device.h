// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Arithmetic that the CPU loops and the CUDA kernels share, so that tests of the one hold for the other. Both are
// compiled without contraction to fused multiply-adds: every machine makes the same decisions.
#ifdef __CUDACC__
#define INVAR_HOST_DEVICE __host__ __device__ __forceinline__
#else
#define INVAR_HOST_DEVICE inline __attribute__((always_inline))
#endif

// A loop compiled once per instruction set and chosen at start-up. Sanitizers cannot run that choice, and clang-tidy's
// front end does not know these levels.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&               \
    !defined(__SANITIZE_THREAD__)
#define INVAR_CPU_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define INVAR_CPU_CLONES
#endif
