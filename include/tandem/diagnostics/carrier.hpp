// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/diagnostics/verdict.hpp>

#include <array>
#include <concepts>
#include <type_traits>
#include <utility>

namespace tandem::diagnostics {

/// What may be said of a carrier. Never defined further: these are words.
template <class C>
struct carrier {
    struct must_provide {
        struct info;
        template <class Signature>
        struct find_numbers;
        template <class Signature>
        struct acquire_number;
        template <class Signature>
        struct disconnect_number;
    };
    template <class Wrong>
    struct returns {
        struct but_must_provide {
            template <class Signature>
            struct find_numbers;
            template <class Signature>
            struct acquire_number;
            template <class Signature>
            struct disconnect_number;
        };
    };
    struct takes_other_arguments {
        struct but_must_provide {
            template <class Signature>
            struct find_numbers;
            template <class Signature>
            struct acquire_number;
            template <class Signature>
            struct disconnect_number;
        };
    };
    template <class List>
    struct is_not_among;
};

/// What may be said of two carriers of one list.
template <class First, class Second>
struct carriers {
    struct stand_twice;
    struct answer_to_one_name;
};

namespace detail {

using tandem::archetypes::Session;

/// Has a member of any kind under a name exactly when that makes the name ambiguous with ours.
struct names {
    int find_numbers, acquire_number, disconnect_number;
};
template <class C>
struct with_names : C, names {};

template <class C>
concept names_find_numbers = !requires { &with_names<C>::find_numbers; };
template <class C>
concept names_acquire_number = !requires { &with_names<C>::acquire_number; };
template <class C>
concept names_disconnect_number = !requires { &with_names<C>::disconnect_number; };

template <class C>
using find_result =
    decltype(std::declval<const C&>().find_numbers(std::declval<Session&>(), std::declval<const SearchRequest&>()));
template <class C>
using acquire_result =
    decltype(std::declval<const C&>().acquire_number(std::declval<Session&>(), std::declval<Number>()));
template <class C>
using disconnect_result =
    decltype(std::declval<const C&>().disconnect_number(std::declval<Session&>(), std::declval<Number>()));

using find_signature = Task<SearchPage>(Session&, const SearchRequest&);
using acquire_signature = Task<Number>(Session&, Number);
using disconnect_signature = Task<Number>(Session&, Number);

// For each operation: of another type, there but not callable so, or not there at all.
template <class C>
auto examine_find() -> typename carrier<C>::must_provide::template find_numbers<find_signature>;
template <class C>
    requires names_find_numbers<C>
auto examine_find() ->
    typename carrier<C>::takes_other_arguments::but_must_provide::template find_numbers<find_signature>;
template <class C>
    requires(names_find_numbers<C> && requires { typename find_result<C>; })
auto examine_find() ->
    typename carrier<C>::template returns<find_result<C>>::but_must_provide::template find_numbers<find_signature>;

template <class C>
auto examine_acquire() -> typename carrier<C>::must_provide::template acquire_number<acquire_signature>;
template <class C>
    requires names_acquire_number<C>
auto examine_acquire() ->
    typename carrier<C>::takes_other_arguments::but_must_provide::template acquire_number<acquire_signature>;
template <class C>
    requires(names_acquire_number<C> && requires { typename acquire_result<C>; })
auto examine_acquire() -> typename carrier<C>::template returns<
    acquire_result<C>>::but_must_provide::template acquire_number<acquire_signature>;

template <class C>
auto examine_disconnect() -> typename carrier<C>::must_provide::template disconnect_number<disconnect_signature>;
template <class C>
    requires names_disconnect_number<C>
auto examine_disconnect() ->
    typename carrier<C>::takes_other_arguments::but_must_provide::template disconnect_number<disconnect_signature>;
template <class C>
    requires(names_disconnect_number<C> && requires { typename disconnect_result<C>; })
auto examine_disconnect() -> typename carrier<C>::template returns<
    disconnect_result<C>>::but_must_provide::template disconnect_number<disconnect_signature>;

}  // namespace detail

/// The verdict on one carrier: its first broken requirement. A requirement of `Carrier` that has no sentence here
/// leaves no function that fits: a loud error too.
template <class C>
    requires(!Described<C>)
auto examine_carrier() -> typename carrier<C>::must_provide::info;
template <class C>
    requires(Described<C> && !FindsNumbers<C>)
auto examine_carrier() -> decltype(detail::examine_find<C>());
template <class C>
    requires(Described<C> && FindsNumbers<C> && !AcquiresNumbers<C>)
auto examine_carrier() -> decltype(detail::examine_acquire<C>());
template <class C>
    requires(Described<C> && FindsNumbers<C> && AcquiresNumbers<C> && !DisconnectsNumbers<C>)
auto examine_carrier() -> decltype(detail::examine_disconnect<C>());
template <Carrier C>
auto examine_carrier() -> accepted;

namespace detail {

/// Whether a name of one is also a name of the other.
constexpr bool share_a_name(const CarrierInfo& a, const CarrierInfo& b) {
    const auto among = [](const CarrierInfo& names, const CarrierInfo& others) {
        for (const auto& alias : names.aliases) {
            if (others.answers_to(alias)) { return true; }
        }
        return others.answers_to(names.name);
    };
    return among(a, b) || among(b, a);
}

// A variable of its own: g++ 12 takes `info` for unfinished inside a template argument.
template <class First, class Second>
inline constexpr bool collide = share_a_name(First::info, Second::info);

template <class First, class Second>
auto examine_pair() -> accepted;
template <class First, class Second>
    requires(std::is_same_v<First, Second>)
auto examine_pair() -> typename carriers<First, Second>::stand_twice;
template <class First, class Second>
    requires(!std::is_same_v<First, Second> && collide<First, Second>)
auto examine_pair() -> typename carriers<First, Second>::answer_to_one_name;

template <class... Cs>
struct pairs {
    using type = accepted;
};
template <class First, class... Others>
struct pairs<First, Others...> {
    using type = first_refusal<decltype(examine_pair<First, Others>())..., typename pairs<Others...>::type>;
};

// All names at once: looking at each pair takes seconds of compile time for thirty carriers, so only a list that is
// wrong is looked at pair by pair, for the sentence that names the two.
template <class... Cs>
inline constexpr bool all_names_differ = [] {
    const std::array<const CarrierInfo*, sizeof...(Cs)> infos{&Cs::info...};
    for (std::size_t first = 0; first < infos.size(); ++first) {
        for (std::size_t second = first + 1; second < infos.size(); ++second) {
            if (share_a_name(*infos[first], *infos[second])) { return false; }
        }
    }
    return true;
}();

template <class Single, class... Cs>
struct list_verdict {
    using type = Single;
};
template <class... Cs>
    requires(!all_names_differ<Cs...>)
struct list_verdict<accepted, Cs...> : pairs<Cs...> {};

}  // namespace detail

/// One verdict for the whole list: the first carrier that is not accepted, else the first two that collide.
template <class... Cs>
auto examine_carriers() ->
    typename detail::list_verdict<first_refusal<decltype(examine_carrier<Cs>())...>, Cs...>::type;

/// The verdict on a carrier that is asked for by its type.
template <class C, class List, bool among>
auto examine_membership() ->
    typename std::conditional_t<among, std::type_identity<accepted>,
                                std::type_identity<typename carrier<C>::template is_not_among<List>>>::type;

}  // namespace tandem::diagnostics
