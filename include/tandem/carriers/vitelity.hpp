// SPDX-License-Identifier: BSL-1.0
// Needs pugixml (CMake: tandem::xml).
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/written.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/json.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/form.hpp>
#include <tandem/wire/status.hpp>
#include <tandem/wire/xml.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::carriers {

/// Vitelity, `api.php`: commands as a form, so that no URL holds credentials, answered with status 200 and a word,
/// whatever comes of them. No reply to an order names its number: a purchase is believed once our list does, and there a
/// lost one is looked for too.
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
        const Response response = co_await session.send(search(request));
        co_return read_search(response, request);
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        number.order = Order{.operation = session.operation().id};
        const Response response = co_await session.send(purchase(number.number, session.gateways()));
        expect_sold(response);
        const Response listed = co_await session.send(list_ours());
        confirm(listed, number.number);
        co_return number;
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response listed = co_await session.send(list_ours());
        co_return is_ours(listed, number);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response response = co_await session.send(removal(number.number));
        const std::string doubt = doubt_in(response);
        if (!doubt.empty()) {
            const Response listed = co_await session.send(list_ours());
            if (is_ours(listed, number.number)) { errors::by_carrier(doubt); }
        }
        co_return number;
    }

private:
    struct Reply {
        std::string status{};
        std::string error{};
        std::string response{};
        std::string numbers{};    ///< what stands there in place of any
        std::string complaint{};  ///< what stands among them
    };
    static constexpr auto reply = wire::rows(
        "content", {wire::field<&Reply::status>("status"), wire::field<&Reply::error>("error"),
                    wire::field<&Reply::response>("response"), wire::field<&Reply::numbers>("numbers").if_fitting(),
                    wire::field<&Reply::complaint>("numbers.response")});
    // One command calls a number's element `did`, another `number`, and what holds the digits in it the other way round.
    static constexpr auto described_numbers = wire::rows(
        "content.numbers{}",
        {wire::field<&Offer::number, detail::north_american>("number"),
         wire::field<&Offer::number, detail::north_american>("did"), wire::field<&Offer::rate_center>("ratecenter"),
         wire::field<&Offer::region>("state"), wire::field<&Offer::setup>("setupfee").if_fitting(),
         wire::field<&Offer::monthly>("cost_per_month").if_fitting()});
    static constexpr auto bare_numbers =
        wire::rows("content.numbers{}", {wire::value<&Offer::number, detail::north_american>()});

    wire::Form command(std::string_view name) const {
        wire::Form form;
        form.add("login", settings.login).add("pass", settings.password.reveal()).add("cmd", name).add("xml", "yes");
        return form;
    }
    Request post(const wire::Form& form) const {
        return wire::with_form(Request::post(wire::Url(settings.api_uri).str()), form).holds(settings.password);
    }
    Request list_ours() const { return post(command("listdids")).reads(); }
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
        if (dial_code_of(request.country.view()) != "1") {
            errors::not_available("it sells numbers of the North American plan only");
        }
        if (wants_toll_free(request)) { return post(command("listtollfree")).reads(); }
        const std::string_view digits = request.national_prefix("1");
        if (digits.size() < 3) { errors::invalid("Vitelity searches by an area code of three digits at least"); }
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

    static Reply read(const Response& response) {
        if (response.status != 200) { wire::raise_status(response, {}); }
        return wire::xml::read_one(reply, response);
    }
    /// The word for what went wrong; empty where nothing did.
    static std::string word_in(const Reply& reply) {
        for (const std::string* word : {&reply.error, &reply.complaint, &reply.numbers}) {
            if (!word->empty()) { return word->substr(0, 256); }
        }
        return reply.status == "fail" ? "fail" : "";
    }
    static bool says_none(std::string_view word) {
        return word == "none" || word == "noneavailable" || word == "unavailable";
    }
    /// `none`: what it means here that there is no such number.
    static errc meaning_of(std::string_view word, errc none) {
        if (word == "invalidauth") { return errc::carrier_refuses_credentials; }
        if (word.starts_with("missing")) { return errc::invalid; }
        return says_none(word) ? none : errc::by_carrier;
    }
    [[noreturn]] static void raise(const std::string& word, errc none, const Response& response) {
        wire::raise_meaning(meaning_of(word, none), response, word);
    }
    /// The word of a refusal; empty where the command was carried out.
    /// Errors: `malformed_reply` for what says neither clearly.
    static std::string refusal_in(const Response& response) {
        const Reply read_reply = read(response);
        std::string word = word_in(read_reply);
        if (read_reply.status == "fail") { return word; }
        const std::string& done = read_reply.response;
        const bool is_done = done.empty() || done == "success" || done == "ok";
        if (read_reply.status != "ok" || !word.empty() || !is_done) {
            errors::malformed_reply("its status is '" + read_reply.status.substr(0, 64) + "', and it says '" +
                                    (word.empty() ? done.substr(0, 64) : word.substr(0, 64)) + "'");
        }
        return {};
    }

    SearchPage read_search(const Response& response, const SearchRequest& request) const {
        const Reply read_reply = read(response);
        if (const std::string word = word_in(read_reply); !word.empty()) { raise(word, errc::not_available, response); }
        if (!read_reply.status.empty() && read_reply.status != "ok") {
            errors::malformed_reply("its status is '" + read_reply.status.substr(0, 64) + "'");
        }
        SearchPage page = numbers_in(response);
        const bool have_cnam = !wants_toll_free(request) && wishes(request).cnam;
        for (Offer& offer : page.offers) {
            if (have_cnam) { offer.features.set(Feature::cnam, true); }
            if (offer.setup.known() || offer.monthly.known()) { offer.currency = "USD"; }
        }
        detail::drop_unwanted(page, request);
        detail::keep_requested(page, request);
        return page;
    }
    /// The numbers of a list, whichever way it writes them. Whatever else stands in it counts as refused.
    static SearchPage numbers_in(const Response& response) {
        SearchPage page = wire::xml::read_offers(described_numbers, response);
        page.refused += static_cast<std::uint32_t>(
            std::erase_if(page.offers, [](const Offer& offer) { return offer.number.empty(); }));
        if (page.offers.empty() && page.refused > 0) { page = wire::xml::read_offers(bare_numbers, response); }
        return page;
    }

    static void expect_sold(const Response& response) {
        const std::string word = refusal_in(response);
        if (word == "invalid") { errors::number_unavailable(word); }  // of a local number: not to be ordered
        if (!word.empty()) { raise(word, errc::number_unavailable, response); }
    }
    static void confirm(const Response& listed, E164 number) {
        bool is_listed = false;
        try {
            is_listed = is_ours(listed, number);
        } catch (const Exception& failure) {
            errors::outcome_unknown(std::string("sold, it says, but our numbers cannot be listed: ") + failure.what());
        }
        if (!is_listed) { errors::outcome_unknown("sold, it says, but not among our numbers"); }
    }
    /// Whether `number` is in the list of our numbers, which has no pages.
    static bool is_ours(const Response& listed, E164 number) {
        const std::string word = refusal_in(listed);
        if (word == "none" || word == "noneavailable") { return false; }
        if (!word.empty()) { raise(word, errc::by_carrier, listed); }
        const SearchPage ours = numbers_in(listed);
        for (const Offer& each : ours.offers) {
            if (each.number == number) { return true; }
        }
        if (ours.refused > 0) { errors::malformed_reply("the list of our numbers is incomplete"); }
        return false;
    }
    /// The word of a refusal that may mean that the number was not ours; empty where it was removed.
    static std::string doubt_in(const Response& response) {
        std::string word = refusal_in(response);
        const bool is_doubt = word.empty() || word == "invalid" || says_none(word);
        if (!is_doubt) { raise(word, errc::by_carrier, response); }
        return word;
    }
};
static_assert(Carrier<Vitelity>);

}  // namespace tandem::carriers
