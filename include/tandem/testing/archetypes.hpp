// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/accounts.hpp>
#include <tandem/billing.hpp>
#include <tandem/carrier.hpp>
#include <tandem/config.hpp>
#include <tandem/environment.hpp>
#include <tandem/observer.hpp>
#include <tandem/store.hpp>
#include <tandem/transport.hpp>

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// For each concept the least that models it, and nothing more. What compiles against these compiles against every
/// model; they are never run. `archetypes::Session` stands beside the concept `Carrier`.
namespace tandem::archetypes {

/// What no archetype has by accident: copies, defaults, a second value of its kind.
class MovesOnly {
public:
    MovesOnly(MovesOnly&&) = default;
    MovesOnly(const MovesOnly&) = delete;
    MovesOnly& operator=(MovesOnly&&) = delete;

protected:
    MovesOnly() = default;
};

struct Carrier {
    static constexpr CarrierInfo info{.name = "archetype"};

    Task<SearchPage> find_numbers(Session&, const SearchRequest&) const { std::abort(); }
    Task<Number> acquire_number(Session&, Number) const { std::abort(); }
    Task<Number> disconnect_number(Session&, Number) const { std::abort(); }
};
static_assert(tandem::Carrier<Carrier>);

struct Transport : MovesOnly {
    Task<Response> send(Request, Deadline) { std::abort(); }
};
static_assert(tandem::Transport<Transport>);

struct Config : MovesOnly {
    Result<JsonText> document(std::string_view) const { std::abort(); }
};
static_assert(tandem::Config<Config>);

struct Store : MovesOnly {
    Task<std::optional<Number>> get(E164) { std::abort(); }
    Task<Number> put(Number) { std::abort(); }
    Task<void> remove(E164, Revision) { std::abort(); }
    Task<NumberPage> scan(NumberQuery) { std::abort(); }
    Task<Quantities> quantities(std::string) { std::abort(); }
    Task<std::vector<Change>> changes(std::uint64_t, std::uint32_t) { std::abort(); }

    Task<Operation> claim(Operation, std::optional<Amount>) { std::abort(); }
    Task<Operation> advance(Operation) { std::abort(); }
    Task<Number> settle(Operation) { std::abort(); }
    Task<void> abandon(Operation) { std::abort(); }
    Task<std::optional<Operation>> operation(OperationId) { std::abort(); }
    Task<std::optional<Operation>> operation_by_key(std::string, std::string) { std::abort(); }
    Task<std::vector<Operation>> open_operations(OperationId, std::uint32_t) { std::abort(); }

    Task<void> remember(CachedSearch) { std::abort(); }
    Task<std::optional<CachedPage>> recall(std::string, std::string, std::uint32_t, std::uint32_t, UnixTime) {
        std::abort();
    }
    Task<std::optional<std::string>> newest_offer(std::string, std::string, UnixTime) { std::abort(); }
};
static_assert(tandem::Store<Store>);

struct Billing : MovesOnly {
    Result<void> open(const JsonText&) { std::abort(); }
    bool cascades(const std::string&) { std::abort(); }
    Task<Quote> quote(const Purchase&) { std::abort(); }
};
static_assert(tandem::Billing<Billing>);

struct Accounts : MovesOnly {
    Result<void> open(const JsonText&) { std::abort(); }
    bool exists(std::string_view) const { std::abort(); }
    bool is_admin(std::string_view) const { std::abort(); }
    bool is_self_or_ancestor(std::string_view, std::string_view) const { std::abort(); }
    bool may_add_numbers(std::string_view) const { std::abort(); }
    std::string reseller(std::string_view) const { std::abort(); }
    std::vector<std::string> below(std::string_view) const { std::abort(); }
    std::optional<std::vector<std::string>> carrier_modules(std::string_view) const { std::abort(); }
};
static_assert(tandem::Accounts<Accounts>);

struct Observer : MovesOnly {
    void exchanged(const Exchange&) noexcept { std::abort(); }
    void searched(const CarrierReport&) noexcept { std::abort(); }
    void changed(const Operation&) noexcept { std::abort(); }
};
static_assert(tandem::Observer<Observer>);

struct Environment : MovesOnly {
    Moment now() { std::abort(); }
    UnixTime time() { std::abort(); }
    Task<> sleep(Duration) { std::abort(); }
    std::uint64_t random() { std::abort(); }
    OperationId id() { std::abort(); }
};
static_assert(tandem::Environment<Environment>);

}  // namespace tandem::archetypes
