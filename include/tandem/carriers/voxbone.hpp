// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/carriers/detail/following.hpp>
#include <tandem/carriers/detail/owned_pages.hpp>
#include <tandem/carriers/detail/pages.hpp>
#include <tandem/carriers/detail/voxbone_addresses.hpp>
#include <tandem/carriers/detail/voxbone_orders.hpp>
#include <tandem/carriers/detail/voxbone_search.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/url.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::carriers {

/// Voxbone, now Bandwidth's Global API v1. It sells from groups of numbers, which an area code finds; a longer prefix
/// and blocks find numbers themselves. An order is filled into a cart, which costs nothing, and placed by its checkout,
/// a GET that buys. Our operation id is the cart's and the order's `customerReference`, by which a lost one is found.
/// A search tells prices without their currency, which is the account's: `quote` asks for it.
/// Source: Bandwidth's OpenAPI document (`Bandwidth/api-docs`, global, 2023-11); settings from Kazoo's `knm_voxbone`.
struct Voxbone {
    static constexpr CarrierInfo info{
        .name = "voxbone",
        .max_prefix_length = voxbone::max_digits,
        .max_page = voxbone::max_page,
        .features = {Feature::voice, Feature::sms, Feature::fax, Feature::emergency, Feature::toll_free},
        .block_search = true,
        .retry = RetryClass::after_look_up,
        .price_source = PriceSource::groups,
        .requests_per_second = 20};

    struct Settings {
        std::string api_username{};
        Secret api_password{};
        Secret api_key{};  ///< sent too where it is set: the current document knows no other credentials
        std::string environment = "sandbox";  ///< or production; chooses `base_url` where that is not set
        std::string base_url{};
        std::uint32_t max_page_size = 20;  ///< groups on one page of a search

        static constexpr std::array<std::string_view, 2> required{"api_username", "api_password"};
        TANDEM_SETTINGS(Settings, api_username, api_password, api_key, environment, base_url, max_page_size);
    };

    Settings settings{};

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        if (request.blocks > 0) {
            const Response response = co_await session.send(search(request, voxbone::Kind::blocks, 0));
            co_return voxbone::read_blocks(response, request);
        }
        SearchPage found;
        const bool names_numbers = voxbone::names_numbers(request);
        if (voxbone::names_groups(request)) {
            try {
                found = co_await pages_of(session, request, voxbone::Kind::groups);
            } catch (const Exception& failure) {  // what is no area code may be numbers' beginning
                if (!names_numbers || failure.error().code != errc::not_available) { throw; }
            }
        }
        if (found.offers.empty() && names_numbers) {
            const std::uint32_t refused = found.refused;
            found = co_await pages_of(session, request, voxbone::Kind::numbers);
            found.refused += refused;
        }
        co_return found;
    }

    Task<Offer> quote(auto& session, Offer offer) const {
        const Response response = co_await session.send(get(at().balance()));
        offer.currency = voxbone::currency_in(response);
        co_return offer;
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        number.order = voxbone::new_order(session.operation().id, number);
        std::string cart;
        std::optional<Error> refusal;
        bool is_unplaced = true;
        try {
            const Response made = co_await session.send(new_cart(*number.order));
            cart = voxbone::new_cart_in(made, number.order->operation.view());
            const Response added = co_await session.send(fill(cart, number));
            voxbone::expect_done(added);
            is_unplaced = false;
            const Response placed = co_await session.send(checkout(cart));
            is_unplaced = voxbone::is_refused(placed);
            number.order->reference = voxbone::placed_order(placed);
        } catch (const Exception& failure) {
            if (!is_unplaced) { throw; }
            refusal = failure.error();
        }
        if (refusal) {
            if (!cart.empty()) { co_await try_to_drop(session, cart); }
            throw Exception(std::move(*refusal));
        }
        co_return co_await follow_to_end(session, std::move(number));
    }

    Task<Number> follow_order(auto& session, Number number) const {
        const Response listed = co_await session.send(get(at().order(*number.order)));
        number = voxbone::order_in(listed, number);
        if (number.order->status == Order::Status::complete) {
            const Response dids = co_await session.send(get(at().numbers_of(*number.order)));
            number = voxbone::name_number(dids, std::move(number));
        }
        co_return number;
    }

    /// Orders cannot be asked for by our reference: all are looked through. A cart that is left goes first, so that
    /// nothing is ordered behind the look.
    Task<std::optional<Number>> find_order(auto& session, Number number) const {
        number.order = voxbone::new_order(session.operation().id, number);
        co_await drop_carts(session);
        voxbone::OrderSearch search(number);
        while (!search.is_over()) {
            const Response listed = co_await session.send(get(at().orders(search.page())));
            search.read(listed);
        }
        std::optional<Number> found = search.found();
        if (found) { found = co_await follow_order(session, *found); }
        if (found) { found = co_await follow_to_end(session, std::move(*found)); }
        co_return found;
    }

    Task<bool> owns_number(auto& session, E164 number) const {
        const Response response = co_await session.send(get(at().number(number)));
        co_return voxbone::did_in(response, number).has_value();
    }

    Task<OwnedNumbers> owned_numbers(auto& session, std::string page) const {
        const detail::OwnedProgress progress(page);
        const Response response = co_await session.send(get(at().numbers(progress.pages())));
        co_return voxbone::owned_in(response, progress);
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response listed = co_await session.send(get(at().number(number.number)));
        if (const auto did = voxbone::did_in(listed, number.number)) {
            const Response response = co_await session.send(cancel(did->id));
            voxbone::check_cancelled(response);
        }
        co_return number;
    }

