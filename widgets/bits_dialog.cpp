// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bits_dialog.h"

#include "core/base/error.h"
#include "core/quant/grid_plan.h"
#include "widgets/bits_table.h"
#include "widgets/core_messages.h"
#include "widgets/plot_colours.h"

#include <QButtonGroup>
#include <QDialogButtonBox>
#include <QEvent>
#include <QGridLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QScopedValueRollback>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace invar {

namespace {

constexpr int side_width = 330;
constexpr int most_width = 1240; // with a frame and a title bar within 1280 x 720
constexpr int most_height = 660;

constexpr int swatch_side = 28;

/// A square in the colour of `bits` with `text` in it; with a ring where the button is checked.
QIcon swatch(int bits, const QString &text, const QWidget &button) {
    constexpr double sharpness = 2;
    constexpr double margin = 4;
    QIcon icon;
    for (const auto state : {QIcon::Off, QIcon::On}) {
        QPixmap picture(QSize(swatch_side, swatch_side) * sharpness);
        picture.setDevicePixelRatio(sharpness);
        picture.fill(Qt::transparent);
        QPainter painter(&picture);
        painter.setRenderHint(QPainter::Antialiasing);
        const QRectF all(0, 0, swatch_side, swatch_side);
        const QRectF square = all.adjusted(margin, margin, -margin, -margin);
        painter.fillRect(square, BitsTable::colour_of(bits));
        QFont bold = button.font();
        bold.setBold(true);
        painter.setFont(bold);
        painter.setPen(BitsTable::ink_of(bits));
        painter.drawText(square, Qt::AlignCenter, text);
        if (state == QIcon::On) {
            painter.setPen(QPen(button.palette().color(QPalette::ButtonText), 2));
            painter.drawRoundedRect(all.adjusted(1, 1, -1, -1), 3, 3);
        }
        icon.addPixmap(picture, QIcon::Normal, state);
    }
    return icon;
}

QString size_text(double bytes) {
    return QLocale().formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeTraditionalFormat);
}

bool is_of_attention(const ModelInfo &model, std::size_t projection) {
    const auto &attention = model.attention;
    return attention.heads > 0 && (projection == attention.query || projection == attention.key ||
                                   projection == attention.value || projection == attention.output);
}

/// The projection that brings the FFN's neurons back to the residual stream; none where shapes do not tell.
QString ffn_output(const ModelInfo &model) {
    for (std::size_t i = model.projections.size(); i-- > 0;)
        if (!is_of_attention(model, i))
            for (const MatrixInfo &matrix : model.matrices)
                if (matrix.projection == model.projections[i] && matrix.cols == model.ffn_size)
                    return QString::fromStdString(model.projections[i]);
    return {};
}

QLabel *plain_label(const char *name) {
    auto *label = new QLabel;
    label->setObjectName(QLatin1String(name));
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

} // namespace

