// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/confirming.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/written.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/complaint.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>
#include <tandem/wire/url.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::carriers {

/// thinQ, now Commio, for numbers of the United States. An order is created and then completed: only completing buys.
/// Source: public code that uses its API, a fork of Kazoo's `knm_thinq` above all; no document of thinQ's own.
struct Thinq {
    static constexpr CarrierInfo info{.name = "thinq",
                                      .max_prefix_length = 6,
                                      .max_page = 100,
                                      .countries = {"US"},
                                      .retry = RetryClass::after_look_up};

    struct Settings {
        std::string account_id{};
        std::string username{};
        Secret token{};
        std::string base_url = "https://api.thinq.com";

        static constexpr std::array<std::string_view, 3> required{"account_id", "username", "token"};
        TANDEM_SETTINGS(Settings, account_id, username, token, base_url);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        const auto ask = [&](std::uint32_t page) { return find_page(session, request, page); };
        Task<SearchPage> found = detail::collect_pages(request, 10, ask);
        co_return co_await std::move(found);
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        number.order = Order{.operation = session.operation().id, .status = Order::Status::pending};
        const Response created = co_await session.send(new_order(number.number));
        number.order->reference = read_created(created, number.number);
        const Response completed = co_await session.send(completion(number.order->reference));
        const bool is_named = read_completed(completed, number);
        if (!is_named) { co_await detail::confirm(*this, session, number.number, true); }
        co_return number;
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        detail::OwnedPages seen;
        while (!seen.is_done()) {
            const Response response = co_await session.send(authorized(Request::get(inventory_url(++seen.pages))));
            look_into(response, number, seen);
        }
        co_return seen.is_ours;
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        const detail::OwnedProgress progress(page);
        const Response response = co_await session.send(authorized(Request::get(inventory_url(progress.pages() + 1))));
        co_return read_owned(response, progress);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const bool ours = co_await owns_number(session, number.number);
        if (!ours) { co_return number; }
        const Response response = co_await session.send(disconnection(number.number));
        if (response.status != 200) { raise(response); }
        co_await detail::confirm(*this, session, number.number, false);
        co_return number;
    }

private:
    static constexpr auto offers =
        wire::rows("rows[]", {wire::field<&Offer::number, detail::north_american>("id").required(),
                              wire::field<&Offer::rate_center>("ratecenter").if_fitting(),
                              wire::field<&Offer::region>("state").if_fitting()});
    static constexpr auto our_numbers =
        wire::rows("rows[]", {wire::field<&detail::OwnedNumber::number, detail::north_american>("id").required()})
            .with({wire::field<&detail::OwnedCount::total>("total_rows")});

    wire::Url account_url() const {
        return wire::Url(settings.base_url) / "account" / settings.account_id / "origination";
    }
    std::string inventory_url(std::uint64_t page) const {
        return (wire::Url(settings.base_url) / "origination" / "did" / "search2" / "did" / settings.account_id)
            .query("rows", info.max_page)
            .query("page", page)
            .str();
    }
    Request authorized(Request request) const {
        return std::move(request).basic_authorization(settings.username, settings.token);
    }
    Request posted(wire::Url url, const boost::json::object& body) const {
        return wire::with_json(authorized(Request::post(std::move(url).str())), body);
    }

    Task<detail::CarrierPage> find_page(auto& session, const SearchRequest& request, std::uint32_t page) const {
        Response response = co_await session.send(search(request, page));
        co_return read_page(std::move(response), rows_for(request));
    }
    /// As many as are wanted, unless what comes has to be sieved first.
    static std::uint32_t rows_for(const SearchRequest& request) {
        const auto digits = request.national_prefix("1").size();
        const bool is_sieved = digits != 3 && digits != 6 && !request.is_wildcard();
        return is_sieved ? info.max_page : detail::page_size(request, info.max_page);
    }
    Request search(const SearchRequest& request, std::uint32_t page) const {
        const std::string_view digits = request.national_prefix("1");
        const bool is_toll_free = wants_toll_free(request);
        if (dial_code_of(request.country.view()) != "1") {
            errors::not_available("thinQ sells numbers of the United States");
        }
        if (!request.features.empty()) { errors::not_available("thinQ tells no features of its numbers"); }
        if (digits.size() < 3 && !is_toll_free) { errors::invalid("thinQ searches by an area code at least"); }
        wire::Url url = wire::Url(settings.base_url) / "origination" / "did" / "search" /
                        (is_toll_free ? "tollfree" : "individual") / settings.account_id;
        if (is_toll_free) { url = std::move(url).query("maxdids", std::uint64_t{request.quantity} + request.offset); }
        url = std::move(url).query("rows", rows_for(request)).query("page", std::uint64_t{page} + 1);
        const std::string_view by = is_toll_free ? toll_free_code(digits) : digits.substr(0, digits.size() < 6 ? 3 : 6);
        const boost::json::object criteria{{is_toll_free ? "tf_prefix" : "npanxx", by}};
        return posted(std::move(url), {{"search", criteria}}).reads();
    }
    /// Of Kazoo's wildcards each has one code.
    static std::string_view toll_free_code(std::string_view digits) {
        return *std::find_if(toll_free_codes.begin(), toll_free_codes.end(),
                             [&](std::string_view code) { return code.starts_with(digits.substr(0, 3)); });
    }
    static detail::CarrierPage read_page(Response response, std::uint64_t asked) {
        if (response.status == 404) { wire::raise_none(reason_in(response)); }
        if (response.status != 200) { raise(response); }
        detail::CarrierPage page{.page = wire::read_offers(offers, std::move(response))};
        page.is_last = page.page.offers.size() + page.page.refused < asked;
        return page;
    }

