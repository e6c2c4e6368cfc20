// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/store.hpp>

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::testing {

/// Is told of each call of a store, by the operation's name, before it begins and after it went well; may throw.
template <class H>
concept StoreHook = requires(H& hook, std::string_view operation) {
    hook.before(operation);
    hook.after(operation);
};

/// A store with a hook around each of its operations.
template <Store S, StoreHook H>
class HookedStore {
public:
    HookedStore(S store, H hook) : store_(std::move(store)), hook_(std::move(hook)) {}

    S& inner() { return store_; }
    H& hook() { return hook_; }

    Task<std::optional<Number>> get(E164 number) { return around("get", store_.get(number)); }
    Task<Number> put(Number record) { return around("put", store_.put(std::move(record))); }
    Task<void> remove(E164 number, Revision revision) { return around("remove", store_.remove(number, revision)); }
    Task<NumberPage> scan(NumberQuery query) { return around("scan", store_.scan(query)); }
    Task<Quantities> quantities(std::string account) {
        return around("quantities", store_.quantities(std::move(account)));
    }
    Task<std::vector<Change>> changes(std::uint64_t since, std::uint32_t limit) {
        return around("changes", store_.changes(since, limit));
    }

    Task<Operation> claim(Operation operation, std::optional<Amount> credit) {
        return around("claim", store_.claim(std::move(operation), credit));
    }
    Task<Operation> advance(Operation operation) { return around("advance", store_.advance(std::move(operation))); }
    Task<Number> settle(Operation operation) { return around("settle", store_.settle(std::move(operation))); }
    Task<void> abandon(Operation operation) { return around("abandon", store_.abandon(std::move(operation))); }
    Task<std::optional<Operation>> operation(OperationId id) { return around("operation", store_.operation(id)); }
    Task<std::optional<Operation>> operation_by_key(std::string account, std::string key) {
        return around("operation_by_key", store_.operation_by_key(std::move(account), std::move(key)));
    }
    Task<std::vector<Operation>> open_operations(OperationId after, std::uint32_t limit) {
        return around("open_operations", store_.open_operations(after, limit));
    }

    Task<void> remember(CachedSearch search) { return around("remember", store_.remember(std::move(search))); }
    Task<std::optional<CachedPage>> recall(std::string query_id, std::string account, std::uint32_t offset,
                                           std::uint32_t quantity, UnixTime now) {
        return around("recall", store_.recall(std::move(query_id), std::move(account), offset, quantity, now));
    }
    Task<std::optional<std::string>> newest_offer(std::string key, std::string account, UnixTime now) {
        return around("newest_offer", store_.newest_offer(std::move(key), std::move(account), now));
    }

private:
    /// A coroutine does nothing until it is awaited, so making it before the hook runs is early enough.
    template <class T>
    Task<T> around(std::string_view name, Task<T> call) {
        hook_.before(name);
        if constexpr (std::is_void_v<T>) {
            co_await std::move(call);
            hook_.after(name);
        } else {
            T result = co_await std::move(call);
            hook_.after(name);
            co_return result;
        }
    }

    S store_;
    H hook_;
};

}  // namespace tandem::testing
