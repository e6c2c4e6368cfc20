// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "fuzz.hpp"

#include <tandem/carrier.hpp>
#include <tandem/core/json.hpp>
#include <tandem/testing/desk.hpp>

#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A carrier at work with replies of the fuzzer's making.
namespace tandem::fuzz {

inline const E164 wanted = E164::parse_or_empty("+14155550100");

/// Gives the replies of a script in their order, whatever is asked; none for status 0, and when there are no more. They
/// stand as in HTTP, with LF, and `%%` in a line between them:
///     201
///     Location: https://carrier.example/orders/1
///
///     <OrderResponse/>
class Replies {
public:
    explicit Replies(std::string_view script) {
        while (!script.empty()) { state_->replies.push_back(read(take(script, "\n%%\n"))); }
    }

    Task<Response> send(Request request, Deadline) { return answer(state_, std::move(request)); }

    /// Whether a reply so far might have said `text`. What is escaped is not looked at closely.
    bool have_said(std::string_view text) const {
        return std::any_of(state_->given.begin(), state_->given.end(), [&](const std::string& body) {
            return body.find(text) != body.npos || body.find("\\u") != body.npos || body.find("&#") != body.npos;
        });
    }

    /// Whether `text` holds a credential that a request held: what is not sent nobody knows for one.
    bool are_betrayed_by(std::string_view text) const {
        constexpr std::size_t shortest = 4;  // less stands in many a text by chance
        return std::any_of(state_->credentials.begin(), state_->credentials.end(), [&](const Secret& each) {
            return each.reveal().size() >= shortest && text.find(each.reveal()) != text.npos;
        });
    }

private:
    struct State {
        std::deque<Response> replies{};
        std::vector<std::string> given{};
        std::vector<Secret> credentials{};
    };

    static Response read(std::string_view text) {
        Response response;
        const std::string_view status = take(text, "\n");
        std::from_chars(status.data(), status.data() + status.size(), response.status);
        if (response.status < 100 || response.status > 599) { response.status = 0; }
        for (std::string_view line = take(text, "\n"); !line.empty(); line = take(text, "\n")) {
            const std::string_view name = take(line, ": ");
            response.fields.push_back({std::string(name), std::string(line)});
        }
        response.body = text;
        return response;
    }

    static Task<Response> answer(std::shared_ptr<State> state, Request request) {
        state->credentials.insert(state->credentials.end(), request.secrets().begin(), request.secrets().end());
        if (state->replies.empty() || state->replies.front().status == 0) {
            if (!state->replies.empty()) { state->replies.pop_front(); }
            throw Exception(Error{.code = errc::unreachable, .message = "no reply", .sent = true});
        }
        Response response = std::move(state->replies.front());
        state->replies.pop_front();
        if (response.body.size() > request.limit()) {
            throw Exception(Error{.code = errc::reply_too_large, .message = "too large", .sent = true});
        }
        state->given.push_back(response.body);
        co_return response;
    }

    std::shared_ptr<State> state_ = std::make_shared<State>();
};
static_assert(Transport<Replies>);

/// The manager takes any exception for an unknown outcome; a carrier that throws another than ours has a gap.
template <class T>
Task<T> only_our_exceptions(Task<T> task) {
    try {
        co_return co_await std::move(task);
    } catch (const Exception&) { throw; } catch (const std::exception& failure) {
        require(false, std::string("only tandem::Exception leaves a carrier: ") + failure.what());
        throw;
    }
}

/// Looks at each part of an offer, whose texts have to be there as long as it is.
inline void check(const Offer& offer) {
    require(E164::parse_or_empty(offer.number.text().view()) == offer.number, "an offered number is one");
    const bool is_group = offer.number.empty();
    require(is_group ? !offer.id.empty() : E164::is_valid(offer.number.text().view()),
            "an offered number is whole, and what has none has a name");
    for (const Amount amount : {offer.setup, offer.monthly}) {
        require(!amount.known() || (amount >= Amount::zero() && Amount::parse(amount.str()) == amount),
                "a price is an amount");
    }
    boost::system::error_code no_json;  // a name may stand twice in it, where nobody reads it
    boost::json::parse_options options;
    options.max_depth = max_json_text_depth;
    (void)boost::json::parse(offer.details(), no_json, {}, options);
    require(!no_json, "an offer's details are JSON");
    std::size_t bytes = 0;
    for (const std::string_view text :
         {offer.id, offer.rate_center, offer.lata, offer.region, offer.locality, offer.country}) {
        bytes += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\0'));
    }
    [[maybe_unused]] volatile std::size_t read = bytes;  // for the address sanitizer
}

/// A carrier that is asked once.
template <Carrier C>
class Encounter {
public:
    Encounter(C carrier, std::string_view script) : replies_(script), desk_(std::move(carrier), replies_) {
        desk_.remote.gateways = {"sip.example.com"};
        record_.number = wanted;
        record_.carrier = C::info.name;
    }

