// SPDX-License-Identifier: GPL-3.0-or-later
// The settings panel's fields: what each is called, explains and allows.
#include "widgets/settings_fields.h"

#include "core/quant/methods.h"
#include "widgets/collapsible_section.h"
#include "widgets/core_texts.h"
#include "widgets/elided_label.h"
#include "widgets/field_helpers.h"
#include "widgets/method_fields.h"
#include "widgets/number_edit.h"
#include "widgets/plot_format.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QIcon>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QRandomGenerator>
#include <QRegularExpressionValidator>
#include <QSpinBox>
#include <QToolButton>

#include <limits>

namespace invar {

namespace {

constexpr std::array<std::int64_t, 6> usual_groups{16, 32, 64, 128, 256, 0};

QIcon dice_icon(const QPalette &palette) {
    QPixmap picture(32, 32);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor ink = palette.color(QPalette::ButtonText);
    painter.setPen(QPen(ink, 2.5));
    painter.drawRoundedRect(QRectF(4, 4, 24, 24), 5, 5);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink);
    for (const QPointF dot :
         {QPointF(10.5, 10.5), QPointF(21.5, 10.5), QPointF(16, 16), QPointF(10.5, 21.5), QPointF(21.5, 21.5)})
        painter.drawEllipse(dot, 2.6, 2.6);
    return picture;
}

} // namespace

std::int64_t SettingsPanel::Fields::group() const {
    const int chosen = group_size->currentIndex();
    if (chosen >= 0 && group_size->itemText(chosen) == group_size->currentText())
        return group_size->itemData(chosen).toLongLong();
    bool ok = false;
    const qlonglong typed = group_size->currentText().trimmed().toLongLong(&ok);
    return ok && typed > 0 ? typed : -1;
}

void SettingsPanel::Fields::set_group(std::int64_t size) {
    const int known = group_size->findData(static_cast<qlonglong>(size));
    group_size->setCurrentIndex(known);
    if (known < 0)
        group_size->setEditText(QString::number(size));
}

QFormLayout *SettingsPanel::add_section(const QString &title, const char *name) {
    auto *section = new CollapsibleSection(title, QLatin1String(name));
    fields_->sections.push_back(section);
    return section->form();
}

void SettingsPanel::add_field(QFormLayout *form, const QString &label, QWidget *field, const char *member) {
    if (label.isEmpty())
        form->addRow(field);
    else
        form->addRow(label, field);
    fields_->titles.insert(QLatin1String(member),
                           label.isEmpty() ? field->accessibleName() : QString(label).remove(u'&'));
    if (auto *title = qobject_cast<QLabel *>(form->labelForField(field)))
        title->setToolTip(field->toolTip());
    auto *problem = new QLabel;
    problem->setObjectName(QLatin1String(member) + QStringLiteral("_problem"));
    problem->setWordWrap(true);
    problem->setTextFormat(Qt::PlainText);
    problem->setTextInteractionFlags(Qt::TextSelectableByMouse);
    problem->hide();
    form->addRow(problem);
    fields_->problem_labels.insert(QLatin1String(member), problem);
}

