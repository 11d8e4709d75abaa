// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cuda/device_ops.h"

#include <ATen/Context.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <QString>

namespace invar::test {

/// Why nothing can run on a GPU here; empty when it can.
inline QString no_gpu() {
    if (!cuda_kernels_built())
        return QStringLiteral("no CUDA kernels: this build has INVAR_CUDA=OFF, or found no nvcc or no CUDA LibTorch");
    if (!at::hasCUDA() || at::detail::getCUDAHooks().deviceCount() == 0)
        return QStringLiteral("no CUDA device: LibTorch finds no GPU (or no driver) on this machine");
    return {};
}

} // namespace invar::test

#define NEEDS_A_GPU()                                                                                                  \
    do {                                                                                                               \
        if (const auto reason = invar::test::no_gpu(); !reason.isEmpty())                                              \
            QSKIP(qPrintable(reason));                                                                                 \
    } while (false)
