// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <array>
#include <cstdint>
#include <optional>

class QLabel;
class QProgressBar;
class QPushButton;

namespace invar {

class PerplexityBars;
class PerplexityHistory;

/// Perplexity on the held-out text: full precision, quantized at the start and now, what share of the damage the
/// search repaired, and how "now" went from measurement to measurement.
class PerplexityPanel : public QWidget {
    Q_OBJECT
public:
    enum class Which { full_precision, at_start, now };

    explicit PerplexityPanel(QWidget *parent = nullptr);

    void clear();
    /// `step`: of the search when "now" was measured; it enters the history. Other values ignore it.
    void set_value(Which which, double perplexity, std::int64_t step = -1);
    [[nodiscard]] std::optional<double> value(Which which) const;

    /// While busy, the button is off and a bar shows `fraction` in [0, 1]; a negative one: unknown.
    void set_busy(bool busy, double fraction = -1);
    /// Whether measuring makes sense now (a model is open).
    void set_measurable(bool measurable);

    /// Share of the gap between full precision and the start that is closed now; nothing until all three are known.
    [[nodiscard]] std::optional<double> repaired_share() const;
    [[nodiscard]] PerplexityHistory *history() const { return history_; }

signals:
    void measure_requested();

protected:
    void changeEvent(QEvent *event) override;

private:
    void update_texts();

    std::array<std::optional<double>, 3> values_;
    bool busy_ = false;
    bool measurable_ = true;
    PerplexityBars *bars_;
    QLabel *verdict_;
    PerplexityHistory *history_;
    QPushButton *measure_;
    QProgressBar *progress_;
};

} // namespace invar
