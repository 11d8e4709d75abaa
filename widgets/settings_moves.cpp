// SPDX-License-Identifier: GPL-3.0-or-later
// The settings panel's fields of moves: which there are and can be made, how far they go and how they are chosen.
#include "widgets/settings_fields.h"

#include "core/search/idle_moves.h"
#include "core/search/policies.h"
#include "widgets/core_texts.h"
#include "widgets/field_helpers.h"
#include "widgets/number_edit.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QScopedValueRollback>
#include <QSpinBox>

#include <limits>

namespace invar {

std::string SettingsPanel::chosen_policy() const { return fields_->policy->currentData().toString().toStdString(); }

QWidget *SettingsPanel::make_invariance_boxes(const std::set<MovedPart> &parts) {
    auto *choices = new QWidget;
    choices->setAccessibleName(tr("Moves"));
    auto *column = new QVBoxLayout(choices);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3);
    for (const Invariance invariance : all_invariances) {
        if (!parts.contains(part_of(invariance)))
            continue;
        auto *box = new QCheckBox;
        box->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed); // a long name must not widen the panel
        box->setObjectName(QLatin1String("invariance_") + QString::fromStdString(std::string(name_of(invariance))));
        connect(box, &QCheckBox::toggled, this, [this, invariance](bool on) {
            if (!filling_) {
                fields_->norms_chosen |= invariance == Invariance::norm_scaling;
                for (InvarianceSet *set : {&fields_->wanted, &fields_->agreed})
                    set->set(invariance, on);
            }
            edited();
        });
        column->addWidget(box);
        fields_->invariances.at(static_cast<std::size_t>(invariance)) = box;
    }
    return choices;
}

void SettingsPanel::build_more_moves_section() {
    QFormLayout *form = add_section(tr("Moves beyond the paper"), "section_more_moves");
    add_field(form, {},
              make_invariance_boxes({MovedPart::value, MovedPart::key, MovedPart::residual, MovedPart::norms}),
              "more_invariances");
}

void SettingsPanel::build_moves_section() {
    Fields &f = *fields_;
    QFormLayout *form = add_section(tr("Moves"), "section_moves");
    add_field(form, {}, make_invariance_boxes({MovedPart::ffn}), "invariances");

    const auto number = [&](const char *name, const QString &label, const QString &title, const QString &tip) {
        auto *edit = named(new NumberEdit, name, title, tip);
        connect(edit, &NumberEdit::value_changed, this, &SettingsPanel::edited);
        add_field(form, label, edit, name);
        return edit;
    };
    f.swap_fraction = number("swap_fraction", tr("Swap &fraction"), tr("Swap fraction"),
                             tr("Share of a layer's FFN neurons that one proposal touches: above 0, at most 1"));
    f.scale_std = number("scale_std", tr("&Scale step"), tr("Scale step"),
                         tr("Standard deviation of a proposal's change of the neurons' scales"));
    f.rotation_std = number("rotation_std", tr("&Rotation step (rad)"), tr("Rotation step"),
                            tr("Standard deviation of a proposal's rotation angles, in radians"));

    f.policy = named(new QComboBox, "policy", tr("Move policy"), tr("How the next move is chosen"));
    for (const PolicyInfo &policy : move_policies()) {
        f.policy->addItem(core_text(policy.title), QString::fromStdString(policy.name));
        f.policy->setItemData(f.policy->count() - 1, core_text(policy.description), Qt::ToolTipRole);
    }
    connect(f.policy, &QComboBox::activated, this, [this] {
        if (fields_->norms_chosen)
            return;
        fields_->wanted.set(Invariance::norm_scaling, moves_norms_unasked(chosen_policy()));
        {
            const QScopedValueRollback guard(filling_, true);
            update_invariances();
        }
        edited();
    });
    connect(f.policy, &QComboBox::currentIndexChanged, this, &SettingsPanel::edited);
    add_field(form, tr("Choose mo&ves"), f.policy, "policy");
    add_screening_rows(form);
    add_racing_row(form);
}

