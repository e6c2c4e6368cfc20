// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carriers/detail/blocks.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/voxbone_errors.hpp>
#include <tandem/carriers/detail/written.hpp>
#include <tandem/core/alpha3.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/json.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/url.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// Voxbone's one search: of groups, and of the numbers in them.
namespace tandem::carriers::voxbone {

inline constexpr std::uint32_t max_page = 5'000;  ///< of groups, and of numbers in one reply
inline constexpr std::uint8_t max_digits = 10;    ///< of a pattern

/// Prices are whole hundredths of the account's currency.
inline bool read_cents(Amount& member, const wire::Scalar& value) {
    std::int64_t cents = 0;
    const char* const end = value.text.data() + value.text.size();
    const auto [stopped, failed] = std::from_chars(value.text.data(), end, cents);
    constexpr std::int64_t most = 1'000'000'000'000;
    if (!value.is_number() || failed != std::errc() || stopped != end || cents < 0 || cents > most) { return false; }
    member = Amount::ten_thousandths(cents * 100);
    return true;
}

/// Until `finish_group` has read it, `region` holds the area code.
inline constexpr auto group_rows =
    wire::rows("didGroups[]",
               {wire::field<&Offer::id>("didGroupId").required(), wire::field<&Offer::setup, read_cents>("setup100"),
                wire::field<&Offer::monthly, read_cents>("monthly100"), wire::field<&Offer::stock>("stock"),
                wire::field<&Offer::country, detail::alpha3_country>("countryCodeA3"),
                wire::field<&Offer::rate_center>("rateCenter"), wire::field<&Offer::locality>("cityName"),
                wire::field<&Offer::region>("areaCode")})
        .with({wire::field<&Total::count>("resultCount")});
/// Of the same reply, the numbers that the groups list.
inline constexpr auto number_rows =
    wire::rows("didGroups[].phoneNumbers[]", {wire::field<&Offer::number>("phoneNumber").required()}).or_absent();
/// Voxbone's numbers of the features that Tandem has a word for.
inline constexpr std::array<std::pair<Feature, std::int64_t>, 4> feature_ids{
    {{Feature::voice, 50}, {Feature::sms, 25}, {Feature::fax, 6}, {Feature::emergency, 29}}};

enum class Kind { groups, numbers, blocks };

inline bool is_american(const SearchRequest& request) { return dial_code_of(request.country.view()) == "1"; }
inline std::string_view digits_of(const SearchRequest& request) {
    return request.national_prefix(dial_code_of(request.country.view()));
}
/// Whether the prefix may be that of groups. In the North American plan an area code has three digits. Elsewhere only
/// the carrier knows where it ends: there the prefix is taken for one first.
inline bool names_groups(const SearchRequest& request) {
    return !is_american(request) || digits_of(request).size() <= 3;
}
inline bool names_numbers(const SearchRequest& request) {
    return digits_of(request).size() >= (is_american(request) ? 4U : 2U);
}

/// `url` with the criteria of a search.
/// Errors: `not_available`.
inline wire::Url with_criteria(wire::Url url, const SearchRequest& request, Kind kind) {
    const std::string_view country = alpha3_of(request.country.view());
    if (country.empty()) { errors::not_available("no country that Voxbone would know"); }
    const std::string_view digits = digits_of(request);
    url = std::move(url).query("countryCodeA3", country);
    if (wants_toll_free(request)) { url = std::move(url).query("didType", "TOLL_FREE"); }
    if (is_american(request) && digits.size() >= 3) {
        url = std::move(url).query("areaCode", digits.substr(0, 3));
    } else if (!is_american(request) && kind == Kind::groups && !digits.empty()) {
        url = std::move(url).query("areaCode", digits);
    }
    for (const auto& [feature, id] : feature_ids) {
        if (request.features.contains(feature)) {
            url = std::move(url).query("featureIds", static_cast<std::uint64_t>(id));
        }
    }
    if (kind == Kind::groups) { return url; }
    // What has the digits elsewhere comes too, and is dropped here: so all that there is is asked for.
    url = std::move(url).query("quantity", kind == Kind::blocks ? request.quantity : max_page);
    if (kind == Kind::blocks) { url = std::move(url).query("consecutive", "true"); }
    if (names_numbers(request)) { url = std::move(url).query("digits", digits.substr(0, max_digits)); }
    return url;
}

/// Reads what a group's row tells beyond `groups`. False for a group that is not for sale.
inline bool finish_group(Offer& offer, std::string_view dial_code) {
    offer.prefix = E164::parse_or_empty("+" + std::string(dial_code).append(std::exchange(offer.region, {})));
    const auto row = parse_json_object(offer.details());
    if (!row || offer.row.empty() || offer.prefix.empty()) { errors::malformed_reply("the group cannot be read"); }
    const JsonFields fields(*row, "a group", errc::malformed_reply);
    if (const std::string type = fields.text("didType"); !type.empty()) {
        offer.features.set(Feature::toll_free, type == "TOLL_FREE");
    }
    if (const auto* list = fields.find("features")) {
        if (!list->is_array()) { fields.refuse("features", "a list"); }
        for (const auto& [feature, id] : feature_ids) {
            const bool has = std::any_of(list->get_array().begin(), list->get_array().end(), [&](const auto& each) {
                const auto* own = each.is_object() ? each.get_object().if_contains("featureId") : nullptr;
                return own != nullptr && *own == id;
            });
            offer.features.set(feature, has);
        }
    }
    return fields.flag("available", true);
}

/// The groups of a reply, and those that are for sale.
struct Groups {
    SearchPage page{};
    std::uint64_t rows = 0;  ///< of the reply, whatever became of them
    std::optional<std::uint64_t> total{};
};
inline Groups read_groups(Response response, const SearchRequest& request) {
    expect_success(response);
    auto read = wire::read_offers(group_rows, std::move(response));
    Groups found{.rows = read.page.offers.size() + read.page.refused, .total = read.whole.count};
    found.page.refused = read.page.refused;
    for (Offer& offer : read.page.offers) {
        try {
            if (finish_group(offer, dial_code_of(request.country.view()))) {
                found.page.offers.push_back(std::move(offer));
            }
        } catch (const Exception&) { ++found.page.refused; }
    }
    return found;
}

/// The numbers that the groups of a reply list, each with its group's price, features and name, and with its own row as
/// details: the group's would hold all of them.
inline SearchPage read_numbers(Response response, const Groups& from) {
    SearchPage page{.refused = from.page.refused};
    const SearchPage listed = wire::read_offers(number_rows, std::move(response));
    page.refused += listed.refused;
    // Both pages hold the same text: a number belongs to the last group whose row begins before its own.
    const auto place = [](const Offer& offer) { return offer.row.data() - offer.page->text().data(); };
    auto group = from.page.offers.begin();
    for (const Offer& number : listed.offers) {
        if (number.row.empty()) {
            ++page.refused;
            continue;
        }
        while (group != from.page.offers.end() && std::next(group) != from.page.offers.end() &&
               place(*std::next(group)) < place(number)) {
            ++group;
        }
        const bool is_inside = group != from.page.offers.end() && place(*group) < place(number) &&
                               place(number) < place(*group) + std::ssize(group->row);
        if (!is_inside) { continue; }  // its group is not for sale
        Offer& offer = page.offers.emplace_back(*group);
        offer.number = number.number;
        offer.prefix = {};
        offer.stock = 0;
        offer.row = offer.page->text().substr(static_cast<std::size_t>(place(number)), number.row.size());
    }
    return page;
}

/// One page, of `size` groups at most.
inline detail::CarrierPage read_page(const Response& response, const SearchRequest& request, Kind kind,
                                     std::uint32_t page, std::uint32_t size) {
    Groups read = read_groups(response, request);
    const std::uint64_t end = (std::uint64_t{page} + 1) * size;
    detail::CarrierPage result{.is_last = read.rows < size || end >= read.total.value_or(end)};
    if (kind == Kind::numbers) {
        result.page = read_numbers(response, read);
    } else {
        std::erase_if(read.page.offers, [&](const Offer& group) { return !request.matches(group.prefix); });
        result.page = std::move(read.page);
    }
    return result;
}
inline SearchPage read_blocks(const Response& response, const SearchRequest& request) {
    SearchPage numbers = read_numbers(response, read_groups(response, request));
    detail::drop_unwanted(numbers, request);
    return detail::runs_of(std::move(numbers), request);
}

}  // namespace tandem::carriers::voxbone
