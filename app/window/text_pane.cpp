// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/text_pane.h"

#include "core/search/open_model.h"
#include "widgets/text_column.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QRandomGenerator>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>
#include <vector>

namespace invar {

namespace {

const auto slot = QStringLiteral("text");
constexpr std::size_t full_precision = 0;
constexpr std::size_t quantized = 1;
/// Plot colours, as in the perplexity panel: full precision, now.
constexpr std::array<std::size_t, 2> series{2, 0};
constexpr auto again_after = std::chrono::seconds(10);

/// The full-precision model and, where there is a run, the quantized one.
std::vector<std::shared_ptr<const LanguageModel>> open_sides(const std::string &model, const std::filesystem::path &run,
                                                             const Task &task) {
    if (run.empty())
        return {open_model(model, task)};
    const auto models = open_run_models(run, task);
    return {models.full_precision, models.current};
}

QString percent(double probability) {
    return TextPane::tr("%1 %").arg(QLocale().toString(100 * probability, 'f', probability < 0.01 ? 2 : 1));
}

QString quoted(const PreviewToken &token) {
    return QStringLiteral("“%1”").arg(
        QString::fromStdString(token.text).replace(QLatin1Char('\n'), QStringLiteral("↵")));
}

} // namespace

TextPane::TextPane(BackgroundJobs &jobs, QWidget *parent)
    : QWidget(parent), jobs_(jobs), prompt_label_(new QLabel(this)), prompt_(new QLineEdit(this)),
      choice_(new QComboBox(this)), temperature_label_(new QLabel(this)), temperature_(new QDoubleSpinBox(this)),
      tokens_label_(new QLabel(this)), tokens_(new QSpinBox(this)), write_(new QPushButton(this)),
      again_(new QCheckBox(this)) {
    prompt_->setObjectName(QStringLiteral("text_prompt"));
    prompt_->setMaxLength(10'000);
    prompt_label_->setBuddy(prompt_);
    choice_->setObjectName(QStringLiteral("text_choice"));
    choice_->addItems({QString(), QString()});
    temperature_->setObjectName(QStringLiteral("text_temperature"));
    temperature_->setRange(0.05, 5);
    temperature_->setSingleStep(0.1);
    temperature_->setValue(0.8);
    temperature_label_->setBuddy(temperature_);
    tokens_->setObjectName(QStringLiteral("text_tokens"));
    tokens_->setRange(1, 4096);
    tokens_->setValue(48);
    tokens_label_->setBuddy(tokens_);
    write_->setObjectName(QStringLiteral("text_write"));
    again_->setObjectName(QStringLiteral("text_again"));

    auto *controls = new QHBoxLayout;
    controls->setSpacing(6);
    controls->addWidget(prompt_label_);
    controls->addWidget(prompt_, 1);
    for (QWidget *widget : std::initializer_list<QWidget *>{choice_, temperature_label_, temperature_, tokens_label_,
                                                            tokens_, again_, write_})
        controls->addWidget(widget);
    auto *texts = new QHBoxLayout;
    texts->setSpacing(8);
    const std::array names{QStringLiteral("text_full_precision"), QStringLiteral("text_quantized")};
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        columns_.at(i) = new TextColumn(
            series.at(i), names.at(i), [this, i](std::size_t token) { return describe(i, token); }, this);
        texts->addWidget(columns_.at(i), 1);
    }
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 4, 6, 4);
    layout->setSpacing(4);
    layout->addLayout(controls);
    layout->addLayout(texts, 1);

    again_timer_.setSingleShot(true);
    again_timer_.setInterval(again_after);
    connect(&again_timer_, &QTimer::timeout, this, [this] {
        if (searching_ && again_->isChecked() && isVisible() && !is_writing())
            start(seed_); // the same random numbers: what changes is the quantized model's doing
    });
    connect(again_, &QCheckBox::toggled, this, [this] { set_searching(searching_); });
    connect(write_, &QPushButton::clicked, this, [this] { is_writing() ? cancel() : write(); });
    connect(prompt_, &QLineEdit::returnPressed, this, &TextPane::write);
    connect(prompt_, &QLineEdit::textChanged, this, &TextPane::update_controls);
    connect(choice_, &QComboBox::currentIndexChanged, this, &TextPane::update_controls);
    retranslate();
}

void TextPane::set_model(const std::string &model, const QString &prompt) {
    cancel();
    model_ = model;
    run_.clear();
    if (!prompt_->isModified() || prompt_->text().trimmed().isEmpty())
        prompt_->setText(prompt);
    clear();
    update_controls();
}

void TextPane::set_run(const std::filesystem::path &folder) {
    if (folder == run_)
        return;
    cancel();
    run_ = folder;
    clear(); // another run's quantized text says nothing about this one
    update_controls();
}

void TextPane::clear() {
    difference_.reset();
    for (auto *column : columns_)
        column->clear();
}

void TextPane::set_searching(bool searching) {
    searching_ = searching;
    if (searching_ && again_->isChecked() && !is_writing())
        again_timer_.start();
    else
        again_timer_.stop();
}

bool TextPane::is_writing() const { return jobs_.running(slot); }

TextPreviewSettings TextPane::settings() const {
    TextPreviewSettings settings;
    settings.prompt = prompt_->text().toStdString();
    settings.tokens = tokens_->value();
    settings.temperature = choice_->currentIndex() == 0 ? 0 : temperature_->value();
    settings.seed = seed_;
    settings.device = device_;
    return settings;
}

void TextPane::write() { start(QRandomGenerator::global()->generate64()); }

