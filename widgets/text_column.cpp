// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/text_column.h"

#include "widgets/plot_colours.h"

#include <QAbstractTextDocumentLayout>
#include <QHelpEvent>
#include <QLabel>
#include <QScrollBar>
#include <QTextEdit>
#include <QToolTip>
#include <QVBoxLayout>

#include <algorithm>

namespace invar {

namespace {

/// A line's end can be a token: it has to be seen.
QString visible(const std::string &utf8) {
    return QString::fromStdString(utf8).replace(QLatin1Char('\n'), QStringLiteral("↵\n"));
}

QTextCharFormat mark_format(const QPalette &palette, std::size_t series) {
    const PlotColours colours = plot_colours(palette);
    const QColor colour = colours.series.at(series);
    QColor tint = colour;
    tint.setAlphaF(colours.dark ? 0.38F : 0.22F);
    QTextCharFormat format;
    format.setBackground(tint);
    format.setForeground(colours.text);
    format.setFontUnderline(true);
    format.setUnderlineColor(colour);
    return format;
}

} // namespace

TextColumn::TextColumn(std::size_t series, const QString &name, Describe describe, QWidget *parent)
    : QWidget(parent), series_(series), describe_(std::move(describe)), title_(new QLabel(this)),
      edit_(new QTextEdit(this)), note_(new QLabel(this)) {
    setObjectName(name);
    title_->setObjectName(name + QStringLiteral("_title"));
    title_->setTextFormat(Qt::RichText);
    title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    edit_->setObjectName(name + QStringLiteral("_text"));
    edit_->setReadOnly(true);
    edit_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    edit_->setTabChangesFocus(true);
    edit_->setUndoRedoEnabled(false);
    edit_->setMinimumSize(90, 2 * fontMetrics().lineSpacing() + 12);
    edit_->viewport()->installEventFilter(this);
    note_->setObjectName(name + QStringLiteral("_note"));
    note_->setTextFormat(Qt::PlainText);
    note_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    title_->setBuddy(edit_);
    connect(edit_, &QTextEdit::cursorPositionChanged, this, [this] {
        const auto token = token_at(edit_->textCursor().position());
        if (token && edit_->hasFocus() && !inserting_)
            QToolTip::showText(edit_->viewport()->mapToGlobal(edit_->cursorRect().bottomLeft()), describe_(*token),
                               edit_);
    });

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(title_);
    column->addWidget(edit_, 1);
    column->addWidget(note_);
}

void TextColumn::set_title(const QString &title) {
    title_text_ = title;
    edit_->setAccessibleName(title);
    show_title();
}

void TextColumn::show_title() {
    const QColor colour = plot_colours(palette()).series.at(series_);
    title_->setText(
        QStringLiteral("<span style=\"color:%1\">■</span> <b>%2</b>").arg(colour.name(), title_text_.toHtmlEscaped()));
    title_->setToolTip(title_text_);
}

void TextColumn::set_note(const QString &note) {
    note_->setText(note);
    note_->setToolTip(note);
    edit_->setAccessibleDescription(note);
}

void TextColumn::set_hint(const QString &hint) { edit_->setPlaceholderText(hint); }

void TextColumn::clear() {
    tokens_.clear();
    ends_.clear();
    marks_.clear();
    prompt_end_ = 0;
    edit_->clear();
    set_note({});
}

void TextColumn::begin(const QString &prompt) {
    clear();
    insert(prompt, pale());
    prompt_end_ = QTextCursor(edit_->document()).document()->characterCount() - 1;
}

void TextColumn::append(const PreviewToken &token) {
    tokens_.push_back(token);
    insert(visible(token.text), {});
    ends_.push_back(edit_->document()->characterCount() - 1); // the document ends with a character of its own
    if (!marks_.empty())
        show_marks();
}

void TextColumn::mark(std::size_t token) {
    marks_.push_back(token);
    show_marks();
}

void TextColumn::insert(const QString &text, const QTextCharFormat &format) {
    QScrollBar *bar = edit_->verticalScrollBar();
    const bool follows = bar->value() == bar->maximum();
    inserting_ = true;
    QTextCursor end(edit_->document());
    end.movePosition(QTextCursor::End);
    end.insertText(text, format);
    inserting_ = false;
    if (follows)
        bar->setValue(bar->maximum());
}

QTextCharFormat TextColumn::pale() const {
    QTextCharFormat format;
    format.setForeground(palette().color(QPalette::Active, QPalette::PlaceholderText));
    return format;
}

void TextColumn::show_marks() {
    for (const auto token : marks_) {
        // A part of a character shows nothing: its last part does.
        const int begin = token == 0 ? prompt_end_ : token <= ends_.size() ? ends_[token - 1] : -1;
        const auto end = std::ranges::upper_bound(ends_, begin);
        if (begin < 0 || end == ends_.end())
            continue;
        QTextCursor cursor(edit_->document());
        cursor.setPosition(begin);
        cursor.setPosition(*end, QTextCursor::KeepAnchor);
        cursor.setCharFormat(mark_format(palette(), series_));
    }
}

void TextColumn::recolour() {
    show_title();
    QTextCursor prompt(edit_->document());
    prompt.setPosition(prompt_end_, QTextCursor::KeepAnchor);
    prompt.setCharFormat(pale());
    show_marks();
}

std::optional<std::size_t> TextColumn::token_at(int position) const {
    const auto end = std::ranges::upper_bound(ends_, position);
    if (position < prompt_end_ || end == ends_.end())
        return {};
    return static_cast<std::size_t>(end - ends_.begin());
}

void TextColumn::changeEvent(QEvent *event) {
    if (event->type() == QEvent::PaletteChange)
        recolour();
    QWidget::changeEvent(event);
}

bool TextColumn::eventFilter(QObject *watched, QEvent *event) {
    if (watched != edit_->viewport() || event->type() != QEvent::ToolTip)
        return QWidget::eventFilter(watched, event);
    const auto *help = static_cast<const QHelpEvent *>(event);
    // The nearest gap between characters; the one under the mouse is before it or behind it.
    const QTextCursor gap = edit_->cursorForPosition(help->pos());
    const QRect at_gap = edit_->cursorRect(gap);
    const bool on_line = help->pos().y() >= at_gap.top() && help->pos().y() <= at_gap.bottom();
    const auto token = token_at(gap.position() - (help->pos().x() < at_gap.left() ? 1 : 0));
    if (token && on_line)
        QToolTip::showText(help->globalPos(), describe_(*token), edit_);
    else
        QToolTip::hideText();
    return true;
}

} // namespace invar
