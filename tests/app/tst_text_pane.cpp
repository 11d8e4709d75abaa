// SPDX-License-Identifier: GPL-3.0-or-later
// The window's text panel: what two models write from one prompt.
#include "app/tiny_demo.h"
#include "app/window/text_pane.h"
#include "app/window_test.h"
#include "widgets/message_bar.h"
#include "widgets/text_column.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTextBlock>
#include <QTextEdit>

using namespace invar;
using namespace invar::test;

class TestTextPane : public QObject {
    Q_OBJECT

public:
    explicit TestTextPane(const std::filesystem::path &home) : demo_(home / "demo") {}

private slots:
    void both_models_write_from_one_prompt_and_the_first_difference_is_marked();
    void without_a_run_full_precision_writes_alone();
    void writing_can_be_stopped_and_a_late_token_changes_nothing();
    void a_prompt_that_is_too_long_is_refused_with_its_reason();
    void the_window_ticks_while_texts_are_written();

private:
    WindowSetup setup() const { return {.persistent = false, .runs = runs_ / "runs"}; }
    template <typename T> static T &child(const MainWindow &window, const char *name) {
        return *window.findChild<T *>(QLatin1String(name));
    }
    static bool write_and_wait(MainWindow &window) {
        QSignalSpy written(&window.text(), &TextPane::written);
        child<QPushButton>(window, "text_write").click();
        return written.wait(patience_ms);
    }

    TinyDemo demo_;
    TemporaryFolder runs_;
};

void TestTextPane::both_models_write_from_one_prompt_and_the_first_difference_is_marked() {
    MainWindow window(setup());
    QVERIFY(open_and_wait(window, "demo"));
    set_steps(window, 3);
    window.actions().start->trigger();
    QVERIFY(wait_for_end(window));
    child<QLineEdit>(window, "text_prompt").setText(QStringLiteral("In the beginning"));
    child<QSpinBox>(window, "text_tokens").setValue(12);
    QVERIFY(write_and_wait(window));

    const auto &exact = window.text().column(0);
    const auto &quantized = window.text().column(1);
    QCOMPARE(exact.tokens().size(), std::size_t{12});
    QCOMPARE(quantized.tokens().size(), std::size_t{12});
    QVERIFY(exact.edit().toPlainText().startsWith(QStringLiteral("In the beginning")));
    const auto difference = window.text().first_difference();
    QVERIFY(difference.has_value()); // two bits of a random model
    for (std::size_t i = 0; i < *difference; ++i)
        QCOMPARE(exact.tokens()[i].id, quantized.tokens()[i].id);
    QVERIFY(exact.tokens()[*difference].id != quantized.tokens()[*difference].id);
    for (const char *note : {"text_full_precision_note", "text_quantized_note"})
        QVERIFY(child<QLabel>(window, note)
                    .text()
                    .contains(QStringLiteral("token %1").arg(static_cast<qulonglong>(*difference + 1))));
    bool underlined = false;
    for (auto block = quantized.edit().document()->begin(); block.isValid(); block = block.next())
        for (auto piece = block.begin(); !piece.atEnd(); ++piece)
            underlined |= piece.fragment().charFormat().fontUnderline();
    QVERIFY(underlined);

    window.text().set_run(runs_ / "another"); // whose text this is not
    QVERIFY(!window.text().first_difference());
    for (std::size_t side : {0, 1})
        QVERIFY(window.text().column(side).tokens().empty());
}

void TestTextPane::without_a_run_full_precision_writes_alone() {
    MainWindow window(setup());
    QVERIFY(!child<QPushButton>(window, "text_write").isEnabled());
    QVERIFY(open_and_wait(window, "demo"));
    QVERIFY(!child<QLineEdit>(window, "text_prompt").text().isEmpty());
    child<QSpinBox>(window, "text_tokens").setValue(5);
    child<QComboBox>(window, "text_choice").setCurrentIndex(1); // sampled
    std::size_t longest = 0; // a drawn text may end by itself; another press draws another
    for (int presses = 0; longest < 5 && presses < 20; ++presses) {
        QVERIFY(write_and_wait(window));
        longest = std::max(longest, window.text().column(0).tokens().size());
    }
    QCOMPARE(longest, std::size_t{5});
    QVERIFY(window.text().column(1).tokens().empty());
    QVERIFY(window.text().column(1).edit().placeholderText().contains(QStringLiteral("search")));
    QVERIFY(!window.text().first_difference());
}

void TestTextPane::writing_can_be_stopped_and_a_late_token_changes_nothing() {
    MainWindow window(setup());
    QVERIFY(open_and_wait(window, "demo"));
    child<QSpinBox>(window, "text_tokens").setValue(4000);
    auto &button = child<QPushButton>(window, "text_write");
    QSignalSpy written(&window.text(), &TextPane::written);
    button.click();
    QVERIFY(window.text().is_writing());
    QCOMPARE(button.text(), QStringLiteral("Stop"));
    button.click();
    QCOMPARE(button.text(), QStringLiteral("Write"));
    const auto tokens = window.text().column(0).tokens().size();
    QTest::qWait(200);
    QCOMPARE(window.text().column(0).tokens().size(), tokens);
    QCOMPARE(written.count(), 0);
}

void TestTextPane::a_prompt_that_is_too_long_is_refused_with_its_reason() {
    MainWindow window(setup());
    QVERIFY(open_and_wait(window, "demo"));
    child<QLineEdit>(window, "text_prompt").setText(QString(9000, QLatin1Char('a')));
    child<QPushButton>(window, "text_write").click();
    QTRY_VERIFY_WITH_TIMEOUT(window.view().messages().text().contains(QStringLiteral("context")), patience_ms);
    QCOMPARE(child<QPushButton>(window, "text_write").text(), QStringLiteral("Write"));
}

void TestTextPane::the_window_ticks_while_texts_are_written() {
    MainWindow window(setup());
    QVERIFY(open_and_wait(window, "demo"));
    child<QSpinBox>(window, "text_tokens").setValue(40);
    int ticks = 0;
    QTimer timer;
    connect(&timer, &QTimer::timeout, &window, [&ticks] { ++ticks; });
    timer.start(0);
    QVERIFY(write_and_wait(window));
    QVERIFY(ticks > 10);
}

int main(int argc, char **argv) { return run_window_test<TestTextPane>(argc, argv); }

#include "tst_text_pane.moc"
