// SPDX-License-Identifier: GPL-3.0-or-later
// AWQ against the authors' own code (tests/golden/make_awq.py).
#include "core/checkpoint/safetensors.h"
#include "core/model/compute.h"
#include "core/model/language_model.h"
#include "core/model/tensor_loader.h"
#include "core/quant/method.h"
#include "support/recorded_methods.h"
#include "support/tensors.h"

#include <ATen/ATen.h>

#include <QTest>

#include <algorithm>

using namespace invar;

namespace {

std::filesystem::path folder_of(const std::string &model) {
    return model.starts_with("tiny-opt") ? test::golden(model.c_str()) : test::golden("families") / model;
}

/// The factors that a fold's reader was found to need, of a layer.
at::Tensor our_scale(const ChannelScales &scales, const ModelFamily &family, std::size_t reader) {
    const auto folds = family.norm_folds();
    for (std::size_t i = 0; i < folds.size(); ++i)
        if (std::ranges::find(folds[i].readers, reader) != folds[i].readers.end())
            return scales.norms[i];
    return reader == family.attention().output ? for_output_columns(scales.value, family.attention()) : scales.neurons;
}

} // namespace

class TestAwq : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void scales_and_clips_equal_the_authors_code_data() {
        QTest::addColumn<int>("index");
        const auto golden = test::recorded_methods("awq.json");
        int index = 0;
        for (const auto &entry : golden["cases"])
            QTest::addRow("%s", entry["name"].get<std::string>().c_str()) << index++;
    }
    void scales_and_clips_equal_the_authors_code() {
        const ComputeScope scope(1);
        QFETCH(int, index);
        const auto golden = test::recorded_methods("awq.json");
        const auto entry = golden["cases"][static_cast<std::size_t>(index)];
        const auto tensors = read_safetensors(test::golden("methods/awq.safetensors")).tensors;
        const auto model = LanguageModel::open(folder_of(entry["model"]));
        const auto &info = model->info();
        const Grid grid{.bits = entry["bits"], .group_size = golden["group"]};
        const auto method = make_starting_method("awq");
        const auto start = method->quantize({.family = model->family(),
                                             .weights = model->weights(),
                                             .calibration = test::ids_of(golden["calibration"]),
                                             .grids = grid,
                                             .options = {{"search-tokens", 100000}}},
                                            {});
        const auto place_of = [&](const std::string &name) {
            const auto found = std::ranges::find(info.matrices, name, &MatrixInfo::name);
            const auto projection = std::ranges::find(info.projections, found->projection);
            return std::pair(static_cast<std::size_t>(found->layer),
                             static_cast<std::size_t>(projection - info.projections.begin()));
        };
        const auto key = [&](const std::string &rest) { return entry["name"].get<std::string>() + rest; };
        std::set<std::pair<std::size_t, std::size_t>> with_their_scale;
        int number = 0;
        for (const auto &fold : entry["folds"]) {
            const auto expected = float_tensor_from(tensors.at(key(fmt::format(".scale.{}", number++))));
            const auto [layer, reader] = place_of(fold["layers"][0]);
            const auto found = our_scale(start.scales[layer], model->family(), reader);
            auto losses = fold["losses"].get<std::vector<double>>();
            std::ranges::sort(losses);
            const bool near_tie = losses[1] / losses[0] < 1 + 1e-4;
            if (!near_tie)
                QVERIFY2(test::relative_difference(found, expected) < 1e-4,
                         qPrintable(QString::fromStdString(fold["previous"].get<std::string>())));
            if (test::relative_difference(found, expected) < 1e-4)
                for (const auto &name : fold["layers"])
                    with_their_scale.insert(place_of(name));
        }
        const bool shared = info.attention.heads != info.attention.key_value_heads; // theirs leaves v and o alone then
        int compared = 0;
        for (const auto &name : entry["clips"]) {
            const auto [layer, projection] = place_of(name);
            const bool of_value = projection == info.attention.value || projection == info.attention.output;
            if (!with_their_scale.contains({layer, projection}) || (shared && of_value))
                continue;
            const auto expected = float_tensor_from(tensors.at(key(".clip." + name.get<std::string>()))).squeeze(2);
            const auto weight = start.base.layers[layer].projections[projection].weight;
            const auto reach = weight.view({weight.size(0), expected.size(1), -1}).abs().amax(2);
            const auto same = ((reach - expected).abs() < 1e-4 * expected).to(at::kDouble).mean().item<double>();
            QVERIFY2(same > 0.98, qPrintable(QStringLiteral("%1: %2").arg(
                                      QString::fromStdString(name.get<std::string>()), QString::number(same))));
            ++compared;
        }
        QVERIFY(compared > 0);
    }
};

QTEST_APPLESS_MAIN(TestAwq)
#include "tst_awq.moc"
