// SPDX-License-Identifier: GPL-3.0-or-later
// The settings panel's fields of the calibration set: a text, or the token ids that a run was made with.
#include "widgets/settings_fields.h"

#include "widgets/field_helpers.h"

#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QToolButton>

namespace invar {

void SettingsPanel::build_calibration_section() {
    Fields &f = *fields_;
    QFormLayout *form = add_section(tr("Calibration"), "section_calibration");
    auto *row = new QWidget;
    auto *line = line_in(row, 4);
    f.calibration_text = named(new QLineEdit, "calibration_text", {}, {});
    f.calibration_text->setPlaceholderText(tr("demo calibration text"));
    f.calibration_text->setClearButtonEnabled(true);
    connect(f.calibration_text, &QLineEdit::textChanged, this, &SettingsPanel::edited);
    f.browse =
        named(new QToolButton, "browse_calibration", tr("Choose a calibration text"), tr("Choose a calibration text"));
    f.browse->setText(tr("…"));
    f.browse->setFocusPolicy(Qt::TabFocus);
    connect(f.browse, &QToolButton::clicked, this, &SettingsPanel::browse_calibration_requested);
    line->addWidget(f.calibration_text, 1);
    line->addWidget(f.browse);
    row->setFocusProxy(f.calibration_text);
    add_field(form, tr("Te&xt"), row, "calibration_text");
    f.calibration_label = qobject_cast<QLabel *>(form->labelForField(row));
    f.titles.insert(QStringLiteral("calibration_ids"), tr("To&ken ids").remove(u'&'));

    f.sequences = named(spin(1, 65536), "sequences", tr("Sequences"),
                        tr("Rows of the calibration set: more are slower and overfit less"));
    connect(f.sequences, &QSpinBox::valueChanged, this, &SettingsPanel::edited);
    add_field(form, tr("Se&quences"), f.sequences, "sequences");
    f.sequence_length = named(spin(2, 1 << 24), "sequence_length", tr("Length of a sequence"),
                              tr("Tokens in each row, at most the model's context"));
    connect(f.sequence_length, &QSpinBox::valueChanged, this, &SettingsPanel::edited);
    add_field(form, tr("&Length (tokens)"), f.sequence_length, "sequence_length");
}

/// Whether the field holds the file of token ids as it was set, not a text.
bool SettingsPanel::shows_ids() const {
    return !base_.calibration_ids.empty() &&
           fields_->calibration_text->text() == QString::fromStdString(base_.calibration_ids);
}

/// As base_ has it; where it names both, ids are what counts.
void SettingsPanel::show_calibration() {
    const std::string &file = base_.calibration_ids.empty() ? base_.calibration_text : base_.calibration_ids;
    fields_->calibration_text->setText(QString::fromStdString(file));
}

void SettingsPanel::drop_ids() {
    const bool shown = shows_ids();
    base_.calibration_ids.clear();
    if (shown)
        show_calibration();
}

/// Says which of the two the field holds.
void SettingsPanel::update_calibration() {
    const bool ids = shows_ids();
    QLineEdit &field = *fields_->calibration_text;
    field.setAccessibleName(ids ? title_of("calibration_ids") : tr("Calibration text"));
    const QString tip =
        ids ? tr("JSON list of token ids that these settings were made with, used as they stand. Clear the field for "
                 "the demo's text, or choose a text")
            : tr("UTF-8 text file that the search tries its proposals on; empty: the demo's text");
    fields_->calibration_label->setText(ids ? tr("To&ken ids") : tr("Te&xt"));
    for (QWidget *widget : std::initializer_list<QWidget *>{&field, field.parentWidget(), fields_->calibration_label})
        widget->setToolTip(tip);
}

} // namespace invar