void SettingsPanel::build_grid_section() {
    Fields &f = *fields_;
    QFormLayout *form = add_section(tr("Grid"), "section_grid");
    f.method = named(new QComboBox, "method", tr("Starting method"), {});
    for (const MethodInfo &method : starting_methods()) {
        f.method->addItem(core_text(method.title), QString::fromStdString(method.name));
        f.method->setItemData(f.method->count() - 1, core_text(method.description), Qt::ToolTipRole);
    }
    f.method_options = new MethodFields;
    f.method_options->setAccessibleName(tr("Options of the starting method"));
    const auto explain = [this] {
        fields_->method->setToolTip(fields_->method->currentData(Qt::ToolTipRole).toString());
        fields_->method_options->set_method(fields_->method->currentData().toString().toStdString());
    };
    connect(f.method, &QComboBox::currentIndexChanged, this, explain);
    explain();
    connect(f.method, &QComboBox::currentIndexChanged, this, &SettingsPanel::edited);
    connect(f.method_options, &MethodFields::changed, this, &SettingsPanel::edited);
    add_field(form, tr("Starting &method"), f.method, "method");
    add_field(form, {}, f.method_options, "method_options");

    f.bits = named(spin(1, 8), "bits", tr("Bits per weight"), tr("Bits of each weight's code: 1 to 8"));
    connect(f.bits, &QSpinBox::valueChanged, this, &SettingsPanel::edited);
    add_field(form, tr("&Bits"), f.bits, "bits");
    add_layer_bits_row(form);

    f.group_size = named(new QComboBox, "group_size", tr("Group size"),
                         tr("Consecutive weights of a row that share one scale and zero point; it must divide every "
                            "row. Any number can be typed"));
    f.group_size->setEditable(true);
    f.group_size->setInsertPolicy(QComboBox::NoInsert);
    f.group_size->setCompleter(nullptr);
    for (const std::int64_t size : usual_groups)
        f.group_size->addItem(size ? QString::number(size) : tr("whole row"), static_cast<qlonglong>(size));
    connect(f.group_size, &QComboBox::currentTextChanged, this, &SettingsPanel::edited);
    add_field(form, tr("&Group size"), f.group_size, "group_size");

    f.symmetric = named(new QCheckBox(tr("S&ymmetric grid")), "symmetric", tr("Symmetric grid"),
                        tr("The zero point stays in the middle of the codes and is not stored"));
    connect(f.symmetric, &QCheckBox::toggled, this, &SettingsPanel::edited);
    add_field(form, {}, f.symmetric, "symmetric");

    f.scale_precision =
        named(new QComboBox, "scale_precision", tr("Format of scales"),
              tr("The number format of each group's scale; packed formats store it as float16. Today's export holds "
                 "dequantized weights rounded to 16 bits. The published code computes with float32"));
    for (const auto precision : {ScalePrecision::float16, ScalePrecision::float32})
        f.scale_precision->addItem(QString::fromStdString(std::string(name_of(precision))),
                                   static_cast<int>(precision));
    connect(f.scale_precision, &QComboBox::currentIndexChanged, this, &SettingsPanel::edited);
    add_field(form, tr("Scales"), f.scale_precision, "scale_precision");
}

void SettingsPanel::add_layer_bits_row(QFormLayout *form) {
    Fields &f = *fields_;
    auto *row = new QWidget;
    row->setAccessibleName(tr("Bits per matrix"));
    auto *line = line_in(row, 6);
    f.choose_layer_bits =
        named(new QPushButton(tr("Bits per matri&x…")), "choose_layer_bits", tr("Bits per matrix"),
              tr("Give single layers and projections more or fewer bits than the rest, in a table or by rules"));
    f.choose_layer_bits->setAutoDefault(false);
    connect(f.choose_layer_bits, &QPushButton::clicked, this, &SettingsPanel::choose_layer_bits);
    f.layer_bits_text = new ElidedLabel;
    f.layer_bits_text->setObjectName(QStringLiteral("layer_bits_text"));
    f.layer_bits_text->setTextFormat(Qt::PlainText);
    f.layer_bits_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // long rules must not widen it
    line->addWidget(f.choose_layer_bits);
    line->addWidget(f.layer_bits_text, 1);
    add_field(form, {}, row, "layer_bits");
}

