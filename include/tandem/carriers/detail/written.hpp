// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/alpha3.hpp>
#include <tandem/core/e164.hpp>
#include <tandem/core/error.hpp>
#include <tandem/core/features.hpp>
#include <tandem/wire/detail/scalar.hpp>

#include <string>
#include <string_view>

/// How carriers write what Tandem keeps in a form of its own: for `wire::field<&Offer::number, …>`.
namespace tandem::carriers::detail {

/// An international number without its `+`: `442079460100`, as text or as a number.
inline bool without_plus(E164& member, const wire::Scalar& value) {
    const std::string text = "+" + std::string(value.text);
    if (value.kind == wire::Scalar::Kind::boolean || !E164::is_valid(text)) { return false; }
    member = E164::parse_or_empty(text);
    return true;
}

/// A number of the North American plan, of ten digits or of eleven with the country code: `4155550100`, as text or as a
/// number.
inline bool north_american(E164& member, const wire::Scalar& value) {
    const bool has_code = value.text.size() == 11 && value.text.front() == '1';
    if (value.kind == wire::Scalar::Kind::boolean || (value.text.size() != 10 && !has_code)) { return false; }
    const std::string text = (has_code ? "+" : "+1") + std::string(value.text);
    member = E164::parse_or_empty(text);
    return !member.empty();
}

/// The ten digits of a number of the North American plan.
/// Errors: `not_available` for another country's.
inline std::string ten_digits(E164 number) {
    const std::string digits = number.digits();
    if (digits.size() != 11 || digits.front() != '1') {
        errors::not_available("it sells numbers of the North American plan only");
    }
    return digits.substr(1);
}

/// A country's three letters, as ISO's two.
inline bool alpha3_country(std::string_view& member, const wire::Scalar& value) {
    member = alpha2_of(value.text);
    return value.is_text();
}

/// A feature told by 1 or 0, as text or as a number, or by true or false.
template <Feature feature>
bool counted_flag(Features& member, const wire::Scalar& value) {
    if (value.kind != wire::Scalar::Kind::boolean && value.text != "0" && value.text != "1") { return false; }
    member.set(feature, value.kind == wire::Scalar::Kind::boolean ? value.truth : value.text == "1");
    return true;
}

}  // namespace tandem::carriers::detail
