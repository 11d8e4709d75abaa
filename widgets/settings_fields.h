// SPDX-License-Identifier: GPL-3.0-or-later
// For the SettingsPanel's own files.
#pragma once

#include "core/search/settings.h"
#include "widgets/settings_panel.h"

#include <QHash>
#include <QString>

#include <array>
#include <vector>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QDoubleSpinBox;
class QToolButton;

namespace invar {

class CollapsibleSection;
class MethodFields;
class NumberEdit;

struct SettingsPanel::Fields {
    QSpinBox *bits = nullptr;
    QComboBox *group_size = nullptr;
    QCheckBox *symmetric = nullptr;
    QComboBox *scale_precision = nullptr;
    QComboBox *method = nullptr;
    MethodFields *method_options = nullptr;
    LayerBits layer_bits;
    QPushButton *choose_layer_bits = nullptr;
    QLabel *layer_bits_text = nullptr;

    std::array<QCheckBox *, all_invariances.size()> invariances{};
    bool norms_chosen = false;                    ///< by the user, who knows better than the policy then
    InvarianceSet wanted;                         ///< also those that the present model cannot do
    InvarianceSet idle = InvarianceSet::none();   ///< as the ticks of the moves were last made for
    InvarianceSet agreed = InvarianceSet::none(); ///< moves that change full precision too, ticked by the user
    NumberEdit *swap_fraction = nullptr;
    NumberEdit *scale_std = nullptr;
    NumberEdit *rotation_std = nullptr;
    QComboBox *policy = nullptr;
    QSpinBox *draws = nullptr;
    QSpinBox *gradient_age = nullptr;
    QCheckBox *racing = nullptr;
    QDoubleSpinBox *racing_error = nullptr;

    NumberEdit *alpha = nullptr;
    QCheckBox *equal_tokens = nullptr;
    QSpinBox *watched_layers = nullptr;
    QSpinBox *steps = nullptr;
    QDoubleSpinBox *seconds = nullptr;
    QLineEdit *seed = nullptr;
    QToolButton *dice = nullptr;

    QLineEdit *calibration_text = nullptr; ///< or the file of the token ids that were set
    QLabel *calibration_label = nullptr;
    QToolButton *browse = nullptr;
    QSpinBox *sequences = nullptr;
    QSpinBox *sequence_length = nullptr;

    QComboBox *precision = nullptr;
    QComboBox *device = nullptr;
    QSpinBox *threads = nullptr;
    QDoubleSpinBox *memory_limit = nullptr;

    std::vector<CollapsibleSection *> sections;
    QHash<QString, QLabel *> problem_labels; ///< by the settings' member name
    QHash<QString, QString> titles;          ///< of the fields, likewise
    QLabel *other_problems = nullptr;
    QLabel *summary = nullptr;

    /// The group size typed or chosen; 0: whole row; -1: no number.
    [[nodiscard]] std::int64_t group() const;
    void set_group(std::int64_t size);
};

} // namespace invar
