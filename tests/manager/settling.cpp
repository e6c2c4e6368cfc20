// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/testing/failing_store.hpp>

using namespace tandem;
using namespace tandem::manager_tests;
using namespace std::chrono_literals;

/// What becomes of purchases and releases after the first answer: keys that come again, orders that take days, prices
/// that turn out to be too high.
namespace {

struct Settling : Fixture {
    Settling() { alpha_sells(); }

    void orders_answer(std::string body, int status = 200) {
        script.on(Method::post, "alpha.example/orders", text(status, std::move(body)));
    }
    void order_stands(std::string body, int status = 200) {
        script.on(Method::get, "alpha.example/orders/", text(status, std::move(body)));
    }
    void releases_answer(int status) { script.on(Method::delete_, "alpha.example/numbers", text(status, "")); }

    AcquireRequest capped(std::string_view price) const {
        return {.account = "child", .asked_by = "child", .max_price = Amount::parse(price).value()};
    }
    /// A purchase of which the carrier tells nothing any more.
    OperationId lost_purchase() {
        orders_answer("oops", 500);
        order_stands("", 503);
        return buy().value().operation;
    }
    Result<Receipt> conclude(OperationId id, Outcome outcome, E164 which = {}, std::string_view asked_by = "system") {
        return run(manager.conclude_operation(id, outcome, which, AccountId(asked_by)));
    }
    std::vector<Recovered> follow() { return run(manager.follow_orders()).value(); }
    std::size_t releases() const {
        const auto all = script.requests();
        return static_cast<std::size_t>(std::count_if(
            all.begin(), all.end(), [](const Request& request) { return request.method() == Method::delete_; }));
    }
};

constexpr ReleaseRequest keyed_release{.asked_by = "child", .account = "child", .key = "back-1"};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(manager_settling, Settling)

BOOST_AUTO_TEST_CASE(a_release_with_a_key_is_done_once_and_answered_the_same_again) {
    buy().value();
    const Receipt first = give_back(keyed_release).value();
    BOOST_TEST(name_of(first.outcome) == "released");
    const Receipt again = give_back(keyed_release).value();
    BOOST_TEST(again.operation.str() == first.operation.str());
    BOOST_TEST(name_of(again.outcome) == "released");
    BOOST_TEST(again.number.number == number);
    BOOST_TEST(releases() == 1U);
}

BOOST_AUTO_TEST_CASE(a_release_whose_key_was_a_purchases_is_refused) {
    AcquireRequest request{.account = "child", .asked_by = "child"};
    request.key = keyed_release.key;
    buy(request).value();
    BOOST_TEST(name_of(give_back(keyed_release).error().code) == "key_reused");
    BOOST_TEST(releases() == 0U);
}

BOOST_AUTO_TEST_CASE(the_key_of_a_release_needs_its_account) {
    buy().value();
    ReleaseRequest nameless = keyed_release;
    nameless.account = {};
    BOOST_TEST(name_of(give_back(nameless).error().code) == "invalid");
    ReleaseRequest parents = keyed_release;
    parents.account = parents.asked_by = "parent";
    BOOST_TEST(name_of(give_back(parents).error().code) == "not_found");
    BOOST_TEST(releases() == 0U);
}

BOOST_AUTO_TEST_CASE(a_key_answers_only_those_who_may_ask_for_its_account) {
    AcquireRequest request{.account = "child", .asked_by = "child", .key = "k"};
    buy(request).value();
    request.asked_by = "stranger";
    BOOST_TEST(name_of(buy(request).error().code) == "forbidden");
}

BOOST_AUTO_TEST_CASE(a_key_whose_first_request_is_at_work_says_so) {
    script.on(Method::post, "alpha.example/orders", testing::delayed(5s, text(200, "sold +14155550100")));
    const AcquireRequest request{.account = "child", .asked_by = "child", .key = "k"};
    std::optional<Result<Receipt>> first;
    boost::asio::co_spawn(context, manager.acquire_number(number, purchase, request),
                          [&](std::exception_ptr, Result<Receipt> result) { first = std::move(result); });
    environment.advance(1s);
    const auto second = buy(request);
    BOOST_REQUIRE(!second);
    BOOST_TEST((second.error().code == errc::in_progress));
    environment.advance(10s);
    BOOST_REQUIRE(first.has_value());
    BOOST_TEST(buy(request).value().operation.str() == first->value().operation.str());
    BOOST_TEST(orders() == 1U);
}

BOOST_AUTO_TEST_CASE(two_requests_of_one_key_at_the_same_moment_get_one_answer) {
    // Both find the key new: they look for it before either has claimed.
    const AcquireRequest request{.account = "child", .asked_by = "child", .key = "k"};
    Offer offer;
    offer.number = number;
    offer.carrier = "alpha";
    std::vector<Result<Receipt>> results;
    for (int i = 0; i < 2; ++i) {
        boost::asio::co_spawn(
            context, manager.acquire_number(offer, purchase, request),
            [&](std::exception_ptr, Result<Receipt> result) { results.push_back(std::move(result)); });
    }
    environment.advance(30s);
    BOOST_REQUIRE_EQUAL(results.size(), 2U);
    BOOST_TEST(orders() == 1U);
    const auto told = std::count_if(results.begin(), results.end(), [](const auto& result) {
        return result ? result->outcome == Outcome::sold : result.error().code == errc::in_progress;
    });
    BOOST_TEST(told == 2);
}

BOOST_AUTO_TEST_CASE(a_request_that_finds_its_number_sold_to_its_own_key_gets_that_answer) {
    // Another process buys with the same key while this one's search is under way.
    const AcquireRequest request{.account = "child", .asked_by = "child", .key = "k"};
    script.on(Method::get, "alpha.example/search", testing::delayed(1s, text(404, "none")));
    std::optional<Result<Receipt>> late;
    boost::asio::co_spawn(context, manager.acquire_number(number, purchase, request),
                          [&](std::exception_ptr, Result<Receipt> result) { late = std::move(result); });
    environment.advance(500ms);
    offers("alpha", "+14155550100 1.00 2.00 sms\n");
    Manager other = open(general);
    const Receipt first = run(other.acquire_number(number, purchase, request)).value();
    environment.advance(5s);
    BOOST_REQUIRE(late.has_value());
    BOOST_TEST(late->value().operation.str() == first.operation.str());
    BOOST_TEST(orders() == 1U);
}

BOOST_AUTO_TEST_CASE(an_accepted_order_is_followed_for_days_at_growing_intervals) {
    orders_answer("pending +14155550100");
    BOOST_TEST(name_of(buy().value().outcome) == "pending");
    order_stands("pending +14155550100");
    BOOST_TEST(follow().empty());  // it was just placed
    std::size_t looks = 0;
    for (int minute = 0; minute < 3 * 24 * 60; ++minute) {  // a scheduler that comes every minute, for three days
        environment.advance(1min);
        for (const Recovered& one : follow()) {
            ++looks;
            BOOST_TEST(name_of(one.outcome) == "pending");
        }
    }
    BOOST_TEST(looks > 12U);  // the last of them six hours apart
    BOOST_TEST(looks < 60U);
    order_stands("sold +14155550100");
    environment.advance(6h);
    const auto report = follow();
    BOOST_REQUIRE_EQUAL(report.size(), 1U);
    BOOST_TEST(name_of(report.front().outcome) == "sold");
    BOOST_TEST(name_of(stored()->state) == "in_service");
    BOOST_TEST(orders() == 1U);
}

BOOST_AUTO_TEST_CASE(a_scheduler_leaves_alone_what_somebody_is_still_at_work_on) {
    orders_answer("oops", 500);
    BOOST_TEST(name_of(buy().value().outcome) == "unknown");
    order_stands("sold +14155550100");
    BOOST_TEST(follow().empty());
    environment.advance(1min);
    BOOST_TEST(follow().empty());  // another machine's calendar may be behind
    BOOST_TEST(open_operations().size() == 1U);
    environment.advance(2min);
    const auto report = follow();
    BOOST_REQUIRE_EQUAL(report.size(), 1U);
    BOOST_TEST(name_of(report.front().outcome) == "sold");
}

BOOST_AUTO_TEST_CASE(following_never_waits) {
    orders_answer("oops", 500);
    buy().value();
    order_stands("", 404);
    environment.advance(3min);
    const Moment before = environment.now();
    BOOST_TEST(name_of(follow().at(0).outcome) == "refused");
    BOOST_TEST((environment.now() == before));
}

BOOST_AUTO_TEST_CASE(a_number_that_cost_more_than_the_cap_is_given_back) {
    orders_answer("sold +14155550100 5.00");
    const auto refused = buy(capped("4.00"));
    BOOST_REQUIRE(!refused);
    BOOST_TEST(name_of(refused.error().code) == "price_exceeded");
    BOOST_TEST(refused.error().message == "the carrier took 5.00 USD, over 4.00; the number was given back");
    BOOST_TEST(releases() == 1U);
    BOOST_TEST(!stored());
    BOOST_TEST(open_operations().empty());
}

BOOST_AUTO_TEST_CASE(a_price_within_the_cap_is_kept) {
    orders_answer("sold +14155550100 4.00");
    BOOST_TEST(name_of(buy(capped("4.00")).value().outcome) == "sold");
    BOOST_TEST(releases() == 0U);
    BOOST_TEST(stored()->order->price.amount.str() == "4.00");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_given_back_at_once_stays_open_until_it_is) {
    orders_answer("sold +14155550100 5.00");
    releases_answer(503);
    const Receipt receipt = buy(capped("4.00")).value();
    BOOST_TEST(name_of(receipt.outcome) == "unknown");
    BOOST_TEST(name_of(receipt.error->code) == "price_exceeded");
    BOOST_TEST(open_operations().size() == 1U);
    // Whatever the carrier says of the order, it is the release that is finished.
    order_stands("sold +14155550100 5.00");
    BOOST_TEST(name_of(run(manager.recover()).value().at(0).outcome) == "unknown");
    releases_answer(200);
    const Recovered last = run(manager.recover()).value().at(0);
    BOOST_TEST(name_of(last.outcome) == "refused");
    BOOST_TEST(name_of(last.error->code) == "price_exceeded");
    BOOST_TEST(!stored());
    BOOST_TEST(open_operations().empty());
}

BOOST_AUTO_TEST_CASE(a_store_that_fails_behind_a_purchase_that_was_too_dear_leaves_it_unknown) {
    using Failing = testing::FailingStore<stores::Memory>;
    using Office =
        NumberManager<Carriers<Alpha, Beta, Gamma>, testing::ScriptedTransport, configs::InCode, Failing,
                      billing::ServicePlans, accounts::Tree, observers::Silent, testing::SimulatedEnvironment>;
    orders_answer("sold +14155550100 9.00");
    for (unsigned n = 1, calls = 1; n <= calls; ++n) {
        Failing failing(stores::Memory(), testing::FailNth(n, testing::FailNth::When::before));
        configs::InCode config;
        config.set("number_manager", JsonText(std::string(general)));
        Office office =
            Office::open(context.get_executor(), script, std::move(config), failing, {}, {}, {}, environment).value();
        const std::size_t acted = orders(), released = releases();
        const auto result = run(office.acquire_number(number, purchase, capped("3.00")));
        BOOST_TEST_CONTEXT("call " << n) {
            const bool is_ours = orders() == acted + 1 && releases() == released;
            BOOST_TEST((!is_ours || (result && result->outcome == Outcome::unknown)), told(result));
        }
        calls = failing.hook().calls();
    }
}

BOOST_AUTO_TEST_CASE(recovery_gives_back_too_what_turns_out_to_be_too_dear) {
    orders_answer("oops", 500);
    BOOST_TEST(name_of(buy(capped("4.00")).value().outcome) == "unknown");
    order_stands("sold +14155550100 4.01");
    const Recovered one = run(manager.recover()).value().at(0);
    BOOST_TEST(name_of(one.outcome) == "refused");
    BOOST_TEST(name_of(one.error->code) == "price_exceeded");
    BOOST_TEST(releases() == 1U);
    BOOST_TEST(!stored());
}

BOOST_AUTO_TEST_CASE(a_person_says_how_a_purchase_ended_that_nobody_can_tell_of) {
    const OperationId id = lost_purchase();
    BOOST_TEST((conclude(id, Outcome::sold).error().code == errc::in_progress));
    environment.advance(1min);
    BOOST_TEST((conclude(id, Outcome::sold, {}, "child").error().code == errc::unauthorized));
    BOOST_TEST((conclude(id, Outcome::released).error().code == errc::invalid));
    BOOST_TEST((conclude(id, Outcome::sold, E164::parse_or_empty("+14155550199")).error().code == errc::invalid));
    BOOST_TEST((conclude(environment.id(), Outcome::sold).error().code == errc::not_found));
    BOOST_TEST(open_operations().size() == 1U);
    const Receipt receipt = conclude(id, Outcome::sold).value();
    BOOST_TEST(name_of(receipt.outcome) == "sold");
    BOOST_TEST(name_of(stored()->state) == "in_service");
    BOOST_TEST(stored()->assigned_to == "child");
    BOOST_TEST(open_operations().empty());
    BOOST_TEST((conclude(id, Outcome::refused).error().code == errc::no_change_required));
}

BOOST_AUTO_TEST_CASE(a_person_says_that_nothing_was_bought) {
    const OperationId id = lost_purchase();
    environment.advance(1min);
    BOOST_TEST(name_of(conclude(id, Outcome::refused).value().outcome) == "refused");
    BOOST_TEST(!stored());
    BOOST_TEST(open_operations().empty());
    orders_answer("sold +14155550100");
    BOOST_TEST(name_of(buy().value().outcome) == "sold");
}

BOOST_AUTO_TEST_CASE(a_person_says_that_a_number_is_gone) {
    buy().value();
    releases_answer(503);
    const Receipt unknown = give_back().value();
    BOOST_TEST(name_of(unknown.outcome) == "unknown");
    environment.advance(1min);
    BOOST_TEST((conclude(unknown.operation, Outcome::sold).error().code == errc::invalid));
    BOOST_TEST(name_of(conclude(unknown.operation, Outcome::released).value().outcome) == "released");
    BOOST_TEST(!stored());
}

BOOST_AUTO_TEST_CASE(a_person_names_the_number_that_an_order_from_a_group_brought) {
    Operation order;
    order.id = environment.id();
    order.offer = "group-1";
    order.carrier = "alpha";
    order.account = "child";
    order.after.state = State::in_service;
    order.after.assigned_to = "child";
    order.deadline = environment.time();
    run(store.claim(order, {}));
    environment.advance(1min);
    BOOST_TEST((conclude(order.id, Outcome::sold).error().code == errc::invalid));
    BOOST_TEST((conclude(order.id, Outcome::sold, E164::parse_or_empty("+1")).error().code == errc::invalid));
    BOOST_TEST(name_of(conclude(order.id, Outcome::sold, number).value().outcome) == "sold");
    BOOST_TEST(stored()->assigned_to == "child");
    BOOST_TEST(stored()->billing_class == "did_us");
}

BOOST_AUTO_TEST_SUITE_END()
