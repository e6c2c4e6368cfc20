// SPDX-License-Identifier: BSL-1.0
// Needs libpq 14 or later (-lpq).
#pragma once

#include <tandem/stores/detail/postgres_statement.hpp>
#include <tandem/stores/detail/sql.hpp>
#include <tandem/stores/detail/transitions.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The concept `Store` in PostgreSQL's words: which statements ask and write what. Nothing here waits.
/// A change is a transaction of two batches. The first locks the rows that the change depends on and reads them, the
/// second writes and commits. Whatever a change decides on stands in rows that it locks, those that are not there yet
/// included, so READ COMMITTED is enough, and writers of one number wait in line where SERIALIZABLE would turn all but
/// one of them away. Servers that know only stronger levels turn them away with 40001, and are asked again.
/// Locks are taken in one order: operation or account, then number; a deadlock all the same (40P01) is asked again too.
namespace tandem::stores::detail {

/// What a change has to know of the store, and what it makes of that.
struct Intent {
    /// What the rows that a change is about hold, under their locks.
    struct Found {
        std::optional<Operation> operation{};
        std::int64_t operation_writer = 0;
        bool key_is_taken = false;
        std::optional<Slot> slot{};
        std::int64_t slot_writer = 0;
        Amount spent = Amount::zero();
    };