void SettingsPanel::update_invariances() {
    const std::array titles{tr("P&ermutation"),        tr("S&caling"),
                            tr("R&otation"),           tr("Permutation of values"),
                            tr("Scaling of values"),   tr("Rotation of values"),
                            tr("Permutation of keys"), tr("Scaling of keys"),
                            tr("Rotation of keys"),    tr("Permutation of the residual stream"),
                            tr("Scaling of norms")};
    const std::array tips{tr("Reorders FFN neurons, so that similar weights share a group"),
                          tr("Scales a neuron's input weights up and its output weights down, or the reverse"),
                          tr("Turns pairs of neurons by small angles"),
                          tr("Reorders the channels of each attention head that value and output share"),
                          tr("Scales a channel's value weights up and its output weights down, or the reverse"),
                          tr("Turns pairs of channels that value and output share, by small angles"),
                          tr("Reorders the channels of each attention head over which query and key are multiplied"),
                          tr("Scales a channel's key weights up and its query weights down, or the reverse"),
                          tr("Turns pairs of channels of query and key together, by small angles"),
                          tr("Reorders the channels that all layers read and write, through the whole model; such a "
                             "step has to run the model anew"),
                          tr("Scales each channel that a norm gives, against the weights that read it; the codes stay. "
                             "The policy that moves all layers at once follows the loss's gradient in it")};
    static_assert(titles.size() == all_invariances.size() && tips.size() == all_invariances.size());
    fields_->idle = idle_moves(settings());
    for (std::size_t i = 0; i < all_invariances.size(); ++i) {
        QCheckBox *box = fields_->invariances.at(i);
        const auto found = model_.invariances.find(all_invariances.at(i));
        const Exactness exactness = !has_model_                         ? Exactness::exact
                                    : found == model_.invariances.end() ? Exactness::none
                                                                        : found->second;
        const bool idle = exactness != Exactness::none && fields_->idle.contains(all_invariances.at(i));
        const bool possible = exactness != Exactness::none && !idle;
        QString note;
        QString tip = tips.at(i) + u'.' + u' ';
        switch (exactness) {
        case Exactness::exact:
            note = has_model_ ? tr("exact") : QString();
            tip += has_model_ ? tr("Exact: the full-precision model's function stays the same.") : QString();
            break;
        case Exactness::approximate:
            note = tr("approximate");
            tip += tr("Approximate for this model: its activation function lets the output move slightly.");
            if (model_.needs_consent.contains(all_invariances.at(i)))
                tip += u' ' + tr("Off until you tick it: the search then also changes the full-precision model; by how "
                                 "much is measured and shown.");
            break;
        case Exactness::none:
            note = tr("not for this model");
            tip += tr("Models of the %1 family do not keep their function under this move.")
                       .arg(QString::fromStdString(model_.family));
            break;
        }
        if (idle) {
            note = tr("changes nothing here");
            tip = tr("A whole row shares one scale, so that the order of its weights changes nothing. Choose a group "
                     "size to permute.");
        }
        box->setText(note.isEmpty() ? titles.at(i) : tr("%1 (%2)").arg(titles.at(i), note));
        box->setToolTip(tip.trimmed());
        box->setAccessibleName(box->text().remove(u'&'));
        box->setEnabled(possible);
        const bool agreed =
            !model_.needs_consent.contains(all_invariances.at(i)) || fields_->agreed.contains(all_invariances.at(i));
        box->setChecked(possible && agreed && fields_->wanted.contains(all_invariances.at(i)));
    }
}

void SettingsPanel::add_screening_rows(QFormLayout *form) {
    Fields &f = *fields_;
    f.draws = named(spin(1, 65536), "draws", tr("Draws per step"),
                    tr("Moves drawn for each one tried, by a policy that screens: the loss's gradient picks the best"));
    f.gradient_age =
        named(spin(1, std::numeric_limits<int>::max()), "gradient_age", tr("Gradient's age"),
              tr("Moves accepted before the loss's gradient is taken anew, by a policy that screens; one of "
                 "all layers counts for each"));
    for (auto *field : {f.draws, f.gradient_age})
        connect(field, &QSpinBox::valueChanged, this, &SettingsPanel::edited);
    add_field(form, tr("Draws per step"), f.draws, "draws");
    add_field(form, tr("Gradient's age"), f.gradient_age, "gradient_age");
    const auto enable = [this] {
        const auto *const policy = find_policy(chosen_policy());
        const bool screens = policy != nullptr && policy->screens;
        fields_->draws->setEnabled(screens);
        fields_->gradient_age->setEnabled(screens);
    };
    connect(f.policy, &QComboBox::currentIndexChanged, this, enable);
    enable();
}

void SettingsPanel::add_racing_row(QFormLayout *form) {
    Fields &f = *fields_;
    auto *row = new QWidget;
    auto *line = line_in(row, 4);
    f.racing =
        named(new QCheckBox, "racing", tr("Racing"),
              tr("Drop a candidate before the whole calibration set was seen, when chance hardly explains how far "
                 "it is behind. Accepting still takes the whole set."));
    f.racing_error = named(new QDoubleSpinBox, "racing_error", tr("Error rate of racing"),
                           tr("How often, at each look, a candidate that would just have tied may be dropped"));
    f.racing_error->setRange(0.001, 0.5);
    f.racing_error->setDecimals(3);
    f.racing_error->setSingleStep(0.05);
    f.racing_error->setValue(0.1);
    f.racing_error->setEnabled(false);
    connect(f.racing, &QCheckBox::toggled, f.racing_error, &QWidget::setEnabled);
    connect(f.racing, &QCheckBox::toggled, this, &SettingsPanel::edited);
    connect(f.racing_error, &QDoubleSpinBox::valueChanged, this, &SettingsPanel::edited);
    line->addWidget(f.racing);
    line->addWidget(f.racing_error, 1);
    row->setFocusProxy(f.racing);
    row->setToolTip(f.racing->toolTip());
    add_field(form, tr("Rac&ing, error"), row, "racing_error");
}

} // namespace invar
