// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "fuzz.hpp"

#include <tandem/core/json.hpp>
#include <tandem/wire/json.hpp>

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// A description of replies, and its rules applied by hand to Boost's values.
namespace tandem::fuzz::described {

namespace json = boost::json;

struct Meta {
    std::optional<std::int64_t> total{};
};
inline constexpr auto description =
    wire::rows("data[]", {wire::field<&Offer::number>("number").required(), wire::field<&Offer::id>("id"),
                          wire::field<&Offer::locality>("place.city"), wire::flag<Feature::sms>("features[=sms]"),
                          wire::dropped_if("held")})
        .with({wire::field<&Meta::total>("meta.total")});

using Read = wire::OffersRead<Meta>;

enum class Row { good, dropped, refused };

inline Row kind_of(const json::value& value) {
    const auto* row = value.if_object();
    const auto* number = row == nullptr ? nullptr : row->if_contains("number");
    if (number == nullptr || !number->is_string() || !E164::is_valid(std::string_view(number->get_string()))) {
        return Row::refused;
    }
    if (const auto* id = row->if_contains("id"); id != nullptr && (id->is_structured() || id->is_bool())) {
        return Row::refused;
    }
    if (const auto* place = row->if_contains("place"); place != nullptr && place->is_object()) {
        const auto* city = place->get_object().if_contains("city");
        if (city != nullptr && (city->is_structured() || city->is_bool())) { return Row::refused; }
    }
    if (const auto* features = row->if_contains("features"); features != nullptr && features->is_array()) {
        const auto& list = features->get_array();
        if (std::any_of(list.begin(), list.end(), [](const auto& each) { return each.is_structured(); })) {
            return Row::refused;
        }
    }
    const auto* held = row->if_contains("held");
    if (held == nullptr || held->is_null()) { return Row::good; }
    return !held->is_bool() ? Row::refused : held->get_bool() ? Row::dropped : Row::good;
}

inline void compare(const Offer& offer, const json::object& row) {
    require(offer.number.text().view() == std::string_view(row.at("number").get_string()), "the number is the row's");
    // Behind a first key that is empty or escaped the reader does not find where the row begins.
    require(offer.row.empty() || parse_json(offer.details()).value() == json::value(row), "the details are the row");
    const auto* id = row.if_contains("id");
    const bool is_text = id != nullptr && id->is_string();
    require(!is_text || offer.id == std::string_view(id->get_string()), "the id is the row's");
    std::optional<bool> has_sms;
    if (const auto* features = row.if_contains("features"); features != nullptr && features->is_array()) {
        const auto& list = features->get_array();
        has_sms = std::find(list.begin(), list.end(), json::value("sms")) != list.end();
    }
    require(offer.features.get(Feature::sms) == has_sms, "a feature is there when the list names it");
}

/// What came of a reply, or nothing where it was refused, against its document.
inline void compare(const std::optional<Read>& read, const json::object& document) {
    const auto* list = document.if_contains("data");
    const auto* meta = document.if_contains("meta");
    const auto* total = meta == nullptr || !meta->is_object() ? nullptr : meta->get_object().if_contains("total");
    const bool is_good_total = total == nullptr || total->is_null() || total->is_int64();
    const bool is_good = list != nullptr && list->is_array() && is_good_total;
    require(is_good == read.has_value(), "both take the reply, or neither");
    if (!is_good) { return; }
    require(read->whole.total.has_value() == (total != nullptr && total->is_int64()), "the total is there, or not");
    require(!read->whole.total || *read->whole.total == total->get_int64(), "the total is the reply's");
    auto offer = read->page.offers.begin();
    std::uint32_t refused = 0;
    for (const json::value& row : list->get_array()) {
        const Row kind = kind_of(row);
        refused += kind == Row::refused;
        if (kind != Row::good) { continue; }
        require(offer != read->page.offers.end(), "every good row is there");
        compare(*offer++, row.get_object());
    }
    require(offer == read->page.offers.end() && read->page.refused == refused, "no other row is there");
}

/// The same where the reply is a document in which no key stands twice: of such Boost's values keep one, and the
/// described reader may not need either.
inline void compare(const std::optional<Read>& read, std::string_view text) {
    json::error_code failed;
    json::parse_options options;
    options.max_depth = max_json_text_depth;
    json::parse(json::string_view(text.data(), text.size()), failed, {}, options);
    require(!failed || !read, "what is no JSON is none");
    if (const auto document = parse_json_object(text, max_json_text_depth)) { compare(read, *document); }
}

}  // namespace tandem::fuzz::described
