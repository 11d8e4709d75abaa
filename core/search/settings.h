// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/invariance/kinds.h"
#include "core/model/model_info.h"
#include "core/model/precision.h"
#include "core/quant/grid.h"
#include "core/quant/layer_bits.h"
#include "core/quant/methods.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

/// Everything that decides what a run does. A value: the window edits one, the command line parses one, the run folder
/// keeps one. Defaults are the published ones (arXiv 2502.06844, README of its code) but for the sizes of a laptop.
struct SearchSettings {
    /// Folder, .gguf file or "demo". Of a search that is asked for also a run folder, whose starting method's result is
    /// then taken over (core/search/run.h); never recorded.
    std::string model = "demo";

    std::string method = "rtn"; ///< starting method, a name from core/quant/methods.h
    MethodOptions method_options;
    Grid grid{.scales = ScalePrecision::float16};
    LayerBits layer_bits; ///< other bits for some matrices

    std::string calibration_text; ///< UTF-8 file; empty: the demo's calibration text
    std::string calibration_ids;  ///< JSON list of token ids, used as they stand; wins over the text
    std::int64_t sequences = 16;  ///< rows of the calibration set
    std::int64_t sequence_length = 128;

    InvarianceSet invariances;
    bool approximate = false; ///< the user's yes to moves that the model's family lists in needs_consent
    bool usual_moves = false; ///< nobody chose `invariances`: usual_invariances() when the model is open. Not recorded
    std::string usual_moves_of; ///< a policy: nor did anybody if they are those usual under it. Not recorded
    double alpha = 0.1;         ///< weight of the hidden states' MSE against the cross-entropy
    bool equal_tokens = false;  ///< every token counts alike in the MSE, as published; else sinks by their size
    double swap_fraction = 0.1; ///< share of an FFN's neurons that one proposal touches
    double scale_std = 1e-2;
    double rotation_std = 1e-5;       ///< radians
    std::string policy = "published"; ///< how moves are chosen, a name from core/search/policies.h
    int draws = 64;                   ///< moves that a policy that screens draws for each one that it tries
    int gradient_age = 32;            ///< moves accepted before such a policy takes the loss's gradient anew
    int watched_layers = 10;          ///< decoder layers whose outputs enter the MSE

    std::int64_t steps = 1000; ///< proposals to try in total; 0: until stopped
    double seconds = 0;        ///< time budget of this session; 0: none
    std::uint64_t seed = 0;
    Precision precision = Precision::float32;
    std::string device = "cpu"; ///< "cpu", "cuda" or "cuda:i"
    int threads = 0;            ///< 0: all but one core (at least one)

    double racing_error = 0; ///< RacingRule::error; 0: no racing, every candidate is evaluated until it cannot win
    double racing_audit =
        0.05;                ///< share of the candidates dropped by a race that are evaluated to the end all the same
    double memory_limit = 0; ///< GiB; 0: nine tenths of what is free

    bool operator==(const SearchSettings &) const = default;
};

/// A setting that cannot work, and why: shown beside its field in the window, printed by the command line.
struct SettingsProblem {
    std::string field; ///< the settings' member name, e.g. "group_size"
    std::string reason;
};

/// What keeps the starting method from running on this model: of its options, the grid, the calibration set as far as
/// it can be told without reading it, and the machine.
[[nodiscard]] std::vector<SettingsProblem> find_start_problems(const SearchSettings &settings, const ModelInfo &model);

/// Those and what keeps a search from running. Empty: the settings can run.
[[nodiscard]] std::vector<SettingsProblem> find_problems(const SearchSettings &settings, const ModelInfo &model);

/// Whether a search by that policy scales norms where nobody chose its moves.
[[nodiscard]] bool moves_norms_unasked(std::string_view policy);

/// The moves that a search on this model makes where nobody chose any: those of the FFN that apply, norms under a
/// policy that moves_norms_unasked(), and what needs consent only where the settings give it.
[[nodiscard]] InvarianceSet usual_invariances(const SearchSettings &settings, const ModelInfo &model);

/// The settings with all that they leave to the model decided.
[[nodiscard]] SearchSettings settled(SearchSettings settings, const ModelInfo &model);

/// Fields by which two runs differ in a way that forbids resuming one as the other (steps and seconds may differ).
[[nodiscard]] std::vector<std::string> differing_fields(const SearchSettings &a, const SearchSettings &b);

/// The fields among them that say what the starting method made: method, grids and bits; with `its_text` also the
/// calibration set and whatever else lets two methods' results differ in their last bits.
[[nodiscard]] std::vector<std::string> differing_start_fields(const SearchSettings &a, const SearchSettings &b,
                                                              bool its_text);

/// JSON text, one key per member (group members flattened: "bits", "group_size", "symmetric").
[[nodiscard]] std::string to_json(const SearchSettings &settings);
/// Throws Error naming the key that is missing, unknown or of the wrong type.
[[nodiscard]] SearchSettings settings_from_json(std::string_view json);

} // namespace invar
