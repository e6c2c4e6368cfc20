// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carriers.hpp>
#include <tandem/diagnostics/policies.hpp>

namespace tandem::diagnostics {

/// What may be said of a manager's first parameter.
template <class List>
struct manager {
    struct must_be_given_Carriers;
};

namespace detail {

template <class List>
struct carrier_list {
    using verdict = typename manager<List>::must_be_given_Carriers;
};
template <class... Cs>
struct carrier_list<Carriers<Cs...>> {
    using verdict = decltype(examine_carriers<Cs...>());
};

}  // namespace detail

/// One verdict on all parameters of a `NumberManager`, in their order.
template <class List, class T, class C, class S, class B, class A, class O, class E>
auto examine_manager() -> first_refusal<typename detail::carrier_list<List>::verdict, decltype(examine_transport<T>()),
                                        decltype(examine_config<C>()), decltype(examine_store<S>()),
                                        decltype(examine_billing<B>()), decltype(examine_accounts<A>()),
                                        decltype(examine_observer<O>()), decltype(examine_environment<E>())>;

}  // namespace tandem::diagnostics
