// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot_format.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

namespace invar {

namespace {

struct PlotFormat {
    Q_DECLARE_TR_FUNCTIONS(invar::PlotFormat)
};

} // namespace

QString short_number(double value) { return QLocale().toString(value, 'g', 5); }

QString exact_number(double value) { return QString::number(value, 'g', 17); }

QString title_of(Invariance invariance) {
    switch (invariance) {
    case Invariance::permutation:
        return PlotFormat::tr("permutation");
    case Invariance::scaling:
        return PlotFormat::tr("scaling");
    case Invariance::rotation:
        return PlotFormat::tr("rotation");
    case Invariance::value_permutation:
        return PlotFormat::tr("value permutation");
    case Invariance::value_scaling:
        return PlotFormat::tr("value scaling");
    case Invariance::value_rotation:
        return PlotFormat::tr("value rotation");
    case Invariance::key_permutation:
        return PlotFormat::tr("key permutation");
    case Invariance::key_scaling:
        return PlotFormat::tr("key scaling");
    case Invariance::key_rotation:
        return PlotFormat::tr("key rotation");
    case Invariance::residual_permutation:
        return PlotFormat::tr("residual permutation");
    case Invariance::norm_scaling:
        return PlotFormat::tr("norm scaling");
    }
    return {};
}

QString names_of(const InvarianceSet &set) {
    QStringList names;
    for (const Invariance invariance : all_invariances)
        if (set.contains(invariance))
            names += title_of(invariance);
    return names.join(QStringLiteral(" + "));
}

} // namespace invar
