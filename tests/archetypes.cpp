// SPDX-License-Identifier: BSL-1.0
#include <tandem/number_manager.hpp>
#include <tandem/testing/archetypes.hpp>
#include <tandem/testing/instantiates.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

namespace tandem::archetype_tests {

static_assert(testing::instantiates<archetypes::Carrier>());

/// The carrier as the manager meets it: called with the manager's own session, which is another type.
struct AnySession {
    static constexpr CarrierInfo info = archetypes::Carrier::info;

    Task<SearchPage> find_numbers(auto&, const SearchRequest&) const { std::abort(); }
    Task<Number> acquire_number(auto&, Number) const { std::abort(); }
    Task<Number> disconnect_number(auto&, Number) const { std::abort(); }
};

using Manager = NumberManager<Carriers<AnySession>, archetypes::Transport, archetypes::Config, archetypes::Store,
                              archetypes::Billing, archetypes::Accounts, archetypes::Observer, archetypes::Environment>;

/// Every operation, compiled with policies that have nothing but what their concepts ask for.
[[maybe_unused]] Task<> compile_every_operation(Manager& manager) {
    const E164 number;
    const std::vector<E164> numbers;
    const SearchRequest search;
    const NumberQuery query;
    (void)co_await manager.find_numbers(search);
    (void)co_await manager.check_numbers(numbers);
    (void)manager.carriers_info();
    (void)co_await manager.find_offer(number);
    (void)co_await manager.acquire_number(number, dry_run);
    (void)co_await manager.acquire_number(number, purchase);
    (void)co_await manager.acquire_numbers(numbers, dry_run);
    (void)co_await manager.acquire_numbers(numbers, purchase);
    (void)co_await manager.disconnect_number(number);
    (void)co_await manager.disconnect_numbers(numbers);
    (void)co_await manager.recover();
    (void)co_await manager.read_number(number);
    (void)co_await manager.list_numbers(query);
    (void)co_await manager.stock_number(number);
}

BOOST_AUTO_TEST_SUITE(archetypes)

// For each requirement of a carrier, the archetype without just that.
struct WithoutInfo {
    Task<SearchPage> find_numbers(auto&, const SearchRequest&) const { std::abort(); }
    Task<Number> acquire_number(auto&, Number) const { std::abort(); }
    Task<Number> disconnect_number(auto&, Number) const { std::abort(); }
};
struct Nameless : AnySession {
    static constexpr CarrierInfo info{.name = ""};
};
struct WithoutFind : AnySession {
    void find_numbers() const;
};
struct WithoutAcquire : AnySession {
    void acquire_number() const;
};
struct WithoutDisconnect : AnySession {
    void disconnect_number() const;
};
struct NeedsToChange : AnySession {
    Task<Number> acquire_number(auto&, Number) { std::abort(); }
};
static_assert(Carrier<AnySession>);
static_assert(!Carrier<WithoutInfo> && !Carrier<Nameless>);
static_assert(!Carrier<WithoutFind> && !Carrier<WithoutAcquire> && !Carrier<WithoutDisconnect>);
static_assert(!Carrier<NeedsToChange>, "a carrier is shared by every call: its operations are const");

// Optional operations are not asked for, and are known by their concepts.
struct WithEverything : AnySession {
    Task<std::vector<NumberStatus>> check_numbers(auto&, const std::vector<E164>&) const { std::abort(); }
    Task<Number> follow_order(auto&, Number) const { std::abort(); }
    Task<std::optional<Number>> find_order(auto&, Number) const { std::abort(); }
    Task<bool> owns_number(auto&, E164) const { std::abort(); }
    Task<Offer> quote(auto&, Offer) const { std::abort(); }
    Task<Number> reserve_number(auto&, Number) const { std::abort(); }
};
template <class C>
constexpr int optional_operations = ChecksNumbers<C> + FollowsOrders<C> + FindsOrders<C> + OwnsNumbers<C> +
                                    ListsNumbers<C> + Quotes<C> + ReservesNumbers<C>;
static_assert(optional_operations<AnySession> == 0 && optional_operations<WithEverything> == 6);
static_assert(testing::instantiates<WithEverything>());

struct Label : AnySession {
    static constexpr CarrierInfo info{.name = "label", .buys = false};
};
static_assert(BuysNumbers<AnySession> && Carrier<Label> && !BuysNumbers<Label>);

BOOST_AUTO_TEST_CASE(a_manager_of_archetypes_is_a_manager) {
    BOOST_TEST(Manager::carriers_type::count == 1U);
    BOOST_TEST(Manager::carriers_type::index_of("knm_archetype").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tandem::archetype_tests
