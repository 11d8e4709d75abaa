// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot_view.h"

#include "widgets/elided_label.h"
#include "widgets/picture_file.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QTextStream>
#include <QVBoxLayout>

#include <qcustomplot.h>

namespace invar {

namespace {

constexpr double faint_opacity = 0.4; ///< of a hidden curve's name in the legend

QColor faded(QColor colour) {
    colour.setAlphaF(faint_opacity);
    return colour;
}

void colour_axis(QCPAxis &axis, const PlotColours &colours) {
    axis.setBasePen(QPen(colours.frame));
    axis.setTickPen(QPen(colours.frame));
    axis.setSubTickPen(QPen(colours.frame));
    axis.setLabelColor(colours.text);
    axis.setTickLabelColor(colours.text);
    axis.grid()->setPen(QPen(colours.grid));
    axis.grid()->setSubGridPen(QPen(colours.grid, 0, Qt::DotLine));
    axis.grid()->setZeroLinePen(QPen(colours.grid));
}

} // namespace

PlotView::PlotView(QWidget *parent) : QWidget(parent), plot_(new QCustomPlot(this)), readout_(new ElidedLabel(this)) {
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(6, 6, 6, 4);
    column->setSpacing(4);
    column->addWidget(plot_, 1);
    column->addWidget(readout_);

    plot_->setObjectName(QStringLiteral("plot"));
    plot_->setMinimumSize(160, 100);
    plot_->setFocusPolicy(Qt::StrongFocus);
    plot_->setNoAntialiasingOnDrag(true);
    plot_->setPlottingHint(QCP::phCacheLabels);
    plot_->installEventFilter(this);
    plot_->setMouseTracking(true);

    readout_->setObjectName(QStringLiteral("readout"));
    readout_->setTextFormat(Qt::PlainText);
    readout_->setAccessibleName(tr("Value under the cursor"));
    readout_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    readout_->setForegroundRole(QPalette::PlaceholderText);
    show_text({});
    enable_interactions();
    schedule_refresh();
}

PlotView::~PlotView() = default;

QHBoxLayout *PlotView::toolbar() {
    if (!toolbar_) {
        toolbar_ = new QHBoxLayout;
        toolbar_->setSpacing(6);
        static_cast<QVBoxLayout *>(layout())->insertLayout(0, toolbar_);
    }
    return toolbar_;
}

void PlotView::enable_interactions() {
    plot_->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    for (QCPAxisRect *rect : plot_->axisRects()) {
        rect->setRangeDrag(Qt::Horizontal | Qt::Vertical);
        rect->setRangeZoom(Qt::Horizontal | Qt::Vertical);
        rect->setRangeZoomFactor(0.8);
    }
}

void PlotView::schedule_refresh() {
    if (refresh_pending_)
        return;
    refresh_pending_ = true;
    QMetaObject::invokeMethod(this, &PlotView::refresh, Qt::QueuedConnection);
}

void PlotView::refresh() {
    refresh_pending_ = false;
    dirty_ = !isVisible();
    if (dirty_)
        return;
    update_colours();
    prepare(plot_->size());
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void PlotView::prepare(QSize size) {
    take_up_data();
    if (legend_on_top_)
        wrap_legend(size.width());
    arrange(size);
    if (following_)
        fit_axes();
}

void PlotView::place_legend_on_top() {
    QCPLegend *legend = plot_->legend;
    plot_->axisRect()->insetLayout()->take(legend);
    auto *row = new QCPLayoutGrid;
    plot_->plotLayout()->insertRow(0);
    plot_->plotLayout()->addElement(0, 0, row);
    plot_->plotLayout()->setRowStretchFactor(0, 0.001);
    plot_->plotLayout()->setRowSpacing(2);
    row->addElement(0, 0, legend);
    row->addElement(0, 1, new QCPLayoutElement(plot_)); // takes the rest of the row
    row->setColumnStretchFactor(0, 0.001);
    legend->setFillOrder(QCPLegend::foColumnsFirst);
    legend->setMargins({0, 0, 0, 2});
    legend->setColumnSpacing(14);
    legend->setIconSize(22, 12);
    legend->setVisible(true);
    legend_on_top_ = true;
}

void PlotView::wrap_legend(int width) {
    QCPLegend &legend = *plot_->legend;
    for (int in_a_row = legend.itemCount(); in_a_row > 0; --in_a_row) {
        legend.setWrap(in_a_row);
        legend.setFillOrder(QCPLegend::foColumnsFirst, true);
        if (legend.minimumOuterSizeHint().width() <= width)
            break;
    }
}

void PlotView::fit_axes() { plot_->rescaleAxes(); }

void PlotView::reset_zoom() {
    following_ = true;
    schedule_refresh();
}

void PlotView::set_log_scale(bool on) {
    log_scale_ = on && can_log_scale();
    schedule_refresh();
}

void PlotView::arrange(QSize) {}

QString PlotView::readout() const { return readout_->text(); }

QString PlotView::describe(QPointF) const { return {}; }

void PlotView::clicked(QPointF) {}

void PlotView::add_actions(QMenu &) {}

void PlotView::toggle_curve(QCPLayerable *curve) {
    curve->setVisible(!curve->visible());
    apply_colours(colours_);
    schedule_refresh();
}

void PlotView::legend_clicked(QPointF position) {
    if (!plot_->legend || !plot_->legend->visible())
        return;
    for (int i = 0; i < plot_->legend->itemCount(); ++i) {
        auto *item = qobject_cast<QCPPlottableLegendItem *>(plot_->legend->item(i));
        if (item && item->outerRect().contains(position.toPoint()))
            toggle_curve(item->plottable());
    }
}

void PlotView::apply_colours(const PlotColours &colours) {
    plot_->setBackground(QBrush(colours.background));
    for (QCPAxisRect *rect : plot_->axisRects())
        for (QCPAxis *axis : rect->axes())
            colour_axis(*axis, colours);
    if (QCPLegend *legend = plot_->legend) {
        legend->setBrush(Qt::NoBrush);
        legend->setBorderPen(Qt::NoPen);
        legend->setFont(font());
        legend->setTextColor(colours.text);
        for (int i = 0; i < legend->itemCount(); ++i)
            if (auto *item = qobject_cast<QCPPlottableLegendItem *>(legend->item(i)))
                item->setTextColor(item->plottable()->realVisibility() ? colours.text : faded(colours.text));
    }
}

void PlotView::update_colours() {
    const PlotColours wanted = plot_colours(palette());
    if (wanted == colours_)
        return;
    colours_ = wanted;
    apply_colours(colours_);
}

void PlotView::draw_on(QCPPainter &painter, const QRect &target) {
    prepare(target.size());
    update_colours();
    apply_colours(print_colours());
    painter.save();
    painter.translate(target.topLeft());
    plot_->toPainter(&painter, target.width(), target.height());
    painter.restore();
    apply_colours(colours_);
    schedule_refresh(); // the layout was made for another size
}

QString PlotView::csv() {
    prepare(plot_->size());
    QString text;
    QTextStream out(&text);
    write_csv(out);
    return text;
}

bool PlotView::save_to(const QString &file, QSize size) {
    QString problem;
    if (QFileInfo(file).suffix().compare(u"csv", Qt::CaseInsensitive) == 0) {
        problem = write_whole_file(file, csv().toUtf8());
    } else {
        const double scale = size.isEmpty() ? 2 : 1;
        const QSize drawn = size.isEmpty() ? plot_->size().expandedTo({480, 320}) : size;
        problem = write_picture(file, drawn, scale, [&](QCPPainter &painter) {
            draw_on(painter, QRect({0, 0}, drawn));
        });
    }
    if (!problem.isEmpty())
        emit message(problem);
    return problem.isEmpty();
}

void PlotView::copy_image() {
    update_colours();
    QApplication::clipboard()->setPixmap(plot_->toPixmap(0, 0, 2));
}

void PlotView::save_as() {
    const QStringList filters{tr("PNG picture (*.png)"), tr("PDF document (*.pdf)"), tr("SVG drawing (*.svg)"),
                              tr("CSV data of the visible range (*.csv)")};
    const QStringList suffixes{QStringLiteral("png"), QStringLiteral("pdf"), QStringLiteral("svg"),
                               QStringLiteral("csv")};
    QString filter = filters.front();
    QString file = QFileDialog::getSaveFileName(this, tr("Save plot"), file_stem_ + QStringLiteral(".png"),
                                                filters.join(QStringLiteral(";;")), &filter);
    if (file.isEmpty())
        return;
    if (!suffixes.contains(QFileInfo(file).suffix().toLower()))
        file += u'.' + suffixes.at(qMax(0, static_cast<int>(filters.indexOf(filter))));
    save_to(file);
}

void PlotView::show_readout(QPointF position) {
    show_text(plot_->rect().contains(position.toPoint()) ? describe(position) : QString());
}

void PlotView::show_text(const QString &text) {
    readout_->setToolTip(text);
    readout_->setText(text.isEmpty() ? tr("Wheel: zoom · drag: pan · Shift+drag: zoom to a box · double click: reset")
                                     : text);
    readout_->setForegroundRole(text.isEmpty() ? QPalette::PlaceholderText : QPalette::WindowText);
}

void PlotView::show_menu(QPoint position) {
    QMenu menu(this);
    menu.setObjectName(QStringLiteral("plot_menu"));
    add_actions(menu);
    QAction *reset = menu.addAction(tr("&Reset zoom"), this, &PlotView::reset_zoom);
    reset->setShortcut(Qt::Key_Home);
    if (can_log_scale()) {
        QAction *log = menu.addAction(tr("&Log scale"));
        log->setCheckable(true);
        log->setChecked(log_scale_);
        connect(log, &QAction::toggled, this, &PlotView::set_log_scale);
    }
    menu.addSeparator();
    menu.addAction(tr("&Copy image"), this, &PlotView::copy_image);
    menu.addAction(tr("&Save as…"), this, &PlotView::save_as);
    menu.exec(position);
}

bool PlotView::eventFilter(QObject *watched, QEvent *event) {
    if (watched != plot_)
        return QWidget::eventFilter(watched, event);
    switch (event->type()) {
    case QEvent::MouseButtonPress: {
        auto *mouse = static_cast<QMouseEvent *>(event);
        press_position_ = mouse->position().toPoint();
        plot_->setSelectionRectMode(mouse->modifiers().testFlag(Qt::ShiftModifier) ? QCP::srmZoom : QCP::srmNone);
        break;
    }
    case QEvent::MouseMove: {
        auto *mouse = static_cast<QMouseEvent *>(event);
        const bool dragged = (mouse->position().toPoint() - press_position_).manhattanLength() > 3;
        if (mouse->buttons().testFlag(Qt::LeftButton) && dragged && plot_->axisRectAt(press_position_))
            following_ = false;
        show_readout(mouse->position());
        break;
    }
    case QEvent::MouseButtonRelease: {
        auto *mouse = static_cast<QMouseEvent *>(event);
        const bool stayed = (mouse->position().toPoint() - press_position_).manhattanLength() <= 3;
        if (mouse->button() == Qt::LeftButton && stayed) {
            legend_clicked(mouse->position());
            clicked(mouse->position());
        }
        break;
    }
    case QEvent::MouseButtonDblClick:
        reset_zoom();
        break;
    case QEvent::Wheel:
        if (plot_->axisRectAt(static_cast<QWheelEvent *>(event)->position()))
            following_ = false;
        break;
    case QEvent::Resize:
        schedule_refresh();
        break;
    case QEvent::Leave:
        show_readout({-1, -1});
        break;
    case QEvent::ContextMenu:
        show_menu(static_cast<QContextMenuEvent *>(event)->globalPos());
        return true;
    default:
        break;
    }
    return QWidget::eventFilter(watched, event);
}

void PlotView::changeEvent(QEvent *event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        colours_ = {};
        update_colours();
        schedule_refresh();
    } else if (event->type() == QEvent::LanguageChange) {
        show_readout({-1, -1});
        schedule_refresh();
    } else if (event->type() == QEvent::LocaleChange) {
        QLocale numbers = locale(); // the plot took another one for its own
        numbers.setNumberOptions(QLocale::OmitGroupSeparator);
        plot_->setLocale(numbers);
        schedule_refresh();
    }
    QWidget::changeEvent(event);
}

void PlotView::showEvent(QShowEvent *event) {
    if (dirty_)
        schedule_refresh();
    QWidget::showEvent(event);
}

void PlotView::keyPressEvent(QKeyEvent *event) {
    if (event->key() == Qt::Key_Home)
        reset_zoom();
    else if (event->matches(QKeySequence::Copy))
        copy_image();
    else
        QWidget::keyPressEvent(event);
}

} // namespace invar
