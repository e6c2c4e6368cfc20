// SPDX-License-Identifier: BSL-1.0
#include <tandem/stores/sqlite.hpp>

#include "conformance.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <thread>

using namespace tandem;
using namespace tandem::store_tests;

namespace {

/// Another program at the file.
class Stranger {
public:
    explicit Stranger(const std::string& path) {
        sqlite3* opened = nullptr;
        const int status = sqlite3_open(path.c_str(), &opened);
        database_.reset(opened);
        BOOST_REQUIRE(status == SQLITE_OK);
    }
    std::string attempt(const std::string& sql) {
        char* failure = nullptr;
        sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, &failure);
        const std::string text = failure == nullptr ? "" : failure;
        sqlite3_free(failure);
        return text;
    }
    /// On the test's own thread: Boost.Test is for one.
    void execute(const std::string& sql) {
        const std::string text = attempt(sql);
        BOOST_REQUIRE_MESSAGE(text.empty(), text);
    }

private:
    struct Close {
        void operator()(sqlite3* database) const { sqlite3_close(database); }
    };
    std::unique_ptr<sqlite3, Close> database_;
};

void check_refused(const std::string& path) {
    const auto opened = stores::Sqlite::open(path);
    BOOST_REQUIRE(opened.has_error());
    BOOST_TEST((opened.error().code == errc::store), opened.error().message);
    BOOST_TEST(opened.error().message.find(path) != std::string::npos, opened.error().message);
    BOOST_CHECK_THROW(stores::Sqlite{path}, Exception);
}

template <class T>
Error failure_of(Task<T> task) {
    try {
        (void)tandem::run(std::move(task));
    } catch (const Exception& exception) { return exception.error(); }
    BOOST_ERROR("it went well");
    return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stores_sqlite)

BOOST_AUTO_TEST_CASE(a_commit_reaches_the_disk_before_it_is_acknowledged) {
    const TemporaryFolder folder;
    stores::detail::SqliteDatabase database(folder.file());
    BOOST_TEST(database.connection().number("PRAGMA synchronous") == 2);
    auto mode = database.connection().query("PRAGMA journal_mode");
    BOOST_REQUIRE(mode.step());
    BOOST_TEST(mode.text(0) == "wal");
}

