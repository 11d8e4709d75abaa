// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/events.h"
#include "widgets/plot_view.h"

class QCPBars;
class QComboBox;

namespace invar {

/// Moves per decoder layer as bars: proposed (outline) and accepted (filled), or the accepted share, or how much each
/// layer's accepted moves lowered the loss.
class MovesPlot : public PlotView {
    Q_OBJECT
public:
    enum class View { counts, share, gain };

    explicit MovesPlot(QWidget *parent = nullptr);

    void set_statistics(const MoveStatistics &statistics);
    [[nodiscard]] const MoveStatistics &statistics() const { return statistics_; }

    [[nodiscard]] View view() const { return view_; }
    void set_view(View view);

    [[nodiscard]] QCPBars *proposed() const { return proposed_; }
    /// Accepted moves, accepted share (%) or loss gain, as view() says.
    [[nodiscard]] QCPBars *accepted() const { return accepted_; }

protected:
    void take_up_data() override;
    void fit_axes() override;
    void apply_colours(const PlotColours &colours) override;
    [[nodiscard]] QString describe(QPointF position) const override;
    void write_csv(QTextStream &out) const override;
    void changeEvent(QEvent *event) override;

private:
    void retranslate();

    MoveStatistics statistics_;
    View view_ = View::counts;
    QCPBars *proposed_ = nullptr;
    QCPBars *accepted_ = nullptr;
    QComboBox *view_choice_ = nullptr;
};

/// Accepted moves in percent of the proposed ones; 0 when none was proposed.
[[nodiscard]] double accepted_share(const MoveCounts &counts);

} // namespace invar
