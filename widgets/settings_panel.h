// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/model_info.h"
#include "core/search/settings.h"

#include <QWidget>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

class QFormLayout;

namespace invar {

/// Edits one SearchSettings for one model. What cannot work is said in red under its field.
class SettingsPanel : public QWidget {
    Q_OBJECT
public:
    explicit SettingsPanel(QWidget *parent = nullptr);
    ~SettingsPanel() override;

    /// Offers only what this model can do; values that it cannot take stay and are marked as problems. Token ids of
    /// another model's calibration set are dropped.
    void set_model(const ModelInfo &model);

    /// What is on the screen. Members that the panel has no field for (model, racing_audit) are kept from
    /// set_settings().
    [[nodiscard]] SearchSettings settings() const;
    void set_settings(const SearchSettings &settings);
    /// What was chosen for the other starting methods while they were shown, by name.
    [[nodiscard]] std::map<std::string, MethodOptions> other_options() const;

    // Narrower than set_settings(): all else stays, also what is remembered and not on the screen.
    void choose_method(const std::string &name, const MethodOptions &options);
    void set_layer_bits(const LayerBits &bits);
    /// Everything of another panel, also what it remembers: of one in another language.
    void take_over(const SettingsPanel &other);

    /// A settings member by the name of its field: "group_size" -> "Group size". As it is where it has none.
    [[nodiscard]] QString title_of(const std::string &member) const;
    /// The problems with the names of their fields, for a message.
    [[nodiscard]] QString told(const std::vector<SettingsProblem> &problems) const;

    /// While a run goes on: everything can be read, nothing changed.
    void set_locked(bool locked);
    [[nodiscard]] bool is_locked() const;

    /// From find_problems(), for the model and settings on the screen; empty while no model is set.
    [[nodiscard]] std::vector<SettingsProblem> problems() const;
    [[nodiscard]] bool is_valid() const;

public slots:
    void set_calibration_text(const QString &file);

signals:
    /// The user, or set_settings(), changed a value.
    void changed();
    void valid_changed(bool valid);
    void browse_calibration_requested();

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Fields;

    [[nodiscard]] QFormLayout *add_section(const QString &title, const char *name);
    /// With a line under it for the problem of that settings member.
    void add_field(QFormLayout *form, const QString &label, QWidget *field, const char *member);
    void align_labels();
    void build_grid_section();
    void add_layer_bits_row(QFormLayout *form);
    void build_moves_section();
    void build_more_moves_section();
    [[nodiscard]] QWidget *make_invariance_boxes(const std::set<MovedPart> &parts);
    [[nodiscard]] std::string chosen_policy() const;
    void add_screening_rows(QFormLayout *form);
    void add_racing_row(QFormLayout *form);
    void build_search_section();
    void build_calibration_section();
    [[nodiscard]] bool shows_ids() const;
    void show_calibration();
    void drop_ids();
    void update_calibration();
    void build_machine_section();
    void edited();
    void check();
    void choose_layer_bits();
    void update_layer_bits();
    void update_group_sizes();
    void update_invariances();
    void update_summary();

    std::unique_ptr<Fields> fields_;
    ModelInfo model_;
    SearchSettings base_; ///< as they were set: members without a field, and the calibration set's
    bool has_model_ = false;
    bool locked_ = false;
    bool valid_ = true;
    bool filling_ = false;
    std::vector<SettingsProblem> problems_;
};

} // namespace invar
