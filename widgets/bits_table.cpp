// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bits_table.h"

#include "widgets/colour_maps.h"

#include <QAbstractTableModel>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>
#include <array>
#include <cmath>

namespace invar {

namespace {

// Pixels that a row is higher than its text.
constexpr int least_space = 1;
constexpr int comfortable_space = 6;
constexpr int most_space = 14;

} // namespace

class BitsTable::Cells : public QAbstractTableModel {
public:
    using QAbstractTableModel::QAbstractTableModel;

    void set_shape(int layers, const QStringList &projections, int rest) {
        beginResetModel();
        rest_ = rest;
        projections_ = projections;
        bits_.assign(static_cast<std::size_t>(layers),
                     std::vector<int>(static_cast<std::size_t>(projections.size()), rest));
        endResetModel();
    }
    void set_bits(Bits bits) {
        bits_ = std::move(bits);
        if (rowCount() > 0 && columnCount() > 0)
            emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    }
    [[nodiscard]] const Bits &bits() const { return bits_; }
    [[nodiscard]] int rest() const { return rest_; }

    /// Whether that changed anything.
    bool set_cell(const QModelIndex &cell, int bits) {
        int &old = bits_.at(static_cast<std::size_t>(cell.row())).at(static_cast<std::size_t>(cell.column()));
        if (old == bits)
            return false;
        old = bits;
        emit dataChanged(cell, cell);
        return true;
    }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override {
        return parent.isValid() ? 0 : static_cast<int>(bits_.size());
    }
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override {
        return parent.isValid() ? 0 : static_cast<int>(projections_.size());
    }
    [[nodiscard]] QVariant data(const QModelIndex &cell, int role) const override {
        const int bits = bits_.at(static_cast<std::size_t>(cell.row())).at(static_cast<std::size_t>(cell.column()));
        switch (role) {
        case Qt::DisplayRole:
            return bits;
        case Qt::BackgroundRole:
            return colour_of(bits);
        case Qt::ForegroundRole:
            return ink_of(bits);
        case Qt::ToolTipRole:
        case Qt::AccessibleTextRole: {
            const QString text =
                BitsTable::tr("layer %1, %2: %3 bit").arg(cell.row()).arg(projections_.at(cell.column())).arg(bits);
            return bits == rest_ ? BitsTable::tr("%1, as the rest").arg(text) : text;
        }
        default:
            return {};
        }
    }
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override {
        const bool column = orientation == Qt::Horizontal;
        switch (role) {
        case Qt::DisplayRole:
            return column ? QVariant(projections_.at(section)) : QVariant(section);
        case Qt::ToolTipRole:
            return column ? BitsTable::tr("Paint %1 of every layer").arg(projections_.at(section))
                          : BitsTable::tr("Paint all of layer %1").arg(section);
        default:
            return {};
        }
    }

private:
    int rest_ = 2;
    QStringList projections_;
    Bits bits_;
};

namespace {

/// A cell in its colour, also when it is selected: then it has a frame.
class CellPainter : public QStyledItemDelegate {
public:
    CellPainter(const BitsTable &table, QObject *parent) : QStyledItemDelegate(parent), table_(table) {}

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &cell) const override {
        const int bits = cell.data().toInt();
        const QColor ink = BitsTable::ink_of(bits);
        painter->save();
        painter->fillRect(option.rect, BitsTable::colour_of(bits));
        QFont font = option.font;
        font.setBold(bits != table_.rest());
        painter->setFont(font);
        painter->setPen(ink);
        painter->drawText(option.rect, Qt::AlignCenter, QString::number(bits));
        const bool current = table_.currentIndex() == cell && table_.hasFocus();
        if (option.state.testFlag(QStyle::State_Selected) || current) {
            painter->setPen(QPen(ink, current ? 2 : 1, current ? Qt::SolidLine : Qt::DotLine));
            painter->drawRect(QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5));
        }
        painter->restore();
    }

private:
    const BitsTable &table_;
};

} // namespace

BitsTable::BitsTable(QWidget *parent) : QTableView(parent), cells_(new Cells(this)) {
    setObjectName(QStringLiteral("bits_table"));
    setAccessibleName(tr("Bits of each layer's projections"));
    setModel(cells_);
    setItemDelegate(new CellPainter(*this, this));
    setEditTriggers(NoEditTriggers);
    setTabKeyNavigation(false); // Tab leaves the table, arrows move in it
    setCornerButtonEnabled(false);
    setShowGrid(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    horizontalHeader()->setTextElideMode(Qt::ElideMiddle);
    horizontalHeader()->setMinimumSectionSize(fontMetrics().horizontalAdvance(QStringLiteral("down_proj")) + 10);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(8);
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + comfortable_space);
    verticalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
    for (const auto signal : {&QHeaderView::sectionPressed, &QHeaderView::sectionEntered}) {
        connect(verticalHeader(), signal, this, &BitsTable::paint_row);
        connect(horizontalHeader(), signal, this, &BitsTable::paint_column);
    }
}

void BitsTable::set_shape(int layers, const QStringList &projections, int rest) {
    cells_->set_shape(layers, projections, rest);
    if (layers > 0 && !projections.isEmpty())
        setCurrentIndex(cells_->index(0, 0));
}

