// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>

#include <optional>
#include <vector>

namespace tandem::testing {

namespace detail {

/// Calls every operation of `C` with the archetype. Its functions are compiled, never run.
template <Carrier C>
struct Bodies {
    using Session = archetypes::Session;

    static Task<SearchPage> find_numbers(const C& carrier, Session& session, const SearchRequest& request) {
        return carrier.find_numbers(session, request);
    }
    static Task<Number> acquire_number(const C& carrier, Session& session, Number number) {
        return carrier.acquire_number(session, number);
    }
    static Task<Number> disconnect_number(const C& carrier, Session& session, Number number) {
        return carrier.disconnect_number(session, number);
    }
    static Task<std::vector<NumberStatus>> check_numbers(const C& carrier, Session& session,
                                                         const std::vector<E164>& numbers) {
        return carrier.check_numbers(session, numbers);
    }
    static Task<Number> follow_order(const C& carrier, Session& session, Number number) {
        return carrier.follow_order(session, number);
    }
    static Task<std::optional<Number>> find_order(const C& carrier, Session& session, Number number) {
        return carrier.find_order(session, number);
    }
    static Task<bool> owns_number(const C& carrier, Session& session, E164 number) {
        return carrier.owns_number(session, number);
    }
    static Task<OwnedNumbers> owned_numbers(const C& carrier, Session& session, std::string page) {
        return carrier.owned_numbers(session, std::move(page));
    }
    static Task<Offer> quote(const C& carrier, Session& session, Offer offer) { return carrier.quote(session, offer); }
    static Task<Number> reserve_number(const C& carrier, Session& session, Number number) {
        return carrier.reserve_number(session, number);
    }
};

/// Naming a function in a body that is compiled is what makes the compiler compile the function's.
template <class Function>
constexpr bool compiled(Function&) {
    return true;  // comparing its address would be no constant expression under g++'s UBSan
}

}  // namespace detail

/// Compiles the body of every operation that `C` has, the optional ones too, against `archetypes::Session`: a signature
/// check alone lets a body pass that asks a session for more than every session has.
/// Use: `static_assert(testing::instantiates<Acme>());` in the carrier's test. A broken body is an error of the
/// compiler, not a `false`.
template <Carrier C>
consteval bool instantiates() {
    using Bodies = detail::Bodies<C>;
    bool all = detail::compiled(Bodies::find_numbers) && detail::compiled(Bodies::acquire_number) &&
               detail::compiled(Bodies::disconnect_number);
    if constexpr (ChecksNumbers<C>) { all = all && detail::compiled(Bodies::check_numbers); }
    if constexpr (FollowsOrders<C>) { all = all && detail::compiled(Bodies::follow_order); }
    if constexpr (FindsOrders<C>) { all = all && detail::compiled(Bodies::find_order); }
    if constexpr (OwnsNumbers<C>) { all = all && detail::compiled(Bodies::owns_number); }
    if constexpr (ListsNumbers<C>) { all = all && detail::compiled(Bodies::owned_numbers); }
    if constexpr (Quotes<C>) { all = all && detail::compiled(Bodies::quote); }
    if constexpr (ReservesNumbers<C>) { all = all && detail::compiled(Bodies::reserve_number); }
    return all;
}

}  // namespace tandem::testing
