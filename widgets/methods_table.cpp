// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/methods_table.h"

#include "core/quant/methods.h"

#include <QEvent>
#include <QHeaderView>
#include <QLocale>

#include <algorithm>
#include <limits>

namespace invar {

namespace {

enum Column { method_column, perplexity_column, bits_column, sqnr_column, seconds_column, columns };

} // namespace

MethodsTable::MethodsTable(QWidget *parent) : QTableWidget(parent), methods_{std::string()} {
    for (const MethodInfo &method : starting_methods())
        methods_.push_back(method.name);
    setColumnCount(columns);
    setRowCount(static_cast<int>(methods_.size()));
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    verticalHeader()->hide();
    horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    for (int row = 0; row < rowCount(); ++row)
        for (int column = 0; column < columns; ++column)
            setItem(row, column, new QTableWidgetItem);
    connect(this, &QTableWidget::cellActivated, this, [this](int row, int) {
        if (row > 0)
            emit method_chosen(QString::fromStdString(methods_[static_cast<std::size_t>(row)]));
    });
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

int MethodsTable::row_of(const std::string &method) const {
    return static_cast<int>(std::ranges::find(methods_, method) - methods_.begin());
}

void MethodsTable::fill(int row, const MethodOutcome &outcome) {
    const QLocale locale;
    const bool quantized = !outcome.method.empty();
    const auto set = [&](Column column, const QString &text) { item(row, column)->setText(text); };
    set(perplexity_column, locale.toString(outcome.perplexity, 'f', 2));
    set(bits_column, quantized ? locale.toString(outcome.bits_per_weight, 'f', 3) : QStringLiteral("–"));
    set(sqnr_column, quantized ? tr("%1 dB").arg(locale.toString(outcome.mean_sqnr_db, 'f', 1)) : QStringLiteral("–"));
    set(seconds_column, quantized ? tr("%1 s").arg(locale.toString(outcome.seconds, 'f', 1)) : QStringLiteral("–"));
}

void MethodsTable::mark_best() {
    int best = -1;
    double least = std::numeric_limits<double>::infinity();
    for (const MethodOutcome &outcome : known_)
        if (!outcome.method.empty() && outcome.perplexity < least) {
            least = outcome.perplexity;
            best = row_of(outcome.method);
        }
    for (int row = 0; row < rowCount(); ++row)
        for (int column = 0; column < columns; ++column) {
            QFont face = font();
            face.setBold(row == best);
            item(row, column)->setFont(face);
        }
}

void MethodsTable::retranslate() {
    setHorizontalHeaderLabels({tr("Starting method"), tr("Perplexity"), tr("Bits per weight"), tr("SQNR"), tr("Time")});
    horizontalHeaderItem(sqnr_column)
        ->setToolTip(tr("Signal to quantization noise of the weights, mean over the matrices. "
                        "Methods that look at data may lower it and be better all the same"));
    for (int row = 0; row < rowCount(); ++row) {
        for (int column = 1; column < columns; ++column) {
            item(row, column)->setText(QStringLiteral("…"));
            item(row, column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        }
        if (row == 0) {
            item(row, method_column)->setText(tr("Full precision"));
            continue;
        }
        const MethodInfo &method = starting_methods()[static_cast<std::size_t>(row - 1)];
        item(row, method_column)->setText(QString::fromStdString(method.title));
        item(row, method_column)->setToolTip(QString::fromStdString(method.description));
    }
    for (const MethodOutcome &outcome : known_)
        fill(row_of(outcome.method), outcome);
    mark_best();
}

void MethodsTable::changeEvent(QEvent *event) {
    QTableWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        retranslate();
}

} // namespace invar
