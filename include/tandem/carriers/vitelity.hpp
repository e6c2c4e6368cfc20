// SPDX-License-Identifier: BSL-1.0
// Needs pugixml (CMake: tandem::xml).
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/area_codes.hpp>
#include <tandem/carriers/detail/confirming.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/scripts.hpp>
#include <tandem/carriers/detail/vitelity_replies.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/json.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/form.hpp>

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::carriers {

/// Vitelity, `api.php`: commands as a form, so that no URL holds credentials, answered with status 200 and a word,
/// whatever comes of them. No reply to an order names its number: a purchase is believed once our list does, and there
/// a lost one is looked for too.
/// Source: Kazoo's `knm_vitelity`; the commands and words of `Net::Vitelity`; the elements that public clients read
/// (`tophed/vitelity-wrapper`, `sigmatric/VitelityFramework`). The carrier's own reference is not public.
struct Vitelity {
    static constexpr CarrierInfo info{.name = "vitelity",
                                      .max_prefix_length = 6,
                                      .features = {Feature::cnam},
                                      .countries = {"US", "CA"},
                                      .retry = RetryClass::after_look_up,
                                      .price_source = PriceSource::search};

    struct Settings {
        std::string login{};
        Secret password{};
        std::string api_uri = "https://api.vitelity.net/api.php";
        std::string type{};      ///< `perminute`, `unlimited`, or the name of a vPRI
        std::string provider{};  ///< only this one's numbers
        bool withrates = true;   ///< ask for prices
        bool cnam = false;       ///< only numbers whose name for callers can be set

        static constexpr std::array<std::string_view, 2> required{"login", "password"};
        static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> aliases{
            {{"base_url", "api_uri"}, {"pass", "password"}, {"routesip", "gateways"}}};
        TANDEM_SETTINGS(Settings, login, password, api_uri, type, provider, withrates, cnam);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        const Response response = co_await ask(session, search(request));
        co_return read_search(response, request);
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        number.order = Order{.operation = session.operation().id};
        const Response response = co_await ask(session, purchase(number.number, session.gateways()));
        vitelity::expect_sold(response);
        co_await detail::confirm(*this, session, number.number, true);
        co_return number;
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response listed = co_await ask(session, list_ours());
        co_return vitelity::is_ours(listed, number);
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        detail::expect_first(page);
        const Response listed = co_await ask(session, list_ours());
        co_return vitelity::owned_in(listed);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response response = co_await ask(session, removal(number.number));
        const std::string doubt = vitelity::doubt_in(response);
        if (!doubt.empty()) {
            const Response listed = co_await ask(session, list_ours());
            if (vitelity::is_ours(listed, number.number)) { errors::by_carrier(doubt); }
        }
        co_return number;
    }

private:
    Task<Response> ask(auto& session, Request request) const {
        Response response = co_await session.send(std::move(request));
        co_return detail::unlabelled(std::move(response));
    }

    wire::Form command(std::string_view name) const {
        wire::Form form;
        form.add("login", settings.login).add("pass", settings.password.reveal()).add("cmd", name).add("xml", "yes");
        return form;
    }
    Request post(const wire::Form& form) const {
        return wire::with_form(Request::post(wire::Url(settings.api_uri).str()), form).holds(settings.password);
    }
    Request list_ours() const { return post(command("listdids")).reads().limit(Request::list_limit); }
    Request removal(E164 number) const { return post(command("removedid").add("did", detail::ten_digits(number))); }
    Request purchase(E164 number, std::span<const std::string> gateways) const {
        const std::string did = detail::ten_digits(number);
        const bool toll_free = is_toll_free(did);
        wire::Form form = command(toll_free ? "gettollfree" : "getlocaldid");
        form.add("did", did);
        if (!gateways.empty()) { form.add("routesip", gateways.front()); }
        if (!toll_free) { form.add_if_set("type", settings.type); }
        return post(form);
    }

    /// What a search asks for beside a prefix: as the request's options say, with Kazoo's keys, else the settings.
    struct Wishes {
        std::string type;
        std::string provider;
        bool withrates;
        bool cnam;
    };
    Wishes wishes(const SearchRequest& request) const {
        const auto parsed = parse_json_object(request.options.empty() ? "{}" : request.options.view());
        if (!parsed) { throw Exception(parsed.error()); }
        const JsonFields options(*parsed, "options");
        const auto text = [&](std::string_view key, const std::string& otherwise) {
            return options.find(key) == nullptr ? otherwise : options.text(key);
        };
        const auto flag = [&](std::string_view key, bool otherwise) {
            const auto* value = options.find(key);
            const bool is_word = value != nullptr && (*value == "yes" || *value == "no");
            return is_word ? *value == "yes" : options.flag(key, otherwise);
        };
        return {.type = text("type", settings.type),
                .provider = text("provider", settings.provider),
                .withrates = flag("withrates", settings.withrates),
                .cnam = request.features.contains(Feature::cnam) || flag("cnam", settings.cnam)};
    }
    /// The list of toll-free numbers is asked for whole: its limit would count those that do not match, too.
    Request search(const SearchRequest& request) const {
        const std::string_view digits = detail::from_area_code(request, "Vitelity");
        if (wants_toll_free(request)) { return post(command("listtollfree")).reads(); }
        const bool by_exchange = digits.size() >= 6;
        wire::Form form = command(by_exchange ? "listnpanxx" : "listnpa");
        form.add(by_exchange ? "npanxx" : "npa", digits.substr(0, by_exchange ? 6 : 3));
        const Wishes wanted = wishes(request);
        const bool is_known = wanted.type.empty() || wanted.type == "perminute" || wanted.type == "unlimited";
        form.add_if_set("type", is_known ? std::string_view(wanted.type) : "pri");  // an order names which
        form.add_if_set("provider", wanted.provider);
        form.add_if_set("withrates", wanted.withrates ? "yes" : "");
        form.add_if_set("cnam", wanted.cnam ? "yes" : "");
        return post(form).reads();
    }

    SearchPage read_search(const Response& response, const SearchRequest& request) const {
        SearchPage page = vitelity::offers_in(response);
        const bool have_cnam = !wants_toll_free(request) && wishes(request).cnam;
        for (Offer& offer : page.offers) {
            if (have_cnam) { offer.features.set(Feature::cnam, true); }
        }
        detail::drop_unwanted(page, request);
        detail::keep_requested(page, request);
        return page;
    }
};
static_assert(Carrier<Vitelity>);

}  // namespace tandem::carriers