    /// The number as thinQ writes it.
    static std::int64_t did(E164 number) { return std::stoll(detail::ten_digits(number)); }

    /// It only holds the number for a while and costs nothing. So a refusal of what follows is a refusal of the
    /// purchase.
    Request new_order(E164 number) const {
        const boost::json::object features{{"cnam", false}, {"sms", false}, {"e911", false}};
        const boost::json::object tn{
            {"caller_id", nullptr}, {"account_location_id", nullptr}, {"sms_routing_profile_id", nullptr},
            {"route_id", nullptr},  {"features", features},           {"did", did(number)}};
        const boost::json::object order{{"tns", boost::json::array{tn}}, {"blocks", boost::json::array{}}};
        return posted(account_url() / "order" / "create", {{"order", order}}).reads().limit(Request::order_limit);
    }
    Request completion(std::string_view order) const {
        return posted(account_url() / "order" / "complete" / order, {});
    }
    Request disconnection(E164 number) const {
        return posted(account_url() / "disconnect", {{"dids", boost::json::array{did(number)}}});
    }

    /// The order's id. What would be bought with it has to be our number and nothing else.
    static std::string read_created(const Response& response, E164 number) {
        if (response.status != 201) { raise(response); }
        const boost::json::object reply = wire::read_object(response);
        const JsonFields order(reply, "the new order", errc::malformed_reply);
        if (order.text("status") != "created") { errors::malformed_reply("the new order is not 'created'"); }
        const std::int64_t id = order.integer("id");
        if (id <= 0) { errors::malformed_reply("the new order has no id"); }
        (void)names(order, number);
        return std::to_string(id);
    }
    /// Whether it names the number that it completes.
    static bool read_completed(const Response& response, Number& number) {
        if (response.status != 200) { raise(response); }
        const boost::json::object reply = wire::read_object(response);
        const JsonFields order(reply, "the completed order", errc::malformed_reply);
        if (std::to_string(order.integer("id")) != number.order->reference) {
            errors::malformed_reply("it is another order");
        }
        const bool is_named = names(order, number.number);
        const std::string status = order.text("status");
        if (status != "completed") { errors::malformed_reply("the order's status is '" + status.substr(0, 64) + "'"); }
        number.order->status = Order::Status::complete;
        number.carrier_data =
            merged(number.carrier_data, {{"order", {{"id", number.order->reference}, {"status", status}}}});
        return is_named;
    }
    /// False for an order that names no numbers, which no document promises. Errors: `malformed_reply` for one of
    /// others.
    static bool names(const JsonFields& order, E164 number) {
        const auto* tns = order.find("tns");
        if (tns == nullptr) { return false; }
        const auto* list = tns->if_array();
        const auto* only = list == nullptr || list->size() != 1 ? nullptr : list->front().if_object();
        if (only == nullptr || JsonFields(*only, "its number", errc::malformed_reply).integer("did") != did(number)) {
            errors::malformed_reply("the order is not of our number alone");
        }
        return true;
    }

    static void look_into(const Response& response, E164 number, detail::OwnedPages& seen) {
        if (response.status != 200) { raise(response); }
        seen.take(wire::read_rows(our_numbers, response), number);
    }

    static OwnedNumbers read_owned(const Response& response, const detail::OwnedProgress& progress) {
        if (response.status != 200) { raise(response); }
        const auto read = wire::read_rows(our_numbers, response);
        return progress.behind(read, read.whole.total);
    }

    static std::string reason_in(const Response& response) {
        return wire::Complaint(response).words({"code", "error", "message", "description"});
    }
    [[noreturn]] static void raise(const Response& response) { wire::raise_status(response, reason_in(response)); }
};
static_assert(Carrier<Thinq>);

}  // namespace tandem::carriers
