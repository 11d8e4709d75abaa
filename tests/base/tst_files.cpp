// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "support/error_of.h"
#include "support/golden.h"

#include <QTest>

#include <array>

using namespace invar;
using namespace invar::test;

namespace {

std::size_t entries_of(const std::filesystem::path &folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

} // namespace

class TestFiles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void a_mapped_file_shows_its_bytes() {
        const TemporaryFolder folder;
        QVERIFY(write_bytes(folder / "a", QByteArray("x\0y", 3)));
        QVERIFY(write_bytes(folder / "empty", {}));
        QCOMPARE(MappedFile(folder / "a").bytes().size(), std::size_t{3});
        QVERIFY(MappedFile(folder / "empty").bytes().empty());
        QCOMPARE(read_text_file(folder / "a"), std::string("x\0y", 3));
    }

    void what_cannot_be_read_is_named() {
        const TemporaryFolder folder;
        VERIFY_ERROR(read_text_file(folder / "none"), "none", "cannot be opened");
        VERIFY_ERROR(read_text_file(folder.path()), shown(folder.path()), "not a regular file");
        QVERIFY(write_bytes(folder / "long", QByteArray(100, 'x')));
        VERIFY_ERROR(read_text_file(folder / "long", 99), "long", "100 bytes", "99");
    }

    void writing_replaces_the_whole_file_and_leaves_nothing_beside_it() {
        const TemporaryFolder folder;
        write_file_atomically(folder / "a", "long old content");
        write_file_atomically(folder / "a", "new");
        QCOMPARE(read_text_file(folder / "a"), std::string("new"));
        const std::array<std::string_view, 3> pieces{"one ", "", "two"};
        write_file_atomically(folder / "a", pieces);
        QCOMPARE(read_text_file(folder / "a"), std::string("one two"));
        QCOMPARE(entries_of(folder.path()), std::size_t{1});
    }

    void a_failed_write_leaves_the_old_file_alone() {
        const TemporaryFolder folder;
        std::filesystem::create_directories(folder / "target" / "full");
        VERIFY_ERROR((write_file_atomically(folder / "target", "x"), 0), "target", "cannot be written");
        VERIFY_ERROR((write_file_atomically(folder / "none" / "a", "x"), 0), "none/a", "cannot be written");
        QCOMPARE(entries_of(folder.path()), std::size_t{1});
    }

    void a_folder_appears_only_when_committed() {
        const TemporaryFolder folder;
        {
            FolderTransaction transaction(folder / "out");
            write_file_atomically(transaction.path() / "file", "content");
            QVERIFY(!std::filesystem::exists(folder / "out"));
            transaction.commit();
        }
        QCOMPARE(read_text_file(folder / "out" / "file"), std::string("content"));
        QCOMPARE(entries_of(folder.path()), std::size_t{1});
    }

    void a_folder_that_is_not_committed_disappears() {
        const TemporaryFolder folder;
        {
            const FolderTransaction transaction(folder / "out");
            write_file_atomically(transaction.path() / "file", "content");
        }
        QCOMPARE(entries_of(folder.path()), std::size_t{0});
    }

    void an_empty_folder_may_be_filled_a_full_one_is_refused() {
        const TemporaryFolder folder;
        std::filesystem::create_directory(folder / "empty");
        FolderTransaction transaction(folder / "empty/"); // a trailing slash changes nothing
        write_file_atomically(transaction.path() / "file", "content");
        transaction.commit();
        QCOMPARE(read_text_file(folder / "empty" / "file"), std::string("content"));
        VERIFY_ERROR((FolderTransaction(folder / "empty"), 0), "empty", "already exists");
    }
};

QTEST_APPLESS_MAIN(TestFiles)
#include "tst_files.moc"
