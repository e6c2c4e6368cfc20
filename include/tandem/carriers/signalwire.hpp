// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/twilio_account.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/form.hpp>
#include <tandem/wire/twilio.hpp>
#include <tandem/wire/url.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::carriers {

/// SignalWire, by its compatibility API: of its two, the one whose orders take a name of ours, by which a lost one is
/// found. It tells no prices, and a search has no pages: it shows as many numbers as it likes.
/// Source: SignalWire's OpenAPI document (`signalwire/docs`, compatibility, 2026-08).
struct SignalWire {
    static constexpr CarrierInfo info{.name = "signalwire",
                                      .max_prefix_length = 10,
                                      .features = {Feature::voice, Feature::sms, Feature::mms},
                                      .retry = RetryClass::after_look_up,
                                      .requests_per_second = 1'380};

    struct Settings {
        std::string project_id{};
        Secret api_token{};
        std::string space{};     ///< `example` of `example.signalwire.com`
        std::string base_url{};  ///< in place of the space's

        static constexpr std::array<std::string_view, 2> required{"project_id", "api_token"};
        TANDEM_SETTINGS(Settings, project_id, api_token, space, base_url);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        Response response = co_await session.send(search(request));
        co_return read_search(std::move(response), request);
    }
    Task<Number> acquire_number(auto& session, Number number) const {
        return twilio::buy(account(), session, std::move(number), wire::Form());
    }
    Task<std::optional<Number>> find_order(auto& session, Number number) const {
        return twilio::find_bought(account(), session, std::move(number));
    }
    Task<bool> owns_number(auto& session, E164 number) const { return twilio::owns(account(), session, number); }
    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        return twilio::owned_numbers(account(), session, std::move(page));
    }
    Task<Number> disconnect_number(auto& session, Number number) const {
        return twilio::release(account(), session, std::move(number));
    }

private:
    std::string base() const {
        if (!settings.base_url.empty()) { return settings.base_url; }
        if (settings.space.empty()) {
            errors::raise(errc::settings, "number_manager.signalwire needs space, or base_url");
        }
        const bool is_host = settings.space.find('.') != std::string::npos;
        return "https://" + settings.space + (is_host ? "" : ".signalwire.com");
    }
    twilio::Account account() const {
        wire::Url url = wire::Url(base()) / "api" / "laml" / "2010-04-01" / "Accounts" / settings.project_id;
        return {
            .base = base(), .url = std::move(url).str(), .user = settings.project_id, .password = settings.api_token};
    }

    /// Its patterns have no anchors, and its other search takes three to seven digits for one: what fits of the prefix
    /// is asked for, and the rest is ours to drop, as are features.
    Request search(const SearchRequest& request) const {
        if (request.country.empty()) {
            errors::invalid("SignalWire searches within a country, and this prefix tells none", request.prefix.str());
        }
        const twilio::Account ours = account();
        wire::Url url = wire::Url(ours.url) / "AvailablePhoneNumbers" / request.country.view() /
                        (wants_toll_free(request) ? "TollFree" : "Local");
        std::string_view digits = twilio::national_digits(request);
        if (twilio::has_area_code(request)) { url = std::move(url).query("AreaCode", digits.substr(0, 3)); }
        if (digits.size() > 3) {
            constexpr std::size_t most = 7;
            if (digits.size() > most) { digits.remove_prefix(digits.size() - most); }
            url = std::move(url).query("Contains", digits);
        }
        return ours.authorized(Request::get(std::move(url).str()));
    }
    static SearchPage read_search(Response response, const SearchRequest& request) {
        SearchPage page = wire::twilio::read_available(std::move(response)).page;
        detail::drop_unwanted(page, request);
        detail::keep_requested(page, request);
        return page;
    }
};
static_assert(Carrier<SignalWire>);

}  // namespace tandem::carriers