void BitsTable::set_bits(Bits bits) { cells_->set_bits(std::move(bits)); }

const BitsTable::Bits &BitsTable::bits() const { return cells_->bits(); }

int BitsTable::rest() const { return cells_->rest(); }

QColor BitsTable::colour_of(int bits) {
    static const auto colours = [] {
        std::array<QColor, most_bits> all;
        auto gradient = sequential_gradient();
        for (int i = 0; i < most_bits; ++i)
            all[static_cast<std::size_t>(i)] = QColor(gradient.color(i, QCPRange(0, most_bits - 1)));
        return all;
    }();
    return colours.at(static_cast<std::size_t>(bits - 1));
}

QColor BitsTable::ink_of(int bits) { return ink_on(colour_of(bits)); }

QSize BitsTable::sizeHint() const {
    const int columns = std::max(1, cells_->columnCount());
    const int width = verticalHeader()->sizeHint().width() + columns * (horizontalHeader()->minimumSectionSize() + 4);
    const int height =
        horizontalHeader()->sizeHint().height() + cells_->rowCount() * (fontMetrics().height() + comfortable_space);
    return {width + 2 * frameWidth(), height + 2 * frameWidth()};
}

void BitsTable::resizeEvent(QResizeEvent *event) {
    QTableView::resizeEvent(event);
    // All layers at once, as long as their numbers can be read; then it scrolls.
    const int fitting = viewport()->height() / std::max(1, cells_->rowCount());
    const int text = fontMetrics().height();
    verticalHeader()->setDefaultSectionSize(std::clamp(fitting, text + least_space, text + most_space));
}

void BitsTable::set_cells(const QModelIndexList &cells, int bits) {
    bool changed = false;
    for (const QModelIndex &cell : cells)
        if (cell.isValid())
            changed |= cells_->set_cell(cell, bits == as_rest ? cells_->rest() : bits);
    if (changed)
        emit painted();
}

void BitsTable::paint_to(const QModelIndex &cell) {
    // The mouse may skip cells: all on the straight line from the last one.
    const QPoint from(stroke_at_.column(), stroke_at_.row());
    const QPoint way = QPoint(cell.column(), cell.row()) - from;
    const int steps = std::max(std::abs(way.x()), std::abs(way.y()));
    QModelIndexList crossed;
    for (int step = 0; step <= steps; ++step) {
        const QPointF at = QPointF(from) + QPointF(way) * (steps > 0 ? static_cast<double>(step) / steps : 0);
        crossed += cells_->index(static_cast<int>(std::lround(at.y())), static_cast<int>(std::lround(at.x())));
    }
    stroke_at_ = cell;
    setCurrentIndex(cell); // also scrolls to it
    set_cells(crossed, stroke_);
}

void BitsTable::paint_row(int layer) {
    QModelIndexList row;
    for (int projection = 0; projection < cells_->columnCount(); ++projection)
        row += cells_->index(layer, projection);
    set_cells(row, brush_);
}

void BitsTable::paint_column(int projection) {
    QModelIndexList column;
    for (int layer = 0; layer < cells_->rowCount(); ++layer)
        column += cells_->index(layer, projection);
    set_cells(column, brush_);
}

void BitsTable::mousePressEvent(QMouseEvent *event) {
    const QModelIndex cell = indexAt(event->position().toPoint());
    if (!cell.isValid() || (event->button() != Qt::LeftButton && event->button() != Qt::RightButton))
        return;
    stroke_ = event->button() == Qt::LeftButton ? brush_ : as_rest;
    stroke_at_ = cell;
    paint_to(cell);
}

void BitsTable::mouseMoveEvent(QMouseEvent *event) {
    if (!stroke_at_.isValid())
        return;
    // Beyond the edge: the nearest cell, so that a stroke goes on while the table scrolls.
    const QRect inside = viewport()->rect();
    const QPoint at = event->position().toPoint();
    const QModelIndex cell =
        indexAt({std::clamp(at.x(), inside.left(), inside.right()), std::clamp(at.y(), inside.top(), inside.bottom())});
    if (cell.isValid() && cell != stroke_at_)
        paint_to(cell);
}

void BitsTable::mouseReleaseEvent(QMouseEvent * /*event*/) { stroke_at_ = QModelIndex(); }

void BitsTable::mouseDoubleClickEvent(QMouseEvent *event) { mousePressEvent(event); }

void BitsTable::keyPressEvent(QKeyEvent *event) {
    const bool command =
        event->modifiers().testFlag(Qt::ControlModifier) || event->modifiers().testFlag(Qt::AltModifier);
    const int digit = event->text().isEmpty() || command ? -1 : event->text().at(0).digitValue();
    const bool erases = digit == 0 || event->key() == Qt::Key_Delete || event->key() == Qt::Key_Backspace;
    if (erases || (digit >= 1 && digit <= most_bits))
        set_cells(selectionModel()->selectedIndexes(), erases ? as_rest : digit);
    else if (event->text().isEmpty() || event->matches(QKeySequence::SelectAll))
        QTableView::keyPressEvent(event);
    else
        event->ignore(); // Return and Escape are the dialog's; letters search for nothing here
}

} // namespace invar
