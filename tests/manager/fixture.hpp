// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/accounts/tree.hpp>
#include <tandem/billing/service_plans.hpp>
#include <tandem/configs/in_code.hpp>
#include <tandem/number_manager.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/testing/scripted_transport.hpp>
#include <tandem/testing/simulated_environment.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::manager_tests {

/// A text as a template parameter.
template <std::size_t N>
struct Name {
    char text[N]{};
    consteval Name(const char (&literal)[N]) { std::copy_n(literal, N, text); }
    constexpr std::string_view view() const { return {text, N - 1}; }
};

/// A carrier with the plainest protocol there can be, so that the tests speak of the manager alone: a search answers
/// one number a line (`+14155550100 1.00 2.00 sms`), an order one word (`sold`, `pending`, `failed`), a number and,
/// where it likes, what it took for it.
template <Name name>
struct Shop {
    static constexpr CarrierInfo info{.name = name.view(),
                                      .max_prefix_length = 6,
                                      .retry = RetryClass::after_look_up,
                                      .price_source = PriceSource::search};

    static std::string url(std::string_view path) {
        return "https://" + std::string(info.name) + ".example" + std::string(path);
    }

    Task<SearchPage> find_numbers(auto& session, const SearchRequest& request) const {
        const Response response = co_await session.send(Request::get(url("/search/") + request.prefix.str().substr(1)));
        if (response.status == 404) { errors::not_available(); }
        if (response.status != 200) { errors::by_carrier("status " + std::to_string(response.status)); }
        SearchPage page;
        std::istringstream lines(response.body);
        for (std::string number, setup, monthly, feature; lines >> number >> setup >> monthly >> feature;) {
            Offer offer;
            offer.number = E164::parse_or_empty(number);
            offer.setup = Amount::parse(setup).value_or(Amount());
            offer.monthly = Amount::parse(monthly).value_or(Amount());
            offer.currency = "USD";
            if (feature == "sms") { offer.features.set(Feature::sms, true); }
            page.offers.push_back(offer);
        }
        co_return page;
    }

    Task<Number> acquire_number(auto& session, Number number) const {
        Request request =
            Request::post(url("/orders")).body("text/plain", number.number.str() + " " + session.operation().id.str());
        const Response response = co_await session.send(std::move(request));
        if (response.status == 409) { errors::number_unavailable(response.body); }
        if (response.status != 200) { errors::by_carrier("status " + std::to_string(response.status)); }
        co_return read_order(response, std::move(number));
    }

    Task<Number> follow_order(auto& session, Number number) const {
        const Response response = co_await session.send(Request::get(url("/orders/") + number.order->reference));
        if (response.status != 200) { errors::by_carrier("status " + std::to_string(response.status)); }
        co_return read_order(response, std::move(number));
    }

    Task<std::optional<Number>> find_order(auto& session, Number number) const {
        const Response response = co_await session.send(Request::get(url("/orders/") + session.operation().id.str()));
        if (response.status == 404) { co_return std::nullopt; }
        if (response.status != 200) { errors::by_carrier("status " + std::to_string(response.status)); }
        co_return read_order(response, std::move(number));
    }

    Task<Number> disconnect_number(auto& session, Number number) const {
        const Response response = co_await session.send(Request::delete_(url("/numbers/") + number.number.digits()));
        if (response.status != 200 && response.status != 404) {
            errors::by_carrier("status " + std::to_string(response.status));
        }
        co_return number;
    }

    static Number read_order(const Response& response, Number number) {
        std::istringstream words(response.body);
        std::string word, other, price;
        words >> word >> other >> price;
        Order order{.reference = "order-1"};
        if (const auto taken = Amount::parse(price)) { order.price = {*taken, "USD"}; }
        if (word == "sold") {
            order.status = Order::Status::complete;
        } else if (word == "pending") {
            order.status = Order::Status::pending;
        } else if (word == "failed") {
            order.status = Order::Status::failed;
            order.reason = "no stock";
        } else {
            errors::malformed_reply(response.body);
        }
        number.number = E164::parse_or_empty(other);
        number.order = order;
        number.carrier_data = JsonText(R"({"order": "order-1"})");
        return number;
    }
};

using Alpha = Shop<"alpha">;
using Beta = Shop<"beta">;
using Gamma = Shop<"gamma">;
static_assert(Carrier<Alpha> && FollowsOrders<Alpha> && FindsOrders<Alpha>);

/// `done`, or the name of the error.
template <class T>
std::string told(const Result<T>& result) {
    return result ? "done" : std::string(name_of(result.error().code));
}

inline const E164 number = E164::parse_or_empty("+14155550100");

/// A manager of three shops on simulated time, with a script for their replies and a small tree of accounts.
struct Fixture {
    using Manager =
        NumberManager<Carriers<Alpha, Beta, Gamma>, testing::ScriptedTransport, configs::InCode, stores::Memory,
                      billing::ServicePlans, accounts::Tree, observers::Silent, testing::SimulatedEnvironment>;

    static constexpr std::string_view general = R"({
        "master_account": "master",
        "accounts": {
            "master": {"may_add_numbers": true},
            "parent": {"parent": "master", "service_plan": "basic"},
            "child": {"parent": "parent", "service_plan": "basic", "credit": "7.00"},
            "stranger": {"parent": "master", "service_plan": "basic"}
        },
        "service_plans": {"basic": {"phone_numbers": {"did_us": {"rate": 1.0, "activation_charge": 2.0}}}}
    })";

    boost::asio::io_context context;
    testing::SimulatedEnvironment environment{context};
    testing::ScriptedTransport script{environment};
    stores::Memory store;
    Manager manager = open(general);

    Manager open(std::string_view number_manager) {
        configs::InCode config;
        config.set("number_manager", JsonText(std::string(number_manager)));
        return Manager::open(context.get_executor(), script, std::move(config), store, billing::ServicePlans(),
                             accounts::Tree(), observers::Silent(), environment)
            .value();
    }

    static Response text(int status, std::string body) { return Response(status, std::move(body), "text/plain"); }

    void offers(std::string_view carrier, std::string body) {
        script.on(Method::get, std::string(carrier) + ".example/search", text(200, std::move(body)));
    }
    void nothing_at(std::string_view carrier) {
        script.on(Method::get, std::string(carrier) + ".example/search", text(404, "none"));
    }
    /// Alpha sells the number; the others have nothing.
    void alpha_sells() {
        offers("alpha", "+14155550100 1.00 2.00 sms\n");
        nothing_at("beta");
        nothing_at("gamma");
        script.on(Method::post, "alpha.example/orders", text(200, "sold +14155550100"));
        script.on(Method::delete_, "alpha.example/numbers", text(200, "released"));
    }

    template <class T>
    T run(Task<T> task) {
        return environment.run(std::move(task));
    }

    Result<SearchResult> search(SearchRequest request) {
        if (request.prefix.empty()) { request.prefix = "+1415"; }
        if (request.asked_by.empty()) { request.asked_by = "system"; }
        return run(manager.find_numbers(request));
    }
    Result<Receipt> buy(AcquireRequest request = {.account = "child", .asked_by = "child"}) {
        return run(manager.acquire_number(number, purchase, request));
    }
    Result<Receipt> give_back(ReleaseRequest request = {.asked_by = "child"}) {
        return run(manager.disconnect_number(number, request));
    }
    std::optional<Number> stored(E164 which = number) { return run(store.get(which)); }
    std::vector<Operation> open_operations() { return run(store.open_operations({}, 100)); }
    std::size_t orders() { return script.changing_requests().size(); }
};

}  // namespace tandem::manager_tests
