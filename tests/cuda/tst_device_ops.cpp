// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels on a GPU against the same loops on the CPU (tst_kernel_work), and what can be said without one.
#include "core/cuda/device_ops.h"
#include "cuda/host_kernels.h"
#include "cuda/neuron_case.h"
#include "support/error_of.h"
#include "support/gpu.h"

#include <QTest>

#include <bit>
#include <numeric>
#include <vector>

using namespace invar;
using namespace invar::cuda;

namespace {

const at::Device gpu(at::kCUDA, 0);

/// Same bits, -0 and 0 told apart.
bool same_bits(const at::Tensor &a, const at::Tensor &b) {
    const auto x = a.cpu().contiguous();
    const auto y = b.cpu().contiguous();
    return x.scalar_type() == y.scalar_type() && x.sizes() == y.sizes() &&
           std::memcmp(x.const_data_ptr(), y.const_data_ptr(), x.nbytes()) == 0;
}

const std::vector<Grid> &grids() {
    static const std::vector<Grid> all = [] {
        std::vector<Grid> result;
        for (int bits = 1; bits <= 8; ++bits)
            for (const std::int64_t group : {16, 32, 96, 128, 192, 0})
                for (const bool symmetric : {false, true})
                    result.push_back({.bits = bits, .group_size = group, .symmetric = symmetric});
        return result;
    }();
    return all;
}

template <typename Check> void for_each_stored_type(const Check &check) {
    check(float{});
    check(Float16{});
    check(Bfloat16{});
}

} // namespace

