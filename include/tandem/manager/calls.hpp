// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/manager/kernel.hpp>
#include <tandem/manager/session.hpp>

#include <boost/system/system_error.hpp>

#include <cstddef>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// A carrier's operations by its place in the list: whatever calls them is compiled once, not once for each carrier.
/// One function each, so that a program names no operation that it does not use.
/// Lifetime: kernel and session outlive the task. Errors: `not_implemented` for an operation that the carrier lacks.
namespace tandem::detail {

template <class K>
Task<SearchPage> find_numbers_at(K& kernel, std::size_t carrier, Session<K>& session, const SearchRequest& request) {
    return kernel.with_carrier(carrier, [&](const auto& each) { return each.find_numbers(session, request); });
}

template <class K>
Task<Number> acquire_number_at(K& kernel, std::size_t carrier, Session<K>& session, Number number) {
    return kernel.with_carrier(carrier,
                               [&](const auto& each) { return each.acquire_number(session, std::move(number)); });
}

template <class K>
Task<Number> disconnect_number_at(K& kernel, std::size_t carrier, Session<K>& session, Number number) {
    return kernel.with_carrier(carrier,
                               [&](const auto& each) { return each.disconnect_number(session, std::move(number)); });
}

template <class K>
Task<Number> follow_order_at(K& kernel, std::size_t carrier, Session<K>& session, Number number) {
    return kernel.with_carrier(carrier, [&]<class C>(const C& each) -> Task<Number> {
        if constexpr (FollowsOrders<C>) { return each.follow_order(session, std::move(number)); }
        errors::not_implemented();
    });
}

template <class K>
Task<std::optional<Number>> find_order_at(K& kernel, std::size_t carrier, Session<K>& session, Number number) {
    return kernel.with_carrier(carrier, [&]<class C>(const C& each) -> Task<std::optional<Number>> {
        if constexpr (FindsOrders<C>) { return each.find_order(session, std::move(number)); }
        errors::not_implemented();
    });
}

template <class K>
Task<bool> owns_number_at(K& kernel, std::size_t carrier, Session<K>& session, E164 number) {
    return kernel.with_carrier(carrier, [&]<class C>(const C& each) -> Task<bool> {
        if constexpr (OwnsNumbers<C>) { return each.owns_number(session, number); }
        errors::not_implemented();
    });
}

template <class K>
Task<OwnedNumbers> owned_numbers_at(K& kernel, std::size_t carrier, Session<K>& session, std::string page) {
    return kernel.with_carrier(carrier, [&]<class C>(const C& each) -> Task<OwnedNumbers> {
        if constexpr (ListsNumbers<C>) { return each.owned_numbers(session, std::move(page)); }
        errors::not_implemented();
    });
}

template <class K>
Task<std::vector<NumberStatus>> check_numbers_at(K& kernel, std::size_t carrier, Session<K>& session,
                                                 const std::vector<E164>& numbers) {
    return kernel.with_carrier(carrier, [&]<class C>(const C& each) -> Task<std::vector<NumberStatus>> {
        if constexpr (ChecksNumbers<C>) { return each.check_numbers(session, numbers); }
        errors::not_implemented();
    });
}

template <class K>
Task<Offer> quote_at(K& kernel, std::size_t carrier, Session<K>& session, Offer offer) {
    return kernel.with_carrier(carrier, [&]<class C>(const C& each) -> Task<Offer> {
        if constexpr (Quotes<C>) { return each.quote(session, std::move(offer)); }
        errors::not_implemented();
    });
}

/// What a carrier answers to `call(session)`, which changes nothing.
/// Errors: the carrier's, naming it, without secrets.
template <class T, class K, class Call>
Task<T> ask_carrier(K& kernel, std::size_t carrier, Deadline deadline, Call call) {
    Session<K> session(kernel, K::info(carrier), kernel.terms(carrier).remote, {.deadline = deadline});
    const auto told = [&](Error error) {
        error = session.without_secrets(std::move(error));
        error.carrier = K::info(carrier).name;
        return Exception(std::move(error));
    };
    try {
        Task<T> asked = call(session);
        co_return co_await std::move(asked);
    } catch (const Exception& failure) {
        throw told(failure.error());
    } catch (const boost::system::system_error&) {  // the caller gave up
        throw;
    } catch (const std::bad_alloc&) { throw; } catch (const std::exception& failure) {
        throw told({.code = errc::unspecified, .message = "the carrier's code failed", .cause = failure.what()});
    }
}

}  // namespace tandem::detail
