// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/json.hpp>
#include <tandem/core/number.hpp>
#include <tandem/wire/complaint.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// The replies of Twilio's REST API 2010-04-01, which others speak too: numbers for sale, numbers that are ours, flat
/// errors, links to further pages.
/// Sources: Twilio's OpenAPI document (`twilio/twilio-oai`, twilio_api_v2010, 2026-04) and dictionary of errors;
/// SignalWire's compatibility API and its list of errors (`signalwire/docs`, 2026-08).
namespace tandem::wire::twilio {

/// What stands beside the rows of a list.
struct Paging {
    std::string next{};                   ///< the path of the page behind this one; empty: there is none
    std::optional<std::uint64_t> page{};  ///< which one this is, from 0 on
};
inline constexpr Leaf<Paging> paging[]{field<&Paging::next>("next_page_uri"), field<&Paging::page>("page")};

/// Numbers for sale. The document writes its capabilities in small letters, its API some of them in capitals.
inline constexpr auto available =
    rows("available_phone_numbers[]",
         {field<&Offer::number>("phone_number").required(), field<&Offer::country>("iso_country"),
          field<&Offer::rate_center>("rate_center"), field<&Offer::lata>("lata"), field<&Offer::region>("region"),
          field<&Offer::locality>("locality"), flag<Feature::voice>("capabilities.voice"),
          flag<Feature::sms>("capabilities.sms"), flag<Feature::sms>("capabilities.SMS"),
          flag<Feature::mms>("capabilities.mms"), flag<Feature::mms>("capabilities.MMS"),
          flag<Feature::fax>("capabilities.fax")})
        .with(paging);

/// A number that is ours there: an `IncomingPhoneNumber`.
struct Owned {
    E164 number{};
    std::string sid{};  ///< the carrier's name of it, by which it is given back
    std::string friendly_name{};
    std::string status{};
    std::string date_created{};
};
inline constexpr Leaf<Owned> owned_leaves[]{
    field<&Owned::number>("phone_number").required(), field<&Owned::sid>("sid").required(),
    field<&Owned::friendly_name>("friendly_name"), field<&Owned::status>("status").if_fitting(),
    field<&Owned::date_created>("date_created").if_fitting()};
inline constexpr auto owned_one = rows("", owned_leaves);
inline constexpr auto owned_list = rows("incoming_phone_numbers[]", owned_leaves).with(paging);

/// What a code means beyond its status. Those of the twenty-one thousands are about the number that is bought, which we
/// write as the document wants it: what is wrong with it is that it cannot be had.
constexpr errc meaning_of_code(std::int64_t code) {
    switch (code) {
        case 4001: return errc::carrier_out_of_funds;  // SignalWire
        case 20003: return errc::carrier_refuses_credentials;
        case 20429: return errc::rate_limited;
        case 21401:
        case 21421:
        case 21422: return errc::number_unavailable;
        case 21452: return errc::not_available;
        case 21404:                             // a trial account's one number
        case 21613:                             // an address …
        case 21615:                             // … in the country …
        case 21631:                             // … or any
        case 21649:                             // a bundle of documents …
        case 21650:                             // … of the right kind …
        case 21651: return errc::needs_action;  // … with the address in it
        default: return errc::by_carrier;
    }
}

/// Raises the failure that a reply tells: `{"code", "message", "more_info", "status"}`.
[[noreturn]] inline void raise(const Response& response) {
    const Complaint complaint(response);
    std::string reason = complaint.words({"code", "message"});
    const bool refuses = response.status >= 400 && response.status < 500;
    const errc meaning = refuses ? meaning_of_code(complaint.code("code").value_or(0)) : errc::by_carrier;
    if (meaning != errc::by_carrier) { raise_meaning(meaning, response, std::move(reason)); }
    raise_status(response, std::move(reason));
}

/// A search's reply. Errors: `not_available` where there is no such search: a country without numbers of that type.
inline OffersRead<Paging> read_available(Response response) {
    if (response.status == 404) { raise_none(Complaint(response).words({"code", "message"})); }
    if (response.status != 200) { raise(response); }
    return read_offers(available, std::move(response));
}

/// The URL that a list's link means, `base` being where the API stands; empty behind the last page. Links are paths: no
/// reply sends our credentials elsewhere.
inline std::string next_page(std::string_view base, const Paging& list) {
    if (list.next.empty()) { return {}; }
    if (!list.next.starts_with('/') || list.next.starts_with("//")) {
        errors::malformed_reply("its next page is no path: " + list.next.substr(0, 128));
    }
    while (base.ends_with('/')) { base.remove_suffix(1); }
    return std::string(base) + list.next;
}

/// Errors: `malformed_reply` for a list of which something is missing, which therefore shows no absence.
inline void require_complete(const RowsRead<Owned, Paging>& list) {
    const bool is_first = list.whole.page.value_or(0) == 0;  // where all is on one page, none need be told
    if (list.refused > 0 || !is_first || !list.whole.next.empty()) {
        errors::malformed_reply("the list of our numbers is incomplete");
    }
}

/// The row of `number` in a list of numbers that are ours; nothing when it is not there.
inline std::optional<Owned> find_owned(const Response& response, E164 number) {
    if (response.status != 200) { raise(response); }
    auto list = read_rows(owned_list, response);
    for (Owned& each : list.rows) {
        if (each.number != number) { continue; }
        if (each.sid.empty()) { errors::malformed_reply("our number has no sid"); }
        return std::move(each);
    }
    require_complete(list);
    return {};
}

/// Whether it was bought by the operation that `number.order` names, whose id the order gave it as its name.
inline bool is_of(const Owned& owned, const Number& number) {
    return owned.number == number.number && owned.friendly_name == number.order->operation.view();
}

/// `number`, bought as `owned` says.
inline Number bought(const Owned& owned, Number number) {
    number.order->reference = owned.sid;
    number.order->status = Order::Status::complete;
    boost::json::object kept{{"sid", owned.sid}};
    if (!owned.status.empty()) { kept["status"] = owned.status; }
    if (!owned.date_created.empty()) { kept["date_created"] = owned.date_created; }
    number.carrier_data = merged(number.carrier_data, {{"incoming_phone_number", std::move(kept)}});
    return number;
}

/// `number` as the order's reply leaves it. The document lets a reply leave out the name that the order gave.
inline Number read_bought(const Response& response, Number number) {
    if (response.status != 201) { raise(response); }
    const Owned owned = read_one(owned_one, response);
    if (owned.sid.empty()) { errors::malformed_reply("the number has no sid"); }
    const bool is_named_ours = owned.friendly_name.empty() || is_of(owned, number);
    if (owned.number != number.number || !is_named_ours) {
        errors::malformed_reply("it is of another number, or of another order");
    }
    return bought(owned, std::move(number));
}

/// `number` as the order left it, from a list of numbers that are ours and have that order's name; nothing when the
/// order never came there.
inline std::optional<Number> find_bought(const Response& response, Number number) {
    if (response.status != 200) { raise(response); }
    const auto list = read_rows(owned_list, response);
    for (const Owned& each : list.rows) {
        if (each.friendly_name != number.order->operation.view()) { continue; }
        if (!is_of(each, number)) { errors::malformed_reply("the order of our name is of another number"); }
        if (each.sid.empty()) { errors::malformed_reply("our number has no sid"); }
        return bought(each, std::move(number));
    }
    require_complete(list);
    return {};
}

/// The sid that `bought` kept; empty for a number from elsewhere.
inline std::string sid_of(const Number& number) {
    const auto data = parse_json_object(number.carrier_data.text);
    const auto* kept = data ? data->if_contains("incoming_phone_number") : nullptr;
    const auto* sid = kept != nullptr && kept->is_object() ? kept->get_object().if_contains("sid") : nullptr;
    return sid != nullptr && sid->is_string() ? std::string(std::string_view(sid->get_string())) : std::string();
}

/// Whether a release's reply says that it is done; false when the carrier knows no number by that sid.
inline bool is_released(const Response& response) {
    if (response.status != 204 && response.status != 404) { raise(response); }
    return response.status == 204;
}

}  // namespace tandem::wire::twilio
