// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels' loops, run on the CPU with their own launch geometry, against LibTorch: bit for bit.
#include "cuda/host_kernels.h"
#include "cuda/neuron_case.h"

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <QTest>

#include <bit>
#include <cmath>
#include <random>

using namespace invar;
using namespace invar::cuda;
using test::data_of;
using test::rounded_by_libtorch;
using test::StoredType;

namespace {

/// Every grid that a matrix with such rows can have, of the sizes that matter: within one lane's reach, within the
/// registers, beyond them, the whole row.
void add_grids(std::initializer_list<int> groups) {
    QTest::addColumn<int>("bits");
    QTest::addColumn<int>("group");
    QTest::addColumn<bool>("symmetric");
    for (int bits = 1; bits <= 8; ++bits)
        for (const int group : groups)
            for (const bool symmetric : {false, true})
                QTest::addRow("%d bits, group %d, %s", bits, group, symmetric ? "symmetric" : "asymmetric")
                    << bits << group << symmetric;
}

Grid fetched_grid() {
    QFETCH(int, bits);
    QFETCH(int, group);
    QFETCH(bool, symmetric);
    return {.bits = bits, .group_size = group, .symmetric = symmetric};
}

template <typename Check> void for_each_stored_type(const Check &check) {
    check(float{});
    check(Float16{});
    check(Bfloat16{});
}

template <typename T> void check_groups(const Grid &grid) {
    const auto weight = at::randn({5, 384}).to(StoredType<T>::value);
    const auto expected = rounded_by_libtorch(weight.to(at::kFloat), grid).to(StoredType<T>::value);
    const auto group = static_cast<int>(grid.group_of(384));
    auto out = at::empty_like(weight);
    GroupsTask<T> task{data_of<T>(weight), data_of<T>(out), weight.numel() / group, group, grid_constants(grid)};
    test::run(task);
    QVERIFY(at::equal(out, expected));
    out.zero_();
    test::run_groups(task, test::limited(launch_for_groups(task.groups, group), 1));
    QVERIFY(at::equal(out, expected));
    task.out = data_of<T>(weight); // in place
    test::run(task);
    QVERIFY(at::equal(weight, expected));
}

template <typename T> RowsTask<T> rows_task(const test::NeuronCase &ffn, const Grid &grid, const at::Tensor &out) {
    return {.base = data_of<float>(ffn.first),
            .columns = ffn.width,
            .map = ffn.map.view(),
            .count = ffn.neurons,
            .group = static_cast<int>(grid.group_of(ffn.width)),
            .grid = grid_constants(grid),
            .out = data_of<T>(out)};
}

template <typename T>
ColumnsTask<T> columns_task(const test::NeuronCase &ffn, const Grid &grid, const at::Tensor &out) {
    const auto group = static_cast<int>(grid.group_of(ffn.neurons));
    return {.base = data_of<float>(ffn.last),
            .rows = ffn.width,
            .neurons = ffn.neurons,
            .map = ffn.map.view(),
            .count = ffn.neurons / group,
            .group = group,
            .grid = grid_constants(grid),
            .out = data_of<T>(out)};
}

template <typename T> void check_rows(const test::NeuronCase &ffn, const Grid &grid) {
    const auto &values = ffn.applied_first;
    const auto expected = rounded_by_libtorch(values, grid).to(StoredType<T>::value);
    const auto out = at::empty(values.sizes(), StoredType<T>::value);
    auto task = rows_task<T>(ffn, grid, out);
    test::run(task);
    QVERIFY(at::equal(out, expected));

    const auto kept = at::empty_like(values);
    task.values = data_of<float>(kept);
    test::run(task);
    QVERIFY(at::equal(kept, values));
}

template <typename T> void check_columns(const test::NeuronCase &ffn, const Grid &grid) {
    const auto &values = ffn.applied_last;
    const auto expected = rounded_by_libtorch(values, grid).to(StoredType<T>::value);
    const auto out = at::empty(values.sizes(), StoredType<T>::value);
    auto task = columns_task<T>(ffn, grid, out);
    auto launch = launch_for_columns(task.rows, task.neurons, task.group, task.count);
    QCOMPARE(launch.staged, task.group <= 128);
    test::run(task, launch);
    QVERIFY(at::equal(out, expected));

    const auto kept = at::empty_like(values);
    task.values = data_of<float>(kept);
    launch.rows_per_block = 4; // does not divide the rows: the last bundle is a part
    launch.shared_bytes = 4 * static_cast<int>(task.neurons) * 4;
    launch.items = (task.rows + 3) / 4;
    launch.blocks = 3;
    out.zero_();
    test::run(task, launch);
    QVERIFY(at::equal(out, expected));
    QVERIFY(at::equal(kept, values));

    launch.staged = false;
    out.zero_();
    test::run(task, launch);
    QVERIFY(at::equal(out, expected));
}

/// The documented order of summation, spelled out.
double summed_by_halves(std::vector<double> lanes) {
    for (auto half = lanes.size() / 2; half > 0; half /= 2)
        for (std::size_t lane = 0; lane < half; ++lane)
            lanes[lane] += lanes[lane + half];
    return lanes[0];
}

} // namespace

