// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/stores/detail/sql.hpp>
#include <tandem/stores/detail/sqlite_schema.hpp>
#include <tandem/stores/detail/transitions.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::stores::detail {

/// The concept `Store` in SQL, without its threads and transactions: whoever calls a change has begun one.
/// Thread safety: one thread at a time.
class SqliteDatabase {
public:
    explicit SqliteDatabase(std::string path) : connection_(std::move(path)) { prepare_database(connection_); }

    SqliteConnection& connection() { return connection_; }

    std::optional<Number> get(E164 number) {
        auto row = connection_.query("SELECT document FROM numbers WHERE number = ?");
        if (!row.bind(to_key(number)).step()) { return {}; }
        return read_number(row.text(0));
    }

    Number put(Number record) {
        const auto slot = slot_of(record.number);
        return apply(detail::put(slot, std::move(record))).record.value();
    }

    void remove(E164 number, Revision revision) { apply(detail::remove(slot_of(number), number, revision)); }

    NumberPage scan(const NumberQuery& query) {
        const auto keys = keys_of(query);
        if (!keys) { return {}; }
        const bool by_account = !query.account.empty();
        std::string sql = "SELECT document FROM numbers";
        if (by_account) {
            sql += " INDEXED BY numbers_by_account";
        } else if (query.state) {
            sql += query.carrier.empty() ? " INDEXED BY numbers_by_state" : " INDEXED BY numbers_by_carrier";
        } else {
            sql += " NOT INDEXED";  // the table itself is in the numbers' order
        }
        sql += " WHERE number >= ?1 AND number <= ?2";
        if (by_account) { sql += " AND account = ?4 AND account <> ''"; }
        if (query.state) { sql += " AND state = ?5"; }
        if (!query.carrier.empty()) { sql += " AND carrier = ?6"; }
        sql += " ORDER BY number LIMIT ?3";

        NumberPage page;
        const auto state = query.state ? static_cast<std::int64_t>(*query.state) : 0;
        auto rows = connection_.query(sql);
        rows.bind_at(1, keys->first);
        rows.bind_at(2, keys->last);
        rows.bind_at(3, std::int64_t{query.limit} + 1);
        if (by_account) { rows.bind_at(4, query.account.view()); }
        if (query.state) { rows.bind_at(5, state); }
        if (!query.carrier.empty()) { rows.bind_at(6, query.carrier.view()); }
        while (rows.step()) {
            if (page.numbers.size() == query.limit) {
                if (query.limit != 0) { page.next = page.numbers.back().number; }
                break;
            }
            page.numbers.push_back(read_number(rows.text(0)));
        }
        return page;
    }

    Quantities quantities(const std::string& account) {
        auto rows = connection_.query(
            "SELECT billing_class, COUNT(*) FROM numbers INDEXED BY numbers_billed "
            "WHERE account = ? AND billing_class <> '' AND state IN (2, 3, 4) GROUP BY billing_class");
        Quantities counts;
        for (rows.bind(account); rows.step();) { counts.emplace(rows.text(0), rows.integer(1)); }
        return counts;
    }

    std::vector<tandem::Change> changes(std::uint64_t since, std::uint32_t limit) {
        auto rows =
            connection_.query("SELECT sequence, number FROM changes WHERE sequence > ? ORDER BY sequence LIMIT ?");
        std::vector<tandem::Change> found;
        const auto after = static_cast<std::int64_t>(std::min<std::uint64_t>(since, std::uint64_t{1} << 62U));
        for (rows.bind(after, std::int64_t{limit}); rows.step();) {
            found.push_back(
                {.sequence = static_cast<std::uint64_t>(rows.integer(0)), .number = from_key(rows.integer(1))});
        }
        return found;
    }

    Operation claim(Operation operation, const std::optional<Amount>& credit) {
        if (connection_.query("SELECT 1 FROM operations WHERE id = ?").bind(operation.id.view()).step()) {
            refuse_id(operation);
        }
        if (!operation.key.empty() && connection_.query(select_by_key).bind(operation.account, operation.key).step()) {
            refuse_key(operation);
        }
        const auto slot = operation.number.empty() ? std::nullopt : std::optional(slot_of(operation.number));
        auto change = detail::claim(slot, std::move(operation));
        if (credit) { check_credit(*change.operation, *credit, spent(change.operation->account)); }
        return apply(std::move(change)).operation.value();
    }

    Operation advance(Operation operation) {
        const auto stored = find_operation(operation.id);
        return apply(detail::advance(stored, std::move(operation))).operation.value();
    }

    Number settle(Operation operation) {
        const auto stored = find_operation(operation.id);
        const auto slot = slot_of(settled_number(operation));
        return apply(detail::settle(stored, slot, std::move(operation))).record.value();
    }

    void abandon(Operation operation) {
        const auto stored = find_operation(operation.id);
        const auto slot = slot_of(stored ? stored->number : E164());
        apply(detail::abandon(stored, slot, std::move(operation)));
    }

    std::optional<Operation> find_operation(const OperationId& id) {
        auto row = connection_.query("SELECT document FROM operations WHERE id = ?");
        if (!row.bind(id.view()).step()) { return {}; }
        return read_operation(row.text(0));
    }

    std::optional<Operation> operation_by_key(const std::string& account, const std::string& key) {
        if (key.empty()) { return {}; }
        auto row = connection_.query(select_by_key);
        if (!row.bind(account, key).step()) { return {}; }
        return read_operation(row.text(0));
    }