class TestDeviceOps : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void without_kernels_or_off_a_gpu_a_call_is_refused_with_the_reason() {
        const auto matrix = at::randn({4, 32});
        const auto sums = at::zeros({4}, at::kDouble);
        DeviceNeurons neurons(4, at::kCPU);
        const QString reason = cuda_kernels_built() ? QStringLiteral("cpu, not on a CUDA device")
                                                    : QStringLiteral("built without CUDA kernels");
        VERIFY_ERROR((round_groups(matrix, Grid{.group_size = 16}, matrix), 0), reason);
        VERIFY_ERROR((round_rows(matrix, neurons, Grid{.group_size = 16}, {.out = matrix}), 0), reason);
        VERIFY_ERROR((round_columns(matrix.t().contiguous(), neurons, Grid{.group_size = 4}, {.out = matrix}), 0),
                     reason);
        VERIFY_ERROR((transform_bias(at::randn({4}), neurons, at::randn({4})), 0), reason);
        VERIFY_ERROR((squared_difference(matrix, matrix, sums, sums.narrow(0, 0, 1)), 0), reason);
    }

    void a_device_that_is_not_there_is_refused_with_its_name() {
        VERIFY_ERROR(PinnedSums(1, at::Device(at::kCUDA, 99)).wait().size(), "cuda:99");
        VERIFY_ERROR((StreamScope(at::Device(at::kCUDA, 99)), 0), "cuda:99");
        VERIFY_ERROR((StreamScope(at::Device(at::kMeta)), 0), "meta");
    }

    void on_the_cpu_sums_maps_and_lists_are_read_where_they_were_written() {
        const StreamScope scope(at::kCPU);
        PinnedSums sums(3, at::kCPU);
        sums.slot(1).fill_(2.5);
        sums.start();
        const auto read = sums.wait();
        QCOMPARE(std::vector<double>(read.begin(), read.end()), (std::vector<double>{0, 2.5, 0}));

        const test::NeuronCase ffn(10, 4, 1);
        DeviceNeurons neurons(10, at::kCPU);
        neurons.assign(ffn.map.view());
        const auto view = neurons.view();
        QCOMPARE(std::vector<std::int32_t>(view.source, view.source + 10), ffn.map.source);
        QCOMPARE(std::vector<std::int32_t>(view.partner, view.partner + 10), ffn.map.partner);
        QCOMPARE(std::vector<float>(view.own, view.own + 10), ffn.map.own);
        QCOMPARE(std::vector<float>(view.mixed, view.mixed + 10), ffn.map.mixed);
        QCOMPARE(std::vector<float>(view.scale, view.scale + 10), ffn.map.scale);

        DeviceIndices list(4, at::kCPU);
        QCOMPARE(list.greatest(), -1);
        list.assign(std::vector<std::int32_t>{7, 2});
        QCOMPARE(list.size(), 2);
        QCOMPARE(list.greatest(), 7);
        QCOMPARE(std::vector<std::int32_t>(list.data(), list.data() + 2), (std::vector<std::int32_t>{7, 2}));
    }

    void maps_and_lists_that_would_lead_a_kernel_astray_are_refused() {
        const test::NeuronCase ffn(6, 4, 2);
        auto host = ffn.map;
        DeviceNeurons neurons(6, at::kCPU);
        host.source[3] = 6;
        VERIFY_ERROR((neurons.assign(host.view()), 0), "6 neurons");
        host.source[3] = 0;
        host.partner[5] = -1;
        VERIFY_ERROR((neurons.assign(host.view()), 0), "6 neurons");
        DeviceIndices list(2, at::kCPU);
        VERIFY_ERROR((list.assign(std::vector<std::int32_t>{1, 2, 3}), 0), "3", "2");
        VERIFY_ERROR((list.assign(std::vector<std::int32_t>{1, -2}), 0), "negative");
    }

    void tensors_that_a_kernel_cannot_take_are_refused() {
        NEEDS_A_GPU();
        const auto matrix = at::randn({4, 32}, gpu);
        const Grid grid{.group_size = 16};
        DeviceNeurons neurons(4, gpu);
        VERIFY_ERROR((round_groups(matrix.t(), grid, matrix.t()), 0), "not contiguous");
        VERIFY_ERROR((round_groups(matrix, grid, matrix.to(at::kHalf)), 0), "Half");
        VERIFY_ERROR((round_groups(matrix.to(at::kDouble), grid, matrix.to(at::kDouble)), 0), "Double");
        VERIFY_ERROR((round_groups(matrix, grid, matrix.cpu()), 0), "cpu");
        VERIFY_ERROR((round_groups(matrix, Grid{.group_size = 5}, matrix), 0), "5", "32");
        VERIFY_ERROR((round_rows(matrix.narrow(0, 0, 3).contiguous(), neurons, grid, {.out = matrix}), 0), "3", "4");
        DeviceIndices list(1, gpu);
        list.assign(std::vector<std::int32_t>{4});
        VERIFY_ERROR((round_rows(matrix, neurons, grid, {.out = at::empty_like(matrix), .touched = &list}), 0), "4");
    }

    void a_gpu_rounds_groups_bit_for_bit_as_the_cpu_does() {
        NEEDS_A_GPU();
        const StreamScope scope(gpu);
        at::manual_seed(3);
        for_each_stored_type([&]<typename T>(T) {
            const auto weight = at::randn({70, 384}).to(test::StoredType<T>::value);
            const auto on_gpu = weight.to(gpu);
            for (const auto &grid : grids()) {
                const auto expected = at::empty_like(weight);
                const auto group = static_cast<int>(grid.group_of(384));
                test::run(GroupsTask<T>{test::data_of<T>(weight), test::data_of<T>(expected), weight.numel() / group,
                                        group, grid_constants(grid)});
                const auto out = at::empty_like(on_gpu);
                round_groups(on_gpu, grid, out);
                QVERIFY(same_bits(out, expected));
                const auto in_place = on_gpu.clone();
                round_groups(in_place, grid, in_place);
                QVERIFY(same_bits(in_place, expected));
            }
        });
    }

    void a_gpu_updates_both_projections_bit_for_bit_as_the_cpu_does_data() {
        QTest::addColumn<int>("neurons");
        QTest::addColumn<int>("width");
        QTest::newRow("small") << 384 << 192;
        QTest::newRow("bundles of rows") << 384 << 1152;
        QTest::newRow("rows too long for shared memory") << 12672 << 192;
    }
    void a_gpu_updates_both_projections_bit_for_bit_as_the_cpu_does() {
        NEEDS_A_GPU();
        QFETCH(int, neurons);
        QFETCH(int, width);
        const StreamScope scope(gpu);
        const test::NeuronCase ffn(neurons, width, 4);
        DeviceNeurons map(neurons, gpu);
        map.assign(ffn.map.view());
        const auto first = ffn.first.to(gpu);
        const auto last = ffn.last.to(gpu);
        const auto bias = ffn.bias.to(gpu);
        const auto &first_values = ffn.applied_first;
        const auto &last_values = ffn.applied_last;
        for_each_stored_type([&]<typename T>(T) {
            constexpr auto type = test::StoredType<T>::value;
            const auto out = at::empty(first.sizes(), first.options().dtype(type));
            const auto last_out = at::empty(last.sizes(), last.options().dtype(type));
            const auto values = at::empty_like(first);
            const auto last_kept = at::empty_like(last);
            for (const auto &grid :
                 {Grid{.bits = 2, .group_size = 64}, Grid{.bits = 1, .group_size = 16},
                  Grid{.bits = 1, .group_size = 96, .symmetric = true}, Grid{.bits = 3, .group_size = 192},
                  Grid{.bits = 4, .group_size = 0}, Grid{.bits = 8, .group_size = 32, .symmetric = true}}) {
                round_rows(first, map, grid, {.out = out, .values = values});
                QVERIFY(at::equal(values.cpu(), first_values));
                QVERIFY(at::equal(out.cpu(), test::rounded_by_libtorch(first_values, grid).to(type)));
                round_columns(last, map, grid, {.out = last_out, .values = last_kept});
                QVERIFY(at::equal(last_kept.cpu(), last_values));
                QVERIFY(at::equal(last_out.cpu(), test::rounded_by_libtorch(last_values, grid).to(type)));
            }
            const auto bias_out = at::empty(bias.sizes(), bias.options().dtype(type));
            transform_bias(bias, map, bias_out);
            QVERIFY(at::equal(bias_out.cpu(), ffn.applied_bias.to(type)));
        });
    }

    void a_gpu_writes_only_touched_rows_and_groups() {
        NEEDS_A_GPU();
        const StreamScope scope(gpu);
        const test::NeuronCase ffn(256, 128, 5);
        DeviceNeurons map(256, gpu);
        map.assign(ffn.map.view());
        const Grid grid{.bits = 2, .group_size = 32};
        const std::vector<std::int32_t> touched{6, 0, 3};
        DeviceIndices list(8, gpu);
        list.assign(touched);

        const auto first = at::full({256, 128}, 777.0F, gpu);
        auto expected_first = first.cpu();
        const auto all_first = round_to_grid(ffn.applied_first, grid);
        const auto last = at::full({128, 256}, 777.0F, gpu);
        const auto expected_last = last.cpu();
        const auto all_last = round_to_grid(ffn.applied_last, grid);
        for (const auto index : touched) {
            expected_first[index] = all_first[index];
            expected_last.narrow(1, 32L * index, 32).copy_(all_last.narrow(1, 32L * index, 32));
        }
        round_rows(ffn.first.to(gpu), map, grid, {.out = first, .touched = &list});
        round_columns(ffn.last.to(gpu), map, grid, {.out = last, .touched = &list});
        QVERIFY(at::equal(first.cpu(), expected_first));
        QVERIFY(at::equal(last.cpu(), expected_last));
    }

    void a_gpu_sums_squared_differences_to_the_cpus_last_bit() {
        NEEDS_A_GPU();
        const StreamScope scope(gpu);
        at::manual_seed(6);
        for_each_stored_type([&]<typename T>(T) {
            for (const std::int64_t columns : {1, 33, 768, 4096}) {
                constexpr std::int64_t rows = 700;
                const auto a = (at::randn({7, 100, columns}) * 60).to(test::StoredType<T>::value);
                const auto b = (at::randn({7, 100, columns}) * 60).to(test::StoredType<T>::value);
                std::vector<double> row_sums(rows);
                const double expected = test::run(
                    DifferenceTask<T>{test::data_of<T>(a), test::data_of<T>(b), rows, columns, row_sums.data()});
                const auto device_rows = at::zeros({rows}, at::dtype(at::kDouble).device(gpu));
                PinnedSums sums(2, gpu);
                squared_difference(a.to(gpu), b.to(gpu), device_rows, sums.slot(1));
                sums.start();
                const auto read = sums.wait();
                QCOMPARE(read[0], 0.0);
                QCOMPARE(std::bit_cast<std::uint64_t>(read[1]), std::bit_cast<std::uint64_t>(expected));
                QVERIFY(same_bits(device_rows, at::tensor(row_sums, at::kDouble)));
            }
        });
    }

    void on_a_gpu_each_step_reads_its_own_map_and_its_own_sum() {
        NEEDS_A_GPU();
        const StreamScope scope(gpu);
        DeviceIndices list(1 << 16, gpu);
        PinnedSums sums(1, gpu);
        std::vector<std::int32_t> indices(1 << 16);
        for (int step = 0; step < 50; ++step) {
            std::iota(indices.begin(), indices.end(), step);
            list.assign(indices); // must not overwrite what the last step's copy still reads
            const auto view =
                at::from_blob(const_cast<std::int32_t *>(list.data()), {1 << 16}, at::dtype(at::kInt).device(gpu));
            sums.slot(0).copy_(view.sum().to(at::kDouble));
            sums.start();
            QCOMPARE(sums.wait()[0], std::accumulate(indices.begin(), indices.end(), 0.0));
        }
    }
};

QTEST_APPLESS_MAIN(TestDeviceOps)
#include "tst_device_ops.moc"