private:
    voxbone::Addresses at() const { return voxbone::Addresses(settings.environment, settings.base_url); }
    Request authorized(Request request) const {
        Request full = std::move(request)
                           .basic_authorization(settings.api_username, settings.api_password)
                           .header("Accept", "application/json");
        return settings.api_key.empty() ? full : std::move(full).secret_header("apikey", settings.api_key);
    }
    Request get(std::string url) const { return authorized(Request::get(std::move(url))); }

    std::uint32_t page_size() const { return std::clamp<std::uint32_t>(settings.max_page_size, 1, info.max_page); }

    Request search(const SearchRequest& request, voxbone::Kind kind, std::uint32_t page) const {
        wire::Url url = voxbone::with_criteria(at().groups(), request, kind);
        return get(voxbone::page_of(std::move(url), page, page_size()));
    }
    Task<SearchPage> pages_of(auto& session, const SearchRequest& request, voxbone::Kind kind) const {
        constexpr std::uint32_t most_pages = 50;
        const auto ask = [&session, &request, kind, this](std::uint32_t page) {
            return ask_page(session, request, kind, page);
        };
        return detail::collect_pages(request, most_pages, ask);
    }
    Task<detail::CarrierPage> ask_page(auto& session, const SearchRequest& request, voxbone::Kind kind,
                                       std::uint32_t page) const {
        const Response response = co_await session.send(search(request, kind, page));
        co_return voxbone::read_page(response, request, kind, page, page_size());
    }

    Request new_cart(const Order& order) const {
        const boost::json::object body{{"customerReference", order.operation.view()}};
        return wire::with_json(authorized(Request::put(at().carts())), body).prepares();
    }
    Request fill(std::string_view cart, const Number& number) const {
        return wire::with_json(authorized(Request::post(at().product_of(cart))), voxbone::cart_item(number)).prepares();
    }
    Request checkout(std::string_view cart) const { return get(at().checkout(cart)).writes(); }
    Request cancel(std::int64_t did) const {
        const boost::json::object body{{"didIds", boost::json::array{did}}};
        return wire::with_json(authorized(Request::post(at().cancel())), body);
    }

    /// What a cart holds is for sale again, and cannot be bought by a checkout that comes late.
    Request drop(std::string_view cart) const { return authorized(Request::delete_(at().cart(cart))).prepares(); }
    Task<> drop_carts(auto& session) const {
        const std::string reference = session.operation().id.str();
        const Response listed = co_await session.send(get(at().carts_for(reference)));
        const std::vector<std::string> carts = voxbone::carts_in(listed, reference);
        for (const std::string& cart : carts) {
            const Response dropped = co_await session.send(drop(cart));
            voxbone::expect_done(dropped);
        }
    }
    Task<> try_to_drop(auto& session, std::string cart) const {
        try {
            (void)co_await session.send(drop(cart));
        } catch (const Exception&) {}  // a cart that stays costs nothing, and holds its number for ten minutes
    }

    Task<Number> follow_to_end(auto& session, Number number) const {
        return detail::follow_to_end(*this, session, std::move(number), std::chrono::milliseconds(100),
                                     std::chrono::seconds(8));
    }
};
static_assert(Carrier<Voxbone>);

}  // namespace tandem::carriers
