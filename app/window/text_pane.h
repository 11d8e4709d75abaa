// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/background_jobs.h"
#include "core/evaluate/text_preview.h"

#include <QTimer>
#include <QWidget>

#include <array>
#include <filesystem>
#include <optional>
#include <string>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace invar {

class TextColumn;

/// Lets the full-precision model and the quantized one, as the search has it now (from the state that it keeps flushing
/// into its run folder), go on from the same prompt, side by side, token by token, in the background. The first token
/// by which they part is marked.
class TextPane final : public QWidget {
    Q_OBJECT

public:
    explicit TextPane(BackgroundJobs &jobs, QWidget *parent = nullptr);

    /// Another model; an empty one: nothing can be written. `prompt` is what it is asked unless the user typed another.
    void set_model(const std::string &model, const QString &prompt);
    /// A run of that model; empty: there is no quantized model yet.
    void set_run(const std::filesystem::path &folder);
    void set_device(const std::string &device) { device_ = device; }
    /// Whether a search is changing the run, so that writing again and again makes sense.
    void set_searching(bool searching);

    void write();
    void cancel();
    [[nodiscard]] bool is_writing() const;
    /// Index of the first token by which the two texts on the screen differ.
    [[nodiscard]] std::optional<std::size_t> first_difference() const { return difference_; }
    [[nodiscard]] const TextColumn &column(std::size_t model) const { return *columns_.at(model); }

Q_SIGNALS:
    void failed(const QString &reason);
    /// A text is complete.
    void written();

protected:
    void changeEvent(QEvent *event) override;

private:
    [[nodiscard]] TextPreviewSettings settings() const;
    void start(std::uint64_t seed);
    void clear();
    [[nodiscard]] QString describe(std::size_t model, std::size_t token) const;
    void take_token(quint64 round, std::size_t model, const PreviewToken &token);
    void find_difference();
    void show_notes();
    void finish(const TextPreview &preview);
    void update_controls();
    void retranslate();

    BackgroundJobs &jobs_;
    QLabel *prompt_label_;
    QLineEdit *prompt_;
    QComboBox *choice_;
    QLabel *temperature_label_;
    QDoubleSpinBox *temperature_;
    QLabel *tokens_label_;
    QSpinBox *tokens_;
    QPushButton *write_;
    QCheckBox *again_;
    std::array<TextColumn *, 2> columns_{};
    QTimer again_timer_;

    std::string model_;
    std::filesystem::path run_;
    std::string device_ = "cpu";
    bool searching_ = false;
    std::uint64_t seed_ = 0; ///< of the text on the screen
    quint64 round_ = 0;      ///< tokens of an earlier one come too late
    std::array<PreviewEnd, 2> ends_{};
    std::optional<std::size_t> difference_;
};

} // namespace invar
