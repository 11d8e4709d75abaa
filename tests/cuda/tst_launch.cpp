// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/host_kernels.h"

#include <QTest>

#include <cstdint>
#include <vector>

using namespace invar;
using namespace invar::cuda;

namespace {

constexpr std::int64_t k = 1024;

/// Sizes from one element to more than any model has, odd ones among them.
const std::vector<std::int64_t> counts{1, 2, 15, 16, 17, 255, 256, 257, 1000, 64 * k + 1, 1 << 20};
const std::vector<std::int64_t> group_sizes{1, 7, 16, 24, 32, 64, 100, 128, 129, 256, 512, 1024, 4096, 28672};

/// How often each item is worked on.
std::vector<int> visits(const Launch &launch, int lanes) {
    std::vector<int> result(static_cast<std::size_t>(launch.items), 0);
    test::for_each_set(launch, lanes, [&](const Share &share) {
        for (auto item = share.first; item < share.end; item += share.stride)
            ++result.at(static_cast<std::size_t>(item));
    });
    return result;
}

bool all_once(const std::vector<int> &visited) {
    return std::ranges::all_of(visited, [](int times) { return times == 1; });
}

bool within_limits(const Launch &launch) {
    return launch.threads >= 32 && launch.threads <= 1024 && launch.threads % 32 == 0 && launch.blocks >= 1 &&
           launch.blocks <= 2147483647 && launch.shared_bytes >= 0 && launch.shared_bytes <= 48 * 1024;
}

} // namespace

class TestLaunch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void every_group_row_and_element_is_worked_on_exactly_once() {
        for (const auto count : counts) {
            QVERIFY(all_once(visits(launch_for_groups(count, 64), group_lanes)));
            QVERIFY(all_once(visits(launch_for_token_rows(count), row_lanes)));
            QVERIFY(all_once(visits(launch_for_elements(count), 1)));
        }
    }

    void a_grid_at_its_limit_strides_over_what_is_left() {
        for (const std::int64_t blocks : {1, 2, 7}) {
            QVERIFY(all_once(visits(test::limited(launch_for_groups(1000, 64), blocks), group_lanes)));
            QVERIFY(all_once(visits(test::limited(launch_for_token_rows(1000), blocks), row_lanes)));
        }
        QCOMPARE(launch_for_groups(std::int64_t{1} << 40, 16).blocks, max_blocks);
        QCOMPARE(launch_for_token_rows(std::int64_t{1} << 40).blocks, max_blocks);
    }

    void a_share_goes_to_one_set_even_where_there_are_more_sets_than_items() {
        QCOMPARE(visits(launch_for_groups(3, 64), group_lanes), (std::vector<int>{1, 1, 1}));
        QCOMPARE(launch_for_groups(3, 64).blocks, 1);
    }

    void a_groups_weights_go_to_one_lane_each_within_the_registers_that_are_kept() {
        for (const auto group : group_sizes) {
            const auto size = static_cast<int>(group);
            const bool kept = launch_for_groups(100, group).kept;
            QCOMPARE(kept, group <= 128);
            std::vector<int> visited(static_cast<std::size_t>(group), 0);
            constexpr HostLanes<group_lanes> lanes;
            lanes.run([&](int lane) {
                const auto visit = [&](int slot, int index) {
                    ++visited.at(static_cast<std::size_t>(index));
                    QVERIFY(slot < kept_weights);
                    QCOMPARE(index % group_lanes, lane); // the order that the sums promise
                };
                if (kept)
                    for_each_own<kept_weights>(lanes, lane, size, visit);
                else
                    for_each_own<0>(lanes, lane, size, visit);
            });
            QVERIFY(all_once(visited));
        }
    }

    void every_launch_keeps_to_what_all_gpus_allow() {
        for (const auto count : counts) {
            for (const auto group : group_sizes) {
                QVERIFY(within_limits(launch_for_groups(count, group)));
                for (const std::int64_t columns : {group, 3 * group, 16 * group, 96 * group})
                    for (const std::int64_t chosen : {std::int64_t{1}, columns / group})
                        QVERIFY(within_limits(launch_for_columns(count, columns, group, chosen)));
            }
            QVERIFY(within_limits(launch_for_token_rows(count)));
            QVERIFY(within_limits(launch_for_elements(count)));
        }
        QVERIFY(within_limits(launch_for_total()));
        QCOMPARE(launch_for_total().threads, total_lanes); // its sum is one block's
    }

    void every_row_of_the_last_projection_is_in_exactly_one_bundle() {
        for (const auto rows : counts)
            for (const std::int64_t columns : {16, 96, 3072, 12288, 12304, 28672}) {
                const auto launch = launch_for_columns(rows, columns, 16, columns / 16);
                std::int64_t next = 0;
                for (std::int64_t item = 0; item < launch.items; ++item) {
                    const auto bundle = bundle_of(item, launch.rows_per_block, rows);
                    QCOMPARE(bundle.first, next);
                    QVERIFY(bundle.count >= 1 && bundle.count <= launch.rows_per_block);
                    next += bundle.count;
                }
                QCOMPARE(next, rows);
            }
    }

    void shared_memory_holds_exactly_the_bundle_that_is_staged_in_it() {
        for (const auto rows : counts)
            for (const std::int64_t columns : {16, 96, 3072, 12288, 12304, 28672}) {
                const auto launch = launch_for_columns(rows, columns, 16, columns / 16);
                QCOMPARE(launch.staged, columns <= 12288); // 48 KiB of float32
                QCOMPARE(launch.shared_bytes,
                         launch.staged ? launch.rows_per_block * static_cast<int>(columns) * 4 : 0);
            }
    }

    void a_few_touched_groups_do_not_pay_for_staging_the_whole_row() {
        QVERIFY(!launch_for_columns(4096, 8192, 64, 1).staged);
        QVERIFY(launch_for_columns(4096, 8192, 64, 16).staged);
    }

    void a_small_matrix_is_spread_over_many_blocks_and_a_large_one_reads_its_neuron_map_less_often() {
        QCOMPARE(launch_for_columns(768, 3072, 64, 48).rows_per_block, 1);
        QCOMPARE(launch_for_columns(4096, 3072, 64, 48).rows_per_block, 4);
        QCOMPARE(launch_for_columns(4096, 12288, 64, 192).rows_per_block, 1); // shared memory is full with one
    }
};

QTEST_APPLESS_MAIN(TestLaunch)
#include "tst_launch.moc"
