// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/method_fields.h"

#include "widgets/core_texts.h"
#include "widgets/field_helpers.h"
#include "widgets/number_edit.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>

namespace invar {

namespace {

QString number(double value) { return QLocale().toString(value, 'g', QLocale::FloatingPointShortest); }

/// Rich text, which alone is wrapped in a tooltip.
QString tip_of(const MethodOption &option) {
    const QString limits = MethodFields::tr("%1 to %2; standard: %3");
    const QString values = option.kind != MethodOption::Kind::flag
                               ? limits.arg(number(option.least), number(option.most), number(option.standard))
                           : option.standard != 0 ? MethodFields::tr("Standard: on")
                                                  : MethodFields::tr("Standard: off");
    return QStringLiteral("<p>%1</p><p>%2</p>").arg(core_text(option.description).toHtmlEscaped(), values);
}

QCheckBox *check_box(const QString &title, bool on) {
    auto *box = new QCheckBox(title);
    box->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed); // a long title must not widen the panel
    box->setChecked(on);
    return box;
}

QString object_name(const std::string &option) { return QLatin1String("option_") + QString::fromStdString(option); }

} // namespace

MethodFields::MethodFields(QWidget *parent) : QWidget(parent), description_(new QLabel(this)), form_(new QFormLayout) {
    setObjectName(QStringLiteral("method_fields"));
    description_->setObjectName(QStringLiteral("method_description"));
    description_->setWordWrap(true);
    description_->setTextFormat(Qt::PlainText);
    QFont small = description_->font();
    small.setPointSizeF(small.pointSizeF() * 0.9);
    description_->setFont(small);
    form_->setContentsMargins(0, 0, 0, 0);
    form_->setHorizontalSpacing(8);
    form_->setVerticalSpacing(5);
    form_->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form_->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(5);
    column->addWidget(description_);
    column->addLayout(form_);
}

void MethodFields::set_method(const std::string &name) {
    if (name == method_)
        return;
    if (!method_.empty())
        given_[method_] = options();
    method_ = name;
    rebuild();
}

MethodOptions MethodFields::options() const {
    MethodOptions chosen;
    const auto given = given_.find(method_);
    for (const auto &[option, standard, value] : fields_)
        if (value() != standard || (given != given_.end() && given->second.contains(option)))
            chosen[option] = value();
    return chosen;
}

void MethodFields::set_options(const MethodOptions &options) {
    given_ = {{method_, options}};
    rebuild();
}

void MethodFields::change_options(const MethodOptions &options) {
    given_[method_] = options;
    rebuild();
}

std::map<std::string, MethodOptions> MethodFields::others() const {
    auto others = given_;
    others.erase(method_);
    return others;
}

void MethodFields::set_others(const std::map<std::string, MethodOptions> &others) {
    for (const auto &[method, options] : others)
        if (method != method_)
            given_[method] = options;
}

void MethodFields::set_label_width(int pixels) {
    label_width_ = pixels;
    change_options(options());
}

void MethodFields::rebuild() {
    const auto *const found = find_starting_method(method_);
    const auto known = found == nullptr ? std::vector<MethodOption>{} : found->options;
    description_->setText(found == nullptr ? QString() : core_text(found->description));
    description_->setVisible(!description_->text().isEmpty());

    fields_.clear();
    while (form_->rowCount() > 0)
        form_->removeRow(0);
    const MethodOptions given = given_[method_];
    for (const MethodOption &option : known) {
        const auto set = given.find(option.name);
        add_field(option, set == given.end() ? option.standard : set->second);
    }
    for (const auto &[name, value] : given)
        if (std::ranges::find(known, name, &MethodOption::name) == known.end())
            add_stranger(name, value);
}

void MethodFields::add_field(const MethodOption &option, double value) {
    const QString name = object_name(option.name);
    const QString title = core_text(option.title);
    const QString tip = tip_of(option);
    const auto add_labelled = [&](QWidget *field) {
        form_->addRow(title, field);
        auto *label = qobject_cast<QLabel *>(form_->labelForField(field));
        label->setToolTip(tip);
        label->setWordWrap(true);
        label->setFixedWidth(label_width_ > 0 ? label_width_ : label->sizeHint().width());
    };
    switch (option.kind) {
    case MethodOption::Kind::flag: {
        auto *box = named(check_box(title, value != 0), name, title, tip);
        connect(box, &QCheckBox::toggled, this, &MethodFields::changed);
        form_->addRow(box);
        fields_.push_back({option.name, option.standard, [box] { return box->isChecked() ? 1.0 : 0.0; }});
        break;
    }
    case MethodOption::Kind::whole: {
        auto *box = named(spin(static_cast<int>(option.least), static_cast<int>(option.most)), name, title, tip);
        box->setValue(static_cast<int>(std::lround(std::clamp(value, option.least, option.most))));
        connect(box, &QSpinBox::valueChanged, this, &MethodFields::changed);
        add_labelled(box);
        fields_.push_back({option.name, option.standard, [box] { return static_cast<double>(box->value()); }});
        break;
    }
    case MethodOption::Kind::real: {
        auto *edit = named(new NumberEdit, name, title, tip);
        edit->set_value(value);
        connect(edit, &NumberEdit::value_changed, this, &MethodFields::changed);
        add_labelled(edit);
        fields_.push_back({option.name, option.standard, [edit] { return edit->value(); }});
        break;
    }
    }
}

void MethodFields::add_stranger(const std::string &option, double value) {
    const QString title = tr("%1 = %2 (unknown)").arg(QString::fromStdString(option), number(value));
    auto *box = named(check_box(title, true), object_name(option), title, tr("Untick it to leave this option out"));
    connect(box, &QCheckBox::toggled, this, [this, option](bool on) {
        if (on)
            return;
        given_[method_].erase(option);
        std::erase_if(fields_, [&option](const Field &field) { return field.option == option; });
        emit changed();
    });
    form_->addRow(box);
    fields_.push_back({option, std::numeric_limits<double>::quiet_NaN(), [value] { return value; }});
}

} // namespace invar
