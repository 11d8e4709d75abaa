// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluate/text_preview.h"

#include <QTextCharFormat>
#include <QWidget>

#include <functional>
#include <vector>

class QLabel;
class QTextEdit;

namespace invar {

/// One text of a preview: a title, the prompt (pale) with the tokens that follow it, and a note below. Tokens can be
/// marked, by colour and underline, and tell about themselves under the mouse or the text cursor.
class TextColumn final : public QWidget {
    Q_OBJECT
public:
    using Describe = std::function<QString(std::size_t token)>;

    /// `series`: the plot colour that stands for this column's model. `name`: the object name's beginning.
    TextColumn(std::size_t series, const QString &name, Describe describe, QWidget *parent = nullptr);

    void set_title(const QString &title);
    void set_note(const QString &note);
    /// Shown while there is no text.
    void set_hint(const QString &hint);

    void clear();
    /// Begins a text: shows the prompt.
    void begin(const QString &prompt);
    void append(const PreviewToken &token);
    /// Marks a token in the column's colour; of a part of a character, the whole one.
    void mark(std::size_t token);

    [[nodiscard]] const std::vector<PreviewToken> &tokens() const { return tokens_; }
    [[nodiscard]] QTextEdit &edit() const { return *edit_; }
    /// The token that holds a character of the document; nothing on the prompt and behind the end.
    [[nodiscard]] std::optional<std::size_t> token_at(int position) const;

protected:
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void insert(const QString &text, const QTextCharFormat &format);
    void recolour();
    void show_marks();
    void show_title();
    [[nodiscard]] QTextCharFormat pale() const;

    const std::size_t series_;
    const Describe describe_;
    QString title_text_;
    QLabel *title_;
    QTextEdit *edit_;
    QLabel *note_;
    std::vector<PreviewToken> tokens_;
    std::vector<int> ends_; ///< document position behind each token
    std::vector<std::size_t> marks_;
    int prompt_end_ = 0;
    bool inserting_ = false;
};

} // namespace invar
