// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/confirming.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/simwood_replies.hpp>
#include <tandem/core/countries.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/form.hpp>
#include <tandem/wire/url.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::carriers {

/// Simwood, the wholesale API v3, for numbers of the United Kingdom and the United States. What it replies to an
/// allocation or a removal names no number, so either is believed only once the number itself is asked for.
/// Source: Simwood's documentation (`simwood/developer-site`, wholesale API v3, 2026-07); the form of the rows also
/// from the third-party `matt-williams/simwood-rs`.
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
            co_return simwood::read_search(std::move(response), request);
        }
        Response report = co_await fetch_report(session, block_report(request));
        co_return simwood::read_blocks(std::move(report), request);
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        const Response response = co_await session.send(authorized(Request::put(number_url(number.number))));
        simwood::check_allocated(response);
        co_await detail::confirm(*this, session, number.number, true);
        number.order = Order{.operation = session.operation().id};
        co_return number;
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response response = co_await session.send(authorized(Request::get(number_url(number))));
        co_return simwood::is_ours(response, number);
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        detail::expect_first(page);
        Response report = co_await fetch_report(session, allocated_report());
        co_return simwood::read_allocated(std::move(report));
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response response = co_await session.send(authorized(Request::delete_(number_url(number.number))));
        if (simwood::is_unknown(response)) { co_return number; }
        simwood::check_changed(response);
        co_await detail::confirm(*this, session, number.number, false);
        co_return number;
    }

private:
    /// A report is gone five minutes after it was written.
    static constexpr int most_looks = 60;

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
        const std::string file = file_url(simwood::report_in(accepted));
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
    /// Of all numbers that are ours.
    Request allocated_report() const {
        wire::Url url = numbers_url() / "allocated" / "all";
        return wire::with_form(authorized(Request::post(std::move(url).str())), wire::Form()).reads();
    }
};
static_assert(Carrier<Simwood>);

}  // namespace tandem::carriers
