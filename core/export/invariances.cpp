// SPDX-License-Identifier: GPL-3.0-or-later
// The accepted invariances alone: one safetensors file from which anybody can rebuild the model with the original
// weights and a group quantizer (core/invariance/ffn_weights.h says in which order they apply).
#include "core/checkpoint/safetensors.h"
#include "core/export/exporter.h"

namespace invar {
namespace {

class InvariancesExporter final : public Exporter {
public:
    ExportFormatInfo info() const override {
        return {
            .name = "invariances",
            .title = "Invariances (safetensors)",
            .description =
                "One small file: per layer the rotation angles, scales and order of the FFN's neurons "
                "(and of attention's and the residual stream's channels, and the norms' factors, where they moved), "
                "with the settings as metadata.",
            .is_folder = false};
    }

    ExportResult write(const ExportSource &source, const std::filesystem::path &output,
                       const Task &task) const override {
        if (std::filesystem::exists(output))
            fail("{}: already exists; choose a new name", output.string());
        task.check();
        write_safetensors(output, invariance_tensors(source.position),
                          {{"format", "invarscope-invariances-1"}, {"settings", to_json(source.settings)}});
        return {.files = {output},
                .bytes = static_cast<std::int64_t>(std::filesystem::file_size(output)),
                .bits_per_weight = 0};
    }
};

} // namespace

std::unique_ptr<Exporter> make_invariances_exporter() { return std::make_unique<InvariancesExporter>(); }

} // namespace invar
