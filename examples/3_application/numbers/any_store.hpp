// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/store.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/stores/sqlite.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace numbers {

/// The store that `--store` names, chosen at run time: one composition of the manager serves them all.
class AnyStore {
    using Stores = std::variant<tandem::stores::Memory, tandem::stores::Sqlite>;

public:
    /// `memory:` or `sqlite:FILE`.
    /// Errors: `invalid` for any other text, `store` when the file cannot be opened.
    static tandem::Result<AnyStore> open(std::string_view uri) {
        constexpr std::string_view scheme = "sqlite:";
        if (uri == "memory:") { return AnyStore(Stores(std::in_place_type<tandem::stores::Memory>)); }
        if (uri.starts_with(scheme) && uri.size() > scheme.size()) {
            auto opened = tandem::stores::Sqlite::open(std::string(uri.substr(scheme.size())));
            if (!opened) { return opened.error(); }
            return AnyStore(Stores(std::move(*opened)));
        }
        return tandem::Error{.code = tandem::errc::invalid,
                             .message = "--store is memory: or sqlite:FILE",
                             .cause = std::string(uri.substr(0, 256))};
    }

    tandem::Task<std::optional<tandem::Number>> get(tandem::E164 number) {
        return use([&](auto& store) { return store.get(number); });
    }
    tandem::Task<tandem::Number> put(tandem::Number record) {
        return use([&](auto& store) { return store.put(std::move(record)); });
    }
    tandem::Task<void> remove(tandem::E164 number, tandem::Revision revision) {
        return use([&](auto& store) { return store.remove(number, revision); });
    }
    tandem::Task<tandem::NumberPage> scan(tandem::NumberQuery query) {
        return use([&](auto& store) { return store.scan(query); });
    }
    tandem::Task<tandem::Quantities> quantities(std::string account) {
        return use([&](auto& store) { return store.quantities(std::move(account)); });
    }
    tandem::Task<std::vector<tandem::Change>> changes(std::uint64_t since, std::uint32_t limit) {
        return use([&](auto& store) { return store.changes(since, limit); });
    }

    tandem::Task<tandem::Operation> claim(tandem::Operation operation, std::optional<tandem::Amount> credit) {
        return use([&](auto& store) { return store.claim(std::move(operation), credit); });
    }
    tandem::Task<tandem::Operation> advance(tandem::Operation operation) {
        return use([&](auto& store) { return store.advance(std::move(operation)); });
    }
    tandem::Task<tandem::Number> settle(tandem::Operation operation) {
        return use([&](auto& store) { return store.settle(std::move(operation)); });
    }
    tandem::Task<void> abandon(tandem::Operation operation) {
        return use([&](auto& store) { return store.abandon(std::move(operation)); });
    }
    tandem::Task<std::optional<tandem::Operation>> operation(tandem::OperationId id) {
        return use([&](auto& store) { return store.operation(id); });
    }
    tandem::Task<std::optional<tandem::Operation>> operation_by_key(std::string account, std::string key) {
        return use([&](auto& store) { return store.operation_by_key(std::move(account), std::move(key)); });
    }
    tandem::Task<std::vector<tandem::Operation>> open_operations(tandem::OperationId after, std::uint32_t limit) {
        return use([&](auto& store) { return store.open_operations(after, limit); });
    }

    tandem::Task<void> remember(tandem::CachedSearch search) {
        return use([&](auto& store) { return store.remember(std::move(search)); });
    }
    tandem::Task<std::optional<tandem::CachedPage>> recall(std::string query_id, std::string account,
                                                           std::uint32_t offset, std::uint32_t quantity,
                                                           tandem::UnixTime now) {
        return use(
            [&](auto& store) { return store.recall(std::move(query_id), std::move(account), offset, quantity, now); });
    }
    tandem::Task<std::optional<std::string>> newest_offer(std::string key, std::string account, tandem::UnixTime now) {
        return use([&](auto& store) { return store.newest_offer(std::move(key), std::move(account), now); });
    }

private:
    explicit AnyStore(Stores stores) : stores_(std::move(stores)) {}

    template <class Call>
    std::invoke_result_t<Call&, tandem::stores::Memory&> use(Call call) {
        return std::visit(call, stores_);
    }

    Stores stores_;
};
static_assert(tandem::Store<AnyStore>);

}  // namespace numbers
