// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "couchdb_server.hpp"
#include "folder.hpp"
#include "indexed_place.hpp"
#include "postgres_server.hpp"

#include <tandem/core/operation_json.hpp>
#include <tandem/run.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/stores/sqlite.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

/// The laws of the concept `Store`. The cases of `conformance_*.cpp` run over each of `Places`; whoever writes a store
/// adds its place here.
namespace tandem::store_tests {

/// Where a store is kept during one test. Each `open` gives a handle on the same state.
struct InMemory {
    stores::Memory open() const { return store; }
    stores::Memory store{};
};

struct InSqlite {
    stores::Sqlite open() const { return stores::Sqlite(folder.file("Nummern für alle.db")); }
    TemporaryFolder folder{};
};

using Places = std::tuple<InMemory, InSqlite, InPostgres, InCouchDb, Indexed<InMemory>, Indexed<InSqlite>>;

inline E164 nth(int i) { return E164::parse_or_empty("+1415555" + std::to_string(10'000 + i).substr(1)); }
inline UnixTime at(std::int64_t seconds) { return UnixTime(std::chrono::seconds(seconds)); }
inline Amount money(std::string_view text) { return Amount::parse(text).value(); }

inline Number record(E164 number, State state = State::in_service, std::string account = "alice",
                     std::string carrier = "acme") {
    Number made;
    made.number = number;
    made.state = state;
    made.assigned_to = std::move(account);
    made.carrier = std::move(carrier);
    return made;
}

/// A purchase of `number`, which nobody has.
inline Operation purchase_of(E164 number, std::string_view id, std::string account = "alice") {
    Operation operation;
    operation.id = OperationId(id);
    operation.number = number;
    operation.carrier = "acme";
    operation.account = account;
    operation.asked_by = account;
    operation.charge = money("1.00");
    operation.after = record(number, State::in_service, account);
    return operation;
}

/// The release of a number with that record.
inline Operation release_of(const Number& owned, std::string_view id) {
    Operation operation = purchase_of(owned.number, id, owned.assigned_to);
    operation.kind = Operation::Kind::release;
    operation.charge = Amount();
    operation.before = owned;
    operation.after = owned;
    operation.after.state = State::deleted;
    return operation;
}

/// Operations are equal when their documents are.
inline std::string text_of(const Operation& operation) { return write_json(to_json(operation)); }
inline std::string text_of(const std::optional<Operation>& operation) {
    return operation ? text_of(*operation) : std::string("none");
}
inline std::string text_of(const Number& number) { return write_json(to_json(number)); }
inline std::string text_of(const std::optional<Number>& number) { return number ? text_of(*number) : "none"; }

/// A store at a place, and what the cases do with it.
template <class Place>
struct Bench {
    Place place{};
    decltype(place.open()) store = place.open();

    template <class T>
    static T run(Task<T> task) {
        return tandem::run(std::move(task));
    }
    /// The name of the error that `task` ends in; empty when it goes well.
    template <class T>
    static std::string refusal(Task<T> task) {
        try {
            (void)run(std::move(task));
        } catch (const Exception& exception) { return std::string(name_of(exception.error().code)); }
        return {};
    }
    static std::string refusal(Task<void> task) {
        try {
            run(std::move(task));
        } catch (const Exception& exception) { return std::string(name_of(exception.error().code)); }
        return {};
    }

    Number put(Number number) { return run(store.put(std::move(number))); }
    std::optional<Number> get(E164 number) { return run(store.get(number)); }
    Operation claim(Operation operation, std::optional<Amount> credit = {}) {
        return run(store.claim(std::move(operation), credit));
    }
    std::optional<Operation> operation(std::string_view id) { return run(store.operation(OperationId(id))); }

    /// All pages of `query`, one after the other.
    std::vector<E164> scan(NumberQuery query) {
        std::vector<E164> found;
        do {
            const NumberPage page = run(store.scan(query));
            BOOST_TEST(page.numbers.size() <= query.limit);
            for (const Number& each : page.numbers) { found.push_back(each.number); }
            query.after = page.next;
        } while (!query.after.empty());
        return found;
    }
    std::uint64_t last_change() {
        const auto all = run(store.changes(0, 1'000'000));
        return all.empty() ? 0 : all.back().sequence;
    }
    std::vector<std::string> open_ids(std::string_view after = {}, std::uint32_t limit = 100) {
        std::vector<std::string> ids;
        for (const auto& each : run(store.open_operations(OperationId(after), limit))) { ids.push_back(each.id.str()); }
        return ids;
    }
};

}  // namespace tandem::store_tests