    E164 number{};            ///< whose slot it is about; empty: none
    OperationId operation{};  ///< empty: none
    bool claims = false;      ///< the operation shall not be there yet
    std::string account{};    ///< of a claim
    std::string key{};        ///< of a claim
    bool has_credit = false;  ///< a claim that the account's spending limits
    std::function<Change(const Found&)> decide{};
};

inline Batch begin_change(const Intent& intent) {
    Batch batch;
    batch.emplace_back("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
    if (!intent.operation.empty() && !intent.claims) {
        batch.emplace_back("SELECT document, writer FROM tandem.operations WHERE id = $1 FOR UPDATE",
                           intent.operation.view());
    }
    if (intent.has_credit) {  // written, not only locked: a server of snapshots would not see who had the lock before
        batch.emplace_back(
            "INSERT INTO tandem.accounts (account, claims) VALUES ($1, 1) "
            "ON CONFLICT (account) DO UPDATE SET claims = tandem.accounts.claims + 1",
            intent.account);
    }
    if (!intent.number.empty()) {
        const auto key = to_key(intent.number);
        batch.emplace_back(
            "INSERT INTO tandem.changes (number, revision, writer, written) VALUES ($1, 0, 0, 0) "
            "ON CONFLICT (number) DO NOTHING",
            key);
        batch.emplace_back("SELECT revision, writer FROM tandem.changes WHERE number = $1 FOR UPDATE", key);
        batch.emplace_back("SELECT document FROM tandem.numbers WHERE number = $1", key);
    }
    if (intent.claims) {
        batch.emplace_back("SELECT document, writer FROM tandem.operations WHERE id = $1", intent.operation.view());
        batch.emplace_back("SELECT 1 FROM tandem.operations WHERE account = $1 AND key = $2 AND key <> ''",
                           intent.account, intent.key);
    }
    if (intent.has_credit) {
        batch.emplace_back("SELECT COALESCE(SUM(charge), 0) FROM tandem.operations WHERE account = $1 AND charge <> 0",
                           intent.account);
    }
    return batch;
}

/// Reads the answers to `begin_change`. Errors: what `fail(what, why)` raises.
template <class Fail>
Intent::Found read_found(const Intent& intent, const std::vector<Rows>& answers, Fail fail) {
    Intent::Found found;
    auto next = answers.begin() + 1;  // BEGIN's
    const auto read_the_operation = [&] {
        const Rows& rows = *next++;
        if (rows.empty()) { return; }
        found.operation = read_operation(rows.text(0, 0), fail);
        found.operation_writer = rows.integer(0, 1);
    };
    if (!intent.operation.empty() && !intent.claims) { read_the_operation(); }
    if (intent.has_credit) { ++next; }
    if (!intent.number.empty()) {
        ++next;
        const Rows& change = *next++;
        const Rows& number = *next++;
        if (change.empty()) { fail("it does not keep what it was told to", "a row is gone"); }
        found.slot.emplace();
        found.slot->last = static_cast<Revision>(change.integer(0, 0));
        found.slot_writer = change.integer(0, 1);
        if (!number.empty()) { found.slot->record = read_number(number.text(0, 0), fail); }
    }
    if (intent.claims) {
        read_the_operation();
        found.key_is_taken = !(next++)->empty();
    }
    if (intent.has_credit) { found.spent = Amount::ten_thousandths((next++)->integer(0, 0)); }
    return found;
}

inline void write_operation(Batch& batch, const Operation& operation, bool is_new, std::int64_t writer) {
    const auto document = write_json(to_json(operation));
    const auto* sql = is_new ? "INSERT INTO tandem.operations "
                               "(open, charge, number, revision, writer, document, id, account, key) "
                               "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
                             : "UPDATE tandem.operations SET open = $1, charge = $2, number = $3, revision = $4, "
                               "writer = $5, document = $6 WHERE id = $7 AND account = $8 AND key = $9";
    batch.emplace_back(sql, std::string_view(operation.open() ? "t" : "f"), charge_of(operation).count(),
                       to_key(operation.number), operation.revision, writer, document, operation.id.view(),
                       operation.account, operation.key);
}

inline void write_record(Batch& batch, const Number& record, bool removes, std::int64_t writer) {
    const auto key = to_key(record.number);
    if (removes) {
        batch.emplace_back("DELETE FROM tandem.numbers WHERE number = $1", key);
    } else {
        batch.emplace_back(
            "INSERT INTO tandem.numbers (number, revision, state, account, carrier, billing_class, fence, document) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (number) DO UPDATE SET revision = excluded.revision, "
            "state = excluded.state, account = excluded.account, carrier = excluded.carrier, "
            "billing_class = excluded.billing_class, fence = excluded.fence, document = excluded.document",
            key, record.revision, static_cast<int>(record.state), record.assigned_to, record.carrier,
            record.billing_class, record.fence.view(), write_json(to_json(record)));
    }
    batch.emplace_back(
        "UPDATE tandem.changes SET revision = $2, writer = $3, written = nextval('tandem.written'), sequence = NULL "
        "WHERE number = $1",
        key, record.revision, writer);
}

inline Batch end_change(const Intent& intent, const Change& change, std::int64_t writer) {
    Batch batch;
    if (change.operation) { write_operation(batch, *change.operation, intent.claims, writer); }
    if (change.record) { write_record(batch, *change.record, change.removes, writer); }
    batch.emplace_back("COMMIT");
    return batch;
}

/// What became of a change whose commit was not answered, seen under the locks of its repetition.
enum class Fate : std::uint8_t {
    written,
    not_written,
    unknown,  ///< others have written since
};

inline Fate fate_of(const Change& change, std::int64_t writer, const Intent::Found& found) {
    const bool by_operation = change.operation.has_value();
    const Revision attempted = by_operation ? change.operation->revision : change.record->revision;
    const Revision stored = by_operation ? (found.operation ? found.operation->revision : 0) : found.slot->last;
    if (stored > attempted) { return Fate::unknown; }
    const auto last_writer = by_operation ? found.operation_writer : found.slot_writer;
    return stored == attempted && last_writer == writer ? Fate::written : Fate::not_written;
}

inline Statement select_number(E164 number) {
    return Statement("SELECT document FROM tandem.numbers WHERE number = $1", to_key(number));
}

inline Statement select_page(const NumberQuery& query, KeyRange keys) {
    Statement statement("SELECT document FROM tandem.numbers WHERE number BETWEEN $1::bigint AND $2::bigint",
                        keys.first, keys.last);
    const auto narrow = [&](std::string_view condition, const auto& value) {
        statement.add(value);
        statement.sql += " AND " + std::string(condition) + " = $" + std::to_string(statement.values.size());
    };
    if (!query.account.empty()) { narrow("account <> '' AND account", query.account.view()); }
    if (query.state) { narrow("state", static_cast<int>(*query.state)); }
    if (!query.carrier.empty()) { narrow("carrier", query.carrier.view()); }
    statement.add(std::uint64_t{query.limit} + 1);
    statement.sql += " ORDER BY number LIMIT $" + std::to_string(statement.values.size());
    return std::move(statement).once();  // a good plan for one account or country is a bad one for another
}

inline Statement count_billed(std::string_view account) {
    return Statement(
        "SELECT billing_class, COUNT(*) FROM tandem.numbers WHERE account = $1 AND billing_class <> '' "
        "AND state IN (2, 3, 4) GROUP BY billing_class",
        account);
}

inline Statement select_operation(const OperationId& id) {
    return Statement("SELECT document FROM tandem.operations WHERE id = $1", id.view());
}
inline Statement select_operation_by_key(std::string_view account, std::string_view key) {
    return Statement("SELECT document FROM tandem.operations WHERE account = $1 AND key = $2 AND key <> ''", account,
                     key);
}
inline Statement select_open_operations(const OperationId& after, std::uint32_t limit) {
    return Statement("SELECT document FROM tandem.operations WHERE open AND id > $1 ORDER BY id LIMIT $2", after.view(),
                     limit);
}

/// The changes that have a sequence, and whether there are others.
inline Batch select_changes(std::uint64_t since, std::uint32_t limit) {
    Batch batch;
    batch.emplace_back("SELECT sequence, number FROM tandem.changes WHERE sequence > $1 ORDER BY sequence LIMIT $2",
                       std::min<std::uint64_t>(since, std::uint64_t{1} << 62U), limit);
    batch.emplace_back("SELECT EXISTS (SELECT 1 FROM tandem.changes WHERE sequence IS NULL)");
    return batch;
}

/// Gives sequences to `most` changes that have none. Who reads the changes does so, not who writes them: a writer's
/// would have to come in the order of the commits, so that writers would wait for each other's. Here the readers do,
/// at one row; whatever they see is committed, and what is committed later comes later in the order.
inline Batch number_changes(std::uint32_t most) {
    Batch batch;
    batch.emplace_back("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
    batch.emplace_back("SELECT value FROM tandem.counters WHERE name = 'changes' FOR UPDATE");
    batch.emplace_back(
        "UPDATE tandem.changes SET sequence = fresh.sequence FROM (SELECT number, "
        "(SELECT value FROM tandem.counters WHERE name = 'changes') + row_number() OVER (ORDER BY written) AS sequence "
        "FROM tandem.changes WHERE sequence IS NULL ORDER BY written LIMIT $1) AS fresh "
        "WHERE tandem.changes.number = fresh.number AND tandem.changes.sequence IS NULL",
        most);
    batch.emplace_back(
        "UPDATE tandem.counters SET value = GREATEST(value, (SELECT MAX(sequence) FROM tandem.changes)) "
        "WHERE name = 'changes'");
    batch.emplace_back("COMMIT");
    return batch;
}

/// Repeating it changes nothing. Whoever remembers waits for the others only where the surplus goes, so that each
/// commit leaves at most `max_searches`.
inline Batch remember_search(const CachedSearch& search) {
    const auto created = search.created.time_since_epoch().count();
    std::vector<std::string> keys, offers;
    for (const auto& [key, json] : search.offers) {
        keys.push_back(key);
        offers.push_back(json);
    }
    Batch batch;
    batch.emplace_back("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
    batch.emplace_back("DELETE FROM tandem.searches WHERE query_id = $1", search.query_id);
    batch.emplace_back(
        "INSERT INTO tandem.searches (query_id, account, created, expires, total, ordinal) "
        "VALUES ($1, $2, $3, $4, $5, nextval('tandem.remembered'))",
        search.query_id, search.account, created, search.expires.time_since_epoch().count(), search.offers.size());
    if (!search.offers.empty()) {
        batch.emplace_back(
            "INSERT INTO tandem.search_offers (query_id, position, key, json) SELECT $1, place - 1, key, json "
            "FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS offers (key, json, place)",
            search.query_id, keys, offers);
    }
    batch.emplace_back("UPDATE tandem.counters SET value = value + 1 WHERE name = 'searches'");
    batch.emplace_back("DELETE FROM tandem.searches WHERE expires <= $1 AND query_id <> $2", created, search.query_id);
    batch.emplace_back(
        "DELETE FROM tandem.searches WHERE query_id IN "
        "(SELECT query_id FROM tandem.searches ORDER BY created DESC, ordinal DESC OFFSET $1)",
        max_searches);
    batch.emplace_back("COMMIT");
    return batch;
}

/// One row at least where there is such a search, for its total.
inline Statement recall_search(std::string_view query_id, std::string_view account, std::uint32_t offset,
                               std::uint32_t quantity, UnixTime now) {
    return Statement(
        "SELECT searches.total, offers.json FROM tandem.searches AS searches LEFT JOIN tandem.search_offers AS offers "
        "ON offers.query_id = searches.query_id AND offers.position >= $4 AND offers.position < $5 "
        "WHERE searches.query_id = $1 AND searches.account = $2 AND searches.expires > $3 ORDER BY offers.position",
        query_id, account, now.time_since_epoch().count(), offset, std::uint64_t{offset} + quantity);
}

inline Statement select_newest_offer(std::string_view key, std::string_view account, UnixTime now) {
    return Statement(
        "SELECT offers.json FROM tandem.search_offers AS offers JOIN tandem.searches AS searches "
        "ON searches.query_id = offers.query_id WHERE offers.key = $1 AND searches.account = $2 "
        "AND searches.expires > $3 ORDER BY searches.created DESC, searches.ordinal DESC, offers.position LIMIT 1",
        key, account, now.time_since_epoch().count());
}

}  // namespace tandem::stores::detail
