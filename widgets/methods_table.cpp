// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/methods_table.h"

#include "core/quant/error_measure.h"
#include "widgets/core_messages.h"
#include "widgets/core_texts.h"

#include <QEvent>
#include <QHeaderView>
#include <QLocale>

#include <algorithm>
#include <limits>

namespace invar {

namespace {

enum Column { method_column, perplexity_column, output_column, sqnr_column, bits_column, seconds_column, columns };

/// Rich text, which alone is wrapped in a tooltip.
QString wrapped(const QString &text) { return QStringLiteral("<p>%1</p>").arg(text.toHtmlEscaped()); }

} // namespace

MethodsTable::MethodsTable(QWidget *parent) : QTableWidget(parent), rows_(1) {
    for (const MethodInfo &method : starting_methods()) {
        rows_.push_back({method.name, {}, method.title, method.description, {}});
        for (const MethodVariant &variant : method.variants)
            rows_.push_back({method.name, variant.title, variant.title, variant.description, variant.options});
    }
    setColumnCount(columns);
    setRowCount(static_cast<int>(rows_.size()));
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setTabKeyNavigation(false); // Tab leaves the table, arrows move in it
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    verticalHeader()->hide();
    horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    for (int row = 0; row < rowCount(); ++row)
        for (int column = 0; column < columns; ++column)
            setItem(row, column, new QTableWidgetItem);
    connect(this, &QTableWidget::cellActivated, this, [this](int row, int) { choose(row); });
    retranslate();
}

void MethodsTable::clear_outcomes() {
    known_.clear();
    retranslate();
}

void MethodsTable::add(const MethodOutcome &outcome) {
    known_.push_back(outcome);
    retranslate();
}

int MethodsTable::row_of(const MethodOutcome &outcome) const {
    const auto found = std::ranges::find_if(
        rows_, [&outcome](const Row &row) { return row.method == outcome.method && row.variant == outcome.variant; });
    return static_cast<int>(found - rows_.begin());
}

void MethodsTable::choose(int row) {
    if (row < 1)
        return;
    const Row &chosen = rows_[static_cast<std::size_t>(row)];
    const auto measured =
        std::ranges::find_if(known_, [&](const MethodOutcome &outcome) { return row_of(outcome) == row; });
    const bool known = measured != known_.end();
    emit method_chosen(QString::fromStdString(chosen.method), known ? measured->options : chosen.options, known);
}

void MethodsTable::refuse(int row, const MethodOutcome &outcome) {
    const QString reason = tr("Cannot run with these settings: %1").arg(core_message(outcome.problem));
    for (int column = 1; column < columns; ++column) {
        item(row, column)->setText(column == perplexity_column ? tr("cannot run") : QStringLiteral("–"));
        item(row, column)->setToolTip(wrapped(reason));
        item(row, column)->setData(Qt::AccessibleTextRole, reason);
    }
}

void MethodsTable::fill(int row, const MethodOutcome &outcome) {
    if (!outcome.problem.empty()) {
        refuse(row, outcome);
        return;
    }
    const QLocale locale;
    const bool quantized = !outcome.method.empty();
    const auto set = [&](Column column, const QString &text) { item(row, column)->setText(text); };
    set(perplexity_column, locale.toString(outcome.perplexity, 'f', 2));
    set(bits_column, quantized ? locale.toString(outcome.bits_per_weight, 'f', 3) : QStringLiteral("–"));
    set(output_column, outcome.mean_output_error
                           ? tr("%1 %").arg(locale.toString(100 * *outcome.mean_output_error, 'f', 1))
                           : QStringLiteral("–"));
    set(sqnr_column, quantized ? tr("%1 dB").arg(locale.toString(outcome.mean_sqnr_db, 'f', 1)) : QStringLiteral("–"));
    set(seconds_column, quantized ? tr("%1 s").arg(locale.toString(outcome.seconds, 'f', 1)) : QStringLiteral("–"));
}

void MethodsTable::mark_best() {
    int best = -1;
    double least = std::numeric_limits<double>::infinity();
    for (const MethodOutcome &outcome : known_)
        if (!outcome.method.empty() && outcome.problem.empty() && outcome.perplexity < least) {
            least = outcome.perplexity;
            best = row_of(outcome);
        }
    for (int row = 0; row < rowCount(); ++row)
        for (int column = 0; column < columns; ++column) {
            QFont face = font();
            face.setBold(row == best);
            item(row, column)->setFont(face);
        }
}

void MethodsTable::retranslate() {
    setAccessibleName(tr("Starting methods, compared"));
    setHorizontalHeaderLabels(
        {tr("Starting method"), tr("Perplexity"), tr("Output error"), tr("SQNR"), tr("Bits per weight"), tr("Time")});
    horizontalHeaderItem(output_column)
        ->setToolTip(
            wrapped(tr("Relative error of a matrix's outputs for the inputs that it has in the full-precision model, "
                       "on the first %1 tokens of the calibration set at most; mean over the matrices. This is what "
                       "methods that look at data make small")
                        .arg(QLocale().toString(output_error_tokens))));
    horizontalHeaderItem(sqnr_column)
        ->setToolTip(wrapped(tr("Signal to quantization noise of the weights, mean over the matrices. "
                                "Methods that look at data may lower it and be better all the same")));
    for (int row = 0; row < rowCount(); ++row) {
        for (int column = 1; column < columns; ++column) {
            item(row, column)->setText(QStringLiteral("…"));
            item(row, column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            item(row, column)->setData(Qt::AccessibleTextRole, {});
        }
        if (row == 0) {
            item(row, method_column)->setText(tr("Full precision"));
            continue;
        }
        const Row &shown = rows_[static_cast<std::size_t>(row)];
        item(row, method_column)->setText(core_text(shown.title));
        for (int column = 0; column < columns; ++column)
            item(row, column)->setToolTip(wrapped(core_text(shown.description)));
    }
    for (const MethodOutcome &outcome : known_)
        fill(row_of(outcome), outcome);
    mark_best();
}

void MethodsTable::changeEvent(QEvent *event) {
    QTableWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

} // namespace invar
