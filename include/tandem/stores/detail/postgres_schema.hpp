// SPDX-License-Identifier: BSL-1.0
// Needs libpq 14 or later (-lpq).
#pragma once

#include <tandem/stores/detail/postgres_statement.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace tandem::stores::detail {

inline constexpr std::string_view postgres_application = "tandem";
inline constexpr std::int64_t postgres_schema_version = 1;

/// Whether there is a schema of our name: its table `store`, and how much else.
inline Statement find_schema() {
    return Statement(
        "SELECT to_regclass('tandem.store') IS NOT NULL, (SELECT COUNT(*) FROM pg_catalog.pg_class AS c "
        "JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = 'tandem')");
}
/// Whose it is, and of which version.
inline Statement read_schema() { return Statement("SELECT application, version FROM tandem.store"); }

/// Makes what is not there yet, the mark last: a server whose changes of a schema are no part of transactions may leave
/// a part, and whoever comes next goes on. Each index ends in the number, so that a page is a range of it and never
/// sorted. Documents are text, not jsonb, which refuses \u0000 and spells numbers its own way. Keys are compared by
/// their bytes whatever the database's language is.
inline Batch make_schema() {
    Batch batch;
    for (const char* sql : {
             "BEGIN",
             "CREATE SCHEMA IF NOT EXISTS tandem",
             "CREATE TABLE IF NOT EXISTS tandem.store (application text PRIMARY KEY, version bigint NOT NULL)",

             "CREATE TABLE IF NOT EXISTS tandem.numbers ("
             "number bigint PRIMARY KEY, revision bigint NOT NULL, state bigint NOT NULL, "
             "account text COLLATE \"C\" NOT NULL, carrier text COLLATE \"C\" NOT NULL, "
             "billing_class text COLLATE \"C\" NOT NULL, fence text COLLATE \"C\" NOT NULL, document text NOT NULL)",
             "CREATE INDEX IF NOT EXISTS numbers_by_account ON tandem.numbers (account, number) WHERE account <> ''",
             "CREATE INDEX IF NOT EXISTS numbers_by_state ON tandem.numbers (state, number)",
             "CREATE INDEX IF NOT EXISTS numbers_by_carrier ON tandem.numbers (carrier, state, number)",
             "CREATE INDEX IF NOT EXISTS numbers_billed ON tandem.numbers (account, billing_class) "
             "WHERE billing_class <> '' AND state IN (2, 3, 4)",

             // `writer` is the call that wrote last: who lost the answer to a commit knows its own writing by it.
             "CREATE TABLE IF NOT EXISTS tandem.operations ("
             "id text COLLATE \"C\" PRIMARY KEY, account text COLLATE \"C\" NOT NULL, key text COLLATE \"C\" NOT NULL, "
             "open boolean NOT NULL, charge bigint NOT NULL, number bigint NOT NULL, revision bigint NOT NULL, "
             "writer bigint NOT NULL, document text NOT NULL)",
             "CREATE UNIQUE INDEX IF NOT EXISTS operations_by_key ON tandem.operations (account, key) WHERE key <> ''",
             "CREATE INDEX IF NOT EXISTS operations_open ON tandem.operations (id) WHERE open",
             "CREATE INDEX IF NOT EXISTS operations_charged ON tandem.operations (account, charge) WHERE charge <> 0",

             // The one row that claims on an account's credit change in turn.
             "CREATE TABLE IF NOT EXISTS tandem.accounts (account text COLLATE \"C\" PRIMARY KEY, claims bigint NOT "
             "NULL)",

             // A change has no sequence until somebody reads the changes; `written` orders those that have none yet.
             "CREATE SEQUENCE IF NOT EXISTS tandem.written",
             "CREATE TABLE IF NOT EXISTS tandem.changes ("
             "number bigint PRIMARY KEY, revision bigint NOT NULL, writer bigint NOT NULL, written bigint NOT NULL, "
             "sequence bigint)",
             "CREATE UNIQUE INDEX IF NOT EXISTS changes_by_sequence ON tandem.changes (sequence)",
             "CREATE INDEX IF NOT EXISTS changes_unread ON tandem.changes (written) WHERE sequence IS NULL",

             "CREATE SEQUENCE IF NOT EXISTS tandem.remembered",
             "CREATE TABLE IF NOT EXISTS tandem.searches ("
             "query_id text COLLATE \"C\" PRIMARY KEY, account text COLLATE \"C\" NOT NULL, created bigint NOT NULL, "
             "expires bigint NOT NULL, total bigint NOT NULL, ordinal bigint NOT NULL)",
             "CREATE INDEX IF NOT EXISTS searches_by_age ON tandem.searches (created, ordinal)",
             "CREATE INDEX IF NOT EXISTS searches_by_expiry ON tandem.searches (expires)",
             "CREATE TABLE IF NOT EXISTS tandem.search_offers ("
             "query_id text COLLATE \"C\" NOT NULL REFERENCES tandem.searches ON DELETE CASCADE, "
             "position bigint NOT NULL, key text COLLATE \"C\" NOT NULL, json text NOT NULL, "
             "PRIMARY KEY (query_id, position))",
             "CREATE INDEX IF NOT EXISTS search_offers_by_key ON tandem.search_offers (key, query_id)",

             "CREATE TABLE IF NOT EXISTS tandem.counters (name text PRIMARY KEY, value bigint NOT NULL)",
             "INSERT INTO tandem.counters VALUES ('changes', 0), ('searches', 0) ON CONFLICT DO NOTHING",
         }) {
        batch.emplace_back(sql);
    }
    batch.emplace_back("INSERT INTO tandem.store VALUES ($1, $2) ON CONFLICT DO NOTHING", postgres_application,
                       postgres_schema_version);
    batch.emplace_back("COMMIT");
    return batch;
}

}  // namespace tandem::stores::detail
