// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

/// The commands that lead a number through its life, as processes.
namespace tandem::integration {

namespace {

/// An office whose accounts are `acme`, a `child` below it, and a `stranger`.
struct Family {
    Carriers carriers;
    Desk desk{settings(carriers.config())};

    static json::object settings(json::object config) {
        json::object& general = config["number_manager"].as_object()["default"].as_object();
        general["master_account"] = "master";
        general["accounts"] = json::parse(R"({"master": {}, "acme": {"parent": "master", "service_plan": "basic",
            "may_add_numbers": true}, "child": {"parent": "acme", "service_plan": "basic"},
            "stranger": {"parent": "master"}})");
        general["service_plans"] = json::parse(R"({"basic": {"phone_numbers": {"did_us": {"rate": 1.0}}}})");
        return config;
    }
    Ran as(const char* account, std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {"--as", account});
        return desk.numbers(std::move(arguments));
    }
    std::string standing(const std::string& number) const {
        const Ran shown = desk.numbers({"show", number});
        return shown.exit != 0 ? "gone" : shown.text("/number/pvt_state") + " " + shown.text("/number/pvt_assigned_to");
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(life, Family)

BOOST_AUTO_TEST_CASE(a_number_is_reserved_activated_moved_and_unwound) {
    const Ran found = as("acme", {"search", "--prefix", "+1415", "--quantity", "1", "--carrier", "telnyx"});
    BOOST_TEST_REQUIRE(found.exit == 0, found);
    const std::string number(found.at("/numbers").as_object().begin()->key());
    const Ran asked = as("acme", {"reserve", number, "--dry-run"});
    BOOST_TEST(asked.text("/quote/today") == "1.00", asked);
    BOOST_TEST(standing(number) == "gone");
    BOOST_TEST(carriers.purchases("telnyx", number) == 0);
    const Ran reserved = as("acme", {"reserve", number});
    BOOST_TEST_REQUIRE(reserved.exit == 0, reserved);
    BOOST_TEST(reserved.text("/number/pvt_state") == "reserved");
    BOOST_TEST(carriers.owns("telnyx", number));
    BOOST_TEST(as("acme", {"reserve", number}).text("/error/error") == "no_change_required");

    const Ran quoted = as("child", {"activate", number, "--account", "child", "--dry-run"});
    BOOST_TEST(quoted.text("/quote/today") == "1.00", quoted);
    BOOST_TEST(standing(number) == "reserved acme");
    BOOST_TEST(as("stranger", {"activate", number, "--account", "stranger"}).text("/error/error") == "forbidden");
    BOOST_TEST(as("acme", {"activate", number}).exit == 0);
    BOOST_TEST(as("acme", {"move", number, "--account", "stranger"}).text("/error/error") == "forbidden");
    BOOST_TEST(as("acme", {"move", number, "--account", "child", "--dry-run"}).exit == 0);
    BOOST_TEST(as("acme", {"move", number, "--account", "child"}).exit == 0);
    BOOST_TEST(standing(number) == "in_service child");
    BOOST_TEST(as("child", {"release", number}).exit == 0);  // to whoever reserved it
    BOOST_TEST(standing(number) == "reserved acme");
    BOOST_TEST(carriers.purchases("telnyx", number) == 1);
    BOOST_TEST(as("acme", {"remove", number}).text("/error/error") == "forbidden");
    BOOST_TEST(desk.numbers({"remove", number}).exit == 0);
    BOOST_TEST(standing(number) == "gone");
    BOOST_TEST(!carriers.owns("telnyx", number));
}

BOOST_AUTO_TEST_CASE(a_number_is_created_updated_and_aged) {
    const std::string number = "+14155550100";
    BOOST_TEST(as("acme", {"create", number, "--dry-run"}).exit == 0);
    BOOST_TEST(standing(number) == "gone");
    BOOST_TEST(as("stranger", {"create", number}).text("/error/error") == "forbidden");
    BOOST_TEST(as("acme", {"create", number, "--fields", R"({"note": "front", "old": 1})"}).exit == 0);
    BOOST_TEST(standing(number) == "in_service acme");
    const Ran updated = as("acme", {"update", number, R"({"note": "back", "old": null})"});
    BOOST_TEST(updated.exit == 0, updated);
    BOOST_TEST(updated.text("/number/note") == "back");
    BOOST_TEST(updated.at("/number").as_object().if_contains("old") == nullptr);
    BOOST_TEST(as("acme", {"update", number, "{}", "--replace", "--revision", "1"}).text("/error/error") == "conflict");
    BOOST_TEST(as("acme", {"update", number, R"({"pvt_state": "aging"})"}).text("/error/error") == "invalid");
    BOOST_TEST(as("acme", {"age", number}).text("/error/error") == "invalid_state_transition");

    const std::string pooled = "+14155550101";
    const std::vector<std::string> pool{"create", pooled, "--state", "available", "--carrier", "inventory"};
    std::vector<std::string> dry = pool;
    dry.push_back("--dry-run");
    const Ran free = desk.numbers(dry);
    BOOST_TEST(json::serialize(free.at("/quote/items")) == "[]", free);
    BOOST_TEST(json::serialize(free.at("/quote/activation_charges")) == "[]", free);
    BOOST_TEST(free.text("/quote/summary/today") == "0.00", free);
    BOOST_TEST(free.at("/quote").as_object().contains("plan"), free);
    const Ran created = desk.numbers(pool);
    BOOST_TEST(created.exit == 0, created);
    BOOST_TEST(as("acme", {"age", pooled}).text("/error/error") == "forbidden");
    BOOST_TEST(desk.numbers({"age", pooled}).text("/number/pvt_state") == "aging");
    const std::string ported = "+14155550102";
    BOOST_TEST(desk.numbers({"create", ported, "--state", "port_in", "--account", "acme"}).exit == 0);
    BOOST_TEST(desk.numbers({"activate", ported}).exit == 0);
    BOOST_TEST(standing(ported) == "in_service acme");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tandem::integration
