// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/compare_methods.h"

#include <QTableWidget>

#include <string>
#include <vector>

namespace invar {

/// Starting methods side by side: one row each, the full-precision model first, filled as they are measured. The best
/// perplexity is bold. A double click or Return on a method's row chooses it.
class MethodsTable final : public QTableWidget {
    Q_OBJECT
public:
    explicit MethodsTable(QWidget *parent = nullptr);

    void clear_outcomes();
    void add(const MethodOutcome &outcome);

signals:
    void method_chosen(const QString &name);

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    void fill(int row, const MethodOutcome &outcome);
    void mark_best();
    [[nodiscard]] int row_of(const std::string &method) const;

    std::vector<std::string> methods_; ///< [row]; the first, full precision, is empty
    std::vector<MethodOutcome> known_;
};

} // namespace invar
