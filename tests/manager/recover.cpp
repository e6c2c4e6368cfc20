// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

using namespace tandem;
using namespace tandem::manager_tests;
using namespace std::chrono_literals;

namespace {

/// A fixture with an operation left open in a given way.
struct Interrupted : Fixture {
    Interrupted() { alpha_sells(); }

    void unknown_purchase() {
        script.on(Method::post, "alpha.example/orders", text(500, "oops"));
        BOOST_REQUIRE(name_of(buy().value().outcome) == "unknown");
    }
    void pending_purchase() {
        script.on(Method::post, "alpha.example/orders", text(200, "pending +14155550100"));
        BOOST_REQUIRE(name_of(buy().value().outcome) == "pending");
    }
    void carrier_knows(Response reply) { script.on(Method::get, "alpha.example/orders/", std::move(reply)); }

    Recovered recover_one() {
        const auto report = run(manager.recover()).value();
        BOOST_REQUIRE_EQUAL(report.size(), 1U);
        return report.front();
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(manager_recover, Interrupted)

BOOST_AUTO_TEST_CASE(nothing_open_is_nothing_to_report) { BOOST_TEST(run(manager.recover()).value().empty()); }

BOOST_AUTO_TEST_CASE(an_order_that_the_carrier_knows_is_settled_without_another_order) {
    unknown_purchase();
    carrier_knows(text(200, "sold +14155550100"));
    const Recovered one = recover_one();
    BOOST_TEST(name_of(one.outcome) == "sold");
    BOOST_TEST(one.number == number);
    BOOST_TEST(name_of(stored()->state) == "in_service");
    BOOST_TEST(stored()->assigned_to == "child");
    BOOST_TEST(orders() == 1U);
    BOOST_TEST(open_operations().empty());
}

BOOST_AUTO_TEST_CASE(absence_proves_nothing_before_the_operations_deadline) {
    unknown_purchase();
    // The first look finds nothing, since the order is still on its way.
    script.on(Method::get, "alpha.example/orders/", text(404, ""), text(200, "sold +14155550100"));
    const Moment start = environment.now();
    BOOST_TEST(name_of(recover_one().outcome) == "sold");
    BOOST_TEST((environment.now() - start >= 15s));
}

BOOST_AUTO_TEST_CASE(an_order_that_never_arrived_is_abandoned) {
    unknown_purchase();
    carrier_knows(text(404, ""));
    BOOST_TEST(name_of(recover_one().outcome) == "refused");
    BOOST_TEST(!stored());
    BOOST_TEST(open_operations().empty());
    BOOST_TEST(orders() == 1U);
}

BOOST_AUTO_TEST_CASE(a_carrier_that_cannot_be_asked_leaves_it_unknown) {
    unknown_purchase();
    carrier_knows(text(503, ""));
    const Recovered one = recover_one();
    BOOST_TEST(name_of(one.outcome) == "unknown");
    BOOST_REQUIRE(one.error);
    BOOST_TEST(open_operations().size() == 1U);
    carrier_knows(text(200, "sold +14155550100"));
    BOOST_TEST(name_of(recover_one().outcome) == "sold");
}

BOOST_AUTO_TEST_CASE(an_order_for_another_number_is_never_taken_for_ours) {
    unknown_purchase();
    carrier_knows(text(200, "sold +14155550199"));
    BOOST_TEST(name_of(recover_one().outcome) == "unknown");
    BOOST_TEST(name_of(stored()->state) == "discovery");
}

BOOST_AUTO_TEST_CASE(a_pending_order_is_followed_to_its_end) {
    const struct {
        const char* reply;
        const char* outcome;
        bool ours;
    } rows[]{{"sold +14155550100", "sold", true},
             {"pending +14155550100", "pending", true},
             {"failed +14155550100", "refused", false}};
    for (const auto& [reply, outcome, ours] : rows) {
        BOOST_TEST_CONTEXT(reply) {
            Interrupted shop;
            shop.pending_purchase();
            shop.carrier_knows(text(200, reply));
            BOOST_TEST(name_of(shop.recover_one().outcome) == outcome);
            BOOST_TEST(shop.stored().has_value() == ours);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_failed_question_leaves_a_pending_order_pending) {
    pending_purchase();
    carrier_knows(text(500, ""));
    BOOST_TEST(name_of(recover_one().outcome) == "pending");
    BOOST_TEST(open_operations().size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_answer_that_cannot_be_read_leaves_a_pending_order_pending) {
    pending_purchase();
    for (const char* answer : {"", "nonsense", "sold +14155550199"}) {
        BOOST_TEST_CONTEXT(answer) {
            carrier_knows(text(200, answer));
            const auto outcome = name_of(recover_one().outcome);
            BOOST_TEST((outcome == "pending" || outcome == "unknown"));
            BOOST_TEST(open_operations().size() == 1U);
        }
    }
    carrier_knows(text(200, "sold +14155550100"));
    BOOST_TEST(name_of(recover_one().outcome) == "sold");
}

BOOST_AUTO_TEST_CASE(an_operation_that_never_reached_the_carrier_costs_nothing) {
    Operation operation;
    operation.id = environment.id();
    operation.number = number;
    operation.carrier = "alpha";
    operation.account = "child";
    operation.before.number = operation.after.number = number;
    operation.deadline = environment.time() + 1h;
    (void)run(store.claim(operation, std::nullopt));
    BOOST_TEST(stored().has_value());
    BOOST_TEST(name_of(recover_one().outcome) == "refused");
    BOOST_TEST(!stored());
    BOOST_TEST(script.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(an_unknown_release_is_released_again) {
    BOOST_REQUIRE(name_of(buy().value().outcome) == "sold");
    script.on(Method::delete_, "alpha.example/numbers", text(500, "oops"), text(404, "gone"));
    BOOST_REQUIRE(name_of(give_back().value().outcome) == "unknown");
    BOOST_TEST(name_of(recover_one().outcome) == "released");
    BOOST_TEST(!stored());
}

BOOST_AUTO_TEST_CASE(a_repeat_that_never_left_says_nothing_of_the_first_request) {
    const Error unsent{.code = errc::unreachable, .message = "no connection", .cause = {}, .sent = false};
    const testing::Answer answers[]{unsent, text(429, ""), text(403, "locked")};
    for (const testing::Answer& refusal : answers) {
        Interrupted shop;
        BOOST_REQUIRE(name_of(shop.buy().value().outcome) == "sold");
        shop.script.on(Method::delete_, "alpha.example/numbers", shop.text(500, "oops"), refusal, shop.text(404, ""));
        BOOST_REQUIRE(name_of(shop.give_back().value().outcome) == "unknown");
        BOOST_TEST(name_of(shop.recover_one().outcome) == "unknown");
        BOOST_TEST(!shop.stored()->fence.empty());
        BOOST_TEST(name_of(shop.recover_one().outcome) == "released");
    }
}

BOOST_AUTO_TEST_CASE(a_release_is_not_repeated_before_the_first_has_arrived_or_never_will) {
    BOOST_REQUIRE(name_of(buy().value().outcome) == "sold");
    script.on(Method::delete_, "alpha.example/numbers", text(500, "oops"), text(404, ""));
    BOOST_REQUIRE(name_of(give_back().value().outcome) == "unknown");
    const Moment start = environment.now();
    BOOST_TEST(name_of(recover_one().outcome) == "released");
    BOOST_TEST((environment.now() - start >= 20s));  // the caller's 15, and 5 for what is late
    BOOST_TEST((environment.now() - start < 1min));
}

BOOST_AUTO_TEST_CASE(a_calendar_that_was_set_proves_no_absence_and_makes_nobody_wait) {
    for (const auto jump : {-24h, -1h, 1h, 24h}) {
        BOOST_TEST_CONTEXT(jump.count()) {
            Interrupted shop;
            shop.unknown_purchase();
            shop.environment.set_time(shop.environment.time() + jump);
            shop.script.on(Method::get, "alpha.example/orders/", shop.text(404, ""),
                           shop.text(200, "sold +14155550100"));
            const Moment start = shop.environment.now();
            BOOST_TEST(name_of(shop.recover_one().outcome) == "sold");
            BOOST_TEST((shop.environment.now() - start < 1min));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_group_that_brings_a_number_again_proves_that_it_was_released) {
    BOOST_REQUIRE(name_of(buy().value().outcome) == "sold");
    script.on(Method::delete_, "alpha.example/numbers", text(500, "oops"));
    const Receipt release = give_back().value();
    BOOST_REQUIRE(name_of(release.outcome) == "unknown");
    Offer group;
    group.id = "group-1";
    group.carrier = Alpha::info.name;
    group.country = "US";
    const AcquireRequest request{.account = "stranger", .asked_by = "stranger"};
    const Receipt bought = run(manager.acquire_number(group, purchase, request)).value();
    BOOST_TEST(name_of(bought.outcome) == "sold");
    BOOST_TEST(stored()->assigned_to == "stranger");
    BOOST_TEST(name_of(run(store.operation(release.operation))->outcome()) == "released");
    BOOST_TEST(open_operations().empty());
}

BOOST_AUTO_TEST_CASE(a_number_of_a_group_whose_record_is_not_free_waits_for_it) {
    Number record;
    record.number = number;
    record.state = State::in_service;
    record.carrier = Beta::info.name;
    record.assigned_to = "child";
    record = run(store.put(record));
    Offer group;
    group.id = "group-1";
    group.carrier = Alpha::info.name;
    group.country = "US";
    const AcquireRequest request{.account = "stranger", .asked_by = "stranger"};
    BOOST_TEST(name_of(run(manager.acquire_number(group, purchase, request)).value().outcome) == "pending");
    BOOST_TEST(name_of(recover_one().outcome) == "pending");
    run(store.remove(number, record.revision));
    BOOST_TEST(name_of(recover_one().outcome) == "sold");
    BOOST_TEST(stored()->assigned_to == "stranger");
    BOOST_TEST(orders() == 1U);
}

BOOST_AUTO_TEST_CASE(a_paused_owner_that_wakes_after_recovery_changes_nothing) {
    script.on(Method::post, "alpha.example/orders", testing::delayed(10s, text(200, "sold +14155550100")));
    std::optional<Result<Receipt>> late;
    boost::asio::co_spawn(context, manager.acquire_number(number, purchase, {.account = "child", .asked_by = "child"}),
                          [&](std::exception_ptr, Result<Receipt> result) { late = std::move(result); });
    environment.advance(1s);
    carrier_knows(text(200, "sold +14155550100"));
    BOOST_TEST(name_of(recover_one().outcome) == "sold");
    const Revision settled = stored()->revision;
    environment.advance(30s);
    BOOST_REQUIRE(late.has_value());
    BOOST_REQUIRE(late->has_value());
    BOOST_TEST(name_of((*late)->outcome) == "sold");  // it tells what recovery wrote
    BOOST_TEST(stored()->revision == settled);
    BOOST_TEST(orders() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
