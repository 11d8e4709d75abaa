// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plot_colours.h"

#include <QPoint>
#include <QWidget>

class QCPLayerable;
class QCPPainter;
class QCustomPlot;
class QHBoxLayout;
class QLabel;
class QMenu;
class QTextStream;

namespace invar {

/// A plot as every plot of ours behaves: wheel zooms, drag pans, Shift+drag zooms to a rubber band, double click or
/// Home resets, the line below tells what is under the cursor, a click on the legend dims a curve, the right button
/// opens a menu (reset, log scale, copy, save). Colours follow the palette; redraws are coalesced by the event loop.
class PlotView : public QWidget {
    Q_OBJECT
public:
    explicit PlotView(QWidget *parent = nullptr);
    ~PlotView() override;

    [[nodiscard]] QCustomPlot *plot() const { return plot_; }

    /// Writes the plot to `file`; the suffix decides: .png .pdf .svg draw it in print (light) colours, .csv writes the
    /// data of the visible range. `size`: pixels of a PNG, points of a PDF or SVG; empty: as large as on the screen
    /// (a PNG with twice its pixels). False, after message(), when that fails; the file then stays as it was.
    bool save_to(const QString &file, QSize size = {});

    /// The data that save_to() writes to a .csv: one header line, then 17 significant digits.
    [[nodiscard]] QString csv();

    /// Draws the plot into `target` with its axes fitted as on the screen; always in print colours.
    void draw_on(QCPPainter &painter, const QRect &target);

    void reset_zoom();
    /// Whether the axes follow the data: true until the user zooms or pans.
    [[nodiscard]] bool is_following() const { return following_; }

    [[nodiscard]] bool log_scale() const { return log_scale_; }
    virtual void set_log_scale(bool on);

    /// What the line below the plot says now.
    [[nodiscard]] QString readout() const;

    /// Shows or hides what this row of the legend stands for; its name is drawn faint while hidden.
    void toggle_curve(QCPLayerable *curve);

public slots:
    void copy_image();
    void save_as();

signals:
    /// Something could not be done, and why.
    void message(const QString &text);

protected:
    /// Takes up what changed since the last call, fits the axes if they follow, redraws: once per event-loop turn,
    /// however often it is called, and not before the plot is visible.
    void schedule_refresh();

    /// Moves pending data into curves or cells; called before drawing.
    virtual void take_up_data() {}
    virtual void fit_axes();
    /// The plot is about to be drawn this large: on the screen, or in a file.
    virtual void arrange(QSize size);
    virtual void apply_colours(const PlotColours &colours);
    /// For the cursor at `position` (widget coordinates of plot()); empty: nothing there.
    [[nodiscard]] virtual QString describe(QPointF position) const;
    virtual void write_csv(QTextStream &out) const = 0;
    /// Actions of a subclass, in front of the common ones.
    virtual void add_actions(QMenu &menu);
    [[nodiscard]] virtual bool can_log_scale() const { return false; }
    virtual void clicked(QPointF position);

    /// A row of controls above the plot; made on first use.
    [[nodiscard]] QHBoxLayout *toolbar();
    /// Puts the legend in rows above the axes, as many as its names need.
    void place_legend_on_top();
    /// Suggested file name without suffix.
    void set_file_stem(const QString &stem) { file_stem_ = stem; }
    /// A new axis rect must be told to take part in zooming and panning.
    void enable_interactions();
    [[nodiscard]] const PlotColours &colours() const { return colours_; }

    bool eventFilter(QObject *watched, QEvent *event) override;
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void refresh();
    void update_colours();
    void show_readout(QPointF position);
    /// In the line under the plot; the hint when empty.
    void show_text(const QString &text);
    void show_menu(QPoint position);
    void legend_clicked(QPointF position);
    void prepare(QSize size);
    void wrap_legend(int width);

    QCustomPlot *plot_;
    QLabel *readout_;
    QHBoxLayout *toolbar_ = nullptr;
    PlotColours colours_;
    QString file_stem_ = QStringLiteral("plot");
    QPoint press_position_;
    bool following_ = true;
    bool log_scale_ = false;
    bool refresh_pending_ = false;
    bool dirty_ = true;
    bool legend_on_top_ = false;
};

} // namespace invar
