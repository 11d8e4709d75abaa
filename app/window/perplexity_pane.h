// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/background_jobs.h"
#include "widgets/perplexity_panel.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <deque>
#include <filesystem>
#include <string>

class QCheckBox;
class QLabel;
class QToolButton;

namespace invar {

/// Measures perplexity on a held-out text in the background and shows it: of the full-precision model, of the quantized
/// one at the start and of the present one (from the state that the search keeps flushing into its run folder).
class PerplexityPane final : public QWidget {
    Q_OBJECT

public:
    using Which = PerplexityPanel::Which;

    explicit PerplexityPane(BackgroundJobs &jobs, QWidget *parent = nullptr);

    /// Another model: nothing is known of it yet. An empty one: nothing can be measured.
    void set_model(const std::string &model, const std::filesystem::path &text);
    /// A run of that model; `same` keeps what was measured at its start (a resumed run).
    void set_run(const std::filesystem::path &folder, bool same);
    /// The text to measure on; what was measured on another one is forgotten.
    void set_text(const std::filesystem::path &text);
    void set_device(const std::string &device) { device_ = device; }

    void set_watching(bool on);
    [[nodiscard]] bool is_watching() const;
    /// Whether a search is changing the run, so that measuring again and again makes sense.
    void set_searching(bool searching);
    void set_step(std::int64_t step) { step_ = step; }

    /// Measures what is not known yet, and the present state again.
    void measure();
    void cancel();
    [[nodiscard]] PerplexityPanel &panel() const { return *panel_; }

Q_SIGNALS:
    void failed(const QString &reason);
    /// The user wants another held-out text, or none is known.
    void choose_text_requested();

protected:
    void changeEvent(QEvent *event) override;

private:
    void retranslate();
    void watch();
    void watch_later();
    void next();
    void forget();
    void measured(Which which, double perplexity, std::int64_t step);
    void update_panel();

    BackgroundJobs &jobs_;
    PerplexityPanel *panel_;
    QCheckBox *watch_;
    QLabel *text_label_;
    QToolButton *choose_;
    QTimer watch_timer_;
    QElapsedTimer clock_;
    qint64 last_duration_ms_ = 0;

    std::string model_;
    std::filesystem::path run_;
    std::filesystem::path text_;
    std::string device_ = "cpu";
    std::int64_t step_ = 0;
    bool searching_ = false;
    std::deque<Which> waiting_;
};

} // namespace invar
