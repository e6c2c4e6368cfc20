// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/store.hpp>
#include <tandem/stores/couchdb.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/stores/postgres.hpp>
#include <tandem/stores/sqlite.hpp>
#include <tandem/transports/https.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace numbers {

/// A store chosen at run time: one composition of the manager serves them all. Copies are one.
class AnyStore {
public:
    template <class S>
        requires(!std::same_as<S, AnyStore>) && tandem::Store<S>  // in this order: a copy asks nothing of itself
    explicit AnyStore(S store) : store_(std::make_shared<Kept<S>>(std::move(store))) {}

    /// The one that `--store` names: `memory:`, `sqlite:FILE`, a URL of PostgreSQL's or CouchDB's, which may be at
    /// a private address.
    /// Errors: `invalid` for any other text, and those of the stores. None holds what stands behind the first colon: it
    /// may be a password.
    static tandem::Result<AnyStore> open(std::string_view uri, boost::asio::any_io_executor executor) {
        constexpr std::string_view sqlite = "sqlite:";
        if (uri == "memory:") { return AnyStore(tandem::stores::Memory()); }
        if (uri.starts_with(sqlite) && uri.size() > sqlite.size()) {
            return of(tandem::stores::Sqlite::open(std::string(uri.substr(sqlite.size()))));
        }
        if (uri.starts_with("postgresql://") || uri.starts_with("postgres://")) {
            return of(tandem::stores::Postgres::open(tandem::Secret(std::string(uri))));
        }
        if (uri.starts_with("couchdb://") || uri.starts_with("couchdbs://")) {
            using tandem::transports::Https;
            Https::Options reach;
            reach.private_addresses = true;
            return of(tandem::stores::CouchDb<Https>::open(tandem::Secret(std::string(uri)), Https(executor, reach)));
        }
        return tandem::Error{.code = tandem::errc::invalid,
                             .message =
                                 "--store is memory:, sqlite:FILE, postgresql://USER@HOST/DATABASE, "
                                 "couchdb://USER:PASSWORD@HOST:PORT or couchdbs://",
                             .cause = std::string(uri.substr(0, std::min(uri.find(':'), std::size_t{32})))};
    }

    tandem::Task<std::optional<tandem::Number>> get(tandem::E164 number) { return store_->get(number); }
    tandem::Task<tandem::Number> put(tandem::Number record) { return store_->put(std::move(record)); }
    tandem::Task<void> remove(tandem::E164 number, tandem::Revision revision) {
        return store_->remove(number, revision);
    }
    tandem::Task<tandem::NumberPage> scan(tandem::NumberQuery query) { return store_->scan(query); }
    tandem::Task<tandem::Quantities> quantities(std::string account) { return store_->quantities(std::move(account)); }
    tandem::Task<std::vector<tandem::Change>> changes(std::uint64_t since, std::uint32_t limit) {
        return store_->changes(since, limit);
    }

    tandem::Task<tandem::Operation> claim(tandem::Operation operation, std::optional<tandem::Amount> credit) {
        return store_->claim(std::move(operation), credit);
    }
    tandem::Task<tandem::Operation> advance(tandem::Operation operation) {
        return store_->advance(std::move(operation));
    }
    tandem::Task<tandem::Number> settle(tandem::Operation operation) { return store_->settle(std::move(operation)); }
    tandem::Task<void> abandon(tandem::Operation operation) { return store_->abandon(std::move(operation)); }
    tandem::Task<std::optional<tandem::Operation>> operation(tandem::OperationId id) { return store_->operation(id); }
    tandem::Task<std::optional<tandem::Operation>> operation_by_key(std::string account, std::string key) {
        return store_->operation_by_key(std::move(account), std::move(key));
    }
    tandem::Task<std::vector<tandem::Operation>> open_operations(tandem::OperationId after, std::uint32_t limit) {
        return store_->open_operations(after, limit);
    }

    tandem::Task<void> remember(tandem::CachedSearch search) { return store_->remember(std::move(search)); }
    tandem::Task<std::optional<tandem::CachedPage>> recall(std::string query_id, std::string account,
                                                           std::uint32_t offset, std::uint32_t quantity,
                                                           tandem::UnixTime now) {
        return store_->recall(std::move(query_id), std::move(account), offset, quantity, now);
    }
    tandem::Task<std::optional<std::string>> newest_offer(std::string key, std::string account, tandem::UnixTime now) {
        return store_->newest_offer(std::move(key), std::move(account), now);
    }

private:
    template <class S>
    static tandem::Result<AnyStore> of(tandem::Result<S> opened) {
        if (!opened) { return opened.error(); }
        return AnyStore(std::move(*opened));
    }

