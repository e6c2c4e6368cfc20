// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <tandem/core/number_json.hpp>
#include <tandem/testing/failing_store.hpp>

using namespace tandem;
using namespace tandem::manager_tests;
using namespace std::chrono_literals;

namespace {

/// The fixture's settings, but that its plan counts what the accounts below have too.
std::string cascading_plan() {
    std::string settings(Fixture::general);
    return settings.replace(settings.find(R"("rate": 1.0)"), 11, R"("rate": 1.0, "cascade": true)");
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(manager_purchase, Fixture)

BOOST_AUTO_TEST_CASE(a_purchase_is_bought_once_and_recorded_with_the_carriers_data) {
    alpha_sells();
    const Receipt receipt = buy().value();
    BOOST_TEST(name_of(receipt.outcome) == "sold");
    BOOST_TEST(orders() == 1U);
    const auto record = stored();
    BOOST_REQUIRE(record);
    BOOST_TEST(name_of(record->state) == "in_service");
    BOOST_TEST(record->assigned_to == "child");
    BOOST_TEST(record->carrier == "alpha");
    BOOST_TEST(record->billing_class == "did_us");
    BOOST_TEST(record->carrier_data.text.find("order-1") != std::string::npos);
    BOOST_TEST(record->fence.empty());
    BOOST_TEST(open_operations().empty());
    BOOST_TEST(script.changing_requests()[0].body().find(receipt.operation.view()) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_dry_run_quotes_and_changes_nothing) {
    alpha_sells();
    const Quotation quotation =
        run(manager.acquire_number(number, dry_run, {.account = "child", .asked_by = "child"})).value();
    BOOST_TEST(quotation.quote.today.str() == "3.00");
    BOOST_TEST(quotation.quote.recurring.str() == "1.00");
    BOOST_TEST(quotation.offer.carrier == "alpha");
    BOOST_TEST(script.changing_requests().empty());
    BOOST_TEST(!stored());
    BOOST_TEST(open_operations().empty());
    BOOST_TEST(run(store.changes(0, 10)).empty());
}

BOOST_AUTO_TEST_CASE(a_plan_that_cascades_counts_the_numbers_of_the_accounts_below) {
    alpha_sells();
    BOOST_TEST(buy({.account = "child", .asked_by = "child"}).has_value());
    Manager cascading = open(cascading_plan());
    const E164 another = E164::parse_or_empty("+14155550101");
    offers("alpha", "+14155550101 1.00 2.00 sms\n");
    const auto monthly = [&](Manager& asked, std::string_view account) {
        const AcquireRequest request{.account = account, .asked_by = "master"};
        return run(asked.acquire_number(another, dry_run, request)).value().quote.recurring.str();
    };
    BOOST_TEST(monthly(manager, "parent") == "1.00");
    BOOST_TEST(monthly(cascading, "parent") == "2.00");
    BOOST_TEST(monthly(cascading, "child") == "2.00");
    BOOST_TEST(monthly(cascading, "stranger") == "1.00");
}

BOOST_AUTO_TEST_CASE(a_number_that_comes_from_an_account_below_is_counted_once) {
    alpha_sells();
    BOOST_TEST(buy({.account = "child", .asked_by = "child"}).has_value());
    Manager cascading = open(cascading_plan());
    const AssignRequest to_parent{.account = "parent", .asked_by = "parent"};
    const Quote quoted = run(cascading.move_number(number, dry_run, to_parent)).value().quote;
    BOOST_TEST(quoted.recurring.str() == "1.00");
    BOOST_TEST(quoted.today.str() == "2.00");
    const AssignRequest to_stranger{.account = "stranger", .asked_by = "master"};
    BOOST_TEST(run(cascading.move_number(number, dry_run, to_stranger)).value().quote.today.str() == "3.00");
}

BOOST_AUTO_TEST_CASE(an_old_offer_of_a_number_that_is_ours_leaves_its_order_alone) {
    alpha_sells();
    Number ours;
    ours.number = number;
    ours.state = State::available;
    ours.carrier = "alpha";
    ours.order = Order{.reference = "order-1", .status = Order::Status::complete};
    run(store.put(ours));
    Offer old;
    old.number = number;
    old.id = "offer-1";
    old.carrier = "alpha";
    BOOST_TEST(told(run(manager.acquire_number(old, purchase, {.account = "child", .asked_by = "child"}))) == "done");
    BOOST_TEST(orders() == 0U);
    BOOST_TEST_REQUIRE(stored()->order.has_value());
    BOOST_TEST(stored()->order->reference == "order-1");
    BOOST_TEST(name_of(give_back().value().outcome) == "released");
}

BOOST_AUTO_TEST_CASE(a_number_of_kazoos_own_documents_is_not_charged_again) {
    Number reserved;  // without a billing class, which is Tandem's
    reserved.number = number;
    reserved.state = State::reserved;
    reserved.carrier = "alpha";
    reserved.assigned_to = "child";
    run(store.put(reserved));
    const Quote quoted = run(manager.put_in_service(number, dry_run, AssignRequest{.asked_by = "child"})).value().quote;
    BOOST_TEST(quoted.today.str() == "0.00");
    BOOST_TEST(quoted.recurring.str() == "1.00");
}

BOOST_AUTO_TEST_CASE(what_costs_nothing_is_had_by_who_has_spent_more_than_the_credit_came_to_be) {
    alpha_sells();
    Operation earlier;
    earlier.id = environment.id();
    earlier.carrier = "alpha";
    earlier.account = "child";
    earlier.offer = "offer-1";
    earlier.charge = Amount::parse("20.00").value();
    run(store.claim(earlier, {}));
    Number reserved;
    reserved.number = number;
    reserved.state = State::reserved;
    reserved.carrier = "alpha";
    reserved.assigned_to = "child";
    reserved.billing_class = "did_us";
    run(store.put(reserved));
    BOOST_TEST(told(run(manager.put_in_service(number, AssignRequest{.asked_by = "child"}))) == "done");
    run(manager.disconnect_number(number, {.asked_by = "child"})).value();
    BOOST_TEST(told(buy()) == "not_enough_credit");
}

BOOST_AUTO_TEST_CASE(the_newest_search_spares_the_second_question) {
    alpha_sells();
    BOOST_TEST(search({.account = "child", .asked_by = "child"}).has_value());
    const std::size_t asked = script.calls();
    BOOST_TEST(buy().has_value());
    BOOST_TEST(script.calls() == asked + 1);
}

BOOST_AUTO_TEST_CASE(a_refusal_leaves_no_trace_but_the_operation) {
    alpha_sells();
    script.on(Method::post, "alpha.example/orders", text(409, "gone"));
    const Error error = buy().error();
    BOOST_TEST((error.code == errc::number_unavailable));
    BOOST_TEST(error.carrier == "alpha");
    BOOST_TEST(error.cause == "gone");
    BOOST_TEST(!stored());
    BOOST_TEST(open_operations().empty());
}

BOOST_AUTO_TEST_CASE(an_unclear_reply_is_unknown_and_never_repeated) {
    const struct {
        const char* name;
        testing::Answer answer;
    } answers[]{
        {"server fault", text(500, "oops")},
        {"gateway timeout", text(504, "")},
        {"silence", testing::silence},
        {"cut after sending", Error{.code = errc::unreachable, .message = "cut", .cause = {}, .sent = true}},
        {"malformed success", text(200, "<html>")},
        {"another number", text(200, "sold +14155550199")},
        {"a redirection", text(302, "sold +14155550100")},
        {"no number", text(200, "sold")},
    };
    for (const auto& [name, answer] : answers) {
        BOOST_TEST_CONTEXT(name) {
            Fixture shop;
            shop.alpha_sells();
            shop.script.on(Method::post, "alpha.example/orders", answer);
            const Receipt receipt = shop.buy().value();
            BOOST_TEST(name_of(receipt.outcome) == "unknown");
            BOOST_TEST(shop.orders() == 1U);
            BOOST_REQUIRE(receipt.error);
            BOOST_TEST((receipt.error->code == errc::outcome_unknown));
            BOOST_TEST(shop.open_operations().size() == 1U);
            BOOST_TEST(name_of(shop.stored()->state) == "discovery");
            BOOST_TEST((shop.buy().error().code == errc::in_progress));
            BOOST_TEST(shop.orders() == 1U);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_unsent_order_is_refused_and_may_be_tried_again) {
    alpha_sells();
    script.on(Method::post, "alpha.example/orders",
              Error{.code = errc::unreachable, .message = "no connection", .cause = "refused"});
    BOOST_TEST((buy().error().code == errc::unreachable));
    BOOST_TEST(open_operations().empty());
    script.on(Method::post, "alpha.example/orders", text(200, "sold +14155550100"));
    BOOST_TEST(name_of(buy().value().outcome) == "sold");
}

BOOST_AUTO_TEST_CASE(an_accepted_order_is_pending_not_sold) {
    alpha_sells();
    script.on(Method::post, "alpha.example/orders", text(200, "pending +14155550100"));
    const Receipt receipt = buy().value();
    BOOST_TEST(name_of(receipt.outcome) == "pending");
    BOOST_TEST(name_of(stored()->state) == "discovery");
    BOOST_REQUIRE_EQUAL(open_operations().size(), 1U);
    BOOST_TEST(open_operations()[0].after.order->reference == "order-1");
}

BOOST_AUTO_TEST_CASE(the_price_cap_refuses_dearer_and_unknown_prices) {
    const struct {
        const char* prices;
        const char* cap;
        bool allowed;
    } rows[]{
        {"1.00 2.00", "3.00", true}, {"1.00 2.0001", "3.00", false}, {"? 2.00", "99", false}, {"1.00 ?", "99", false}};
    for (const auto& [prices, cap, allowed] : rows) {
        BOOST_TEST_CONTEXT(prices) {
            Fixture shop;
            shop.alpha_sells();
            shop.offers("alpha", "+14155550100 " + std::string(prices) + " sms\n");
            const auto bought = shop.buy({.account = "child", .asked_by = "child", .max_price = *Amount::parse(cap)});
            BOOST_TEST(bought.has_value() == allowed);
            if (!allowed) { BOOST_TEST((bought.error().code == errc::price_exceeded)); }
            BOOST_TEST(shop.orders() == (allowed ? 1U : 0U));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_price_that_no_amount_holds_is_over_every_cap) {
    alpha_sells();
    offers("alpha", "+14155550100 900000000000000 900000000000000 sms\n");
    AcquireRequest request{.account = "child", .asked_by = "child"};
    request.max_price = Amount::parse("5.00").value();
    BOOST_TEST(told(buy(request)) == "price_exceeded");
    BOOST_TEST(told(run(manager.acquire_number(number, dry_run, request))) == "price_exceeded");
    BOOST_TEST(orders() == 0U);
}

BOOST_AUTO_TEST_CASE(a_wait_beyond_all_clocks_is_a_day_and_one_below_nothing_is_none) {
    alpha_sells();
    AcquireRequest request{.account = "child", .asked_by = "child"};
    request.wait = std::chrono::milliseconds::min();
    BOOST_TEST(told(buy(request)) == "timeout");
    request.wait = std::chrono::milliseconds::max();
    BOOST_TEST(name_of(buy(request).value().outcome) == "sold");
    const ReleaseRequest release{.asked_by = "child", .wait = std::chrono::milliseconds::max()};
    BOOST_TEST(name_of(give_back(release).value().outcome) == "released");
}

BOOST_AUTO_TEST_CASE(credit_is_checked_before_the_money_is_spent_and_counts_what_was_bought) {
    alpha_sells();
    for (int i = 0; i < 4; ++i) {  // each costs 2.00 activation and 1.00 for the first month; the credit is 7.00
        const std::string next = "+1415555010" + std::to_string(i);
        offers("alpha", next + " 1.00 2.00 sms\n");
        script.on(Method::post, "alpha.example/orders", text(200, "sold " + next));
        const auto bought = run(
            manager.acquire_number(E164::parse_or_empty(next), purchase, {.account = "child", .asked_by = "child"}));
        BOOST_TEST_CONTEXT(next) {
            BOOST_TEST(bought.has_value() == (i < 2));
            if (i >= 2) { BOOST_TEST((bought.error().code == errc::not_enough_credit)); }
        }
    }
    BOOST_TEST(orders() == 2U);
}

BOOST_AUTO_TEST_CASE(a_key_buys_once_and_answers_the_same_again) {
    alpha_sells();
    const AcquireRequest request{.account = "child", .asked_by = "child", .key = "k1"};
    const Receipt first = buy(request).value();
    const Receipt again = buy(request).value();
    BOOST_TEST((first.number == again.number));
    BOOST_TEST((first.operation == again.operation));
    BOOST_TEST(name_of(again.outcome) == "sold");
    BOOST_TEST(orders() == 1U);
    const auto other = run(manager.acquire_number(E164::parse_or_empty("+14155550177"), purchase, request));
    BOOST_TEST((other.error().code == errc::key_reused));
}

BOOST_AUTO_TEST_CASE(only_the_account_and_those_above_it_buy_and_release) {
    alpha_sells();
    BOOST_TEST((buy({.account = "child", .asked_by = "stranger"}).error().code == errc::unauthorized));
    BOOST_TEST((buy({.account = "child"}).error().code == errc::unauthorized));
    BOOST_TEST((buy({.account = "nobody", .asked_by = "system"}).error().code == errc::invalid));
    BOOST_TEST(orders() == 0U);
    BOOST_TEST(buy({.account = "child", .asked_by = "parent"}).has_value());
    BOOST_TEST((buy({.account = "stranger", .asked_by = "stranger"}).error().code == errc::unauthorized));
    BOOST_TEST((give_back({.asked_by = "stranger"}).error().code == errc::unauthorized));
    BOOST_TEST((give_back({}).error().code == errc::unauthorized));
    BOOST_TEST(give_back({.asked_by = "master"}).has_value());
}

BOOST_AUTO_TEST_CASE(what_the_account_has_already_is_not_bought_again) {
    alpha_sells();
    BOOST_TEST(buy().has_value());
    const Receipt again = buy().value();
    BOOST_TEST(name_of(again.outcome) == "sold");
    BOOST_TEST(again.operation.empty());
    BOOST_TEST(orders() == 1U);
}

BOOST_AUTO_TEST_CASE(a_release_gives_the_number_back_to_the_carrier) {
    alpha_sells();
    BOOST_TEST(buy().has_value());
    const Receipt receipt = give_back().value();
    BOOST_TEST(name_of(receipt.outcome) == "released");
    BOOST_TEST(name_of(receipt.number.state) == "deleted");
    BOOST_TEST(!stored());
    BOOST_TEST((give_back().error().code == errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_release_that_fails_is_refused_or_unknown_and_the_number_stays) {
    alpha_sells();
    BOOST_TEST(buy().has_value());
    script.on(Method::delete_, "alpha.example/numbers", text(403, "locked"));
    BOOST_TEST((give_back().error().code == errc::by_carrier));
    BOOST_TEST(name_of(stored()->state) == "in_service");
    BOOST_TEST(stored()->assigned_to == "child");
    script.on(Method::delete_, "alpha.example/numbers", text(502, ""));
    BOOST_TEST(name_of(give_back().value().outcome) == "unknown");
    BOOST_TEST(!stored()->fence.empty());
    BOOST_TEST(stored()->assigned_to == "child");
}

BOOST_AUTO_TEST_CASE(an_available_number_is_taken_without_asking_a_carrier) {
    Number record;
    record.number = number;
    record.state = State::available;
    record.carrier = "beta";
    (void)run(store.put(record));
    const Receipt receipt = buy().value();
    BOOST_TEST(name_of(receipt.outcome) == "sold");
    BOOST_TEST(stored()->carrier == "beta");
    BOOST_TEST(script.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(a_number_goes_back_to_whoever_reserved_it_before) {
    Number record;
    record.number = number;
    record.state = State::in_service;
    record.carrier = "alpha";
    record.assigned_to = "child";
    record.reserve_history = {"child", "parent"};
    (void)run(store.put(record));
    const Receipt receipt = give_back().value();
    BOOST_TEST(name_of(receipt.outcome) == "released");
    BOOST_TEST(name_of(stored()->state) == "reserved");
    BOOST_TEST(stored()->assigned_to == "parent");
    BOOST_TEST(script.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(states_that_cannot_go_into_service_are_refused) {
    for (const State state : {State::port_out, State::released, State::deleted}) {
        BOOST_TEST_CONTEXT(name_of(state)) {
            Fixture shop;
            Number record;
            record.number = number;
            record.state = state;
            record.carrier = "alpha";
            (void)shop.run(shop.store.put(record));
            BOOST_TEST(
                (shop.buy({.account = "child", .asked_by = "system"}).error().code == errc::invalid_state_transition));
        }
    }
}

BOOST_AUTO_TEST_CASE(two_buyers_one_number_one_winner) {
    alpha_sells();
    BOOST_TEST(search({.account = "child", .asked_by = "child"}).has_value());
    std::vector<Result<Receipt>> results;
    for (const std::string_view account : {"child", "stranger", "parent"}) {
        const AcquireRequest request{.account = account, .asked_by = account, .carrier = "alpha"};
        boost::asio::co_spawn(
            context, manager.acquire_number(number, purchase, request),
            [&](std::exception_ptr, Result<Receipt> result) { results.push_back(std::move(result)); });
    }
    environment.advance(1s);
    BOOST_REQUIRE_EQUAL(results.size(), 3U);
    BOOST_TEST(std::count_if(results.begin(), results.end(), [](const auto& result) { return result.has_value(); }) ==
               1);
    BOOST_TEST(orders() == 1U);
}

BOOST_AUTO_TEST_CASE(the_callers_wait_ends_but_the_purchase_goes_on) {
    alpha_sells();
    script.on(Method::post, "alpha.example/orders", testing::delayed(4s, text(200, "sold +14155550100")));
    const Moment start = environment.now();
    // The carrier's own limit is the wait; a reply behind it is lost, and the outcome unknown.
    const Receipt receipt = buy({.account = "child", .asked_by = "child", .wait = 2s}).value();
    BOOST_TEST(name_of(receipt.outcome) == "unknown");
    BOOST_TEST((environment.now() - start <= 4s));
    BOOST_TEST(open_operations().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_caller_that_gives_up_loses_nothing) {
    alpha_sells();
    script.on(Method::post, "alpha.example/orders", testing::delayed(1s, text(200, "sold +14155550100")));
    boost::asio::cancellation_signal give_up;
    bool ended = false;
    boost::asio::co_spawn(context, manager.acquire_number(number, purchase, {.account = "child", .asked_by = "child"}),
                          boost::asio::bind_cancellation_slot(
                              give_up.slot(), [&](std::exception_ptr, Result<Receipt>) { ended = true; }));
    environment.advance(100ms);
    BOOST_TEST(orders() == 1U);
    give_up.emit(boost::asio::cancellation_type::terminal);
    environment.advance(100ms);
    BOOST_TEST(ended);
    environment.advance(2s);
    BOOST_TEST(name_of(stored()->state) == "in_service");
    BOOST_TEST(open_operations().empty());
}

BOOST_AUTO_TEST_SUITE_END()