void TextPane::start(std::uint64_t seed) {
    if (model_.empty() || is_writing() || prompt_->text().isEmpty())
        return;
    ++round_;
    seed_ = seed;
    clear();
    columns_[full_precision]->begin(prompt_->text());
    if (!run_.empty())
        columns_[quantized]->begin(prompt_->text());
    jobs_.start(
        slot,
        [this, round = round_, model = model_, run = run_, settings = settings()](const Task &task) {
            const auto sides = open_sides(model, run, task);
            return preview_texts(sides, settings, task, [&](std::size_t side, const PreviewToken &token) {
                QMetaObject::invokeMethod(
                    this, [this, round, side, token] { take_token(round, side, token); }, Qt::QueuedConnection);
            });
        },
        [this](const TextPreview &preview) { finish(preview); },
        {.progress = {},
         .failed =
             [this](const QString &reason) {
                 update_controls();
                 Q_EMIT failed(tr("No text could be written: %1").arg(reason));
             },
         .cancelled = {}});
    update_controls();
}

void TextPane::cancel() {
    ++round_;
    jobs_.drop(slot);
    update_controls();
}

void TextPane::take_token(quint64 round, std::size_t model, const PreviewToken &token) {
    if (round != round_)
        return;
    columns_.at(model)->append(token);
    if (!difference_)
        find_difference();
}

void TextPane::find_difference() {
    const auto &ours = columns_[full_precision]->tokens();
    const auto &theirs = columns_[quantized]->tokens();
    const auto both = std::min(ours.size(), theirs.size());
    for (std::size_t i = 0; i < both; ++i)
        if (ours[i].id != theirs[i].id) {
            difference_ = i;
            for (auto *column : columns_)
                column->mark(i);
            show_notes();
            return;
        }
}

void TextPane::finish(const TextPreview &preview) {
    for (std::size_t i = 0; i < preview.texts.size() && i < ends_.size(); ++i)
        ends_.at(i) = preview.texts[i].end;
    show_notes();
    update_controls();
    set_searching(searching_);
    Q_EMIT written();
}

void TextPane::show_notes() {
    for (std::size_t side = 0; side < columns_.size(); ++side) {
        const auto &tokens = columns_.at(side)->tokens();
        if (tokens.empty()) {
            columns_.at(side)->set_note({});
        } else if (difference_ && *difference_ < tokens.size()) {
            const auto &token = tokens[*difference_];
            columns_.at(side)->set_note(tr("Parts at token %1: %2, %3 sure")
                                            .arg(*difference_ + 1)
                                            .arg(quoted(token), percent(token.probability)));
        } else if (!is_writing() && ends_.at(side) != PreviewEnd::tokens_done) {
            columns_.at(side)->set_note(ends_.at(side) == PreviewEnd::end_token ? tr("Ended by itself")
                                                                                : tr("The model's context is full"));
        } else {
            columns_.at(side)->set_note(run_.empty() ? QString() : tr("The same so far"));
        }
    }
}

QString TextPane::describe(std::size_t model, std::size_t token) const {
    const auto &shown = columns_.at(model)->tokens();
    if (token >= shown.size())
        return {};
    const auto &chosen = shown[token];
    QString text = tr("Token %1: %2").arg(token + 1).arg(quoted(chosen));
    const std::array names{tr("full precision"), tr("quantized")};
    for (std::size_t side = 0; side < chosen.by_model.size() && side < names.size(); ++side)
        if (chosen.by_model[side])
            text += QStringLiteral("\n") + tr("%1: %2").arg(names.at(side), percent(*chosen.by_model[side]));
    return text;
}

void TextPane::update_controls() {
    const bool writing = is_writing();
    const bool sampled = choice_->currentIndex() == 1;
    temperature_->setVisible(sampled);
    temperature_label_->setVisible(sampled);
    write_->setText(writing ? tr("Stop") : tr("Write"));
    write_->setEnabled(writing || (!model_.empty() && !prompt_->text().isEmpty()));
    columns_[full_precision]->set_hint(model_.empty() ? tr("Open a model first")
                                                      : tr("Write lets the model go on from the prompt"));
    columns_[quantized]->set_hint(run_.empty() ? tr("Start a search, or open a run: then there is a quantized model")
                                               : tr("Write lets both models go on from the same prompt"));
}

void TextPane::retranslate() {
    prompt_label_->setText(tr("Prompt:"));
    prompt_->setToolTip(tr("What the text begins with"));
    choice_->setItemText(0, tr("Greedy"));
    choice_->setItemText(1, tr("Sampled"));
    choice_->setToolTip(tr("Greedy: always the likeliest token. Sampled: drawn by probability, with the same random "
                           "numbers for both models, so that the texts differ because the models do"));
    choice_->setAccessibleName(tr("How tokens are chosen"));
    temperature_label_->setText(tr("at"));
    temperature_->setToolTip(tr("Temperature: 1 draws as the model has it, less keeps to likely tokens"));
    temperature_->setAccessibleName(tr("Temperature"));
    tokens_label_->setText(tr("Tokens:"));
    tokens_->setToolTip(tr("How many tokens are written at most"));
    again_->setText(tr("Again while searching"));
    again_->setToolTip(tr("Writes again now and then, with the quantized model as it is then; the search is slower "
                          "meanwhile"));
    columns_[full_precision]->set_title(tr("Full precision"));
    columns_[quantized]->set_title(tr("Quantized, now"));
    show_notes();
    update_controls();
}

void TextPane::changeEvent(QEvent *event) {
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace invar