BitsDialog::BitsDialog(ModelInfo model, const Grid &grid, const LayerBits &bits, QWidget *parent)
    : QDialog(parent), model_(std::move(model)), grid_(grid), table_(new BitsTable), brushes_(new QButtonGroup(this)),
      rules_(new QPlainTextEdit), problem_(plain_label("rules_problem")),
      bits_per_weight_(plain_label("bits_per_weight")), size_(plain_label("packed_size")),
      buttons_(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel)) {
    setObjectName(QStringLiteral("bits_dialog"));
    setWindowTitle(tr("Bits per matrix"));
    QStringList projections;
    for (const auto &projection : model_.projections)
        projections += QString::fromStdString(projection);
    table_->set_shape(model_.layers, projections, grid_.bits);
    connect(table_, &BitsTable::painted, this, &BitsDialog::table_painted);
    connect(buttons_, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto *side = new QWidget;
    side->setFixedWidth(side_width);
    auto *controls = new QVBoxLayout(side);
    controls->setContentsMargins(0, 0, 0, 0);
    controls->addWidget(make_brushes());
    controls->addWidget(make_presets());
    add_rules(*controls);
    QFont large = bits_per_weight_->font();
    large.setBold(true);
    bits_per_weight_->setFont(large);
    bits_per_weight_->setToolTip(tr("Storage per quantized weight, its group's scale and zero point included"));
    size_->setToolTip(tr("Codes, scales and zero points packed without gaps; what is not quantized (embeddings, norms, "
                         "biases) counts 16 bits each"));
    controls->addWidget(bits_per_weight_);
    controls->addWidget(size_);
    controls->addWidget(buttons_);

    auto *row = new QHBoxLayout(this);
    row->addWidget(table_, 1);
    row->addWidget(side);
    table_->setFocus();

    {
        const QScopedValueRollback guard(filling_, true);
        rules_->setPlainText(QString::fromStdString(to_string(bits)));
    }
    bits_ = bits;
    rules_typed();
    update_size();
    recolour();
    fit_size(*side);
}

void BitsDialog::fit_size(const QWidget &side) {
    const QMargins around = layout()->contentsMargins();
    // What the layout does not count: the rules, which take what is left, and a problem that is not shown yet.
    const int more = rules_->minimumHeight() + 3 * fontMetrics().lineSpacing();
    const int needed = side.layout()->totalHeightForWidth(side_width) + more + around.top() + around.bottom();
    const QSize table = table_->sizeHint();
    setMinimumHeight(std::min(needed, most_height));
    resize(std::min(table.width() + side_width + 60, most_width),
           std::min(table.height() + around.top() + around.bottom(), most_height));
}

QWidget *BitsDialog::make_brushes() {
    auto *box = new QGroupBox(tr("Brush"));
    auto *column = new QVBoxLayout(box);
    auto *explanation = plain_label("brush_explanation");
    explanation->setText(tr("Drag over cells; click headers for whole rows and columns. The right button takes cells "
                            "back. Arrow keys and digits work too."));
    auto *row = new QHBoxLayout;
    row->setSpacing(2);
    const auto add = [&](int bits, const QString &title, const QString &tip) {
        auto *button = new QToolButton;
        button->setObjectName(QLatin1String("brush_") + QString::number(bits));
        button->setCheckable(true);
        button->setAutoRaise(true);
        button->setIconSize({swatch_side, swatch_side});
        button->setAccessibleName(title);
        button->setToolTip(tip);
        brushes_->addButton(button, bits);
        return button;
    };
    for (int bits = 1; bits <= BitsTable::most_bits; ++bits) {
        auto *button = add(bits, tr("Paint %1 bit").arg(bits), tr("Paint %1 bit").arg(bits));
        row->addWidget(button);
    }
    row->addStretch(1);
    auto *rest = add(BitsTable::as_rest, tr("Paint as the rest"),
                     tr("Back to what the rest of the model has: the bits in the Grid section"));
    rest->setText(tr("As the &rest (%1)").arg(grid_.bits));
    rest->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    connect(brushes_, &QButtonGroup::idClicked, table_, &BitsTable::set_brush);
    const int first = std::min(grid_.bits + 2, BitsTable::most_bits);
    brushes_->button(first)->setChecked(true);
    table_->set_brush(first);
    column->addLayout(row);
    column->addWidget(rest);
    column->addWidget(explanation);
    return box;
}

void BitsDialog::add_preset(QVBoxLayout &column, const char *name, const QString &title, const QString &tip,
                            Change change) {
    auto *button = new QPushButton(title);
    button->setObjectName(QLatin1String(name));
    button->setAutoDefault(false);
    button->setToolTip(tip);
    connect(button, &QPushButton::clicked, this, [this, change = std::move(change)] {
        auto bits = table_->bits();
        for (std::size_t layer = 0; layer < bits.size(); ++layer)
            for (std::size_t projection = 0; projection < bits[layer].size(); ++projection)
                bits[layer][projection] = std::min(change(static_cast<int>(layer), projection, bits[layer][projection]),
                                                   BitsTable::most_bits);
        table_->set_bits(std::move(bits));
        table_painted();
    });
    column.addWidget(button);
}

QWidget *BitsDialog::make_presets() {
    auto *box = new QGroupBox(tr("Presets"));
    auto *column = new QVBoxLayout(box);
    column->setSpacing(4);
    const QString adds = tr("Adds to what the table has; at most 8 bits");
    add_preset(*column, "preset_equal", tr("&All equal"), tr("Every matrix has the bits in the Grid section"),
               [rest = grid_.bits](int, std::size_t, int) { return rest; });
    add_preset(*column, "preset_ends", tr("&First and last layer +2 bits"), adds,
               [last = model_.layers - 1](int layer, std::size_t, int bits) {
                   return layer == 0 || layer == last ? bits + 2 : bits;
               });
    if (const QString output = ffn_output(model_); !output.isEmpty()) {
        const auto at = static_cast<std::size_t>(std::ranges::find(model_.projections, output.toStdString()) -
                                                 model_.projections.begin());
        add_preset(*column, "preset_ffn_output", tr("%1 +1 bit").arg(output), adds,
                   [at](int, std::size_t projection, int bits) { return projection == at ? bits + 1 : bits; });
    }
    if (model_.attention.heads > 0)
        add_preset(*column, "preset_attention", tr("A&ttention +1 bit"), adds,
                   [this](int, std::size_t projection, int bits) {
                       return is_of_attention(model_, projection) ? bits + 1 : bits;
                   });
    return box;
}

void BitsDialog::add_rules(QVBoxLayout &column) {
    auto *title = new QLabel(tr("R&ules"));
    title->setBuddy(rules_);
    rules_->setObjectName(QStringLiteral("rules"));
    rules_->setAccessibleName(tr("Rules"));
    rules_->setTabChangesFocus(true);
    rules_->setPlaceholderText(tr("all %1").arg(grid_.bits));
    rules_->setWordWrapMode(QTextOption::WrapAnywhere);
    rules_->setMinimumHeight(5 * fontMetrics().lineSpacing());
    rules_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored); // it takes what the others leave
    const QString tip = tr("Layers (0-3:4), a projection (fc2:3), both (0-3.fc2:8) or all (*:2), with commas between; "
                           "of rules that fit a matrix the first counts");
    rules_->setToolTip(QStringLiteral("<p>%1</p>").arg(tip.toHtmlEscaped()));
    title->setToolTip(rules_->toolTip());
    connect(rules_, &QPlainTextEdit::textChanged, this, &BitsDialog::rules_typed);
    problem_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    problem_->hide();
    column.addWidget(title);
    column.addWidget(rules_, 1);
    column.addWidget(problem_);
}

