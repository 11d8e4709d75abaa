// SPDX-License-Identifier: GPL-3.0-or-later
// Which GPUs this program holds code for, read from its own file: cuobjdump is not in every toolkit.
#include "core/cuda/device_ops.h"
#include "core/cuda/kernels.h"
#include "support/golden.h"

#include <ATen/Context.h>

#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <cstring>
#include <set>

using namespace invar;

namespace {

template <typename T> T read_at(const QByteArray &bytes, qsizetype offset) {
    T value{};
    if (offset + static_cast<qsizetype>(sizeof(T)) <= bytes.size())
        std::memcpy(&value, bytes.constData() + offset, sizeof(T));
    return value;
}

struct GpuCode {
    std::set<int> machine_code; ///< architectures with machine code for them, times ten: 80, 86, …
    std::set<int> ptx;          ///< with code that later GPUs compile for themselves
    int kernels = 0;            ///< fat binaries found

    /// In a fat binary: a header (magic number, header size at 6, size of all entries at 8), then entries, each with
    /// its kind at 0 (1: PTX, 2: machine code), header size at 4, payload size at 8 and architecture at 28.
    explicit GpuCode(const QByteArray &program) {
        const QByteArray magic = QByteArray::fromHex("50ed55ba0100");
        for (auto start = program.indexOf(magic); start >= 0; start = program.indexOf(magic, start + 1)) {
            auto entry = start + read_at<std::uint16_t>(program, start + 6);
            const auto end = entry + static_cast<qsizetype>(read_at<std::uint64_t>(program, start + 8));
            if (end > program.size())
                continue;
            ++kernels;
            while (entry < end) {
                const auto kind = read_at<std::uint16_t>(program, entry);
                const auto architecture = static_cast<int>(read_at<std::uint32_t>(program, entry + 28));
                (kind == 2 ? machine_code : ptx).insert(architecture);
                const auto size = read_at<std::uint32_t>(program, entry + 4) +
                                  static_cast<qsizetype>(read_at<std::uint64_t>(program, entry + 8));
                if (size <= 0)
                    break;
                entry += size;
            }
        }
    }
};

} // namespace

class TestGpuCode : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void the_program_holds_machine_code_for_every_gpu_it_was_built_for_and_ptx_for_later_ones() {
        if (!cuda_kernels_built())
            QSKIP("no CUDA kernels: this build has INVAR_CUDA=OFF, or found no nvcc or no CUDA LibTorch");
        std::set<int> wanted;
        bool later_ones = false;
        for (const auto &name : QStringLiteral(INVAR_CUDA_ARCHITECTURES).split(QLatin1Char(' '))) {
            const auto match = QRegularExpression(QStringLiteral("^(\\d+)[a-z]?(-real|-virtual)?$")).match(name);
            if (!match.hasMatch())
                QSKIP("INVAR_CUDA_ARCHITECTURES is not a list of numbers");
            if (match.captured(2) != QLatin1String("-virtual"))
                wanted.insert(match.captured(1).toInt());
            later_ones = later_ones || match.captured(2) != QLatin1String("-real");
        }
        const GpuCode code(test::read_bytes("/proc/self/exe"));
        QVERIFY(code.kernels >= 3); // one for each .cu
        QVERIFY(std::ranges::includes(code.machine_code, wanted));
        QCOMPARE(!code.ptx.empty(), later_ones);
    }

    void a_kernel_that_cannot_be_started_says_so() {
        if (!cuda_kernels_built())
            QSKIP("no CUDA kernels: this build has INVAR_CUDA=OFF, or found no nvcc or no CUDA LibTorch");
        if (at::hasCUDA())
            QSKIP("there is a CUDA device: kernels can be started here");
#ifdef INVAR_CUDA_KERNELS
        using namespace cuda;
        float weights[16] = {};
        QVERIFY(round_groups(GroupsTask<float>{weights, weights, 1, 16, {}}, nullptr) != 0);
        double total = 0;
        QVERIFY(squared_difference(DifferenceTask<float>{weights, weights, 1, 16, &total}, &total, nullptr) != 0);
#endif
    }
};

QTEST_APPLESS_MAIN(TestGpuCode)
#include "tst_gpu_code.moc"
