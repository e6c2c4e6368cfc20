// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/stores/detail/sqlite_connection.hpp>

#include <cstdint>
#include <string>

namespace tandem::stores::detail {

/// `TAND`: tells our files from others'.
inline constexpr std::int64_t sqlite_application_id = 0x54414E44;
inline constexpr std::int64_t sqlite_schema_version = 1;

/// Each index ends in the number, so that a page is a range of it and never sorted.
inline constexpr const char* sqlite_schema = R"(
CREATE TABLE numbers (
    number INTEGER PRIMARY KEY, revision INTEGER NOT NULL, state INTEGER NOT NULL, account TEXT NOT NULL,
    carrier TEXT NOT NULL, billing_class TEXT NOT NULL, fence TEXT NOT NULL, document TEXT NOT NULL);
CREATE INDEX numbers_by_account ON numbers (account, number) WHERE account <> '';
CREATE INDEX numbers_by_state ON numbers (state, number);
CREATE INDEX numbers_by_carrier ON numbers (carrier, state, number);
CREATE INDEX numbers_billed ON numbers (account, billing_class) WHERE billing_class <> '' AND state IN (2, 3, 4);

CREATE TABLE operations (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, key TEXT NOT NULL, open INTEGER NOT NULL, charge INTEGER NOT NULL,
    number INTEGER NOT NULL, revision INTEGER NOT NULL, document TEXT NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX operations_by_key ON operations (account, key) WHERE key <> '';
CREATE INDEX operations_open ON operations (id) WHERE open = 1;
CREATE INDEX operations_charged ON operations (account, charge) WHERE charge <> 0;

CREATE TABLE changes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL UNIQUE, revision INTEGER NOT NULL);

CREATE TABLE searches (
    id INTEGER PRIMARY KEY AUTOINCREMENT, query_id TEXT NOT NULL UNIQUE, account TEXT NOT NULL,
    created INTEGER NOT NULL, expires INTEGER NOT NULL, total INTEGER NOT NULL);
CREATE INDEX searches_by_age ON searches (created, id);
CREATE INDEX searches_by_expiry ON searches (expires);
CREATE TABLE search_offers (
    search INTEGER NOT NULL, position INTEGER NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL,
    PRIMARY KEY (search, position)) WITHOUT ROWID;
CREATE INDEX search_offers_by_key ON search_offers (key, search);
)";

/// Errors: `store` where the file cannot be written ahead: in memory, or on a system that shares no memory.
inline void write_ahead(SqliteConnection& connection) {
    const auto is_on = [&] {
        auto row = connection.query("PRAGMA journal_mode = WAL");
        return row.step() && row.text(0) == "wal";
    };
    // SQLite waits for the file's lock everywhere but here, where two processes that make one file may stand crosswise.
    for (int attempts_left = 400;; --attempts_left) {
        try {
            if (is_on()) { return; }
            connection.fail("the database cannot be written ahead", "its journal is of another mode");
        } catch (const Exception&) {
            if (!connection.busy() || attempts_left == 0) { throw; }
        }
        sqlite3_sleep(25);
    }
}

/// Makes the schema in an empty file, and in any other checks that it is ours before a byte of it is changed.
/// Errors: `store` when it is another program's or of a later version.
inline void prepare_database(SqliteConnection& connection) {
    const auto is_ours = [&] {
        const auto application = connection.number("PRAGMA application_id");
        const auto version = connection.number("PRAGMA user_version");
        if (application == 0 && version == 0 && connection.number("SELECT COUNT(*) FROM sqlite_master") == 0) {
            return false;
        }
        if (application != sqlite_application_id) {
            connection.fail("this database is not Tandem's", "its application_id is " + std::to_string(application));
        }
        if (version != sqlite_schema_version) {
            connection.fail("its schema is of another version than this program's",
                            std::to_string(version) + ", not " + std::to_string(sqlite_schema_version));
        }
        return true;
    };
    const bool was_ours = connection.transact("BEGIN", is_ours);  // one moment's view: another process may be making it
    write_ahead(connection);
    connection.execute("PRAGMA synchronous = FULL");  // what was acknowledged survives a crash of the machine too
    if (was_ours) { return; }
    connection.transact("BEGIN IMMEDIATE", [&] {
        if (is_ours()) { return; }
        connection.execute(sqlite_schema);
        connection.execute(("PRAGMA application_id = " + std::to_string(sqlite_application_id)).c_str());
        connection.execute(("PRAGMA user_version = " + std::to_string(sqlite_schema_version)).c_str());
    });
}

}  // namespace tandem::stores::detail
