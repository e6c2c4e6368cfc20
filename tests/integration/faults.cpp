// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <thread>

namespace tandem::integration {

BOOST_AUTO_TEST_SUITE(faults)

std::string status_of(const Ran& ran, std::string_view carrier) {
    for (const auto& report : ran.at("/carriers").as_array()) {
        if (report.at("name").as_string() == carrier) { return std::string(report.at("status").as_string()); }
    }
    return "no report";
}

BOOST_FIXTURE_TEST_CASE(a_search_goes_on_without_a_carrier_that_fails, Office) {
    struct Case {
        const char* name;
        const char* fault;
    };
    for (const auto& [name, fault] : std::initializer_list<Case>{
             {"429", R"({"status": 429, "retry_after": 2})"},
             {"500", R"({"status": 500})"},
             {"a cut reply", R"({"cut_at": 30})"},
             {"a cut body", R"({"cut_at": 300})"},
             {"no JSON", R"({"garbage": true})"},
             {"no HTTP", R"({"garbage": "wire"})"},
         }) {
        carriers.fault("telnyx", fault);
        const Ran ran = desk.numbers({"search", "--prefix", "+1212"});
        BOOST_TEST_CONTEXT(name << ": " << ran) {
            BOOST_TEST(ran.exit == 0);
            BOOST_TEST(status_of(ran, "telnyx") == "error");
            BOOST_TEST(status_of(ran, "other") == "ok");
            BOOST_TEST(!ran.at("/numbers").as_object().empty());
        }
        const Ran alone = desk.numbers({"search", "--prefix", "+1212", "--carrier", "telnyx"});
        BOOST_TEST_CONTEXT(name << " alone: " << alone) {
            BOOST_TEST(alone.exit == 1);
            BOOST_TEST(alone.text("/error/carrier") == "telnyx");
            BOOST_TEST(alone.at("/carriers").as_array().size() == 1U);
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_silent_carrier_costs_the_deadline_once, Office) {
    carriers.fault("telnyx", R"({"silent": true})");
    carriers.fault("other", R"({"silent": true})");
    const Ran ran = desk.numbers({"search", "--prefix", "+1212", "--deadline", "700"});
    BOOST_TEST_CONTEXT(ran) {
        BOOST_TEST(status_of(ran, "telnyx") == "timeout");
        BOOST_TEST(status_of(ran, "other") == "timeout");
        BOOST_TEST(ran.took >= 700ms);
        BOOST_TEST(ran.took < 700ms + 5s);  // the program's start, under sanitizers on a busy machine
        for (const auto& report : ran.at("/carriers").as_array()) {
            BOOST_TEST(report.at("elapsed_ms").as_int64() < 1'200);
        }
    }
}

BOOST_FIXTURE_TEST_CASE(an_empty_stock_of_our_own_is_no_answer_of_carriers_that_fail, Office) {
    carriers.fault("telnyx", R"({"status": 500})");
    const std::vector<std::string> ours{"search", "--prefix", "+1212", "--carrier", "inventory"};
    BOOST_TEST(desk.numbers(ours).exit == 0);
    std::vector<std::string> both = ours;
    both.insert(both.end(), {"--carrier", "telnyx"});
    const Ran failed = desk.numbers(both);
    BOOST_TEST(failed.exit == 1, failed);
    BOOST_TEST(failed.text("/error/carrier") == "telnyx", failed);
}

BOOST_FIXTURE_TEST_CASE(enough_does_not_wait_for_the_silent, Office) {
    carriers.fault("telnyx", R"({"silent": true})");
    const Ran ran = desk.numbers({"search", "--prefix", "+1212", "--deadline", "30000", "--enough", "--quantity", "3"});
    BOOST_TEST_CONTEXT(ran) {
        BOOST_TEST(ran.exit == 0);
        BOOST_TEST(ran.at("/numbers").as_object().size() == 3U);
        BOOST_TEST(status_of(ran, "telnyx") == "skipped");
        BOOST_TEST(ran.took < 20s);
    }
}

/// What becomes of a purchase whose order fails, at the carrier and here.
struct Case {
    const char* name;
    const char* carrier;
    const char* number;
    const char* fault;  ///< of the order
    int exit;
    const char* recovered;  ///< the outcome that `recover` finds; empty: nothing was left open
};

BOOST_FIXTURE_TEST_CASE(a_purchase_is_done_refused_or_recovered_never_lost, Office) {
    const std::initializer_list<Case> cases{
        {"telnyx refuses for its rate", "telnyx", "+14155550100",
         R"({"match": "orders", "method": "POST", "status": 429})", 1, ""},
        {"telnyx answers 503 and did nothing", "telnyx", "+14155550101",
         R"({"match": "orders", "method": "POST", "status": 503, "when": "before"})", 3, "refused"},
        {"telnyx answers 500 and did it", "telnyx", "+14155550102",
         R"({"match": "orders", "method": "POST", "status": 500, "when": "after"})", 3, "sold"},
        {"telnyx's reply is cut", "telnyx", "+14155550103", R"({"match": "orders", "method": "POST", "cut_at": 200})",
         3, "sold"},
        {"telnyx did it and is silent", "telnyx", "+14155550104",
         R"({"match": "orders", "method": "POST", "silent": true, "when": "after"})", 3, "sold"},
        {"other refuses for its rate", "other", "+12125550120", R"({"match": "order", "method": "PUT", "status": 429})",
         1, ""},
        {"other answers 503 and did nothing", "other", "+12125550121",
         R"({"match": "order", "method": "PUT", "status": 503, "when": "before"})", 3, "refused"},
        {"other answers 500 and did it", "other", "+12125550122",
         R"({"match": "order", "method": "PUT", "status": 500, "when": "after"})", 3, "sold"},
        {"other's reply is cut", "other", "+12125550123", R"({"match": "order", "method": "PUT", "cut_at": 60})", 3,
         "sold"},
        {"other did it and is silent", "other", "+12125550124",
         R"({"match": "order", "method": "PUT", "silent": true, "when": "after"})", 3, "sold"},
    };
    for (const Case& each : cases) {
        carriers.fault(each.carrier, each.fault);
        const Ran bought = desk.numbers({"buy", each.number, "--carrier", each.carrier, "--wait", "500"});
        carriers.fault(each.carrier, "[]");
        BOOST_TEST_CONTEXT(each.name << ": " << bought) {
            BOOST_TEST(bought.exit == each.exit);
            if (each.exit == 3) {
                BOOST_TEST(bought.text("/outcome") == "unknown");
                const Ran shown = desk.numbers({"show", each.number});
                BOOST_TEST(shown.text("/outcome") == "unknown", shown);
                BOOST_TEST(shown.text("/operation") == bought.text("/operation"));
            }
        }
    }
    const Ran recovered = desk.numbers({"recover"});
    BOOST_TEST_CONTEXT(recovered) {
        BOOST_TEST(recovered.exit == 0);
        for (const Case& each : cases) {
            BOOST_TEST_CONTEXT(each.name) {
                std::string outcome;
                for (const auto& operation : recovered.at("/operations").as_array()) {
                    if (operation.at("number").as_string() == each.number) {
                        outcome = operation.at("outcome").as_string();
                    }
                }
                BOOST_TEST(outcome == each.recovered);
                const bool ours = std::string_view(each.recovered) == "sold";
                BOOST_TEST(carriers.owns(each.carrier, each.number) == ours);
                BOOST_TEST(carriers.purchases(each.carrier, each.number) == (ours ? 1 : 0));
                BOOST_TEST((desk.numbers({"show", each.number}).text("/number/pvt_state") == "in_service") == ours);
            }
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_slow_order_stays_pending_until_it_is_done, Office) {
    carriers.stock(
        "telnyx", R"([{"number": "+14155550190", "polls": 3}, {"number": "+14155550191", "polls": 3, "fails": true}])");
    const Ran bought = desk.numbers({"buy", "+14155550190", "--wait", "200"});
    const Ran failing = desk.numbers({"buy", "+14155550191", "--wait", "200"});
    BOOST_TEST(bought.exit == 3, bought);
    BOOST_TEST(failing.exit == 3, failing);
    for (int i = 0; i < 5; ++i) {
        const Ran recovered = desk.numbers({"recover"});
        if (recovered.exit == 0) { break; }
        BOOST_TEST(recovered.exit == 3, recovered);
    }
    BOOST_TEST(desk.numbers({"show", "+14155550190"}).text("/outcome") == "sold");
    BOOST_TEST(desk.numbers({"show", "+14155550191"}).exit == 1);
    BOOST_TEST(carriers.owns("telnyx", "+14155550190"));
    BOOST_TEST(!carriers.owns("telnyx", "+14155550191"));
}

BOOST_FIXTURE_TEST_CASE(a_release_whose_reply_is_lost_is_finished_by_recover, Office) {
    for (const auto& [carrier, number] :
         {std::pair<std::string, std::string>{"telnyx", "+14155550110"}, {"other", "+13235550101"}}) {
        BOOST_TEST_REQUIRE(desk.numbers({"buy", number, "--carrier", carrier}).exit == 0);
        carriers.fault(carrier, R"({"method": "DELETE", "status": 502, "when": "after"})");
        const Ran released = desk.numbers({"release", number, "--wait", "500"});
        carriers.fault(carrier, "[]");
        BOOST_TEST(released.exit == 3, released);
        const Ran recovered = desk.numbers({"recover"});
        BOOST_TEST(recovered.exit == 0, recovered);
        BOOST_TEST(recovered.text("/operations/0/outcome") == "released", recovered);
        BOOST_TEST(!carriers.owns(carrier, number));
        BOOST_TEST(desk.numbers({"show", number}).exit == 1);
    }
}

/// Waits until the order of `number` is on its way: the number is claimed.
void await_claim(const Office& office, const std::string& number) {
    for (int i = 0; i < 200; ++i) {
        std::this_thread::sleep_for(20ms);
        if (office.desk.numbers({"show", number}).text("/outcome") == "unknown") { break; }
    }
}

BOOST_FIXTURE_TEST_CASE(an_interrupt_does_not_cut_a_purchase_short, Office) {
    carriers.fault("telnyx", R"({"match": "orders", "method": "POST", "delay_ms": 1500})");
    Process buying(desk.command({"buy", "+14155550105", "--carrier", "telnyx"}));
    await_claim(*this, "+14155550105");
    buying.signal(SIGINT);
    buying.finish(30s);
    const Ran bought = Desk::ran(buying, 0ms);
    BOOST_TEST(bought.exit == 0, bought);
    BOOST_TEST(bought.text("/outcome") == "sold");
    BOOST_TEST(bought.err.find("once more") != std::string::npos, bought);
}

BOOST_FIXTURE_TEST_CASE(a_terminal_that_goes_away_does_not_cut_a_purchase_short, Office) {
    carriers.fault("telnyx", R"({"match": "orders", "method": "POST", "delay_ms": 1500})");
    Process buying(desk.command({"buy", "+14155550106", "--carrier", "telnyx"}));
    await_claim(*this, "+14155550106");
    buying.signal(SIGHUP);
    buying.signal(SIGHUP);
    buying.finish(30s);
    BOOST_TEST(Desk::ran(buying, 0ms).text("/outcome") == "sold", Desk::ran(buying, 0ms));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tandem::integration