void SettingsPanel::build_search_section() {
    Fields &f = *fields_;
    QFormLayout *form = add_section(tr("Search"), "section_search");
    f.steps = named(spin(0, std::numeric_limits<int>::max()), "steps", tr("Steps"),
                    tr("Proposals to try in total; 0: until stopped"));
    f.steps->setSpecialValueText(tr("until stopped"));
    f.steps->setSingleStep(100);
    connect(f.steps, &QSpinBox::valueChanged, this, &SettingsPanel::edited);
    add_field(form, tr("S&teps"), f.steps, "steps");

    f.seconds = named(new QDoubleSpinBox, "seconds", tr("Time budget"),
                      tr("Searching time of this session in seconds; 0: no limit"));
    f.seconds->setRange(0, 1e8);
    f.seconds->setDecimals(3);
    f.seconds->setSingleStep(60);
    f.seconds->setSuffix(tr(" s"));
    f.seconds->setSpecialValueText(tr("no limit"));
    connect(f.seconds, &QDoubleSpinBox::valueChanged, this, &SettingsPanel::edited);
    add_field(form, tr("Time b&udget"), f.seconds, "seconds");

    f.alpha =
        named(new NumberEdit, "alpha", tr("Alpha"),
              tr("Weight of the hidden states' MSE against the cross-entropy in the loss. Take 0 after a starting "
                 "method that trains: it has brought that MSE to its least, from where every move raises it"));
    connect(f.alpha, &NumberEdit::value_changed, this, &SettingsPanel::edited);
    add_field(form, tr("MSE weight &α"), f.alpha, "alpha");

    f.equal_tokens = named(new QCheckBox(tr("All tokens count alike")), "equal_tokens", tr("All tokens count alike"),
                           tr("In the MSE, as published. Without it, attention sinks, whose states are far larger than "
                              "all others, count by their size, so that they do not drown the other tokens"));
    connect(f.equal_tokens, &QCheckBox::toggled, this, &SettingsPanel::edited);
    add_field(form, {}, f.equal_tokens, "equal_tokens");

    f.watched_layers = named(spin(1, 100000), "watched_layers", tr("Watched layers"),
                             tr("Decoder layers, spread over the depth, whose outputs enter the MSE"));
    connect(f.watched_layers, &QSpinBox::valueChanged, this, &SettingsPanel::edited);
    add_field(form, tr("&Watched layers"), f.watched_layers, "watched_layers");

    auto *row = new QWidget;
    auto *line = line_in(row, 4);
    f.seed =
        named(new QLineEdit, "seed", tr("Seed"), tr("The same seed, settings, machine and threads give the same run"));
    f.seed->setValidator(new QRegularExpressionValidator(QRegularExpression(QStringLiteral("[0-9]{1,20}")), f.seed));
    connect(f.seed, &QLineEdit::textChanged, this, &SettingsPanel::edited);
    f.dice = named(new QToolButton, "dice", tr("Roll a new seed"), tr("Roll a new seed"));
    f.dice->setIcon(dice_icon(palette()));
    f.dice->setFocusPolicy(Qt::TabFocus);
    connect(f.dice, &QToolButton::clicked, this,
            [this] { fields_->seed->setText(QString::number(QRandomGenerator::global()->bounded(1000000))); });
    line->addWidget(f.seed, 1);
    line->addWidget(f.dice);
    row->setFocusProxy(f.seed);
    row->setToolTip(f.seed->toolTip());
    add_field(form, tr("See&d"), row, "seed");
}

void SettingsPanel::build_machine_section() {
    Fields &f = *fields_;
    QFormLayout *form = add_section(tr("Machine"), "section_machine");
    f.precision = named(new QComboBox, "precision", tr("Precision"),
                        tr("Number format of weights and activations while searching"));
    f.precision->addItem(QStringLiteral("float32"), static_cast<int>(Precision::float32));
    f.precision->addItem(has_fast_bfloat16() ? QStringLiteral("bfloat16") : tr("bfloat16 (slow on this processor)"),
                         static_cast<int>(Precision::bfloat16));
    if (!has_fast_bfloat16())
        f.precision->setItemData(
            f.precision->count() - 1,
            tr("This processor has no arithmetic for bfloat16: on it float32 is at least ten times "
               "faster. A GPU is fast with both."),
            Qt::ToolTipRole);
    connect(f.precision, &QComboBox::currentIndexChanged, this, &SettingsPanel::edited);
    add_field(form, tr("&Precision"), f.precision, "precision");

    f.device = named(new QComboBox, "device", tr("Device"), tr("cpu, cuda, or cuda:1 for the second GPU"));
    f.device->setEditable(true);
    f.device->setInsertPolicy(QComboBox::NoInsert);
    f.device->addItems({QStringLiteral("cpu"), QStringLiteral("cuda")});
    connect(f.device, &QComboBox::currentTextChanged, this, &SettingsPanel::edited);
    add_field(form, tr("De&vice"), f.device, "device");

    f.threads = named(spin(0, 1024), "threads", tr("Threads"), tr("CPU threads; automatic: all cores but one"));
    f.threads->setSpecialValueText(tr("automatic"));
    connect(f.threads, &QSpinBox::valueChanged, this, &SettingsPanel::edited);
    add_field(form, tr("T&hreads"), f.threads, "threads");

    f.memory_limit = named(new QDoubleSpinBox, "memory_limit", tr("Memory limit"),
                           tr("The search stays within it by caching fewer layers; automatic: nine tenths of what is "
                              "free"));
    f.memory_limit->setRange(0, 1 << 16);
    f.memory_limit->setDecimals(1);
    f.memory_limit->setSuffix(tr(" GiB"));
    f.memory_limit->setSpecialValueText(tr("automatic"));
    connect(f.memory_limit, &QDoubleSpinBox::valueChanged, this, &SettingsPanel::edited);
    add_field(form, tr("Memory li&mit"), f.memory_limit, "memory_limit");
}

} // namespace invar
