// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/blocks.hpp>
#include <tandem/carriers/detail/confirming.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/written.hpp>
#include <tandem/core/countries.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/complaint.hpp>
#include <tandem/wire/form.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>
#include <tandem/wire/url.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::carriers {

/// Simwood, the wholesale API v3, for numbers of the United Kingdom and the United States. What it replies to an
/// allocation or a removal names no number, so either is believed only once the number itself is asked for.
/// Source: Simwood's documentation (`simwood/developer-site`, wholesale API v3, 2026-07); the form of the rows also from
/// the third-party `matt-williams/simwood-rs`.
struct Simwood {
    static constexpr CarrierInfo info{.name = "simwood",
                                      .max_prefix_length = 10,
                                      .max_page = 100,
                                      .features = {Feature::sms},
                                      .countries = {"GB", "US"},
                                      .block_search = true,
                                      .retry = RetryClass::safe_for_number};

    struct Settings {
        std::string simwood_account_id{};
        std::string auth_username{};
        Secret auth_password{};
        std::string numbers_api_url = "https://api.simwood.com/v3/numbers";

        static constexpr std::array<std::string_view, 3> required{"simwood_account_id", "auth_username",
                                                                  "auth_password"};
        static constexpr std::array<std::pair<std::string_view, std::string_view>, 1> aliases{
            {{"base_url", "numbers_api_url"}}};
        TANDEM_SETTINGS(Settings, simwood_account_id, auth_username, auth_password, numbers_api_url);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        if (request.blocks == 0) {
            Response response = co_await session.send(search(request));
            co_return read_search(std::move(response), request);
        }
        Response report = co_await fetch_report(session, block_report(request));
        co_return read_blocks(std::move(report), request);
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        const Response response = co_await session.send(authorized(Request::put(number_url(number.number))));
        check_allocated(response);
        co_await detail::confirm(*this, session, number.number, true);
        number.order = Order{.operation = session.operation().id};
        co_return number;
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response response = co_await session.send(authorized(Request::get(number_url(number))));
        co_return is_ours(response, number);
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        detail::expect_first(page);
        Response report = co_await fetch_report(session, allocated_report());
        co_return read_allocated(std::move(report));
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response response = co_await session.send(authorized(Request::delete_(number_url(number.number))));
        if (is_unknown(response)) { co_return number; }
        check_changed(response);
        co_await detail::confirm(*this, session, number.number, false);
        co_return number;
    }

private:
    struct Envelope {
        bool success = true;
    };
    struct Accepted {
        std::string hash{};
    };
    struct Allocated {
        std::string country_code{};
        std::string number{};
    };

    /// A report is gone five minutes after it was written.
    static constexpr int most_looks = 60;

    // Until `join` puts the country code before it, `number` holds the national one and `country` the code.
    static constexpr wire::Leaf<Offer> row[]{
        wire::field<&Offer::number, detail::without_plus>("number").required(),
        wire::field<&Offer::country>("country_code").required(), wire::field<&Offer::setup>("wholesale_gold_premium"),
        wire::field<&Offer::features, detail::counted_flag<Feature::sms>>("SMS").if_fitting()};
    static constexpr auto offers = wire::rows("[]", row);
    static constexpr auto offers_in_envelope =
        wire::rows("data[]", row).or_absent().with({wire::field<&Envelope::success>("success")});
    static constexpr auto accepted_report = wire::rows("", {wire::field<&Accepted::hash>("hash").required()});
    static constexpr auto allocated_number =
        wire::rows("basic", {wire::field<&Allocated::country_code>("country_code").required(),
                             wire::field<&Allocated::number>("number").required()});

    wire::Url numbers_url() const { return wire::Url(settings.numbers_api_url) / settings.simwood_account_id; }
    std::string number_url(E164 number) const { return (numbers_url() / "allocated" / number.digits()).str(); }
    Request authorized(Request request) const {
        return std::move(request).basic_authorization(settings.auth_username, settings.auth_password);
    }
    /// Reports lie beside the numbers, under `files`.
    std::string file_url(std::string_view hash) const {
        std::string_view base = settings.numbers_api_url;
        while (base.ends_with('/')) { base.remove_suffix(1); }
        if (!base.ends_with("/numbers")) {
            errors::raise(errc::settings, "numbers_api_url ends in /numbers, beside which reports are fetched");
        }
        base.remove_suffix(std::string_view("/numbers").size());
        return (wire::Url(base) / "files" / settings.simwood_account_id / hash).str();
    }

    /// Asks for a report and waits until it is there.
    Task<Response> fetch_report(auto& session, Request request) const {
        const Response accepted = co_await session.send(std::move(request));
        const std::string file = file_in(accepted);
        Response report(204);
        Duration pause = std::chrono::milliseconds(250);
        for (int looks = 0; report.status == 204 && looks < most_looks; ++looks) {
            co_await session.wait(pause);
            pause = std::min<Duration>(pause * 2, std::chrono::seconds(5));
            report = co_await session.send(authorized(Request::get(file)).limit(Request::list_limit));
        }
        if (report.status == 204) { errors::raise(errc::timeout, "the report is not ready"); }
        co_return report;
    }