    void find(SearchRequest request) {
        request = canonical(request).value();
        const auto page = ask([&](auto& session) { return desk_.carrier.find_numbers(session, request); });
        if (!page) { return; }
        std::for_each(page->offers.begin(), page->offers.end(), check);
    }
    void buy() {
        settle([this](auto& session, Number number) { return desk_.carrier.acquire_number(session, number); });
        require(verdict_.phase != Operation::Phase::done || is_named(), "what is sold was named by a reply");
    }
    /// `offer` names a group, whose number comes with the order.
    void buy_of_group(std::string_view offer) {
        is_of_group_ = true;
        record_.number = {};
        record_.order = Order{.offer = std::string(offer), .status = Order::Status::accepted};
        settle([this](auto& session, Number number) { return desk_.carrier.acquire_number(session, number); });
        require(verdict_.phase != Operation::Phase::done || !record_.number.empty(), "what is sold has a number");
    }
    void release() {
        settle([this](auto& session, Number number) { return desk_.carrier.disconnect_number(session, number); });
    }
    void follow() {
        if constexpr (FollowsOrders<C>) {
            record_.order = order("order-1");
            settle([this](auto& session, Number number) { return desk_.carrier.follow_order(session, number); });
            require(verdict_.phase != Operation::Phase::done || is_named(), "what is sold was named by a reply");
        }
    }
    void find_order() {
        if constexpr (FindsOrders<C>) {
            const auto found = ask([this](auto& session) { return desk_.carrier.find_order(session, record_); });
            if (!found || !*found) { return; }
            const Number& number = **found;
            require(number.number == wanted, "a found order is of our number");
            const bool is_sold = !number.order || number.order->status == Order::Status::complete;
            require(!is_sold || is_named(), "what is found sold was named by a reply");
        }
    }
    void owns() {
        if constexpr (OwnsNumbers<C>) {
            ask([this](auto& session) { return desk_.carrier.owns_number(session, wanted); });
        }
    }
    /// The first two pages of the list of our numbers.
    void list() {
        if constexpr (ListsNumbers<C>) {
            std::string page;
            for (const bool is_last : {false, true}) {
                const auto listed = ask([&](auto& session) { return desk_.carrier.owned_numbers(session, page); });
                if (!listed) { return; }
                for (const E164 each : listed->numbers) { require(!each.empty(), "a number of ours is one"); }
                if (is_last || listed->next.empty()) { return; }
                page = listed->next;
            }
        }
    }
    void reserve() {
        if constexpr (ReservesNumbers<C>) {
            const auto held = ask([this](auto& session) { return desk_.carrier.reserve_number(session, record_); });
            require(!held || held->number == wanted, "what is reserved is our number");
        }
    }

private:
    static Order order(std::string_view reference) {
        return {.operation = OperationId(testing::desk_operation),
                .reference = std::string(reference),
                .status = Order::Status::pending};
    }
    bool is_named() const { return replies_.have_said(wanted.digits().substr(1)); }

    template <class Call>
    auto ask(Call call) -> std::optional<decltype(std::declval<testing::Desk<C, Replies>&>().ask(call))> {
        try {
            return desk_.ask([&](auto& session) { return only_our_exceptions(call(session)); });
        } catch (const Exception&) { return {}; }
    }
    template <class Call>
    void settle(Call call) {
        verdict_ = desk_.settle(Operation::Kind::acquire, record_, [&](auto& session, Number number) {
            return only_our_exceptions(call(session, std::move(number)));
        });
        require(is_of_group_ || record_.number == wanted, "a record's number stays");
        const std::string told = (verdict_.error ? verdict_.error->message + verdict_.error->cause : std::string()) +
                                 (record_.order ? record_.order->reason : std::string());
        require(!replies_.are_betrayed_by(told), "what is told holds no credential");
    }

    Replies replies_;
    testing::Desk<C, Replies> desk_;
    Number record_{};
    bool is_of_group_ = false;
    detail::Verdict verdict_{};
};

/// Lets a carrier do `operation` with the replies of `script`. Gives what libFuzzer wants: -1 for what is not worth
/// keeping.
template <Carrier C>
int run(C carrier, std::string_view operation, std::string_view script) {
    Encounter<C> encounter(std::move(carrier), script);
    if (operation == "find") {
        encounter.find({.prefix = "+1415555", .quantity = 5});
    } else if (operation == "find toll-free") {
        encounter.find({.prefix = "88*", .quantity = 5});
    } else if (operation == "find abroad") {
        encounter.find({.prefix = "+44", .quantity = 5});
    } else if (operation == "find blocks") {
        encounter.find({.prefix = "+1415", .quantity = 5, .blocks = 2});
    } else if (operation == "buy") {
        encounter.buy();
    } else if (operation.starts_with("buy group ")) {
        encounter.buy_of_group(operation.substr(operation.rfind(' ') + 1));
    } else if (operation == "release") {
        encounter.release();
    } else if (operation == "follow") {
        encounter.follow();
    } else if (operation == "find order") {
        encounter.find_order();
    } else if (operation == "owns") {
        encounter.owns();
    } else if (operation == "list") {
        encounter.list();
    } else if (operation == "reserve") {
        encounter.reserve();
    } else {
        return -1;
    }
    return 0;
}

}  // namespace tandem::fuzz
