// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/hana/accessors.hpp>
#include <boost/hana/concept/struct.hpp>
#include <boost/hana/pair.hpp>
#include <boost/hana/string.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/preprocessor/seq/enum.hpp>
#include <boost/preprocessor/seq/transform.hpp>
#include <boost/preprocessor/stringize.hpp>
#include <boost/preprocessor/variadic/to_seq.hpp>

namespace tandem::detail {

template <auto member>
struct member_access {
    template <class T>
    constexpr decltype(auto) operator()(T&& object) const {
        return static_cast<T&&>(object).*member;
    }
};

}  // namespace tandem::detail

#define TANDEM_DETAIL_MEMBER(r, Type, member)                               \
    ::boost::hana::make_pair(BOOST_HANA_STRING(BOOST_PP_STRINGIZE(member)), \
                                               ::tandem::detail::member_access<&Type::member>{})

/// Stands in a struct of settings and names it and its members, so that Boost.Hana can walk them; unlike
/// `BOOST_HANA_DEFINE_STRUCT` it leaves the members their defaults and comments:
/// `TANDEM_SETTINGS(Settings, base_url, api_key)`.
#define TANDEM_SETTINGS(Type, ...)                                                                           \
    struct hana_accessors_impl {                                                                             \
        static constexpr auto apply() {                                                                      \
            return ::boost::hana::make_tuple(BOOST_PP_SEQ_ENUM(                                              \
                BOOST_PP_SEQ_TRANSFORM(TANDEM_DETAIL_MEMBER, Type, BOOST_PP_VARIADIC_TO_SEQ(__VA_ARGS__)))); \
        }                                                                                                    \
    }
