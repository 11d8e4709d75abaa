// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <array>
#include <optional>

namespace invar {

/// Three horizontal bars with their numbers: full precision, at the start, now.
class PerplexityBars : public QWidget {
    Q_OBJECT
public:
    using Values = std::array<std::optional<double>, 3>;

    explicit PerplexityBars(QWidget *parent = nullptr);

    void set_values(const Values &values);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] int row_height() const;

    Values values_;
};

} // namespace invar
