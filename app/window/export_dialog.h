// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/background_jobs.h"
#include "core/export/exporters.h"

#include <QDialog>

#include <filesystem>

class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace invar {

/// Chooses a format and a place, exports a run in the background, and closes when that is done.
class ExportDialog final : public QDialog {
    Q_OBJECT

public:
    /// `parent_folder`: where the suggested output lies.
    ExportDialog(BackgroundJobs &jobs, std::filesystem::path run, const QString &parent_folder,
                 QWidget *parent = nullptr);
    ~ExportDialog() override;

    [[nodiscard]] std::filesystem::path output() const;
    /// Cancels an export that goes on; otherwise closes.
    void reject() override;

Q_SIGNALS:
    void exported(const invar::ExportResult &result, const std::filesystem::path &output);

private:
    [[nodiscard]] const ExportFormatInfo &format() const;
    void suggest_output();
    void browse();
    void check();
    void begin();
    void end(const QString &message);

    BackgroundJobs &jobs_;
    std::filesystem::path run_;
    QString parent_folder_;
    BackgroundJobs::Id job_ = 0;

    QListWidget *formats_;
    QLabel *description_;
    QLineEdit *output_;
    QToolButton *browse_;
    QLabel *message_;
    QProgressBar *progress_;
    QDialogButtonBox *buttons_;
    QPushButton *export_;
};

/// "12.3 MB"
[[nodiscard]] QString size_text(std::int64_t bytes);

} // namespace invar
