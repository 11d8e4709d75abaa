// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/settings_panel.h"

#include "core/quant/grid_plan.h"
#include "core/search/idle_moves.h"
#include "core/search/memory_plan.h"
#include "widgets/bits_dialog.h"
#include "widgets/collapsible_section.h"
#include "widgets/core_messages.h"
#include "widgets/method_fields.h"
#include "widgets/number_edit.h"
#include "widgets/plot_colours.h"
#include "widgets/plot_format.h"
#include "widgets/settings_fields.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QScrollArea>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace invar {

namespace {

int clamped(std::int64_t value) {
    return static_cast<int>(
        std::clamp<std::int64_t>(value, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
}

QString sentence(const std::string &reason) {
    QString text = core_message(reason);
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

/// One that is not in the list is added: it is kept as it is, and marked as a problem.
void choose(QComboBox &list, const std::string &name) {
    const QString wanted = QString::fromStdString(name);
    if (list.findData(wanted) < 0)
        list.addItem(wanted, wanted);
    list.setCurrentIndex(list.findData(wanted));
}

} // namespace

SettingsPanel::SettingsPanel(QWidget *parent) : QWidget(parent), fields_(std::make_unique<Fields>()) {
    setObjectName(QStringLiteral("settings_panel"));
    build_grid_section();
    build_search_section();
    build_moves_section();
    build_more_moves_section();
    build_calibration_section();
    build_machine_section();

    align_labels();
    auto *content = new QWidget;
    auto *sections = new QVBoxLayout(content);
    sections->setContentsMargins(4, 4, 4, 4);
    sections->setSpacing(2);
    for (CollapsibleSection *section : fields_->sections)
        sections->addWidget(section);
    sections->addStretch(1);
    auto *scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("settings_scroll"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(content);

    fields_->other_problems = new QLabel(this);
    fields_->other_problems->setObjectName(QStringLiteral("other_problems"));
    fields_->other_problems->setWordWrap(true);
    fields_->other_problems->setTextFormat(Qt::PlainText);
    fields_->other_problems->hide();
    fields_->summary = new QLabel(this);
    fields_->summary->setObjectName(QStringLiteral("settings_summary"));
    fields_->summary->setWordWrap(true);
    fields_->summary->setContentsMargins(8, 4, 8, 6);
    fields_->summary->setToolTip(tr("Storage per weight with the groups' scales and zero points, and what the search "
                                    "will hold in memory"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(scroll, 1);
    column->addWidget(fields_->other_problems);
    column->addWidget(fields_->summary);
    setMinimumWidth(270);
    update_invariances();
    set_settings(SearchSettings{});
}

SettingsPanel::~SettingsPanel() = default;

void SettingsPanel::align_labels() {
    int widest = 0;
    std::vector<QWidget *> labels;
    for (const CollapsibleSection *section : fields_->sections)
        for (int row = 0; row < section->form()->rowCount(); ++row)
            if (const QLayoutItem *item = section->form()->itemAt(row, QFormLayout::LabelRole)) {
                labels.push_back(item->widget());
                widest = std::max(widest, item->widget()->sizeHint().width());
            }
    for (QWidget *label : labels)
        label->setMinimumWidth(widest);
    fields_->method_options->set_label_width(widest);
}

SearchSettings SettingsPanel::settings() const {
    const Fields &f = *fields_;
    SearchSettings s = base_;
    s.method = f.method->currentData().toString().toStdString();
    s.grid = {f.bits->value(), f.group(), f.symmetric->isChecked(),
              static_cast<ScalePrecision>(f.scale_precision->currentData().toInt())};
    s.method_options = f.method_options->options();
    s.layer_bits = f.layer_bits;
    if (!shows_ids()) { // what cannot be seen must not outrank what can
        s.calibration_text = f.calibration_text->text().trimmed().toStdString();
        s.calibration_ids.clear();
    }
    s.sequences = f.sequences->value();
    s.sequence_length = f.sequence_length->value();
    for (const Invariance invariance : all_invariances)
        s.invariances.set(invariance, f.invariances.at(static_cast<std::size_t>(invariance))->isChecked());
    // Ticking such a move, which is never ticked by itself, is the yes that it needs.
    s.approximate = std::ranges::any_of(all_invariances, [&](Invariance invariance) {
        return s.invariances.contains(invariance) && model_.needs_consent.contains(invariance);
    });
    s.alpha = f.alpha->value();
    s.equal_tokens = f.equal_tokens->isChecked();
    s.swap_fraction = f.swap_fraction->value();
    s.scale_std = f.scale_std->value();
    s.rotation_std = f.rotation_std->value();
    s.watched_layers = f.watched_layers->value();
    s.steps = f.steps->value();
    s.seconds = f.seconds->value();
    s.seed = f.seed->text().toULongLong();
    s.precision = static_cast<Precision>(f.precision->currentData().toInt());
    s.device = f.device->currentText().trimmed().toStdString();
    s.threads = f.threads->value();
    s.policy = chosen_policy();
    s.draws = f.draws->value();
    s.gradient_age = f.gradient_age->value();
    s.racing_error = f.racing->isChecked() ? f.racing_error->value() : 0;
    s.memory_limit = f.memory_limit->value();
    return s;
}

void SettingsPanel::set_settings(const SearchSettings &s) {
    Fields &f = *fields_;
    {
        const QScopedValueRollback guard(filling_, true);
        base_ = s;
        choose(*f.method, s.method);
        f.method_options->set_options(s.method_options);
        f.bits->setValue(s.grid.bits);
        f.set_group(s.grid.group_size);
        f.symmetric->setChecked(s.grid.symmetric);
        f.scale_precision->setCurrentIndex(f.scale_precision->findData(static_cast<int>(s.grid.scales)));
        f.layer_bits = s.layer_bits;
        show_calibration();
        f.sequences->setValue(clamped(s.sequences));
        f.sequence_length->setValue(clamped(s.sequence_length));
        f.wanted = s.invariances;
        f.agreed = s.approximate ? s.invariances : InvarianceSet::none();
        f.alpha->set_value(s.alpha);
        f.equal_tokens->setChecked(s.equal_tokens);
        f.swap_fraction->set_value(s.swap_fraction);
        f.scale_std->set_value(s.scale_std);
        f.rotation_std->set_value(s.rotation_std);
        f.watched_layers->setValue(s.watched_layers);
        f.steps->setValue(clamped(s.steps));
        f.seconds->setValue(s.seconds);
        f.seed->setText(QString::number(s.seed));
        f.precision->setCurrentIndex(f.precision->findData(static_cast<int>(s.precision)));
        f.device->setCurrentText(QString::fromStdString(s.device));
        f.threads->setValue(s.threads);
        choose(*f.policy, s.policy);
        f.draws->setValue(s.draws);
        f.gradient_age->setValue(s.gradient_age);
        f.racing->setChecked(s.racing_error > 0);
        if (s.racing_error > 0)
            f.racing_error->setValue(s.racing_error);
        f.memory_limit->setValue(s.memory_limit);
        update_invariances();
    }
    edited();
}

std::map<std::string, MethodOptions> SettingsPanel::other_options() const { return fields_->method_options->others(); }

void SettingsPanel::choose_method(const std::string &name, const MethodOptions &options) {
    {
        const QScopedValueRollback guard(filling_, true);
        choose(*fields_->method, name);
        fields_->method_options->change_options(options);
    }
    edited();
}

void SettingsPanel::set_layer_bits(const LayerBits &bits) {
    fields_->layer_bits = bits;
    edited();
}

void SettingsPanel::take_over(const SettingsPanel &other) {
    if (other.has_model_)
        set_model(other.model_);
    set_settings(other.settings());
    Fields &f = *fields_;
    {
        const QScopedValueRollback guard(filling_, true);
        f.method_options->set_others(other.other_options());
        f.wanted = other.fields_->wanted;
        f.agreed = other.fields_->agreed;
        f.norms_chosen = other.fields_->norms_chosen;
        f.racing_error->setValue(other.fields_->racing_error->value());
        update_invariances();
    }
    edited();
}

void SettingsPanel::set_model(const ModelInfo &model) {
    {
        const QScopedValueRollback guard(filling_, true);
        if (model.source != base_.model)
            drop_ids(); // they are another tokenizer's
        model_ = model;
        has_model_ = true;
        update_group_sizes();
        update_invariances();
    }
    edited();
}

void SettingsPanel::set_calibration_text(const QString &file) { fields_->calibration_text->setText(file); }

void SettingsPanel::choose_layer_bits() {
    const SearchSettings now = settings();
    auto *dialog = new BitsDialog(model_, now.grid, now.layer_bits, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        if (locked_)
            return;
        set_layer_bits(dialog->layer_bits());
    });
    dialog->open();
}

void SettingsPanel::update_layer_bits() {
    const QString rules = QString::fromStdString(to_string(fields_->layer_bits));
    QLabel &shown = *fields_->layer_bits_text;
    shown.setText(rules.isEmpty() ? tr("all %1").arg(fields_->bits->value()) : rules);
    shown.setToolTip(QString(rules).replace(u',', QStringLiteral(",\n")));
    fields_->choose_layer_bits->setEnabled(has_model_);
}

void SettingsPanel::update_group_sizes() {
    auto *items = qobject_cast<QStandardItemModel *>(fields_->group_size->model());
    for (int i = 0; items && i < items->rowCount(); ++i) {
        const Grid grid{2, items->item(i)->data(Qt::UserRole).toLongLong(), false};
        const bool divides = std::ranges::all_of(
            model_.matrices, [&grid](const MatrixInfo &matrix) { return grid.divides(matrix.cols); });
        items->item(i)->setEnabled(divides);
        items->item(i)->setToolTip(divides ? QString() : tr("Does not divide this model's rows"));
    }
}

void SettingsPanel::set_locked(bool locked) {
    locked_ = locked;
    for (CollapsibleSection *section : fields_->sections)
        section->body()->setEnabled(!locked);
}

bool SettingsPanel::is_locked() const { return locked_; }

std::vector<SettingsProblem> SettingsPanel::problems() const { return problems_; }

bool SettingsPanel::is_valid() const { return valid_; }

void SettingsPanel::edited() {
    if (filling_)
        return;
    if (idle_moves(settings()) != fields_->idle) {
        const QScopedValueRollback guard(filling_, true);
        update_invariances();
    }
    check();
    update_layer_bits();
    update_calibration();
    update_summary();
    emit changed();
}

void SettingsPanel::check() {
    const SearchSettings now = settings();
    problems_ = has_model_ ? find_problems(now, model_) : std::vector<SettingsProblem>{};
    bool seed_ok = false;
    fields_->seed->text().toULongLong(&seed_ok);
    if (!seed_ok)
        problems_.push_back({"seed", tr("must be a whole number from 0 to 2⁶⁴ − 1").toStdString()});
    if (now.grid.group_size < 0) {
        std::erase_if(problems_, [](const SettingsProblem &problem) { return problem.field == "group_size"; });
        problems_.push_back({"group_size", tr("must be a number of weights, or the whole row").toStdString()});
    }

    QHash<QString, QStringList> reasons;
    QStringList others;
    for (const SettingsProblem &problem : problems_) {
        // Token ids are shown where the text else is.
        const QString field =
            QString::fromStdString(problem.field == "calibration_ids" ? "calibration_text" : problem.field);
        if (fields_->problem_labels.contains(field))
            reasons[field] += sentence(problem.reason);
        else
            others += title_of(problem.field) + QStringLiteral(": ") + core_message(problem.reason);
    }
    const QColor ink = plot_colours(palette()).problem;
    const auto show = [&ink](QLabel *label, const QStringList &texts) {
        QPalette tinted = label->palette();
        tinted.setColor(QPalette::WindowText, ink);
        label->setPalette(tinted);
        label->setText(texts.join(u'\n'));
        label->setVisible(!texts.isEmpty());
    };
    for (auto it = fields_->problem_labels.cbegin(); it != fields_->problem_labels.cend(); ++it)
        show(it.value(), reasons.value(it.key()));
    show(fields_->other_problems, others);

    const bool valid = problems_.empty();
    if (valid != valid_) {
        valid_ = valid;
        emit valid_changed(valid);
    }
}

QString SettingsPanel::title_of(const std::string &member) const {
    const QString name = QString::fromStdString(member);
    return fields_->titles.value(name, name);
}

QString SettingsPanel::told(const std::vector<SettingsProblem> &problems) const {
    QStringList all;
    for (const SettingsProblem &problem : problems)
        all << tr("“%1” %2").arg(title_of(problem.field), core_message(problem.reason));
    return all.join(QStringLiteral("; "));
}

void SettingsPanel::update_summary() {
    if (!has_model_ || !valid_) {
        fields_->summary->setText(has_model_ ? tr("These settings cannot run yet.") : tr("No model is open."));
        return;
    }
    const SearchSettings now = settings();
    const auto size = [](std::int64_t bytes) {
        return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeTraditionalFormat);
    };
    const MemoryPlan plan = plan_memory(now, model_);
    QString text =
        tr("%1 bits per weight · needs about %2, %3 free")
            .arg(QLocale().toString(GridPlan(now.grid, now.layer_bits, model_).bits_per_weight(model_), 'f', 3),
                 size(plan.bytes), size(plan.available));
    if (plan.cache_stride > 1)
        text += u'\n' + tr("To fit, every %1th layer is cached; steps take longer.").arg(plan.cache_stride);
    fields_->summary->setText(text);
}

void SettingsPanel::changeEvent(QEvent *event) {
    if (event->type() == QEvent::PaletteChange && fields_->summary)
        check();
    QWidget::changeEvent(event);
}

} // namespace invar
