// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot_colours.h"
#include "widgets/text_column.h"

#include <QApplication>
#include <QHelpEvent>
#include <QLabel>
#include <QTest>
#include <QTextBlock>
#include <QTextEdit>
#include <QToolTip>

using namespace invar;

namespace {

PreviewToken token(const char *text) { return {.id = 1, .text = text, .probability = 0.5, .by_model = {}}; }

/// What is underlined, with its format.
std::vector<std::pair<QString, QTextCharFormat>> marked(const TextColumn &column) {
    std::vector<std::pair<QString, QTextCharFormat>> pieces;
    const QTextDocument *document = column.edit().document();
    for (auto block = document->begin(); block.isValid(); block = block.next())
        for (auto piece = block.begin(); !piece.atEnd(); ++piece)
            if (piece.fragment().charFormat().fontUnderline())
                pieces.emplace_back(piece.fragment().text(), piece.fragment().charFormat());
    return pieces;
}

struct Column {
    TextColumn widget{0, QStringLiteral("column"),
                      [](std::size_t index) { return QStringLiteral("token %1").arg(qulonglong(index)); }};

    explicit Column(std::initializer_list<const char *> tokens) {
        widget.begin(QStringLiteral("Once"));
        for (const char *text : tokens)
            widget.append(token(text));
    }
    [[nodiscard]] QString text() const { return widget.edit().toPlainText(); }
};

} // namespace

class TestTextColumn : public QObject {
    Q_OBJECT

private slots:
    void tokens_follow_the_prompt_and_line_ends_can_be_seen() {
        Column column({" upon", "\n", "a"});
        QCOMPARE(column.text(), QStringLiteral("Once upon↵\na"));
        QCOMPARE(column.widget.tokens().size(), std::size_t{3});
        const auto first = column.widget.edit().document()->begin().begin().fragment();
        QCOMPARE(first.text(), QStringLiteral("Once"));
        QCOMPARE(first.charFormat().foreground().color(),
                 column.widget.palette().color(QPalette::Active, QPalette::PlaceholderText));
        column.widget.clear();
        QVERIFY(column.text().isEmpty());
        QVERIFY(column.widget.tokens().empty());
    }

    void the_marked_token_alone_is_underlined_whenever_it_is_marked() {
        Column column({" upon", " a", " time"});
        column.widget.mark(1);
        QCOMPARE(marked(column.widget).size(), std::size_t{1});
        QCOMPARE(marked(column.widget).front().first, QStringLiteral(" a"));
        column.widget.append(token(" there"));
        QCOMPARE(marked(column.widget).size(), std::size_t{1});

        Column early({});
        early.widget.mark(0);
        QVERIFY(marked(early.widget).empty());
        early.widget.append(token(" upon"));
        early.widget.append(token(" a"));
        QCOMPARE(marked(early.widget).front().first, QStringLiteral(" upon"));

        column.widget.begin(QStringLiteral("Again"));
        column.widget.append(token(" upon"));
        column.widget.append(token(" a"));
        QVERIFY(marked(column.widget).empty());
    }

    void of_a_part_of_a_character_the_whole_one_is_marked() {
        Column column({" smile", "", "", "\U0001F600", "!"});
        column.widget.mark(1);
        QCOMPARE(marked(column.widget).size(), std::size_t{1});
        QCOMPARE(marked(column.widget).front().first, QString::fromUtf8("\U0001F600"));
    }

    void a_position_tells_its_token() {
        const Column column({" upon", "", "\U0001F600", "!"});
        QVERIFY(!column.widget.token_at(3)); // the prompt
        QCOMPARE(column.widget.token_at(4).value(), std::size_t{0});
        QCOMPARE(column.widget.token_at(8).value(), std::size_t{0});
        QCOMPARE(column.widget.token_at(9).value(), std::size_t{2}); // the second half of the pair is no other token
        QCOMPARE(column.widget.token_at(10).value(), std::size_t{2});
        QCOMPARE(column.widget.token_at(11).value(), std::size_t{3});
        QVERIFY(!column.widget.token_at(12));
    }

    void the_token_under_the_mouse_tells_about_itself() {
        Column column({" upon", " a", " time"});
        column.widget.resize(400, 200);
        column.widget.show();
        QVERIFY(QTest::qWaitForWindowExposed(&column.widget));
        const auto &edit = column.widget.edit();
        const auto hover = [&](int position) {
            QTextCursor cursor(edit.document());
            cursor.setPosition(position);
            const QPoint place = edit.cursorRect(cursor).center() + QPoint(2, 0);
            QHelpEvent event(QEvent::ToolTip, place, edit.viewport()->mapToGlobal(place));
            QApplication::sendEvent(edit.viewport(), &event);
        };
        hover(9);
        QCOMPARE(QToolTip::text(), QStringLiteral("token 1"));
        hover(12);
        QCOMPARE(QToolTip::text(), QStringLiteral("token 2"));
        hover(1);
        QTRY_VERIFY(!QToolTip::isVisible()); // the prompt is no token
    }

    void a_mark_follows_the_palette() {
        Column column({" upon", " a"});
        column.widget.mark(1);
        QPalette dark = column.widget.palette();
        dark.setColor(QPalette::Base, Qt::black);
        dark.setColor(QPalette::Text, Qt::white);
        const auto before = marked(column.widget).front().second;
        column.widget.setPalette(dark);
        const auto after = marked(column.widget).front().second;
        QVERIFY(before.foreground() != after.foreground());
        QCOMPARE(after.foreground().color(), QColor(Qt::white));
        QCOMPARE(after.underlineColor(), plot_colours(dark).series.at(0));
    }

    void a_title_is_text_and_not_markup() {
        Column column({});
        column.widget.set_title(QStringLiteral("<b>x</b> & y"));
        const auto *title = column.widget.findChild<QLabel *>(QStringLiteral("column_title"));
        QVERIFY(title->text().contains(QStringLiteral("&lt;b&gt;x&lt;/b&gt; &amp; y")));
        QCOMPARE(column.widget.edit().accessibleName(), QStringLiteral("<b>x</b> & y"));
    }
};

QTEST_MAIN(TestTextColumn)
#include "tst_text_column.moc"