class TestKernelWork : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void every_half_float_reads_as_libtorch_reads_it() {
        for (std::uint32_t bits = 0; bits < 65536; ++bits) {
            const c10::Half half(static_cast<std::uint16_t>(bits), c10::Half::from_bits());
            const float expected = half;
            const float read = to_float(Float16{static_cast<std::uint16_t>(bits)});
            if (std::isnan(expected))
                QVERIFY(std::isnan(read));
            else
                QCOMPARE(std::bit_cast<std::uint32_t>(read), std::bit_cast<std::uint32_t>(expected));
        }
    }

    void floats_are_stored_as_libtorch_stores_them_halfway_cases_and_limits_included() {
        std::mt19937 random(1);
        std::vector<float> cases{0.0F,     -0.0F,      65504.0F, 65519.996F, 65520.0F, 1e30F,        0x1p-24F,
                                 0x1p-25F, 0x1.8p-25F, INFINITY, -INFINITY,  0x1p-14F, 0x1.ffcp-15F, 0x1.ffep-15F};
        for (int i = 0; i < 200000; ++i) {
            const auto bits = static_cast<std::uint32_t>(random());
            cases.push_back(std::bit_cast<float>(bits));
            cases.push_back(std::bit_cast<float>((bits & 0xFFFFF000U) | 0x1000U));     // halfway of half floats
            cases.push_back(std::bit_cast<float>((bits & 0xFFFF0000U) | 0x8000U));     // of brain floats
            cases.push_back(std::bit_cast<float>((bits & 0x87FFFFFFU) | 0x30000000U)); // subnormal half floats
        }
        for (const float value : cases) {
            if (std::isnan(value))
                continue;
            Float16 half;
            Bfloat16 brain;
            store(value, half);
            store(value, brain);
            QCOMPARE(half.bits, c10::Half(value).x);
            QCOMPARE(brain.bits, c10::BFloat16(value).x);
        }
    }

    void groups_are_rounded_as_libtorch_rounds_them_data() { add_grids({16, 24, 48, 64, 128, 192, 0}); }
    void groups_are_rounded_as_libtorch_rounds_them() {
        at::manual_seed(1);
        const auto grid = fetched_grid();
        for_each_stored_type([&]<typename T>(T) { check_groups<T>(grid); });
    }

    void the_sign_forms_mean_is_libtorchs_up_to_the_order_of_summation() {
        at::manual_seed(2);
        const Grid grid{.bits = 1, .group_size = 0, .symmetric = true};
        const auto weight = at::randn({4, 4096});
        QVERIFY(at::allclose(rounded_by_libtorch(weight, grid), round_to_grid(weight, grid), 1e-6, 0));
    }

    void groups_without_a_range_are_rounded_as_libtorch_rounds_them() {
        for (const float value : {0.0F, -0.0F, 3.5F, -3.5F, 1e-7F, -1e-30F})
            for (const bool symmetric : {false, true})
                for (const int bits : {1, 2, 8}) {
                    const Grid grid{.bits = bits, .group_size = 32, .symmetric = symmetric};
                    const auto weight = at::full({2, 64}, value);
                    const auto out = at::empty_like(weight);
                    test::run(
                        GroupsTask<float>{data_of<float>(weight), data_of<float>(out), 4, 32, grid_constants(grid)});
                    QVERIFY(at::equal(out, rounded_by_libtorch(weight, grid)));
                }
    }

    void the_first_projection_is_moved_mixed_scaled_and_rounded_as_libtorch_does_it_data() {
        add_grids({16, 32, 96, 0});
    }
    void the_first_projection_is_moved_mixed_scaled_and_rounded_as_libtorch_does_it() {
        const test::NeuronCase ffn(150, 96, 3);
        const auto grid = fetched_grid();
        for_each_stored_type([&]<typename T>(T) { check_rows<T>(ffn, grid); });
    }

    void the_last_projection_is_moved_mixed_scaled_and_rounded_as_libtorch_does_it_data() {
        add_grids({16, 96, 128, 192, 0});
    }
    void the_last_projection_is_moved_mixed_scaled_and_rounded_as_libtorch_does_it() {
        const test::NeuronCase ffn(384, 30, 4);
        const auto grid = fetched_grid();
        for_each_stored_type([&]<typename T>(T) { check_columns<T>(ffn, grid); });
    }

    void rows_that_no_register_holds_are_rounded_as_libtorch_rounds_them() {
        const test::NeuronCase wide(6, 5000, 5);
        check_rows<Bfloat16>(wide, {.bits = 2, .group_size = 0});
        check_rows<Bfloat16>(wide, {.bits = 3, .group_size = 1000, .symmetric = true});
        const test::NeuronCase tall(4098, 5, 6);
        check_columns<float>(tall, {.bits = 2, .group_size = 0});
    }

    void only_touched_rows_and_groups_are_written() {
        const test::NeuronCase ffn(128, 64, 7);
        const Grid grid{.bits = 2, .group_size = 32};
        const std::vector<std::int32_t> rows{5, 0, 127, 64};
        const std::vector<std::int32_t> groups{3, 1};

        const auto first = at::full({128, 64}, 777.0F);
        auto expected_first = first.clone();
        const auto all_first = round_to_grid(ffn.applied_first, grid);
        for (const auto row : rows)
            expected_first[row] = all_first[row];
        auto by_rows = rows_task<float>(ffn, grid, first);
        by_rows.positions = rows.data();
        by_rows.count = 4;
        test::run(by_rows);
        QVERIFY(at::equal(first, expected_first));

        const auto last = at::full({64, 128}, 777.0F);
        auto expected_last = last.clone();
        const auto all_last = round_to_grid(ffn.applied_last, grid);
        for (const auto group : groups)
            expected_last.narrow(1, 32L * group, 32).copy_(all_last.narrow(1, 32L * group, 32));
        auto by_groups = columns_task<float>(ffn, grid, last);
        by_groups.groups = groups.data();
        by_groups.count = 2;
        test::run(by_groups);
        QVERIFY(at::equal(last, expected_last));
    }

    void the_bias_is_moved_mixed_and_scaled_as_libtorch_does_it() {
        const test::NeuronCase ffn(300, 4, 8);
        for_each_stored_type([&]<typename T>(T) {
            const auto out = at::empty({300}, StoredType<T>::value);
            test::run(BiasTask<T>{data_of<float>(ffn.bias), ffn.map.view(), 300, data_of<T>(out)});
            QVERIFY(at::equal(out, ffn.applied_bias.to(StoredType<T>::value)));
        });
    }

    void squared_differences_are_summed_in_the_documented_order_data() {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        for (const int rows : {1, 2, 255, 600})
            for (const int columns : {1, 31, 32, 33, 100, 768})
                QTest::addRow("%d x %d", rows, columns) << rows << columns;
    }
    void squared_differences_are_summed_in_the_documented_order() {
        QFETCH(int, rows);
        QFETCH(int, columns);
        at::manual_seed(9);
        for_each_stored_type([&]<typename T>(T) {
            const auto a = (at::randn({rows, columns}) * 60).to(StoredType<T>::value); // some differ by more than 100
            const auto b = (at::randn({rows, columns}) * 60).to(StoredType<T>::value);
            std::vector<double> row_sums(static_cast<std::size_t>(rows), -1.0);
            const DifferenceTask<T> task{data_of<T>(a), data_of<T>(b), rows, columns, row_sums.data()};
            const double total = test::run(task);

            const auto squares = (a.to(at::kFloat) - b.to(at::kFloat)).clamp(-100, 100).square();
            std::vector<double> all(total_lanes, 0.0);
            for (int row = 0; row < rows; ++row) {
                std::vector<double> lanes(row_lanes, 0.0);
                for (int column = 0; column < columns; ++column)
                    lanes[static_cast<std::size_t>(column % row_lanes)] +=
                        data_of<float>(squares)[row * columns + column];
                const double expected = summed_by_halves(lanes);
                QCOMPARE(std::bit_cast<std::uint64_t>(row_sums[static_cast<std::size_t>(row)]),
                         std::bit_cast<std::uint64_t>(expected));
                all[static_cast<std::size_t>(row % total_lanes)] += expected;
            }
            QCOMPARE(std::bit_cast<std::uint64_t>(total), std::bit_cast<std::uint64_t>(summed_by_halves(all)));
            const auto plain = squares.sum(at::kDouble).template item<double>();
            QVERIFY(std::abs(total - plain) <= 1e-12 * plain);
            QCOMPARE(test::run(task, 1), total); // whatever the number of blocks
        });
    }
};

QTEST_APPLESS_MAIN(TestKernelWork)
#include "tst_kernel_work.moc"