    std::vector<Operation> open_operations(const OperationId& after, std::uint32_t limit) {
        auto rows = connection_.query(
            "SELECT document FROM operations INDEXED BY operations_open WHERE open = 1 AND id > ? ORDER BY id LIMIT ?");
        std::vector<Operation> found;
        for (rows.bind(after.view(), std::int64_t{limit}); rows.step();) {
            found.push_back(read_operation(rows.text(0)));
        }
        return found;
    }

    void remember(const CachedSearch& search) {
        const auto created = search.created.time_since_epoch().count();
        forget("SELECT id FROM searches WHERE query_id = ?1", std::string_view(search.query_id));
        forget("SELECT id FROM searches WHERE expires <= ?1", std::int64_t{created});
        connection_.query("INSERT INTO searches (query_id, account, created, expires, total) VALUES (?, ?, ?, ?, ?)")
            .bind(search.query_id, search.account, std::int64_t{created},
                  std::int64_t{search.expires.time_since_epoch().count()},
                  static_cast<std::int64_t>(search.offers.size()))
            .run();
        const auto id = connection_.number("SELECT last_insert_rowid()");
        for (std::size_t i = 0; i < search.offers.size(); ++i) {
            connection_.query("INSERT INTO search_offers (search, position, key, json) VALUES (?, ?, ?, ?)")
                .bind(id, static_cast<std::int64_t>(i), search.offers[i].key, search.offers[i].json)
                .run();
        }
        forget("SELECT id FROM searches ORDER BY created DESC, id DESC LIMIT -1 OFFSET ?1",
               static_cast<std::int64_t>(max_searches));
    }

    std::optional<CachedPage> recall(const std::string& query_id, const std::string& account, std::uint32_t offset,
                                     std::uint32_t quantity, UnixTime now) {
        auto search =
            connection_.query("SELECT id, total FROM searches WHERE query_id = ? AND account = ? AND expires > ?");
        if (!search.bind(query_id, account, std::int64_t{now.time_since_epoch().count()}).step()) { return {}; }
        CachedPage page{.total = static_cast<std::uint64_t>(search.integer(1))};
        auto rows = connection_.query(
            "SELECT json FROM search_offers WHERE search = ? AND position >= ? ORDER BY position LIMIT ?");
        for (rows.bind(search.integer(0), std::int64_t{offset}, std::int64_t{quantity}); rows.step();) {
            page.offers.emplace_back(rows.text(0));
        }
        return page;
    }

    std::optional<std::string> newest_offer(const std::string& key, const std::string& account, UnixTime now) {
        auto row = connection_.query(
            "SELECT o.json FROM search_offers o JOIN searches s ON s.id = o.search "
            "WHERE o.key = ? AND s.account = ? AND s.expires > ? ORDER BY s.created DESC, s.id DESC, o.position LIMIT "
            "1");
        if (!row.bind(key, account, std::int64_t{now.time_since_epoch().count()}).step()) { return {}; }
        return std::string(row.text(0));
    }

private:
    static constexpr std::string_view select_by_key =
        "SELECT document FROM operations WHERE account = ? AND key = ? AND key <> ''";

    Slot slot_of(E164 number) {
        Slot slot{.record = get(number)};
        if (slot.record) {
            slot.last = slot.record->revision;
        } else {
            auto row = connection_.query("SELECT revision FROM changes WHERE number = ?");
            if (row.bind(to_key(number)).step()) { slot.last = static_cast<Revision>(row.integer(0)); }
        }
        return slot;
    }

    Amount spent(const std::string& account) {
        auto row = connection_.query("SELECT SUM(charge) FROM operations WHERE account = ? AND charge <> 0");
        row.bind(account).step();
        return Amount::ten_thousandths(row.integer(0));
    }

    detail::Change apply(detail::Change change) {
        if (change.operation) { write(*change.operation); }
        if (change.record) { write(*change.record, change.removes); }
        return change;
    }

    void write(const Number& record, bool removes) {
        const auto key = to_key(record.number);
        const auto revision = static_cast<std::int64_t>(record.revision);
        if (removes) {
            connection_.query("DELETE FROM numbers WHERE number = ?").bind(key).run();
        } else {
            const auto document = write_json(to_json(record));
            connection_
                .query(
                    "INSERT OR REPLACE INTO numbers "
                    "(number, revision, state, account, carrier, billing_class, fence, document) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
                .bind(key, revision, static_cast<std::int64_t>(record.state), record.assigned_to, record.carrier,
                      record.billing_class, record.fence.view(), document)
                .run();
        }
        connection_.query("INSERT OR REPLACE INTO changes (number, revision) VALUES (?, ?)").bind(key, revision).run();
    }

    void write(const Operation& operation) {
        const auto document = write_json(to_json(operation));
        connection_
            .query(
                "INSERT INTO operations (id, account, key, open, charge, number, revision, document) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET open = excluded.open, "
                "charge = excluded.charge, number = excluded.number, revision = excluded.revision, "
                "document = excluded.document")
            .bind(operation.id.view(), operation.account, operation.key, std::int64_t{operation.open()},
                  charge_of(operation).count(), to_key(operation.number), static_cast<std::int64_t>(operation.revision),
                  document)
            .run();
    }

    template <class Value>
    void forget(std::string_view which, Value value) {
        for (const auto* table : {"search_offers WHERE search", "searches WHERE id"}) {
            const auto sql = "DELETE FROM " + std::string(table) + " IN (" + std::string(which) + ")";
            connection_.query(sql).bind(value).run();
        }
    }

    Number read_number(std::string_view text) {
        return detail::read_number(text, [&](auto what, const auto& why) { connection_.fail(what, why); });
    }
    Operation read_operation(std::string_view text) {
        return detail::read_operation(text, [&](auto what, const auto& why) { connection_.fail(what, why); });
    }

    SqliteConnection connection_;
};

}  // namespace tandem::stores::detail
