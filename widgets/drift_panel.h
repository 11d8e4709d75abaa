// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/events.h"

#include <QWidget>

#include <optional>
#include <span>

class QLabel;

namespace invar {

class DriftHistory;

/// How far approximate moves have changed the full-precision model: the number now, and its way there. Hidden while
/// there is none.
class DriftPanel : public QWidget {
    Q_OBJECT
public:
    explicit DriftPanel(QWidget *parent = nullptr);

    void clear();
    /// Takes up what those steps measured.
    void append(std::span<const StepRecord> steps);
    /// `drift`: relative, as in RunStarted.
    void append(std::int64_t step, double drift);

    [[nodiscard]] DriftHistory *history() const { return history_; }

protected:
    void changeEvent(QEvent *event) override;

private:
    void refresh();

    QLabel *text_;
    DriftHistory *history_;
    double drift_ = 0;
};

} // namespace invar
