// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/stores/detail/couchdb_changes.hpp>
#include <tandem/stores/detail/couchdb_operations.hpp>
#include <tandem/stores/detail/couchdb_searches.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tandem::stores {

/// Kazoo's own documents in CouchDB 3: numbers in `numbers/+1415` and its like, whatever Kazoo keeps in them beside;
/// ours in `tandem/…`. For who runs Kazoo, or wants its data layout. `T` reaches the server:
/// `CouchDb<transports::Https>`.
/// A record's revision is CouchDB's count of its writes, so that Kazoo's count too. Kazoo's last writer wins: where it
/// overwrites a number that an operation holds, the settle is told `conflict`.
/// CouchDB writes one document at a time: `detail/couchdb_operations.hpp` says in which order, and what a crash leaves.
/// A claim takes four to eleven requests. A page, `quantities` and `changes` ask each database that the prefix covers,
/// one after another: name four digits, or at least a country, where there are many.
/// Of one server this is linearizable. Of a cluster it is not: each change reads the number's siblings first and a
/// settle once more behind its write, and refuses with `conflict` until one was chosen; two halves that do not see each
/// other can claim one number twice.
/// A caller that is cancelled does not learn whether its change was made; half of one is finished as after a crash.
/// Copies share the transport.
/// Errors: `store`, naming server and database, when the server cannot be reached, fails, or refuses the credentials,
/// when a document cannot be read, and when the answer to a change was lost and whether it was made cannot be found
/// out.
template <Transport T>
class CouchDb {
public:
    using Options = detail::CouchDbOptions;

    /// Asks nothing yet: databases and views are made when they are needed.
    /// Errors: `settings` for a URL with user, password, query or fragment.
    CouchDb(Options options, T transport)
        : server_(std::make_shared<Server>(std::move(options), std::move(transport))) {}

    /// The server that a URI names, as `couchdb_options` reads it, with errors as values.
    static Result<CouchDb> open(const Secret& uri, T transport) try {
        return CouchDb(detail::couchdb_options(uri.reveal()), std::move(transport));
    } catch (const Exception& exception) { return exception.error(); }

    Task<std::optional<Number>> get(E164 number) {
        detail::CouchDbNumber found = co_await server_->numbers.find(number);
        found = co_await server_->operations.without_void_fence(std::move(found));
        co_return found.slot.record;
    }
    Task<Number> put(Number record) {
        for (;;) {
            detail::CouchDbNumber found = co_await changeable(record.number);
            detail::Change change = detail::put(found.slot, record);
            const Number next = detail::plain(*change.record);
            const bool written = co_await server_->numbers.write(found, next, found.last, false);
            if (written) { co_return next; }
        }
    }
    Task<void> remove(E164 number, Revision revision) {
        for (;;) {
            const detail::CouchDbNumber found = co_await changeable(number);
            const detail::Change change = detail::remove(found.slot, number, revision);
            if (!change.record) { co_return; }
            const bool written = co_await server_->numbers.write(found, *change.record, found.last, true);
            if (written) { co_return; }
        }
    }
    Task<NumberPage> scan(NumberQuery query) { return server_->numbers.scan(query); }
    Task<Quantities> quantities(std::string account) { return server_->numbers.quantities(std::move(account)); }
    Task<std::vector<Change>> changes(std::uint64_t since, std::uint32_t limit) {
        return server_->changes.since(since, limit);
    }

    Task<Operation> claim(Operation operation, std::optional<Amount> credit) {
        return server_->operations.claim(std::move(operation), credit);
    }
    Task<Operation> advance(Operation operation) { return server_->operations.advance(std::move(operation)); }
    Task<Number> settle(Operation operation) { return server_->operations.settle(std::move(operation)); }
    Task<void> abandon(Operation operation) { return server_->operations.abandon(std::move(operation)); }
    Task<std::optional<Operation>> operation(OperationId id) {
        const detail::CouchDbOperation stored = co_await server_->operations.find(id);
        std::optional<Operation> found;
        if (!stored.rev.empty()) { found = stored.operation; }
        co_return found;
    }
    Task<std::optional<Operation>> operation_by_key(std::string account, std::string key) {
        return server_->operations.find_by_key(std::move(account), std::move(key));
    }
    Task<std::vector<Operation>> open_operations(OperationId after, std::uint32_t limit) {
        return server_->operations.open(after, limit);
    }

    Task<void> remember(CachedSearch search) { return server_->searches.remember(std::move(search)); }
    Task<std::optional<CachedPage>> recall(std::string query_id, std::string account, std::uint32_t offset,
                                           std::uint32_t quantity, UnixTime now) {
        return server_->searches.recall(std::move(query_id), std::move(account), offset, quantity, now);
    }
    Task<std::optional<std::string>> newest_offer(std::string key, std::string account, UnixTime now) {
        return server_->searches.newest_offer(std::move(key), std::move(account), now);
    }

private:
    struct Server {
        Server(Options options, T transport) : client(std::move(options), std::move(transport)) {}

        detail::CouchDbClient<T> client;
        detail::CouchDbWriter writer{};
        detail::CouchDbNumbers<T> numbers{client};
        detail::CouchDbOperations<T> operations{client, numbers, writer};
        detail::CouchDbChanges<T> changes{client, numbers, writer};
        detail::CouchDbSearches<T> searches{client, writer};
    };

    /// Without siblings and void fence.
    Task<detail::CouchDbNumber> changeable(E164 number) {
        detail::CouchDbNumber found = co_await server_->numbers.find(number);
        found = co_await server_->operations.without_void_fence(std::move(found));
        server_->numbers.refuse_siblings(found, number);
        co_return found;
    }

    std::shared_ptr<Server> server_;
};

}  // namespace tandem::stores
