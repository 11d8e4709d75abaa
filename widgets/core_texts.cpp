// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/core_texts.h"

#include <QCoreApplication>

#include <array>

namespace invar {

namespace {

// Word for word as core has them, for lupdate; a test compares them with what is registered.
constexpr auto texts = std::to_array<const char *>({
    // core/quant/rtn.cpp
    QT_TRANSLATE_NOOP("invar::CoreText", "Round to nearest"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Rounds each weight to the nearest grid point of its group; needs no data."),
    QT_TRANSLATE_NOOP("invar::CoreText", "Clip outliers"),
    QT_TRANSLATE_NOOP(
        "invar::CoreText",
        "Narrow each group's range to where its squared rounding error is least; the largest weights are cut off"),
    // core/quant/gptq.cpp
    QT_TRANSLATE_NOOP("invar::CoreText", "GPTQ"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Rounds column by column and lets the columns that are left make up for each "
                                         "error, by second derivatives from the calibration set (arXiv 2210.17323)."),
    QT_TRANSLATE_NOOP("invar::CoreText", "Columns by importance"),
    QT_TRANSLATE_NOOP("invar::CoreText",
                      "Round the columns that see the largest inputs first, while others can still make up for them; "
                      "each group keeps its scale. Without it GPTQ can be worse than plain rounding below 4 bits."),
    QT_TRANSLATE_NOOP("invar::CoreText", "Damping"),
    QT_TRANSLATE_NOOP(
        "invar::CoreText",
        "Share of the Hessian's mean diagonal that is added to it: more follows the calibration set less"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Pull to the original"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Weight of a pull towards the original weights, stronger where inputs are "
                                         "larger (SARQC, arXiv 2605.05693); 0: none"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Solve again in the search"),
    QT_TRANSLATE_NOOP("invar::CoreText",
                      "Round whatever a search moves by GPTQ again, on the Hessian that moved with "
                      "the neurons. Without it a search rounds to nearest around what GPTQ chose at "
                      "the start: faster, in less memory, but from a slightly worse start. To round a "
                      "moved FFN takes 33 ms by GPTQ and 1.2 ms to nearest on the demo; next to a "
                      "large model's forward pass neither counts. For GPTQ as the last step alone, export "
                      "what a search from plain rounding found as \"not quantized, moves applied\" and quantize "
                      "that."),
    QT_TRANSLATE_NOOP("invar::CoreText", "GPTQ, columns in order"),
    QT_TRANSLATE_NOOP(
        "invar::CoreText",
        "GPTQ without \"Columns by importance\". At few bits and on small models it can be worse than plain "
        "rounding: a group's scale is taken from weights that the errors of earlier columns were already "
        "pushed into, and where important columns come late nothing is left to make up for their errors. "
        "It depends on the text: the authors' own code took SmolLM2 135M at 3 bits to a perplexity of 101 in order "
        "and 54 by importance on an English handbook, where plain rounding comes to 72, and to 33, 30 and 53 on the "
        "Bible."),
    // core/quant/awq.cpp
    QT_TRANSLATE_NOOP("invar::CoreText", "AWQ"),
    QT_TRANSLATE_NOOP("invar::CoreText",
                      "Enlarges the channels that see the largest inputs, so that rounding hurts them less, and clips "
                      "each group's range; both are tried out on the calibration set (arXiv 2306.00978)."),
    QT_TRANSLATE_NOOP("invar::CoreText", "Scale channels"),
    QT_TRANSLATE_NOOP(
        "invar::CoreText",
        "Search factors for channels by the size of their inputs; they are folded into what comes before"),
    QT_TRANSLATE_NOOP("invar::CoreText",
                      "Narrow each group's range to where its output changes least; queries and keys are left out"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Tokens for scales"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Tokens of the calibration set on which factors are tried: more are slower"),
    // core/quant/omniquant.cpp
    QT_TRANSLATE_NOOP("invar::CoreText", "OmniQuant"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Learns how far to clip each group, and optionally factors of channels, so "
                                         "that each decoder layer's output changes least (arXiv 2308.13137)."),
    QT_TRANSLATE_NOOP("invar::CoreText", "Epochs"),
    QT_TRANSLATE_NOOP("invar::CoreText", "How often training goes through the calibration set, for each decoder layer. "
                                         "Published: 20, and 40 at 2 bits"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Sequences per step"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Calibration sequences in each training step"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Learn channel factors"),
    QT_TRANSLATE_NOOP(
        "invar::CoreText",
        "Also learn factors that are folded into what comes before (learnable equivalent transformation)"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Rate for clipping"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Learning rate of the groups' ranges"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Rate for factors"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Learning rate of the channels' factors"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Both targets"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Also compare with what the full-precision layer makes of quantized inputs"),
    // core/quant/auto_round.cpp
    QT_TRANSLATE_NOOP("invar::CoreText", "AutoRound"),
    QT_TRANSLATE_NOOP("invar::CoreText",
                      "Learns for every weight whether to round up or down, and each group's range, so that each "
                      "decoder layer's output changes least (arXiv 2309.05516). The strongest start, and a slow one."),
    QT_TRANSLATE_NOOP("invar::CoreText", "Iterations"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Training steps per decoder layer"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Calibration sequences in each training step: more are slower and steadier"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Learning rate"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Size of the first step, falling to nothing; 0: one over the iterations"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Learn ranges"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Also learn how far each group's grid reaches"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Quantized inputs"),
    QT_TRANSLATE_NOOP(
        "invar::CoreText",
        "Train each layer on what the quantized layers before it give, so that it makes up for their errors"),
    // core/search/published_policy.cpp
    QT_TRANSLATE_NOOP("invar::CoreText", "As published"),
    QT_TRANSLATE_NOOP("invar::CoreText",
                      "Any layer, each as often; all chosen invariances move the same neurons at once."),
    QT_TRANSLATE_NOOP("invar::CoreText", "One invariance at a time"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Any layer, each as often; one of the chosen invariances, each as often, so "
                                         "that its share of the gain can be told."),
    // core/search/adaptive_policy.cpp
    QT_TRANSLATE_NOOP("invar::CoreText", "Adaptive step sizes"),
    QT_TRANSLATE_NOOP("invar::CoreText", "One invariance at a time; how far it moves grows in a layer where moves are "
                                         "accepted and shrinks where they are not."),
    QT_TRANSLATE_NOOP("invar::CoreText", "Where it pays"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Moves as published, in layers chosen in proportion to what they gained "
                                         "recently for their work; every fourth step in any layer."),
    // core/search/screened_policy.cpp
    QT_TRANSLATE_NOOP("invar::CoreText", "Screened by gradient"),
    QT_TRANSLATE_NOOP("invar::CoreText", "Draws many moves of one layer as published and tries the one that lowers the "
                                         "loss most to first order, by the gradient at the accepted model."),
    // core/search/composed_policy.cpp
    QT_TRANSLATE_NOOP("invar::CoreText", "Composed by gradient"),
    QT_TRANSLATE_NOOP("invar::CoreText",
                      "Draws many moves inside each pair of groups of one layer, puts the best of each together by the "
                      "loss's gradient, and tries the whole; how many times over depends on how well the gradient "
                      "foretold the last ones."),
    // core/search/sweep_policy.cpp
    QT_TRANSLATE_NOOP("invar::CoreText", "All layers at once"),
    QT_TRANSLATE_NOOP("invar::CoreText",
                      "Puts the best of many draws together in every layer by the loss's gradient, and tries it all as "
                      "one move; how far it goes depends on how much the loss curves there, and on how well the last "
                      "one was foretold. Where norms move, they take turns with that, each channel as far as the "
                      "gradient is sure of it."),
    // core/export/hugging_face.cpp
    QT_TRANSLATE_NOOP("invar::CoreText", "Hugging Face folder (dequantized)"),
    QT_TRANSLATE_NOOP("invar::CoreText",
                      "Safetensors in half precision with config and tokenizer; loads wherever the original "
                      "model does. The weights lie on the quantization grid, rounded to the 16 bits that each takes."),
    QT_TRANSLATE_NOOP("invar::CoreText", "Hugging Face folder (not quantized, moves applied)"),
    QT_TRANSLATE_NOOP("invar::CoreText",
                      "The full-precision weights, reordered and rescaled as the search found best: the "
                      "original model's function, for any quantizer to round as its last step."),
    // core/export/invariances.cpp
    QT_TRANSLATE_NOOP("invar::CoreText", "Invariances (safetensors)"),
    QT_TRANSLATE_NOOP(
        "invar::CoreText",
        "One small file: per layer the rotation angles, scales and order of the FFN's neurons "
        "(and of attention's and the residual stream's channels, and the norms' factors, where they moved), "
        "with the settings as metadata."),
});

} // namespace

QString core_text(const std::string &english) {
    return QCoreApplication::translate("invar::CoreText", english.c_str());
}

std::span<const char *const> core_texts() { return texts; }

} // namespace invar
