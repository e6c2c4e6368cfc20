// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/core/countries.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/complaint.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>
#include <tandem/wire/url.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::carriers {

/// Any server that speaks Kazoo's phonebook protocol. It tells no prices.
/// Source: Kazoo's `knm_other`, whose module is the protocol's only definition. Tandem adds two requests to
/// `{url}/numbers/{country}/{number}`: `GET` tells of a number that is ours, as the order's reply did, and `DELETE`
/// gives it back; both answer 404 in the phonebook's words when it is not ours. A phonebook without them keeps its
/// numbers, which then stay ours, and of an order whose reply got lost it can only show that the number is still for
/// sale.
struct Other {
    static constexpr CarrierInfo info{.name = "other",
                                      .max_prefix_length = 15,
                                      .features = {Feature::voice, Feature::sms, Feature::mms, Feature::fax},
                                      .block_search = true,
                                      .retry = RetryClass::after_look_up};

    struct Settings {
        std::string phonebook_url{};
        std::string default_country = "US";  ///< of numbers and prefixes that belong to none

        static constexpr std::array<std::string_view, 1> required{"phonebook_url"};
        static constexpr std::array<std::pair<std::string_view, std::string_view>, 2> aliases{
            {{"base_url", "phonebook_url"}, {"endpoints", "gateways"}}};
        TANDEM_SETTINGS(Settings, phonebook_url, default_country);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        if (request.blocks > 0) {
            const Response response = co_await session.send(block_search(request));
            co_return read_blocks(response);
        }
        Response response = co_await session.send(number_search(request));
        co_return read_numbers(std::move(response));
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        boost::json::array gateways(session.gateways().begin(), session.gateways().end());
        boost::json::object data{{"numbers", boost::json::array{number.number.str()}},
                                 {"gateways", std::move(gateways)}};
        const boost::json::object body{{"data", std::move(data)}};
        const Response response =
            co_await session.send(wire::with_json(Request::put((numbers(number.number) / "order").str()), body));
        number.order = Order{.operation = session.operation().id};
        co_return read_order(response, std::move(number));
    }

    Task<std::optional<Number>> find_order(auto& session, Number number) const {
        number.order = Order{.operation = session.operation().id};
        const Response response =
            co_await session.send(Request::get((numbers(number.number) / number.number.str()).str()));
        if (response.status != 404) { co_return read_order(response, std::move(number)); }
        if (is_phonebook(response)) { co_return std::nullopt; }
        const std::vector<E164> one{number.number};
        const std::vector<NumberStatus> known = co_await check_numbers(session, one);
        if (known.size() != 1 || known.front().status != "available") {
            errors::outcome_unknown("the phonebook does not tell whose the number is");
        }
        co_return std::nullopt;
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response response =
            co_await session.send(Request::delete_((numbers(number.number) / number.number.str()).str()));
        co_return read_release(response, std::move(number));
    }

    Task<std::vector<NumberStatus>> check_numbers(auto& session, const std::vector<E164>& asked) const {
        std::map<std::string, std::vector<E164>> by_country;
        for (const E164 number : asked) {
            by_country[country_or_default(country_of(number.digits()))].push_back(number);
        }
        std::vector<NumberStatus> known;
        for (const auto& [country, numbers_there] : by_country) {
            boost::json::array data;
            for (const E164 number : numbers_there) { data.emplace_back(national(number, country)); }
            const boost::json::object body{{"data", std::move(data)}};
            const Response response = co_await session.send(
                wire::with_json(Request::post((numbers(country) / "status").str()), body).reads());
            read_statuses(response, numbers_there, country, known);
        }
        co_return known;
    }

private:
    struct Envelope {
        std::string status{};
        std::string message{};
    };
    struct Status {
        std::string number{};
        std::string status{};
    };

    static constexpr wire::Leaf<Envelope> envelope[]{wire::field<&Envelope::status>("status"),
                                                     wire::field<&Envelope::message>("message")};
    // What stands in a number's object is the phonebook's own affair; these are read where they are what they seem.
    static constexpr auto offers =
        wire::rows(
            "data{}",
            {wire::key<&Offer::number>(), wire::flag<Feature::voice>("features[=voice]"),
             wire::flag<Feature::sms>("features[=sms]"), wire::flag<Feature::mms>("features[=mms]"),
             wire::flag<Feature::fax>("features[=fax]"), wire::field<&Offer::rate_center>("rate_center").if_fitting(),
             wire::field<&Offer::region>("state").if_fitting(), wire::field<&Offer::locality>("locality").if_fitting()})
            .or_absent()
            .with(envelope);
    // Until `read_blocks` has made two offers of a block, `prefix` holds its last number.
    static constexpr auto blocks = wire::rows("data[]", {wire::field<&Offer::number>("start_number").required(),
                                                         wire::field<&Offer::prefix>("end_number").required()})
                                       .or_absent()
                                       .with(envelope);
    static constexpr auto statuses = wire::rows("data[]", {wire::field<&Status::number>("number").required(),
                                                           wire::field<&Status::status>("status").required()})
                                         .or_absent()
                                         .with(envelope);