    static std::string pattern_of(const SearchRequest& request) {
        return std::string(request.national_prefix(dial_code_of(request.country.view()))) + "*";
    }
    /// Only these many numbers can be asked for. What it cannot leave out by itself is asked for as well.
    static std::string_view count_for(const SearchRequest& request) {
        const auto wanted = std::uint64_t{request.quantity} + request.offset;
        if (wanted > 10 || !request.features.empty()) { return "100"; }
        return wanted > 1 ? "10" : "1";
    }
    Request search(const SearchRequest& request) const {
        const bool is_british = dial_code_of(request.country.view()) == "44";
        if (!is_british && request.country != "US") {
            errors::not_available("Simwood sells numbers of the United Kingdom and the United States");
        }
        wire::Url url =
            (numbers_url() / "available" / "standard" / count_for(request)).query("pattern", pattern_of(request));
        if (!is_british) { url = std::move(url).query("country_code", "1"); }
        return authorized(Request::get(std::move(url).str()));
    }
    Request block_report(const SearchRequest& request) const {
        if (dial_code_of(request.country.view()) != "44") {
            errors::not_available("Simwood searches blocks in the United Kingdom only");
        }
        if (request.quantity == 0 || request.quantity > 100) { errors::invalid("a block has 1 to 100 numbers"); }
        const std::uint32_t tens = (request.quantity + 9) / 10 * 10;
        wire::Url url = numbers_url() / "available" / "consecutive" / std::to_string(tens);
        const wire::Form form = wire::Form().add("pattern", pattern_of(request));
        return wire::with_form(authorized(Request::post(std::move(url).str())), form).reads();
    }
    std::string file_in(const Response& response) const {
        if (response.status != 200) { raise(response); }
        return file_url(wire::read_one(accepted_report, response).hash);
    }

    static SearchPage read_search(Response response, const SearchRequest& request) {
        SearchPage page = read_numbers(std::move(response));
        for (Offer& offer : page.offers) {
            if (!offer.setup.known()) { offer.setup = Amount::zero(); }  // what is no gold number has no such fee
        }
        detail::drop_unwanted(page, request);
        detail::keep_requested(page, request);
        return page;
    }
    /// Two offers a block, its first number and its last.
    static SearchPage read_blocks(Response response, const SearchRequest& request) {
        SearchPage page = read_numbers(std::move(response));
        detail::drop_unwanted(page, request);
        return detail::runs_of(std::move(page), request);
    }

    /// Of all numbers that are ours.
    Request allocated_report() const {
        wire::Url url = numbers_url() / "allocated" / "all";
        return wire::with_form(authorized(Request::post(std::move(url).str())), wire::Form()).reads();
    }
    static OwnedNumbers read_allocated(Response response) {
        if (response.status == 404) { raise(response); }
        const SearchPage page = read_numbers(std::move(response));
        if (page.refused > 0) { errors::malformed_reply("the list of our numbers is incomplete"); }
        OwnedNumbers owned;
        for (const Offer& each : page.offers) { owned.numbers.push_back(each.number); }
        return owned;
    }

    /// The rows stand by themselves, or as newer parts of the API have it, in an envelope.
    static SearchPage read_numbers(Response response) {
        if (response.status == 404) { errors::not_available(reason_in(response)); }
        if (response.status != 200) { raise(response); }
        const auto start = response.body.find_first_not_of(" \t\r\n");
        if (start != std::string::npos && response.body[start] == '[') {
            return join(wire::read_offers(offers, std::move(response)));
        }
        const std::string reason = reason_in(response);
        auto read = wire::read_offers(offers_in_envelope, std::move(response));
        if (!read.whole.success) { errors::by_carrier(reason); }
        if (!read.found) { errors::malformed_reply("it has no data"); }
        return join(std::move(read.page));
    }
    static SearchPage join(SearchPage page) {
        page.refused += static_cast<std::uint32_t>(std::erase_if(page.offers, [](Offer& offer) {
            const std::string full = "+" + std::string(offer.country) + offer.number.digits();
            if (!E164::is_valid(full)) { return true; }
            offer.number = E164::parse_or_empty(full);
            offer.country = country_of(std::string_view(full).substr(1));
            offer.currency = "GBP";
            return false;
        }));
        return page;
    }

    static void check_allocated(const Response& response) {
        if (response.status == 404) { errors::number_unavailable(reason_in(response)); }
        check_changed(response);
    }
    static void check_changed(const Response& response) {
        if (response.status != 200) { raise(response); }
        const auto reply = parse_json_object(response.body);
        const auto* success = reply ? reply->if_contains("success") : nullptr;
        if (success != nullptr && success->is_bool() && !success->get_bool()) {
            errors::by_carrier(reason_in(response));
        }
    }
    static bool is_ours(const Response& response, E164 number) {
        if (is_unknown(response)) { return false; }
        if (response.status != 200) { raise(response); }
        const Allocated found = wire::read_one(allocated_number, response);
        const std::string digits = number.digits();
        if (found.number != digits && found.country_code + found.number != digits) {
            errors::malformed_reply("it is another number's");
        }
        return true;
    }
    /// 404 is Simwood's word for a number that is not ours; a page of HTML says that somebody else answers there.
    static bool is_unknown(const Response& response) {
        return response.status == 404 && (response.body.empty() || response.is("application/json"));
    }

    static std::string reason_in(const Response& response) {
        return wire::Complaint(response).words({"errors.0", "errors.1", "error", "message"});
    }
    [[noreturn]] static void raise(const Response& response) { wire::raise_status(response, reason_in(response)); }
};
static_assert(Carrier<Simwood>);

}  // namespace tandem::carriers
