// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/core/countries.hpp>
#include <tandem/wire/complaint.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a phonebook's replies say.
namespace tandem::carriers::other {

struct Envelope {
    std::string status{};
    std::string message{};
};
struct Status {
    std::string number{};
    std::string status{};
};

inline constexpr wire::Leaf<Envelope> envelope[]{wire::field<&Envelope::status>("status"),
                                                 wire::field<&Envelope::message>("message")};
// What stands in a number's object is the phonebook's own affair; these are read where they are what they seem.
inline constexpr auto offers =
    wire::rows(
        "data{}",
        {wire::key<&Offer::number>(), wire::flag<Feature::voice>("features[=voice]"),
         wire::flag<Feature::sms>("features[=sms]"), wire::flag<Feature::mms>("features[=mms]"),
         wire::flag<Feature::fax>("features[=fax]"), wire::field<&Offer::rate_center>("rate_center").if_fitting(),
         wire::field<&Offer::region>("state").if_fitting(), wire::field<&Offer::locality>("locality").if_fitting()})
        .or_absent()
        .with(envelope);
// Until `read_blocks` has made two offers of a block, `prefix` holds its last number.
inline constexpr auto blocks = wire::rows("data[]", {wire::field<&Offer::number>("start_number").required(),
                                                     wire::field<&Offer::prefix>("end_number").required()})
                                   .or_absent()
                                   .with(envelope);
inline constexpr auto statuses = wire::rows("data[]", {wire::field<&Status::number>("number").required(),
                                                       wire::field<&Status::status>("status").required()})
                                     .or_absent()
                                     .with(envelope);

/// As the phonebook names a number in its `country`.
inline std::string national(E164 number, std::string_view country) {
    const std::string digits = number.digits();
    const std::string_view dial_code = dial_code_of(country);
    return digits.starts_with(dial_code) ? digits.substr(dial_code.size()) : digits;
}

/// The reply's own words on a failure, as far as it has any.
inline std::string reason_in(const Response& response) { return wire::Complaint(response).text("message"); }
/// Whether a failure is told in the phonebook's words, and not by a server that does not know the request: frameworks
/// answer with a `status` too, which is the number of HTTP's.
inline bool is_phonebook(const Response& response) {
    const auto object = parse_json_object(response.body);
    const auto* status = object ? object->if_contains("status") : nullptr;
    return status != nullptr && status->is_string();
}
/// Whether the phonebook has no such request.
inline bool knows_no_such_request(const Response& response) {
    return (response.status == 404 && !is_phonebook(response)) || response.status == 405 || response.status == 501;
}

/// Words by which a phonebook says that it has nothing.
inline bool says_none(std::string_view status) {
    return status == "not_found" || status == "not_available" || status == "unavailable";
}
/// Words by which a phonebook says that it did not sell. Any other might mean that it did.
inline bool says_no(std::string_view status) {
    constexpr std::array<std::string_view, 5> words{"error", "failure", "failed", "fail", "rejected"};
    return says_none(status) || std::find(words.begin(), words.end(), status) != words.end();
}

/// Kazoo takes any failure of a search for an empty stock. Here only what says that there is none is that.
inline void expect_success(const Response& response) {
    if (response.status == 404) { wire::raise_none(reason_in(response)); }
    if (response.status != 200) { wire::raise_status(response, reason_in(response)); }
}
inline void expect_success(const Envelope& around, bool has_data) {
    if (around.status != "success") {
        const std::string reason = around.message.empty() ? "status " + around.status : around.message;
        if (says_none(around.status)) { errors::not_available(reason); }
        errors::by_carrier(reason);
    }
    if (!has_data) { errors::malformed_reply("it has no data"); }
}

/// What stands around an empty list, as which PHP writes an object without members.
inline std::optional<Envelope> around_empty_list(const Response& response) {
    if (response.body.size() > 256) { return {}; }
    const auto reply = parse_json_object(response.body);
    const auto* data = reply ? reply->if_contains("data") : nullptr;
    if (data == nullptr || !data->is_array() || !data->get_array().empty()) { return {}; }
    const JsonFields fields(*reply, "the phonebook's reply", errc::malformed_reply);
    return Envelope{fields.text("status"), fields.text("message")};
}

inline SearchPage read_numbers(Response response) {
    expect_success(response);
    if (const auto around = around_empty_list(response)) {
        expect_success(*around, true);
        return {};
    }
    auto read = wire::read_offers(offers, std::move(response));
    expect_success(read.whole, read.found);
    return std::move(read.page);
}
/// Two offers a block, its first number and its last, both with the block as details: so does Kazoo.
inline SearchPage read_blocks(Response response) {
    expect_success(response);
    auto read = wire::read_offers(blocks, std::move(response));
    expect_success(read.whole, read.found);
    SearchPage page{.refused = read.page.refused};
    for (Offer& start : read.page.offers) {
        Offer end = start;
        end.number = std::exchange(start.prefix, {});
        end.prefix = {};
        const bool is_one_number = end.number == start.number;
        page.offers.push_back(std::move(start));
        if (!is_one_number) { page.offers.push_back(std::move(end)); }
    }
    return page;
}
inline void read_statuses(const Response& response, const std::vector<E164>& asked, std::string_view country,
                          std::vector<NumberStatus>& known) {
    expect_success(response);
    auto read = wire::read_rows(statuses, response);
    expect_success(read.whole, read.found);
    for (Status& row : read.rows) {
        for (const E164 number : asked) {
            if (row.number == national(number, country) || row.number == number.str() ||
                row.number == number.digits()) {
                known.push_back({number, std::move(row.status)});
                break;
            }
        }
    }
}

inline Number read_order(const Response& response, Number number) {
    if (response.status != 200) { wire::raise_status(response, reason_in(response)); }
    const boost::json::object reply = wire::read_object(response);
    const JsonFields fields(reply, "the order's reply", errc::malformed_reply);
    const auto refuse = [](const JsonFields& of) {
        const auto* message = of.find("message");
        errors::by_carrier(of.text(message != nullptr && message->is_string() ? "message" : "status"));
    };
    const std::string status = fields.text("status");  // of the reply; Kazoo does without
    const auto* data = fields.object("data");
    const auto* ours = data == nullptr ? nullptr : data->if_contains(number.number.text().view());
    if (ours == nullptr && says_no(status)) { refuse(fields); }
    if (ours == nullptr || !ours->is_object()) { errors::malformed_reply("it does not tell of our number"); }
    const JsonFields order(ours->get_object(), "the order's reply", errc::malformed_reply);
    if (says_no(order.text("status"))) { refuse(order); }
    if (order.text("status") != "success" || (!status.empty() && status != "success")) {
        errors::malformed_reply("it does not say clearly that the number is sold");
    }
    const auto details = [&](std::string_view key) -> const boost::json::object* {  // of another kind: its own affair
        const auto* value = order.find(key);
        return value == nullptr ? nullptr : value->if_object();
    };
    if (const auto* opaque = details("opaque")) { number.carrier_data = merged(number.carrier_data, *opaque); }
    if (const auto* locality = details("locality")) {
        number.features = merged(number.features, {{"locality", *locality}});
    }
    return number;
}
/// 404 in the phonebook's own words: it is not ours (any more). Without them, and by 405 or 501, it says that it
/// knows no releases.
inline Number read_release(const Response& response, Number number) {
    if (knows_no_such_request(response)) {
        number.state = State::available;
        return number;
    }
    if (response.status == 404) { return number; }
    if (response.status != 200 && response.status != 204) { wire::raise_status(response, reason_in(response)); }
    if (response.status == 200) {
        const boost::json::object reply = wire::read_object(response);
        const JsonFields fields(reply, "the release's reply", errc::malformed_reply);
        if (says_no(fields.text("status"))) { errors::by_carrier(reason_in(response)); }
        if (fields.text("status") != "success") { errors::malformed_reply("its status is not success"); }
    }
    return number;
}

}  // namespace tandem::carriers::other
