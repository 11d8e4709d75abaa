// SPDX-License-Identifier: GPL-3.0-or-later
// The .ts files against the sources, as lupdate sees them.
#include <QDir>
#include <QFile>
#include <QLibraryInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <QXmlStreamReader>

namespace {

struct Message {
    QString context;
    QString source;
    QStringList translations; ///< more than one where the number decides
    bool unfinished = false;
    bool gone = false; ///< no longer in the sources
};

Message read_message(QXmlStreamReader &xml, const QString &context) {
    Message message{.context = context, .source = {}, .translations = {}};
    while (xml.readNextStartElement()) {
        if (xml.name() == QLatin1String("source")) {
            message.source = xml.readElementText();
        } else if (xml.name() == QLatin1String("translation")) {
            const auto type = xml.attributes().value(QLatin1String("type"));
            message.unfinished = type == QLatin1String("unfinished");
            message.gone = type == QLatin1String("vanished") || type == QLatin1String("obsolete");
            QString text;
            while (!(xml.readNext() == QXmlStreamReader::EndElement && xml.name() == QLatin1String("translation"))) {
                if (xml.isStartElement())
                    message.translations << xml.readElementText();
                else
                    text += xml.text();
            }
            if (message.translations.isEmpty())
                message.translations << text;
        } else {
            xml.skipCurrentElement();
        }
    }
    return message;
}

QList<Message> read_messages(const QString &path) {
    QFile file(path);
    QList<Message> messages;
    if (!file.open(QIODevice::ReadOnly))
        return messages;
    QXmlStreamReader xml(&file);
    QString context;
    while (!xml.atEnd()) {
        xml.readNext();
        if (xml.isStartElement() && xml.name() == QLatin1String("name"))
            context = xml.readElementText();
        else if (xml.isStartElement() && xml.name() == QLatin1String("message"))
            messages << read_message(xml, context);
    }
    return messages;
}

QSet<QString> placeholders_of(const QString &text) {
    static const QRegularExpression pattern(QStringLiteral("%(?:L?\\d{1,2}|n)"));
    QSet<QString> found;
    for (auto match = pattern.globalMatch(text); match.hasNext();)
        found << match.next().captured();
    return found;
}

/// Whether a key is underlined in a menu or a label ("&&" is a plain ampersand).
bool has_mnemonic(QString text) { return text.remove(QLatin1String("&&")).contains(QLatin1Char('&')); }

QString ts_file(const QString &language) {
    return QStringLiteral(INVAR_SOURCE_DIR "/translations/invarscope_%1.ts").arg(language);
}

} // namespace

class TestTranslations : public QObject {
    Q_OBJECT

private slots:
    void every_string_of_the_sources_is_translated_data() {
        QTest::addColumn<QString>("language");
        QTest::addColumn<QStringList>("options");
        QTest::newRow("German") << "de" << QStringList();
        QTest::newRow("English plurals") << "en" << QStringList(QStringLiteral("-pluralonly"));
    }
    void every_string_of_the_sources_is_translated() {
        QFETCH(QString, language);
        QFETCH(QStringList, options);
        const QString lupdate = QLibraryInfo::path(QLibraryInfo::BinariesPath) + QStringLiteral("/lupdate");
        if (!QFile::exists(lupdate))
            QSKIP("lupdate is not installed here");
        const QTemporaryDir folder;
        const QString copy = folder.filePath(QStringLiteral("copy.ts"));
        QVERIFY(QFile::copy(ts_file(language), copy));

        QProcess process;
        process.setWorkingDirectory(QStringLiteral(INVAR_SOURCE_DIR));
        process.setProcessChannelMode(QProcess::MergedChannels);
        const QStringList sources{QStringLiteral("-recursive"), QStringLiteral("app/window"), QStringLiteral("widgets"),
                                  QStringLiteral("-I"), QStringLiteral(".")};
        process.start(lupdate, sources + options + QStringList{QStringLiteral("-ts"), copy});
        QVERIFY(process.waitForFinished(120000));
        QVERIFY2(process.exitCode() == 0, process.readAll().constData());

        QStringList problems;
        for (const Message &message : read_messages(copy)) {
            if (message.gone)
                problems << QStringLiteral("no longer in the sources: ") + message.context + ": " + message.source;
            else if (message.unfinished || message.translations.contains(QString()))
                problems << QStringLiteral("not translated: ") + message.context + ": " + message.source;
        }
        problems << QStringLiteral("(ninja update_translations brings the sources' strings into the .ts files)");
        QVERIFY2(problems.size() == 1, qPrintable(QLatin1Char('\n') + problems.join(QLatin1Char('\n'))));
    }

    void translations_keep_every_placeholder_and_every_mnemonic() {
        const auto messages = read_messages(ts_file(QStringLiteral("de")));
        QVERIFY(messages.size() > 100);
        for (const Message &message : messages) {
            for (const QString &translation : message.translations) {
                QVERIFY2(placeholders_of(message.source) == placeholders_of(translation), qPrintable(translation));
                QVERIFY2(has_mnemonic(message.source) == has_mnemonic(translation), qPrintable(translation));
            }
        }
    }

    void the_built_translation_speaks_german() {
        QTranslator translator;
        QVERIFY(translator.load(QStringLiteral(":/i18n/invarscope_de.qm")));
        QCOMPARE(translator.translate("invar::MainWindow", "Perplexity"), QStringLiteral("Perplexität"));
        QCOMPARE(translator.translate("invar::MainWindow", "Exported to %1: %n file(s), %2", nullptr, 1),
                 QStringLiteral("Exportiert nach %1: %n Datei, %2"));
    }
};

QTEST_GUILESS_MAIN(TestTranslations)
#include "tst_translations.moc"
