// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

/// The carriers as the manager sees them: Tandem's side of a protocol of words, `STATUS NUMBER REFERENCE .`
namespace tandem::simulation {

/// A text as a template parameter.
template <std::size_t N>
struct Name {
    char text[N]{};
    consteval Name(const char (&literal)[N]) { std::copy_n(literal, N, text); }
    constexpr std::string_view view() const { return {text, N - 1}; }
};

/// What a carrier is able to tell.
struct Habits {
    RetryClass retry = RetryClass::never;
    bool finds_orders = false;  ///< by our reference
    bool follows_orders = false;
    bool owns_numbers = false;
};

/// The words of a reply. One without its end mark was cut.
/// Errors: `malformed_reply`.
inline std::array<std::string, 3> read_words(const std::string& body) {
    std::istringstream in(body);
    std::array<std::string, 3> words;
    std::string mark;
    in >> words[0] >> words[1] >> words[2] >> mark;
    if (mark != ".") { errors::malformed_reply(body.substr(0, 64)); }
    return words;
}

template <Name name, Habits habits>
struct Shop {
    static constexpr CarrierInfo info{
        .name = name.view(), .max_prefix_length = 6, .retry = habits.retry, .price_source = PriceSource::search};

    static std::string url(std::string_view path, std::string_view rest) {
        std::string text = "https://" + std::string(info.name) + ".example/";
        text.append(path).append(rest);
        return text;
    }
    static void require_ok(const Response& response) {
        if (response.status == 200) { return; }
        if (response.status == 429) { errors::raise(errc::rate_limited, "too many requests"); }
        errors::by_carrier("status " + std::to_string(response.status));
    }

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        Request question = Request::get(url("search/", request.prefix.str().substr(1)));
        const Response response = co_await session.send(std::move(question));
        require_ok(response);
        if (!response.body.ends_with(".")) { errors::malformed_reply(response.body.substr(0, 64)); }
        SearchPage page;
        const auto text = std::make_shared<const Page>(response.body);
        std::string_view rest = text->text();
        while (rest.size() > 1 && page.offers.size() < request.quantity) {
            const std::string_view word = rest.substr(0, rest.find(' '));
            rest.remove_prefix(word.size() + 1);
            Offer offer;
            if (word.starts_with('+')) {
                offer.number = E164::parse_or_empty(word);
            } else {
                offer.id = word;
                offer.page = text;
            }
            offer.setup = Amount::ten_thousandths(10'000);
            offer.monthly = Amount::ten_thousandths(20'000);
            offer.currency = "USD";
            page.offers.push_back(std::move(offer));
        }
        co_return page;
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        std::string order = number.number.empty() ? number.order->offer : number.number.str();
        order.append(" ").append(session.operation().id.view());
        Request request = Request::post(url("orders", "")).body("text/plain", std::move(order));
        const Response response = co_await session.send(std::move(request));
        if (response.status == 409) { errors::number_unavailable(); }
        require_ok(response);
        co_return read_order(response, std::move(number));
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        Request request = Request::delete_(url("numbers/", number.number.digits()));
        const Response response = co_await session.send(std::move(request));
        if (response.status == 404) { co_return number; }
        require_ok(response);
        co_return read_order(response, std::move(number));
    }

    Task<Number> follow_order(auto& session, Number number) const
        requires(habits.follows_orders)
    {
        Request request = Request::get(url("follow/", number.order->reference));
        const Response response = co_await session.send(std::move(request));
        require_ok(response);
        co_return read_order(response, std::move(number));
    }

    Task<std::optional<Number>> find_order(auto& session, Number number) const
        requires(habits.finds_orders)
    {
        Request request = Request::get(url("orders/", session.operation().id.view()));
        const Response response = co_await session.send(std::move(request));
        if (response.status == 404) { co_return std::nullopt; }
        require_ok(response);
        co_return read_order(response, std::move(number));
    }

    Task<bool> owns_number(auto& session, E164 number) const
        requires(habits.owns_numbers)
    {
        Request request = Request::get(url("numbers/", number.digits()));
        const Response response = co_await session.send(std::move(request));
        require_ok(response);
        const auto words = read_words(response.body);
        if (words[0] != "yes" && words[0] != "no") { errors::malformed_reply(words[0]); }
        co_return words[0] == "yes";
    }

    static Number read_order(const Response& response, Number number) {
        const auto words = read_words(response.body);
        const auto status = order_status_of(words[0]);
        if (!status) { errors::malformed_reply(words[0]); }
        Order order{.reference = words[2], .status = *status};
        if (number.order) {
            order.operation = number.order->operation;
            order.offer = number.order->offer;
        }
        if (*status == Order::Status::failed) { order.reason = "out of stock"; }
        number.number = E164::parse_or_empty(words[1]);
        number.order = std::move(order);
        return number;
    }
};

/// Knows every order by our reference, and takes its time with some.
using Ledger = Shop<"ledger", Habits{.retry = RetryClass::after_look_up, .finds_orders = true, .follows_orders = true}>;
/// Tells only which numbers are ours, and sells each once.
using Shelf = Shop<"shelf", Habits{.retry = RetryClass::after_look_up, .owns_numbers = true}>;
/// Tells nothing, and charges for whatever it is asked.
using Counter = Shop<"counter", Habits{.retry = RetryClass::never}>;
/// Answers a repeated order as it answered the first; sells groups too.
using Post = Shop<"post", Habits{.retry = RetryClass::safe, .follows_orders = true}>;
/// Sells a number that is ours already for nothing.
using Stall = Shop<"stall", Habits{.retry = RetryClass::safe_for_number}>;
/// Sells only groups, whose number comes with the order.
using Lottery =
    Shop<"lottery", Habits{.retry = RetryClass::after_look_up, .finds_orders = true, .follows_orders = true}>;

static_assert(FindsOrders<Ledger> && FollowsOrders<Ledger> && !OwnsNumbers<Ledger>);
static_assert(OwnsNumbers<Shelf> && !FindsOrders<Shelf> && !FollowsOrders<Shelf>);
static_assert(Carrier<Counter> && !FindsOrders<Counter> && !OwnsNumbers<Counter>);

}  // namespace tandem::simulation
