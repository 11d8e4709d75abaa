// SPDX-License-Identifier: GPL-3.0-or-later
// The program itself, as a person or a script starts it.
#include "tests/app/tiny_demo.h"
#include "tests/support/golden.h"

#include <QImage>
#include <QProcess>
#include <QSet>
#include <QStandardPaths>
#include <QTest>

#include <memory>

using namespace invar;
using namespace invar::test;

namespace {

constexpr int patience_ms = 120'000;

struct Outcome {
    int status = -1;
    QString out;
    QString err;
};

} // namespace

class TestWindowProgram : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void it_tells_its_version_and_its_options();
    void wrong_usage_is_refused();
    void a_screenshot_of_the_searching_demo_is_written();
    void a_screenshot_of_a_bad_model_fails_with_its_reason();
    void a_screenshot_that_cannot_be_written_fails_with_its_reason();
    void a_termination_signal_saves_the_run();
    void a_display_that_goes_away_ends_it_without_a_crash();

private:
    [[nodiscard]] std::size_t saved_runs() const;
    void prepare(QProcess &process, const QStringList &arguments) const;
    [[nodiscard]] Outcome run(const QStringList &arguments) const;

    TemporaryFolder home_;
    std::unique_ptr<TinyDemo> demo_;
};

void TestWindowProgram::initTestCase() { demo_ = std::make_unique<TinyDemo>(home_ / "demo"); }

void TestWindowProgram::prepare(QProcess &process, const QStringList &arguments) const {
    auto environment = QProcessEnvironment::systemEnvironment();
    for (const char *name : {"XDG_CONFIG_HOME", "XDG_DATA_HOME"})
        environment.insert(QLatin1String(name), shown(home_.path()));
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
    process.setProcessEnvironment(environment);
    process.setProgram(QStringLiteral(INVAR_WINDOW));
    process.setArguments(arguments);
}

Outcome TestWindowProgram::run(const QStringList &arguments) const {
    QProcess process;
    prepare(process, arguments);
    process.start();
    if (!process.waitForFinished(patience_ms)) {
        process.kill();
        process.waitForFinished();
        return {-1, {}, QStringLiteral("it did not end")};
    }
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2,
            QString::fromUtf8(process.readAllStandardOutput()), QString::fromUtf8(process.readAllStandardError())};
}

void TestWindowProgram::it_tells_its_version_and_its_options() {
    const Outcome version = run({QStringLiteral("--version")});
    QCOMPARE(version.status, 0);
    QVERIFY(version.out.startsWith(QStringLiteral("invarscope ")));
    const Outcome help = run({QStringLiteral("--help")});
    QCOMPARE(help.status, 0);
    QVERIFY(help.out.contains(QStringLiteral("--screenshot")));
}

void TestWindowProgram::wrong_usage_is_refused() {
    QCOMPARE(run({QStringLiteral("--no-such-option")}).status, 2);
    QCOMPARE(run({QStringLiteral("--start")}).status, 2);
    QCOMPARE(run({QStringLiteral("--demo"), QStringLiteral("--size"), QStringLiteral("big")}).status, 2);
    QCOMPARE(run({QStringLiteral("--demo"), QStringLiteral("--run"), QStringLiteral("x")}).status, 2);
}

void TestWindowProgram::a_screenshot_of_the_searching_demo_is_written() {
    const QString file = shown(home_ / "window.png");
    const Outcome outcome = run({QStringLiteral("--demo"), QStringLiteral("--screenshot"), file,
                                 QStringLiteral("--after"), QStringLiteral("2"), QStringLiteral("--size"),
                                 QStringLiteral("1280x720"), QStringLiteral("--theme"), QStringLiteral("light")});
    QVERIFY2(outcome.status == 0, qPrintable(outcome.err));
    const QImage image(file);
    QCOMPARE(image.size(), QSize(1280, 720));
    QSet<QRgb> colours;
    for (int y = 0; y < image.height(); y += 3)
        for (int x = 0; x < image.width(); x += 3)
            colours.insert(image.pixel(x, y));
    QVERIFY2(colours.size() > 50, qPrintable(QString::number(colours.size())));
}

void TestWindowProgram::a_screenshot_of_a_bad_model_fails_with_its_reason() {
    const QString file = shown(home_ / "never.png");
    const Outcome outcome = run({shown(home_ / "nowhere"), QStringLiteral("--screenshot"), file});
    QCOMPARE(outcome.status, 1);
    QVERIFY2(outcome.err.contains(QStringLiteral("nowhere")), qPrintable(outcome.err));
    QVERIFY(!QFile::exists(file));
}

void TestWindowProgram::a_screenshot_that_cannot_be_written_fails_with_its_reason() {
    const QString file = shown((home_ / "no-such-folder") / "window.png");
    const Outcome outcome =
        run({QStringLiteral("--screenshot"), file, QStringLiteral("--after"), QStringLiteral("0.1")});
    QCOMPARE(outcome.status, 1);
    QVERIFY2(outcome.err.contains(QStringLiteral("no-such-folder")), qPrintable(outcome.err));
}

void TestWindowProgram::a_termination_signal_saves_the_run() {
    QProcess process;
    prepare(process,
            {QStringLiteral("--demo"), QStringLiteral("--start"), QStringLiteral("--steps"), QStringLiteral("0")});
    const auto runs_before = saved_runs();
    process.start();
    QVERIFY(process.waitForStarted(patience_ms));
    QTRY_VERIFY_WITH_TIMEOUT(saved_runs() > runs_before, patience_ms);
    process.terminate(); // SIGTERM
    QVERIFY(process.waitForFinished(patience_ms));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);
}

/// Runs that have a state: then their search is going on, or was.
std::size_t TestWindowProgram::saved_runs() const {
    std::size_t count = 0;
    std::error_code error;
    for (const auto &run : std::filesystem::directory_iterator((home_ / "invarscope") / "runs", error))
        count += std::filesystem::exists(run.path() / "state.safetensors", error) ? 1 : 0;
    return count;
}

void TestWindowProgram::a_display_that_goes_away_ends_it_without_a_crash() {
    if (QStandardPaths::findExecutable(QStringLiteral("Xvfb")).isEmpty())
        QSKIP("Xvfb, whose display could go away, is not installed");
    QProcess display;
    display.start(QStringLiteral("Xvfb"), {QStringLiteral("-displayfd"), QStringLiteral("1")});
    QVERIFY(display.waitForReadyRead(patience_ms));
    const auto name = QStringLiteral(":") + QString::fromUtf8(display.readLine()).trimmed();

    QProcess process;
    prepare(process,
            {QStringLiteral("--demo"), QStringLiteral("--start"), QStringLiteral("--steps"), QStringLiteral("0")});
    auto environment = process.processEnvironment();
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("xcb"));
    environment.insert(QStringLiteral("DISPLAY"), name);
    process.setProcessEnvironment(environment);
    const auto runs_before = saved_runs();
    process.start();
    QVERIFY(process.waitForStarted(patience_ms));
    QTRY_VERIFY_WITH_TIMEOUT(saved_runs() > runs_before, patience_ms);
    display.kill();
    QVERIFY(display.waitForFinished(patience_ms));
    QVERIFY(process.waitForFinished(patience_ms));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 1);
}

QTEST_GUILESS_MAIN(TestWindowProgram)
#include "tst_window_program.moc"
