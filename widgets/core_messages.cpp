// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/core_messages.h"

#include "widgets/core_texts.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace invar {

namespace {

// As core has them, with %1, %2 … in turn for what it fills in, for lupdate; the first that fits counts.
constexpr auto patterns = std::to_array<const char *>({
    // core/search/settings_check.cpp
    QT_TRANSLATE_NOOP("invar::CoreMessage", "must be %1 to %2, not %3"),
    QT_TRANSLATE_NOOP("invar::CoreMessage",
                      "one bit of it is a sign and a size, with no range for %1 to learn; use an asymmetric grid"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "%1 does not divide this model's rows of %2 weights"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "choose at least one"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "%1 does not apply to the %2 family"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "%1 is only approximate for the %2 family: it changes the full-precision "
                                            "model too, which needs your yes (approximate)"),
    QT_TRANSLATE_NOOP("invar::CoreMessage",
                      "a new order changes nothing where a whole row shares one scale (group size 0)"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "must be above %1 and at most %2, and touch at least %3 of the %4 neurons"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "must be above %1 and at most %2"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "must be 2 to the model's context of %1 tokens"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "must be 0 (automatic) to %1"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "must be 0 (no racing) to %1"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "must be 0 (until stopped) or more"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "must be 0 (no limit) or more"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "must be 0 (what is free) or more"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "must be %1 to %2"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "must be %1 or more"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "must be at least %1"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "%1 is not a file"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "\"%1\" is not known here"),
    // core/model/compute.cpp
    QT_TRANSLATE_NOOP("invar::CoreMessage", "the device \"%1\" is not known; use cpu, cuda or cuda:i"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "the device \"%1\" is not supported; use cpu, cuda or cuda:i"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "the device \"%1\" cannot be used: no CUDA device was found"),
    QT_TRANSLATE_NOOP("invar::CoreMessage",
                      "the device \"%1\" does not exist: this machine has %2 CUDA device(s), counted from 0"),
    // core/quant/layer_bits.cpp
    QT_TRANSLATE_NOOP("invar::CoreMessage", "\"%1\" is not of the form MATRICES:BITS, with 1 to 8 bits"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "\"%1\" names no layers: write 3 or 0-3"),
    QT_TRANSLATE_NOOP("invar::CoreMessage",
                      "\"%1\" names no matrices: write *, layers (0-3), a projection (fc2) or both (0-3.fc2)"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "\"%1\" ends with a comma"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "\"%1\" is no projection of this model; it has %2"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "this model has no layer %1; they are 0 to %2"),
    QT_TRANSLATE_NOOP("invar::CoreMessage",
                      "the rule %1 never counts: of all that it fits, a rule before it comes first"),
    // progress
    QT_TRANSLATE_NOOP("invar::CoreMessage", "%1, layer %2 of %3, %4"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "%1, layer %2 of %3"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "layer %1 of %2, %3"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "layer %1 of %2"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "epoch %1, output error %2"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "step %1, output error %2"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "rounding to nearest"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "rounding by GPTQ"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "measuring output errors"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "scaling %1"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "clipping %1"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "loading weights"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "reading the calibration set"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "reading %1"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "measuring the full-precision model"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "measuring the quantized model"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "measuring perplexity"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "generating text"),
    QT_TRANSLATE_NOOP("invar::CoreMessage", "writing the checkpoint"),
});

/// The texts that a pattern stands for, what was filled in captured.
QRegularExpression matcher_of(const char *pattern) {
    static const QRegularExpression place(QStringLiteral(R"(\\%\d)")); // as escape() leaves it
    auto expression = QRegularExpression::escape(QString::fromUtf8(pattern));
    expression.replace(place, QStringLiteral("(.+?)"));
    return QRegularExpression(QRegularExpression::anchoredPattern(expression));
}

const std::vector<QRegularExpression> &matchers() {
    static const auto compiled = [] {
        std::vector<QRegularExpression> all;
        std::ranges::transform(patterns, std::back_inserter(all), matcher_of);
        return all;
    }();
    return compiled;
}

/// `translated` with its places filled in, in whatever order they stand there.
QString filled(const QString &translated, const QRegularExpressionMatch &match) {
    QString text;
    for (qsizetype i = 0; i < translated.size(); ++i) {
        const bool is_place = translated[i] == u'%' && i + 1 < translated.size() && translated[i + 1].isDigit();
        text += is_place ? core_message(match.captured(translated[++i].digitValue())) : QString(translated[i]);
    }
    return text;
}

struct Fit {
    const char *pattern;
    QRegularExpressionMatch match;
};

/// The first pattern that fits.
std::optional<Fit> fit_of(const QString &english) {
    for (std::size_t i = 0; i < patterns.size(); ++i)
        if (auto match = matchers()[i].match(english); match.hasMatch())
            return Fit{patterns[i], std::move(match)};
    return std::nullopt;
}

} // namespace

QString core_message(const QString &english) {
    if (const auto fit = fit_of(english))
        return filled(QCoreApplication::translate("invar::CoreMessage", fit->pattern), fit->match);
    return core_text(english.toStdString());
}

QString core_message(const std::string &english) { return core_message(QString::fromStdString(english)); }

bool is_core_message(const QString &english) { return fit_of(english).has_value(); }

} // namespace invar