    struct Model {
        virtual ~Model() = default;
        virtual tandem::Task<std::optional<tandem::Number>> get(tandem::E164 number) = 0;
        virtual tandem::Task<tandem::Number> put(tandem::Number record) = 0;
        virtual tandem::Task<void> remove(tandem::E164 number, tandem::Revision revision) = 0;
        virtual tandem::Task<tandem::NumberPage> scan(tandem::NumberQuery query) = 0;
        virtual tandem::Task<tandem::Quantities> quantities(std::string account) = 0;
        virtual tandem::Task<std::vector<tandem::Change>> changes(std::uint64_t since, std::uint32_t limit) = 0;
        virtual tandem::Task<tandem::Operation> claim(tandem::Operation operation,
                                                      std::optional<tandem::Amount> credit) = 0;
        virtual tandem::Task<tandem::Operation> advance(tandem::Operation operation) = 0;
        virtual tandem::Task<tandem::Number> settle(tandem::Operation operation) = 0;
        virtual tandem::Task<void> abandon(tandem::Operation operation) = 0;
        virtual tandem::Task<std::optional<tandem::Operation>> operation(tandem::OperationId id) = 0;
        virtual tandem::Task<std::optional<tandem::Operation>> operation_by_key(std::string account,
                                                                                std::string key) = 0;
        virtual tandem::Task<std::vector<tandem::Operation>> open_operations(tandem::OperationId after,
                                                                             std::uint32_t limit) = 0;
        virtual tandem::Task<void> remember(tandem::CachedSearch search) = 0;
        virtual tandem::Task<std::optional<tandem::CachedPage>> recall(std::string query_id, std::string account,
                                                                       std::uint32_t offset, std::uint32_t quantity,
                                                                       tandem::UnixTime now) = 0;
        virtual tandem::Task<std::optional<std::string>> newest_offer(std::string key, std::string account,
                                                                      tandem::UnixTime now) = 0;
    };
    template <tandem::Store S>
    struct Kept final : Model {
        explicit Kept(S kept) : store(std::move(kept)) {}
        tandem::Task<std::optional<tandem::Number>> get(tandem::E164 number) override { return store.get(number); }
        tandem::Task<tandem::Number> put(tandem::Number record) override { return store.put(std::move(record)); }
        tandem::Task<void> remove(tandem::E164 number, tandem::Revision revision) override {
            return store.remove(number, revision);
        }
        tandem::Task<tandem::NumberPage> scan(tandem::NumberQuery query) override { return store.scan(query); }
        tandem::Task<tandem::Quantities> quantities(std::string account) override {
            return store.quantities(std::move(account));
        }
        tandem::Task<std::vector<tandem::Change>> changes(std::uint64_t since, std::uint32_t limit) override {
            return store.changes(since, limit);
        }
        tandem::Task<tandem::Operation> claim(tandem::Operation operation,
                                              std::optional<tandem::Amount> credit) override {
            return store.claim(std::move(operation), credit);
        }
        tandem::Task<tandem::Operation> advance(tandem::Operation operation) override {
            return store.advance(std::move(operation));
        }
        tandem::Task<tandem::Number> settle(tandem::Operation operation) override {
            return store.settle(std::move(operation));
        }
        tandem::Task<void> abandon(tandem::Operation operation) override { return store.abandon(std::move(operation)); }
        tandem::Task<std::optional<tandem::Operation>> operation(tandem::OperationId id) override {
            return store.operation(id);
        }
        tandem::Task<std::optional<tandem::Operation>> operation_by_key(std::string account, std::string key) override {
            return store.operation_by_key(std::move(account), std::move(key));
        }
        tandem::Task<std::vector<tandem::Operation>> open_operations(tandem::OperationId after,
                                                                     std::uint32_t limit) override {
            return store.open_operations(after, limit);
        }
        tandem::Task<void> remember(tandem::CachedSearch search) override { return store.remember(std::move(search)); }
        tandem::Task<std::optional<tandem::CachedPage>> recall(std::string query_id, std::string account,
                                                               std::uint32_t offset, std::uint32_t quantity,
                                                               tandem::UnixTime now) override {
            return store.recall(std::move(query_id), std::move(account), offset, quantity, now);
        }
        tandem::Task<std::optional<std::string>> newest_offer(std::string key, std::string account,
                                                              tandem::UnixTime now) override {
            return store.newest_offer(std::move(key), std::move(account), now);
        }

        S store;
    };

    std::shared_ptr<Model> store_;
};
static_assert(tandem::Store<AnyStore>);

}  // namespace numbers
