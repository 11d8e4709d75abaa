// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/compare_methods.h"

#include <QTableWidget>

#include <string>
#include <vector>

namespace invar {

/// Starting methods and their variants side by side: one row each, the full-precision model first, filled as they are
/// measured. The best perplexity is bold; a method that cannot run says why. A double click or Enter on a row chooses
/// that method with those options.
class MethodsTable final : public QTableWidget {
    Q_OBJECT
public:
    explicit MethodsTable(QWidget *parent = nullptr);

    void clear_outcomes();
    void add(const MethodOutcome &outcome);
    [[nodiscard]] const std::vector<MethodOutcome> &outcomes() const { return known_; }

signals:
    /// `measured`: with exactly those options; otherwise they are only what makes a variant of the method.
    void method_chosen(const QString &name, const invar::MethodOptions &options, bool measured);

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Row {
        std::string method;  ///< empty: full precision
        std::string variant; ///< title; empty: the method itself
        std::string title, description;
        MethodOptions options; ///< as measured, or as declared
    };

    void retranslate();
    void fill(int row, const MethodOutcome &outcome);
    void refuse(int row, const MethodOutcome &outcome);
    void mark_best();
    [[nodiscard]] int row_of(const MethodOutcome &outcome) const;
    void choose(int row);

    std::vector<Row> rows_;
    std::vector<MethodOutcome> known_;
};

} // namespace invar