bool BitsDialog::is_valid() const { return problem_->text().isEmpty(); }

void BitsDialog::table_painted() {
    auto bits = LayerBits::of_table(table_->bits(), model_.projections, grid_.bits);
    {
        const QScopedValueRollback guard(filling_, true);
        rules_->setPlainText(QString::fromStdString(to_string(bits)));
    }
    show_problem({});
    bits_ = std::move(bits);
    update_size();
}

void BitsDialog::rules_typed() {
    if (filling_)
        return;
    const auto text = rules_->toPlainText().remove(QRegularExpression(QStringLiteral("\\s"))).toStdString();
    LayerBits typed;
    try {
        typed = LayerBits::parse(text);
    } catch (const Error &error) {
        show_problem(core_message(std::string(error.what())));
        return;
    }
    show_problem(core_message(typed.problem_for(model_)));
    if (!is_valid())
        return;
    const GridPlan grids(grid_, typed, model_);
    auto cells = table_->bits();
    for (std::size_t layer = 0; layer < cells.size(); ++layer)
        for (std::size_t projection = 0; projection < cells[layer].size(); ++projection)
            cells[layer][projection] = grids.at(layer, projection).bits;
    table_->set_bits(std::move(cells));
    bits_ = std::move(typed);
    update_size();
}

void BitsDialog::show_problem(const QString &problem) {
    problem_->setText(problem);
    problem_->setVisible(!problem.isEmpty());
    buttons_->button(QDialogButtonBox::Ok)->setEnabled(problem.isEmpty());
}

void BitsDialog::recolour() {
    QPalette tinted = problem_->palette();
    tinted.setColor(QPalette::WindowText, plot_colours(palette()).problem);
    problem_->setPalette(tinted);
    for (QAbstractButton *button : brushes_->buttons()) {
        const int bits = brushes_->id(button);
        button->setIcon(bits == BitsTable::as_rest ? swatch(grid_.bits, QStringLiteral("="), *this)
                                                   : swatch(bits, QString::number(bits), *this));
    }
}

void BitsDialog::update_size() {
    const bool countable =
        std::ranges::all_of(model_.matrices, [this](const MatrixInfo &matrix) { return grid_.divides(matrix.cols); });
    if (!countable) { // the settings panel says so beside the group size
        bits_per_weight_->setText(tr("The group size does not fit this model."));
        size_->clear();
        return;
    }
    const double average = GridPlan(grid_, bits_, model_).bits_per_weight(model_);
    const double equal = GridPlan(grid_).bits_per_weight(model_);
    const auto number = [](double bits) { return QLocale().toString(bits, 'f', 3); };
    bits_per_weight_->setText(average == equal
                                  ? tr("%1 bits per weight").arg(number(average))
                                  : tr("%1 bits per weight (all equal: %2)").arg(number(average), number(equal)));
    const double packed = static_cast<double>(model_.matrix_weights()) * average / 8;
    QString text = tr("Quantized weights: %1").arg(size_text(packed));
    if (const std::int64_t others = model_.parameters - model_.matrix_weights(); others >= 0)
        text +=
            u'\n' +
            tr("With the rest of the model in 16 bits: %1").arg(size_text(packed + 2 * static_cast<double>(others)));
    text +=
        u'\n' + tr("As exported today, all in 16 bits: %1").arg(size_text(2 * static_cast<double>(model_.parameters)));
    size_->setText(text);
}

void BitsDialog::changeEvent(QEvent *event) {
    if (event->type() == QEvent::PaletteChange)
        recolour();
    QDialog::changeEvent(event);
}

} // namespace invar