BOOST_AUTO_TEST_CASE(another_programs_file_is_refused_and_stays_as_it_was) {
    struct Case {
        const char* name;
        std::vector<std::string> sql;
        std::string bytes;
    };
    const std::string table = "CREATE TABLE numbers (number TEXT); INSERT INTO numbers VALUES ('+1')";
    const std::vector<Case> cases{
        {"a database", {table}, {}},
        {"a database in our mode", {"PRAGMA journal_mode = WAL", table}, {}},
        {"a database with another's id", {"PRAGMA application_id = 7", table}, {}},
        {"an empty database with another's id", {"PRAGMA application_id = 7"}, {}},
        {"an empty database with a version", {"PRAGMA user_version = 1"}, {}},
        {"text", {}, std::string(5'000, 'x')},
        {"a little text", {}, "hello"},
    };
    for (const auto& [name, sql, bytes] : cases) {
        BOOST_TEST_CONTEXT(name) {
            const TemporaryFolder folder;
            if (!bytes.empty()) { std::ofstream(folder.file(), std::ios::binary) << bytes; }
            for (const auto& each : sql) { Stranger(folder.file()).execute(each); }
            const std::string before = content_of(folder.file());
            BOOST_REQUIRE(!before.empty());
            check_refused(folder.file());
            BOOST_TEST((content_of(folder.file()) == before), "it was changed");
        }
    }
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_taken) {
    const TemporaryFolder folder;
    std::ofstream(folder.file()).flush();
    BOOST_TEST(run(stores::Sqlite(folder.file()).changes(0, 1)).empty());
}

BOOST_AUTO_TEST_CASE(a_newer_schema_is_refused_and_stays_as_it_was) {
    const TemporaryFolder folder;
    run(stores::Sqlite(folder.file()).put(record(nth(1))));
    Stranger(folder.file()).execute("PRAGMA user_version = 2");
    const std::string before = content_of(folder.file());
    check_refused(folder.file());
    BOOST_TEST((content_of(folder.file()) == before));
    Stranger(folder.file()).execute("PRAGMA user_version = 1");
    BOOST_TEST(run(stores::Sqlite(folder.file()).get(nth(1))).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_no_file_of_its_own_is_refused) {
    const TemporaryFolder folder;
    using namespace std::string_literals;
    for (const auto& path : {""s, ":memory:"s, folder.path(), folder.file("none/numbers.db"), folder.file("a\0b"s)}) {
        BOOST_TEST_CONTEXT(path) { check_refused(path); }
    }
    BOOST_TEST(std::filesystem::is_empty(folder.path()));
}

BOOST_AUTO_TEST_CASE(a_document_damaged_by_hand_is_the_stores_failure) {
    for (const char* document :
         {"", "{", "[]", "{}", R"({"_id": "+1415"})", R"({"_id": "+14155550001", "pvt_state": 1})",
          R"({"id": "op-1", "kind": "steal"})", "\xFF"}) {
        BOOST_TEST_CONTEXT(document) {
            const TemporaryFolder folder;
            stores::Sqlite store(folder.file());
            const Operation claimed = run(store.claim(purchase_of(nth(1), "op-1"), {}));
            run(store.put(record(nth(2))));
            const std::string damage = " SET document = '" + std::string(document) + "' WHERE document LIKE '%op-1%'";
            Stranger(folder.file()).execute("UPDATE numbers" + damage + "; UPDATE operations" + damage);

            const std::vector<Error> failures{
                failure_of(store.get(nth(1))),           failure_of(store.scan({})),
                failure_of(store.put(record(nth(1)))),   failure_of(store.claim(purchase_of(nth(1), "op-2"), {})),
                failure_of(store.operation(claimed.id)), failure_of(store.open_operations({}, 9)),
                failure_of(store.settle(claimed)),       failure_of(store.abandon(claimed)),
            };
            for (const Error& each : failures) {
                BOOST_TEST((each.code == errc::store), each.message);
                BOOST_TEST(each.message.find(folder.file()) != std::string::npos, each.message);
            }
            BOOST_TEST(run(store.get(nth(2))).has_value());
            run(store.put(record(nth(3))));
        }
    }
}

BOOST_AUTO_TEST_CASE(damaged_pages_are_the_stores_failure) {
    const TemporaryFolder folder;
    {
        stores::Sqlite store(folder.file());
        for (int i = 0; i < 50; ++i) { run(store.put(record(nth(i)))); }
    }
    {
        std::fstream file(folder.file(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(8'192);
        file << std::string(std::filesystem::file_size(folder.file()) - 8'192, '\xA5');
    }
    stores::Sqlite store(folder.file());
    BOOST_TEST((failure_of(store.get(nth(1))).code == errc::store));
    BOOST_TEST((failure_of(store.put(record(nth(99)))).code == errc::store));
}

BOOST_AUTO_TEST_CASE(text_that_is_no_utf8_is_stored_as_text_and_found_again) {
    const TemporaryFolder folder;
    stores::Sqlite store(folder.file());
    const std::string account = "al\xFFice", readable = "al\xEF\xBF\xBDice";
    Operation operation = purchase_of(nth(1), "op-1", account);
    operation.key = "k\xC0";
    run(store.settle(run(store.claim(operation, {}))));
    BOOST_TEST(run(store.get(nth(1)))->assigned_to == readable);
    for (const auto& each : {account, readable}) {
        NumberQuery query;
        query.account = each;
        BOOST_TEST(run(store.scan(query)).numbers.size() == 1U);
        BOOST_TEST(run(store.operation_by_key(each, "k\xC0")).has_value());
    }
    operation.id = "op-2";
    operation.number = operation.after.number = nth(2);
    BOOST_TEST((failure_of(store.claim(operation, {})).code == errc::key_reused));
}

BOOST_AUTO_TEST_CASE(copies_and_moved_stores_are_one_store) {
    const TemporaryFolder folder;
    auto first = std::make_unique<stores::Sqlite>(folder.file());
    stores::Sqlite copy = *first;
    stores::Sqlite moved = std::move(*first);
    first.reset();
    run(moved.put(record(nth(1))));
    BOOST_TEST(run(copy.get(nth(1))).has_value());
}

BOOST_AUTO_TEST_CASE(a_writer_waits_for_another_that_has_the_file) {
    const TemporaryFolder folder;
    stores::Sqlite store(folder.file());
    Stranger stranger(folder.file());
    stranger.execute("BEGIN IMMEDIATE");
    BOOST_TEST(!run(store.get(nth(1))).has_value());  // readers wait for nobody
    auto unlocked = std::async(std::launch::async, [&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        return stranger.attempt("COMMIT");
    });
    BOOST_TEST(run(store.put(record(nth(1)))).revision == 1U);
    BOOST_TEST(unlocked.get().empty());
}

BOOST_AUTO_TEST_CASE(a_file_is_made_once_nobody_reads_it) {
    const TemporaryFolder folder;
    Stranger stranger(folder.file());
    stranger.execute("BEGIN; SELECT COUNT(*) FROM sqlite_master");
    auto unlocked = std::async(std::launch::async, [&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        return stranger.attempt("COMMIT");
    });
    BOOST_TEST(run(stores::Sqlite(folder.file()).put(record(nth(1)))).revision == 1U);
    BOOST_TEST(unlocked.get().empty());
}

BOOST_AUTO_TEST_CASE(a_file_that_stays_locked_is_the_stores_failure) {  // 10 seconds
    const TemporaryFolder folder;
    stores::Sqlite store(folder.file());
    {
        Stranger stranger(folder.file());
        stranger.execute("BEGIN IMMEDIATE");
        const Error failure = failure_of(store.put(record(nth(1))));
        BOOST_TEST((failure.code == errc::store));
        BOOST_TEST(failure.message.find(folder.file()) != std::string::npos);
        BOOST_TEST(failure.message.find("locked") != std::string::npos);
    }
    BOOST_TEST(run(store.put(record(nth(1)))).revision == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
