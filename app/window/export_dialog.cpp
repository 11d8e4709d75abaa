// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/export_dialog.h"

#include "app/window/run_folders.h"
#include "widgets/core_texts.h"

#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

namespace invar {

namespace {
const auto slot = QStringLiteral("export");
} // namespace

QString size_text(std::int64_t bytes) { return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat); }

ExportDialog::ExportDialog(BackgroundJobs &jobs, std::filesystem::path run, const QString &parent_folder,
                           QWidget *parent)
    : QDialog(parent), jobs_(jobs), run_(std::move(run)), parent_folder_(parent_folder),
      formats_(new QListWidget(this)), description_(new QLabel(this)), output_(new QLineEdit(this)),
      browse_(new QToolButton(this)), message_(new QLabel(this)), progress_(new QProgressBar(this)),
      buttons_(new QDialogButtonBox(QDialogButtonBox::Cancel, this)),
      export_(buttons_->addButton(tr("&Export"), QDialogButtonBox::AcceptRole)) {
    setObjectName(QStringLiteral("export_dialog"));
    setWindowTitle(tr("Export"));
    formats_->setObjectName(QStringLiteral("formats"));
    output_->setObjectName(QStringLiteral("output"));
    export_->setObjectName(QStringLiteral("export_button"));
    message_->setObjectName(QStringLiteral("message"));
    for (const ExportFormatInfo &format : export_formats())
        formats_->addItem(core_text(format.title));
    formats_->setMaximumHeight(120);
    description_->setWordWrap(true);
    description_->setMinimumHeight(2 * fontMetrics().height());
    description_->setAlignment(Qt::AlignTop);
    message_->setWordWrap(true);
    progress_->setRange(0, 1000);
    progress_->setVisible(false);
    browse_->setText(tr("Browse…"));

    auto *format_label = new QLabel(tr("&Format"), this);
    format_label->setBuddy(formats_);
    auto *output_label = new QLabel(tr("&Write to"), this);
    output_label->setBuddy(output_);
    auto *output_row = new QHBoxLayout;
    output_row->addWidget(output_, 1);
    output_row->addWidget(browse_);
    auto *layout = new QVBoxLayout(this);
    for (QWidget *widget : std::initializer_list<QWidget *>{format_label, formats_, description_, output_label})
        layout->addWidget(widget);
    layout->addLayout(output_row);
    for (QWidget *widget : std::initializer_list<QWidget *>{message_, progress_})
        layout->addWidget(widget);
    layout->addStretch();
    layout->addWidget(buttons_);
    resize(560, sizeHint().height());

    connect(formats_, &QListWidget::currentRowChanged, this, [this] {
        description_->setText(core_text(format().description));
        suggest_output();
    });
    connect(output_, &QLineEdit::textChanged, this, &ExportDialog::check);
    connect(browse_, &QToolButton::clicked, this, &ExportDialog::browse);
    connect(export_, &QPushButton::clicked, this, &ExportDialog::begin);
    connect(buttons_, &QDialogButtonBox::rejected, this, &ExportDialog::reject);
    export_->setDefault(true);
    formats_->setCurrentRow(0);
}

ExportDialog::~ExportDialog() { jobs_.drop(slot); }

const ExportFormatInfo &ExportDialog::format() const {
    return export_formats().at(static_cast<std::size_t>(std::max(formats_->currentRow(), 0)));
}

std::filesystem::path ExportDialog::output() const { return to_path(output_->text().trimmed()); }

void ExportDialog::suggest_output() {
    const QString stem = to_qstring(run_.filename()) + QLatin1Char('-') + QString::fromStdString(format().name);
    const QString suffix = format().is_folder ? QString() : QStringLiteral(".safetensors");
    QString name = stem + suffix;
    for (int number = 2; QFileInfo::exists(QDir(parent_folder_).filePath(name)); ++number)
        name = QStringLiteral("%1-%2%3").arg(stem).arg(number).arg(suffix);
    output_->setText(QDir(parent_folder_).filePath(name));
}

void ExportDialog::browse() {
    if (!format().is_folder) {
        const QString file = QFileDialog::getSaveFileName(this, tr("Export to"), output_->text());
        if (!file.isEmpty())
            output_->setText(file);
        return;
    }
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Folder that the export is put into"),
                                                             QFileInfo(output_->text()).path());
    if (folder.isEmpty())
        return;
    parent_folder_ = folder;
    suggest_output();
}

void ExportDialog::check() {
    const QFileInfo target(output_->text().trimmed());
    QString problem;
    if (output().empty())
        problem = tr("Say where to write it.");
    else if (target.isDir() && !QDir(target.filePath()).isEmpty())
        problem = tr("That folder is not empty; choose another name.");
    else if (target.isFile())
        problem = tr("That file exists; choose another name.");
    message_->setText(problem);
    export_->setEnabled(problem.isEmpty() && job_ == 0);
}

void ExportDialog::begin() {
    const auto run = run_;
    const auto name = format().name;
    const auto target = output();
    for (QWidget *widget : std::initializer_list<QWidget *>{formats_, output_, browse_, export_})
        widget->setEnabled(false);
    message_->clear();
    progress_->setValue(0);
    progress_->setVisible(true);
    job_ = jobs_.start(
        slot, [run, name, target](const Task &task) { return export_run(run, name, target, task); },
        [this, target](const ExportResult &result) {
            job_ = 0;
            Q_EMIT exported(result, target);
            accept();
        },
        {.progress =
             [this](double fraction, const QString &stage) {
                 progress_->setValue(static_cast<int>(std::lround(fraction * 1000)));
                 progress_->setFormat(stage.isEmpty() ? QStringLiteral("%p %") : stage + QStringLiteral(" · %p %"));
             },
         .failed = [this](const QString &reason) { end(reason); },
         .cancelled = [this] { end(tr("Cancelled; nothing was written.")); }});
}

void ExportDialog::end(const QString &message) {
    job_ = 0;
    for (QWidget *widget : std::initializer_list<QWidget *>{formats_, output_, browse_, export_})
        widget->setEnabled(true);
    progress_->setVisible(false);
    message_->setText(message);
}

void ExportDialog::reject() {
    if (job_ == 0)
        QDialog::reject();
    else
        jobs_.cancel(job_);
}

} // namespace invar
