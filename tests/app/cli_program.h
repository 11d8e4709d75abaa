// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/golden.h"
#include "support/tiny_model.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStringList>
#include <QTest>

namespace invar::test {

/// What the command line program did.
struct Outcome {
    int status = -1; ///< -1: it did not end by itself
    QByteArray out;
    QByteArray err;

    /// All of stdout as one JSON object; empty when it is anything else.
    [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
    [[nodiscard]] QByteArray both() const { return "stdout: " + out.left(2000) + "\nstderr: " + err.left(2000); }
};

inline Outcome outcome_of(QProcess &process) {
    const bool ended = process.waitForFinished(300'000) && process.exitStatus() == QProcess::NormalExit;
    return {.status = ended ? process.exitCode() : -1,
            .out = process.readAllStandardOutput(),
            .err = process.readAllStandardError()};
}

/// Runs invarscope-cli to its end.
inline Outcome run_cli(const QStringList &arguments) {
    QProcess process;
    process.start(QStringLiteral(INVAR_CLI), arguments);
    return outcome_of(process);
}

inline QString tiny_model(const char *name = "tiny-opt") { return shown(golden(name)); }

/// A command on the golden tiny model's recorded token ids, without bits and output.
inline QStringList tiny_start(const QString &command, const QStringList &more = {}) {
    QStringList arguments{command, tiny_model(), "--calib-ids", shown(golden("replay/ids.json"))};
    arguments += QStringLiteral("--group 16 --seqs 4 --length 16 --threads 1").split(' ');
    return arguments + more;
}

/// A search or quantization that takes milliseconds.
inline QStringList tiny_arguments(const QString &command, const QString &output, const QStringList &more = {}) {
    auto arguments = tiny_start(command, {"-o", output, "--bits", "2"});
    if (command == QLatin1String("search"))
        arguments += QStringLiteral("--scale-std 0.05 --rotation-std 0.001").split(' ');
    return arguments + more;
}

/// Rows of a run's record without their clock, by which equal runs differ.
inline QList<QByteArray> steps_without_clock(const QString &run) {
    QList<QByteArray> rows;
    for (const auto &line : read_bytes((run + "/steps.csv").toStdString()).split('\n')) {
        auto fields = line.split(',');
        if (fields.size() > 1)
            fields.removeAt(1);
        if (!line.isEmpty())
            rows.append(fields.join(','));
    }
    return rows;
}

} // namespace invar::test

#define VERIFY_STATUS(outcome, expected) QVERIFY2((outcome).status == (expected), (outcome).both().constData())