    std::string country_or_default(std::string_view country) const {
        return std::string(country.empty() ? std::string_view(settings.default_country) : country);
    }
    wire::Url numbers(std::string_view country) const { return below("numbers", country); }
    wire::Url numbers(E164 number) const { return numbers(country_or_default(country_of(number.digits()))); }
    wire::Url below(std::string_view what, std::string_view country) const {
        return wire::Url(settings.phonebook_url) / what / country_or_default(country);
    }
    /// As the phonebook names a number in its `country`.
    static std::string national(E164 number, std::string_view country) {
        const std::string digits = number.digits();
        const std::string_view dial_code = dial_code_of(country);
        return digits.starts_with(dial_code) ? digits.substr(dial_code.size()) : digits;
    }

    Request number_search(const SearchRequest& request) const {
        return Request::get((below("numbers", request.country.view()) / "search")
                                .query("prefix", without_wildcard(request))
                                .query("limit", request.quantity)
                                .query("offset", request.offset)
                                .str());
    }
    Request block_search(const SearchRequest& request) const {
        return Request::get((below("blocks", request.country.view()) / "search")
                                .query("prefix", without_wildcard(request))
                                .query("size", request.quantity)
                                .query("offset", request.offset)
                                .query("limit", request.blocks)
                                .str());
    }
    static std::string_view without_wildcard(const SearchRequest& request) {
        return request.prefix.view().substr(0, request.prefix.view().find('*'));
    }

    /// The reply's own words on a failure, as far as it has any.
    static std::string reason_in(const Response& response) { return wire::Complaint(response).text("message"); }
    /// Kazoo takes any failure of a search for an empty stock. Here only what says that there is none is that.
    static void expect_success(const Response& response) {
        if (response.status == 404) { errors::not_available(reason_in(response)); }
        if (response.status != 200) { wire::raise_status(response, reason_in(response)); }
    }
    static void expect_success(const Envelope& around, bool has_data) {
        if (around.status != "success") {
            const std::string reason = around.message.empty() ? "status " + around.status : around.message;
            if (says_none(around.status)) { errors::not_available(reason); }
            errors::by_carrier(reason);
        }
        if (!has_data) { errors::malformed_reply("it has no data"); }
    }

    static SearchPage read_numbers(Response response) {
        expect_success(response);
        auto read = wire::read_offers(offers, std::move(response));
        expect_success(read.whole, read.found);
        return std::move(read.page);
    }
    /// Two offers a block, its first number and its last, both with the block as details: so does Kazoo.
    static SearchPage read_blocks(Response response) {
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
    static void read_statuses(const Response& response, const std::vector<E164>& asked, std::string_view country,
                              std::vector<NumberStatus>& known) {
        expect_success(response);
        auto read = wire::read_rows(statuses, response);
        expect_success(read.whole, read.found);
        for (Status& row : read.rows) {
            for (const E164 number : asked) {
                if (row.number == national(number, country) || row.number == number.str()) {
                    known.push_back({number, std::move(row.status)});
                    break;
                }
            }
        }
    }

    /// Words by which a phonebook says that it has nothing.
    static bool says_none(std::string_view status) {
        return status == "not_found" || status == "not_available" || status == "unavailable";
    }
    /// Words by which a phonebook says that it did not sell. Any other might mean that it did.
    static bool says_no(std::string_view status) {
        constexpr std::array<std::string_view, 5> words{"error", "failure", "failed", "fail", "rejected"};
        return says_none(status) || std::find(words.begin(), words.end(), status) != words.end();
    }
    static Number read_order(const Response& response, Number number) {
        if (response.status != 200) { wire::raise_status(response, reason_in(response)); }
        const boost::json::object reply = wire::read_object(response);
        const JsonFields fields(reply, "the order's reply", errc::malformed_reply);
        const auto refuse = [](const JsonFields& of) {
            errors::by_carrier(of.find("message") != nullptr ? of.text("message") : of.text("status"));
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
        if (const auto* opaque = order.object("opaque")) { number.carrier_data = merged(number.carrier_data, *opaque); }
        if (const auto* locality = order.object("locality")) {
            number.features = merged(number.features, {{"locality", *locality}});
        }
        return number;
    }

    /// Whether a failure is told in the phonebook's words, and not by a server that does not know the request.
    static bool is_phonebook(const Response& response) {
        const auto object = parse_json_object(response.body);
        return object && object->contains("status");
    }
    /// 404 in the phonebook's own words: it is not ours (any more). Without them, and by 405 or 501, it says that it
    /// knows no releases.
    static Number read_release(const Response& response, Number number) {
        if ((response.status == 404 && !is_phonebook(response)) || response.status == 405 || response.status == 501) {
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
};
static_assert(Carrier<Other>);

}  // namespace tandem::carriers
