// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/billing.hpp>
#include <tandem/core/operation.hpp>
#include <tandem/core/query.hpp>
#include <tandem/core/task.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tandem {

/// A search kept for its further pages and for the purchase that follows. Offers are JSON (`core/search_json.hpp`).
struct CachedSearch {
    struct Offer {
        std::string key;  ///< the number, or the carrier's offer id
        std::string json;
    };

    std::string query_id{};
    std::string account{};  ///< who asked; nobody else sees it
    UnixTime created{};
    UnixTime expires{};
    std::vector<Offer> offers{};  ///< in the order of the result
};

/// A part of a cached search.
struct CachedPage {
    std::vector<std::string> offers{};
    std::uint64_t total = 0;  ///< of the whole search
};

/// A number that was written or removed, and when in the store's order of changes.
struct Change {
    std::uint64_t sequence = 0;
    E164 number{};
};

/// Numbers by key and revision.
/// - `get(n)`: the record, or nothing.
/// - `put(record)`: writes it and gives it back with its new revision. Its `revision` must be the stored one, 0 for a
///   new
///   record, else `conflict`; a fenced record is changed only by its operation: `in_progress`.
/// - `remove(n, revision)`: likewise.
/// - `scan(query)`: at most `query.limit` records in ascending order. Pages by key neither skip nor repeat a number
///   that
///   was there throughout.
/// - `quantities(account)`: its numbers in reserved, in_service and port_in that have a billing class, by class.
/// - `changes(since, limit)`: writes and removals behind sequence `since`, oldest first; of a number at least the last.
template <class S>
concept StoresNumbers = requires(S& store, E164 number, Number record, Revision revision, NumberQuery query,
                                 std::string account, std::uint64_t since, std::uint32_t limit) {
    { store.get(number) } -> std::same_as<Task<std::optional<Number>>>;
    { store.put(record) } -> std::same_as<Task<Number>>;
    { store.remove(number, revision) } -> std::same_as<Task<void>>;
    { store.scan(query) } -> std::same_as<Task<NumberPage>>;
    { store.quantities(account) } -> std::same_as<Task<Quantities>>;
    { store.changes(since, limit) } -> std::same_as<Task<std::vector<Change>>>;
};

/// Operations, each step in one commit with its number's record.
/// - `claim(operation, credit)`: writes the operation and fences its number; gives the operation with its revision 1
///   and
///   `after.revision` the claimed record's. A number not in the store gets a record: `after` in state discovery,
///   assigned to nobody. Errors: `conflict` when the stored revision is not `before.revision`; `in_progress` when
///   another operation holds it; `key_reused` when the account's key is taken (look it up by `operation_by_key`);
///   `not_enough_credit` when `credit` is given and less than the account's charges (of its acquisitions that are not
///   refused) and this one's together.
/// - `advance(operation)`: writes a step that is not final and gives it with its new revision. Error: `conflict` unless
///   its revision is the stored one, here and in both below.
/// - `settle(operation)`: phase done; the record becomes `after`, without fence, or goes when `after.state` is deleted.
///   Gives the record as written. Also `conflict` when the stored record's fence or revision is not the claim's. An
///   operation on a group's offer has no number until now: its record must not exist or be nobody's.
/// - `abandon(operation)`: phase refused; the record becomes `before`, or goes where there was none.
/// - `operation(id)`, `operation_by_key(account, key)`: or nothing.
/// - `open_operations(after, limit)`: those not final, by id.
template <class S>
concept StoresOperations = requires(S& store, Operation operation, std::optional<Amount> credit, OperationId id,
                                    std::string account, std::string key, std::uint32_t limit) {
    { store.claim(operation, credit) } -> std::same_as<Task<Operation>>;
    { store.advance(operation) } -> std::same_as<Task<Operation>>;
    { store.settle(operation) } -> std::same_as<Task<Number>>;
    { store.abandon(operation) } -> std::same_as<Task<void>>;
    { store.operation(id) } -> std::same_as<Task<std::optional<Operation>>>;
    { store.operation_by_key(account, key) } -> std::same_as<Task<std::optional<Operation>>>;
    { store.open_operations(id, limit) } -> std::same_as<Task<std::vector<Operation>>>;
};

/// Searches, for a while.
/// - `remember(search)`: keeps it until it expires; the store holds at most 1,000 and drops the oldest first.
/// - `recall(query_id, account, offset, quantity, now)`: part of a live search of that account, or nothing.
/// - `newest_offer(key, account, now)`: the offer of the newest live search of that account that has it, or nothing.
template <class S>
concept StoresSearches = requires(S& store, CachedSearch search, std::string text, std::uint32_t count, UnixTime now) {
    { store.remember(search) } -> std::same_as<Task<void>>;
    { store.recall(text, text, count, count, now) } -> std::same_as<Task<std::optional<CachedPage>>>;
    { store.newest_offer(text, text, now) } -> std::same_as<Task<std::optional<std::string>>>;
};

/// Where numbers, operations and searches live.
/// Errors: each operation throws `Exception`; `store` when the store itself failed.
/// Laws: what an operation acknowledged survives a crash (where the store is durable at all); of any number of
/// concurrent claims on one number one wins; a settle or advance with an old revision changes nothing.
/// Thread safety: any operation from any thread; it resumes its caller on the caller's executor.
/// Models: `stores::Memory`, `stores::Sqlite`, `stores::Postgres`, `stores::CouchDb`; one suite,
/// `tests/stores/conformance.hpp`, runs over all of them.
template <class S>
concept Store = std::move_constructible<S> && StoresNumbers<S> && StoresOperations<S> && StoresSearches<S>;

}  // namespace tandem
