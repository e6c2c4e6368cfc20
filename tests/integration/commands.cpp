// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

namespace tandem::integration {

BOOST_AUTO_TEST_SUITE(commands)

std::set<std::string> keys_of(const json::value& value) {
    std::set<std::string> keys;
    BOOST_TEST_REQUIRE(value.is_object());
    for (const auto& [key, part] : value.get_object()) { keys.emplace(key); }
    return keys;
}

void check_has(const json::value& value, std::initializer_list<std::string_view> wanted) {
    const auto keys = keys_of(value);
    for (const std::string_view key : wanted) { BOOST_TEST(keys.contains(std::string(key)), "no key " << key); }
}

void check_error(const Ran& ran, int exit, std::string_view error) {
    BOOST_TEST_CONTEXT(ran) {
        BOOST_TEST(ran.exit == exit);
        BOOST_TEST(keys_of(ran.document) == std::set<std::string>{"error"}, boost::test_tools::per_element());
        check_has(ran.at("/error"), {"code", "error", "message", "cause", "carrier"});
        BOOST_TEST(ran.text("/error/error") == error);
        BOOST_TEST(!ran.err.empty());
    }
}

BOOST_FIXTURE_TEST_CASE(a_number_is_found_quoted_bought_shown_and_released, Office) {
    for (const std::string carrier : {"telnyx", "other"}) {
        const Ran found = desk.numbers({"search", "--prefix", "+1415", "--quantity", "5", "--carrier", carrier});
        BOOST_TEST_CONTEXT(carrier << ": " << found) {
            BOOST_TEST_REQUIRE(found.exit == 0);
            check_has(found.document, {"query_id", "numbers", "groups", "carriers"});
            const auto& numbers = found.at("/numbers").as_object();
            BOOST_TEST(numbers.size() == 5U);
            check_has(numbers.begin()->value(), {"carrier", "also", "state", "setup", "monthly", "currency", "features",
                                                 "rate_center", "lata", "region", "locality", "details"});
            check_has(found.at("/carriers/0"), {"name", "status", "found", "elapsed_ms", "error"});
            BOOST_TEST(found.text("/carriers/0/status") == "ok");
            const std::string number(numbers.begin()->key());

            const Ran quote = desk.numbers({"quote", number});
            BOOST_TEST(quote.exit == 0, quote);
            BOOST_TEST(quote.text("/number") == number);
            check_has(quote.at("/quote"), {"items", "activation_charges", "summary", "plan", "offer"});
            BOOST_TEST(carriers.ledger(carrier).at("owned").as_array().empty());

            const Ran bought = desk.numbers({"buy", number});
            BOOST_TEST_REQUIRE(bought.exit == 0, bought);
            BOOST_TEST(bought.text("/outcome") == "sold");
            BOOST_TEST(bought.text("/operation").size() == 32U);
            BOOST_TEST(bought.text("/number/_id") == number);
            BOOST_TEST(bought.text("/number/pvt_state") == "in_service");
            BOOST_TEST(bought.text("/number/pvt_module_name") == "knm_" + carrier);
            BOOST_TEST(carriers.owns(carrier, number));

            const Ran shown = desk.numbers({"show", number});
            BOOST_TEST(shown.exit == 0, shown);
            BOOST_TEST(shown.document == bought.document, shown);

            const Ran released = desk.numbers({"release", number});
            BOOST_TEST(released.exit == 0, released);
            BOOST_TEST(released.text("/outcome") == "released");
            BOOST_TEST(!carriers.owns(carrier, number));
            check_error(desk.numbers({"show", number}), 1, "not_found");
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_search_asks_all_carriers_and_merges_what_both_have, Office) {
    const Ran ran = desk.numbers({"search", "--prefix", "415", "--quantity", "100"});
    BOOST_TEST_CONTEXT(ran) {
        BOOST_TEST(ran.exit == 0);
        const Ran all = desk.numbers({"carriers"});
        BOOST_TEST(ran.at("/carriers").as_array().size() == all.at("/carriers").as_array().size());
        std::string last;
        bool shared = false;
        for (const auto& [number, offer] : ran.at("/numbers").as_object()) {
            BOOST_TEST(last < std::string(number));
            last = number;
            shared = shared || !offer.at("also").as_array().empty();
            BOOST_TEST((offer.at("setup").is_string() || offer.at("setup").is_null()));
        }
        BOOST_TEST(shared);
    }
}

BOOST_FIXTURE_TEST_CASE(further_pages_continue_the_search, Office) {
    const Ran first = desk.numbers({"search", "--prefix", "+1212", "--quantity", "3"});
    const Ran second = desk.numbers(
        {"search", "--prefix", "+1212", "--quantity", "3", "--offset", "3", "--query-id", first.text("/query_id")});
    BOOST_TEST_REQUIRE(second.exit == 0, second);
    BOOST_TEST(second.at("/numbers").as_object().size() == 3U);
    BOOST_TEST(first.at("/numbers").as_object().rbegin()->key() < second.at("/numbers").as_object().begin()->key());
    check_error(desk.numbers({"search", "--prefix", "+1212", "--offset", "3", "--query-id", "nothing"}), 1,
                "search_expired");
}

BOOST_FIXTURE_TEST_CASE(only_numbers_known_to_have_a_feature_pass, Office) {
    const Ran ran =
        desk.numbers({"search", "--prefix", "415", "--carrier", "telnyx", "--feature", "sms", "--feature", "mms"});
    BOOST_TEST_REQUIRE(ran.exit == 0, ran);
    BOOST_TEST(!ran.at("/numbers").as_object().empty());
    for (const auto& [number, offer] : ran.at("/numbers").as_object()) {
        BOOST_TEST(offer.at("features").at("sms") == true);
        BOOST_TEST(offer.at("features").at("mms") == true);
    }
}

BOOST_FIXTURE_TEST_CASE(blocks_are_runs_of_consecutive_numbers, Office) {
    const Ran ran =
        desk.numbers({"search", "--prefix", "1415", "--carrier", "other", "--blocks", "2", "--quantity", "5"});
    BOOST_TEST(ran.exit == 0, ran);
    BOOST_TEST(ran.text("/carriers/0/status") == "ok", ran);
}

BOOST_FIXTURE_TEST_CASE(wrong_usage_is_an_error_document_and_exit_2, Office) {
    struct Case {
        const char* name;
        std::vector<std::string> arguments;
        const char* allowed;
    };
    const std::vector<Case> cases{
        {"no command", {}, "search"},
        {"a command that is not there", {"sell", "+14155550100"}, "search"},
        {"no prefix", {"search"}, "--prefix"},
        {"letters as prefix", {"search", "--prefix", "abc"}, "digits"},
        {"an injected prefix", {"search", "--prefix", "415&limit=9"}, "digits"},
        {"no quantity", {"search", "--prefix", "415", "--quantity", "0"}, "--quantity"},
        {"a negative quantity", {"search", "--prefix", "415", "--quantity", "-1"}, "--quantity"},
        {"no deadline", {"search", "--prefix", "415", "--deadline", "0"}, "--deadline"},
        {"an unknown feature", {"search", "--prefix", "415", "--feature", "teleport"}, "sms, mms"},
        {"options that are a list", {"search", "--prefix", "415", "--options", "[1]"}, "JSON object"},
        {"options that are no JSON", {"search", "--prefix", "415", "--options", "{"}, "JSON object"},
        {"a country that is none", {"search", "--prefix", "415", "--country", "XX"}, "ISO 3166"},
        {"an unknown carrier", {"search", "--prefix", "415", "--carrier", "acme"}, "telnyx"},
        {"an account that is none", {"search", "--prefix", "415", "--as", "nobody"}, "account"},
        {"a negative price", {"buy", "+14155550100", "--max-price", "-1"}, "0 or more"},
        {"a price of words", {"buy", "+14155550100", "--max-price", "much"}, "0 or more"},
        {"no wait", {"buy", "+14155550100", "--wait", "0"}, "--wait"},
        {"a key that is too long", {"buy", "+14155550100", "--key", std::string(128, 'k')}, "127"},
        {"a number that is none", {"show", "12"}, "number"},
        {"an account of many letters that asks", {"list", "--as", std::string(65, 'a')}, "--as takes at most 64"},
        {"a revision below 0", {"update", "+14155550100", "{}", "--revision", "-1"}, "--revision"},
        {"a state that is none", {"list", "--state", "sleeping"}, "in_service"},
        {"no limit", {"list", "--limit", "0"}, "--limit"},
        {"a file that is not there", {"import", "/nowhere.csv"}, "file"},
        {"a store of another kind", {"list", "--store", "postgres:x"}, "sqlite:FILE"},
        {"a URL of a store that cannot be read", {"list", "--store", "postgresql://me:pass/word@here/db"}, "%2F"},
        {"record and replay", {"list", "--record", "a.har", "--replay", "b.har"}, "--record"},
        {"a recording that is not there", {"list", "--replay", "/nowhere.har"}, "file"},
        {"a recording where none can be", {"list", "--record", "/nowhere/a.har"}, "recording"},
        {"settings that are not there", {"list", "--config", "/nowhere.json"}, ""},
    };
    for (const auto& [name, arguments, allowed] : cases) {
        BOOST_TEST_CONTEXT(name) {
            const Ran ran = desk.numbers(arguments);
            BOOST_TEST_CONTEXT(ran) {
                BOOST_TEST(ran.exit == 2);
                BOOST_TEST(keys_of(ran.document) == std::set<std::string>{"error"}, boost::test_tools::per_element());
                const std::string error = json::serialize(ran.document);
                BOOST_TEST(error.find(allowed) != std::string::npos);
            }
        }
    }
}

BOOST_FIXTURE_TEST_CASE(wrong_settings_name_document_and_key, Office) {
    json::object config = carriers.config();
    config["number_manager.telnyx"].as_object()["default"].as_object()["api_kee"] = "x";
    const Desk wrong(config);
    const Ran ran = wrong.numbers({"list"});
    check_error(ran, 2, "settings");
    BOOST_TEST(ran.text("/error/message").find("number_manager.telnyx") != std::string::npos, ran);
    BOOST_TEST(ran.text("/error/message").find("api_kee") != std::string::npos, ran);
}

BOOST_FIXTURE_TEST_CASE(a_command_that_never_began_leaves_no_recording, Office) {
    json::object config = carriers.config();
    config["number_manager.telnyx"].as_object()["default"].as_object()["api_kee"] = "x";
    const Desk wrong(config);
    check_error(wrong.numbers({"list", "--record", wrong.path("a.har")}), 2, "settings");
    BOOST_TEST(!std::filesystem::exists(wrong.path("a.har")));
    check_error(desk.numbers({"list", "--record", desk.path("a.har"), "--store", "nothing"}), 2, "invalid");
    BOOST_TEST(!std::filesystem::exists(desk.path("a.har")));
    BOOST_TEST(desk.numbers({"list", "--record", desk.path("a.har")}).exit == 0);
    check_error(desk.numbers({"list", "--record", desk.path("a.har"), "--store", "nothing"}), 2, "invalid");
    BOOST_TEST(std::filesystem::exists(desk.path("a.har")));
}

BOOST_FIXTURE_TEST_CASE(a_recording_that_cannot_be_read_is_named, Office) {
    for (const char* text : {"", "[]", "{}", R"({"log": {"entries": [5]}})"}) {
        desk.write("wrong.har", text);
        const Ran ran = desk.numbers({"list", "--replay", desk.path("wrong.har")});
        check_error(ran, 2, "invalid");
        BOOST_TEST(ran.text("/error/message").find("wrong.har") != std::string::npos, ran);
    }
}

BOOST_FIXTURE_TEST_CASE(a_document_whose_name_is_misspelt_is_an_error_and_others_documents_are_none, Office) {
    for (const auto& [slip, meant] : {std::pair<const char*, const char*>{"number_manger", "number_manager"},
                                      {"number_managr.telnyx", "number_manager.telnyx"},
                                      {"number_manager.telnix", "number_manager.telnyx"},
                                      {"number_manager.knm_telnix", "number_manager.telnyx"}}) {
        json::object config = carriers.config();
        config[slip] = json::object{{"default", json::object{}}};
        const Ran ran = Desk(config).numbers({"list"});
        check_error(ran, 2, "settings");
        BOOST_TEST(ran.text("/error/message").find(slip) != std::string::npos, ran);
        BOOST_TEST(ran.text("/error/message").find("did you mean " + std::string(meant) + "?") != std::string::npos,
                   ran);
    }
    check_error(desk.numbers({"list"}, {"TANDEM_TELNIX__API_KEY=x"}), 2, "settings");
    json::object config = carriers.config();
    for (const char* other : {"crossbar", "number_manager.cnam", "number_manager.bandwidth2",
                              "number_manager.knm_local", "number_manager.telnyx_e911"}) {
        config[other] = json::object{{"default", json::object{}}};
    }
    config.erase("number_manager.bandwidth");
    const Ran ran = Desk(config).numbers({"list"}, {"TANDEM_BANDWIDTH2__SITE_ID=743"});
    BOOST_TEST(ran.exit == 0, ran);
}

BOOST_FIXTURE_TEST_CASE(a_purchase_above_the_highest_price_is_refused, Office) {
    check_error(desk.numbers({"buy", "+14155550100", "--carrier", "telnyx", "--max-price", "1.99"}), 1,
                "price_exceeded");
    check_error(desk.numbers({"buy", "+13235550100", "--max-price", "100"}), 1, "price_exceeded");  // not told
    BOOST_TEST(carriers.ledger("telnyx").at("orders").as_array().empty());
    BOOST_TEST(carriers.ledger("other").at("orders").as_array().empty());
    const std::vector<std::string> buy{"buy", "+14155550100", "--carrier", "telnyx", "--max-price"};
    const auto with = [&](std::vector<std::string> rest) {
        rest.insert(rest.begin(), buy.begin(), buy.end());
        return desk.numbers(rest);
    };
    check_error(with({"1.99", "--dry-run"}), 1, "price_exceeded");
    const Ran asked = with({"2", "--dry-run"});
    BOOST_TEST(asked.text("/quote/offer/setup") == "1.00", asked);
    BOOST_TEST(carriers.ledger("telnyx").at("orders").as_array().empty());
    BOOST_TEST(with({"2"}).exit == 0);
}

BOOST_FIXTURE_TEST_CASE(a_repeated_key_is_answered_as_the_first_was, Office) {
    const Ran first = desk.numbers({"buy", "+14155550101", "--key", "order-1"});
    const Ran again = desk.numbers({"buy", "+14155550101", "--key", "order-1"});
    BOOST_TEST(first.exit == 0, first);
    BOOST_TEST(again.exit == 0, again);
    BOOST_TEST(first.text("/operation") == again.text("/operation"));
    BOOST_TEST(carriers.purchases("telnyx", "+14155550101") == 1);
    check_error(desk.numbers({"buy", "+14155550102", "--key", "order-1"}), 1, "key_reused");
}

BOOST_FIXTURE_TEST_CASE(accounts_act_only_within_their_tree, Office) {
    const std::string number = "+14155550103";
    check_error(desk.numbers({"--as", "acme", "buy", number, "--account", "reseller"}), 1, "forbidden");
    const Ran bought = desk.numbers({"--as", "reseller", "buy", number, "--account", "acme"});
    BOOST_TEST_REQUIRE(bought.exit == 0, bought);
    BOOST_TEST(bought.text("/number/pvt_assigned_to") == "acme");
    json::object config = carriers.config();
    auto& general = config["number_manager"].as_object()["default"].as_object();
    general["accounts"].as_object()["stranger"] = {{"parent", "master"}};
    desk.write("config.json", json::serialize(config));
    check_error(desk.numbers({"--as", "stranger", "show", number}), 1, "not_found");
    check_error(desk.numbers({"--as", "stranger", "release", number}), 1, "forbidden");
    check_error(desk.numbers({"--as", "stranger", "list", "--account", "acme"}), 1, "forbidden");
    desk.write("stock.csv", "+14155550180\n");
    check_error(desk.numbers({"--as", "acme", "import", desk.path("stock.csv")}), 1, "forbidden");
    const Ran listed = desk.numbers({"--as", "acme", "list"});
    BOOST_TEST(listed.exit == 0, listed);
    BOOST_TEST(listed.at("/numbers").as_object().size() == 1U);
    BOOST_TEST(listed.at("/next").is_null());
    BOOST_TEST(desk.numbers({"--as", "master", "release", number}).exit == 0);
}

BOOST_FIXTURE_TEST_CASE(credit_is_checked_before_the_carrier_is_asked, Office) {
    json::object config = carriers.config();
    auto& general = config["number_manager"].as_object()["default"].as_object();
    general["accounts"].as_object()["acme"].as_object()["credit"] = "4.00";
    desk.write("config.json", json::serialize(config));
    BOOST_TEST(desk.numbers({"buy", "+14155550104", "--account", "acme"}).exit == 0);
    check_error(desk.numbers({"buy", "+14155550105", "--account", "acme"}), 1, "not_enough_credit");
    BOOST_TEST(carriers.ledger("telnyx").at("orders").as_array().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_number_is_shown_with_the_operation_that_bought_it_or_with_none, Office) {
    const Ran reserved = desk.numbers({"reserve", "+14155550101", "--account", "acme", "--carrier", "telnyx"});
    BOOST_TEST_REQUIRE(reserved.exit == 0, reserved);
    const Ran shown = desk.numbers({"show", "+14155550101"});
    BOOST_TEST(shown.document == reserved.document, shown << "instead of " << reserved);
    BOOST_TEST_REQUIRE(desk.numbers({"create", "+14155550170", "--account", "acme"}).exit == 0);
    const Ran created = desk.numbers({"show", "+14155550170"});
    BOOST_TEST(created.exit == 0, created);
    BOOST_TEST(created.at("/operation").is_null(), created);
    BOOST_TEST(created.at("/outcome").is_null(), created);
}

BOOST_FIXTURE_TEST_CASE(our_own_numbers_are_imported_found_bought_and_given_back, Office) {
    desk.write("stock.csv",
               "\xEF\xBB\xBFnumber,site,note\r\n"
               "(415) 555-0180,\"rack \"\"7\"\", left\",=1+1\r\n"
               "+14155550181,,\"two\nlines\"\r\n"
               "415,x,y\r\n"
               "\r\n"
               "+14155550180,again,\r\n"
               "+14155550182,a,b,c\r\n"
               "+14155550183,a\"b\r\n"
               "+14155550184\r\n");
    const Ran imported = desk.numbers({"import", desk.path("stock.csv")});
    BOOST_TEST_CONTEXT(imported) {
        BOOST_TEST(imported.exit == 1);
        BOOST_TEST(imported.at("/imported") == 3);
        BOOST_TEST(imported.at("/errors").as_object().size() == 4U);
        BOOST_TEST(imported.text("/errors/+14155550180/error") == "number_exists");
        BOOST_TEST(imported.text("/errors/415/error") == "invalid");
        BOOST_TEST(imported.text("/errors/+14155550182/error") == "invalid");
        BOOST_TEST(imported.text("/errors/+14155550183/error") == "invalid");
    }
    const Ran shown = desk.numbers({"show", "1-415-555-0180"});
    BOOST_TEST(shown.text("/number/pvt_carrier_data/site") == "rack \"7\", left", shown);
    BOOST_TEST(shown.text("/number/pvt_carrier_data/note") == "=1+1", shown);
    BOOST_TEST(shown.text("/number/pvt_state") == "available", shown);
    BOOST_TEST(shown.at("/outcome").is_null());
    BOOST_TEST(shown.at("/operation").is_null());

    const Ran found = desk.numbers({"search", "--prefix", "+14155550180", "--carrier", "inventory"});
    BOOST_TEST(found.at("/numbers").as_object().size() == 1U, found);
    const Ran bought = desk.numbers({"buy", "+14155550180", "--account", "acme"});
    BOOST_TEST(bought.text("/outcome") == "sold", bought);
    BOOST_TEST(carriers.ledger("telnyx").at("orders").as_array().empty());
    const Ran released = desk.numbers({"release", "+14155550180"});
    BOOST_TEST(released.text("/outcome") == "released", released);
    BOOST_TEST(desk.numbers({"show", "+14155550180"}).text("/number/pvt_state") == "available");

    desk.write("good.csv", "+14155550190\n+14155550191\n");
    const Ran good = desk.numbers({"import", desk.path("good.csv")});
    BOOST_TEST(good.exit == 0, good);
    BOOST_TEST(json::serialize(good.document) == R"({"imported":2,"errors":{}})");
    desk.write("long.csv", "+14155550192," + std::string(3U << 20U, 'x') + "\n+14155550193\n");
    const Ran bounded = desk.numbers({"import", desk.path("long.csv")});
    BOOST_TEST(bounded.at("/imported") == 1, bounded.err);
}

BOOST_FIXTURE_TEST_CASE(numbers_are_imported_into_the_stock_that_is_named, Office) {
    desk.write("stock.csv", "+14155550185\n");
    check_error(desk.numbers({"import", desk.path("stock.csv"), "--carrier", "nobody"}), 2, "unknown_carrier");
    const Ran nameless = desk.numbers({"import", desk.path("stock.csv"), "--carrier", "managed"});
    BOOST_TEST(nameless.exit == 1, nameless);
    BOOST_TEST(nameless.text("/errors/+14155550185/error") == "invalid", nameless);
    const Ran managed = desk.numbers({"import", desk.path("stock.csv"), "--carrier", "managed", "--account", "acme"});
    BOOST_TEST(managed.exit == 0, managed);
    const Ran shown = desk.numbers({"show", "+14155550185"});
    BOOST_TEST(shown.text("/number/pvt_module_name") == "knm_managed", shown);
    BOOST_TEST(shown.text("/number/pvt_assigned_to") == "acme", shown);
}

BOOST_FIXTURE_TEST_CASE(lists_page_by_key, Office) {
    std::string stock;
    for (int i = 10; i < 35; ++i) { stock += "+141555502" + std::to_string(i) + "\n"; }
    desk.write("stock.csv", stock + "+12125550200\n");
    BOOST_TEST_REQUIRE(desk.numbers({"import", desk.path("stock.csv")}).exit == 0);
    std::vector<std::string> all;
    for (std::string after; all.size() < 100;) {
        std::vector<std::string> command{"list", "--prefix", "415", "--state", "available", "--limit", "10"};
        if (!after.empty()) { command.insert(command.end(), {"--after", after}); }
        const Ran page = desk.numbers(command);
        BOOST_TEST_REQUIRE(page.exit == 0, page);
        for (const auto& [number, document] : page.at("/numbers").as_object()) { all.emplace_back(number); }
        if (page.at("/next").is_null()) { break; }
        after = page.text("/next");
    }
    BOOST_TEST(all.size() == 25U);
    BOOST_TEST(std::is_sorted(all.begin(), all.end()));
    BOOST_TEST(desk.numbers({"list", "--state", "in_service"}).at("/numbers").as_object().empty());
}

BOOST_FIXTURE_TEST_CASE(carriers_describe_themselves, Office) {
    const Ran ran = desk.numbers({"carriers"});
    BOOST_TEST_REQUIRE(ran.exit == 0, ran);
    BOOST_TEST_REQUIRE(ran.at("/carriers").as_array().size() > 3U);
    for (const auto& carrier : ran.at("/carriers").as_array()) {
        check_has(carrier,
                  {"name", "aliases", "local", "billable", "buys", "max_prefix_length", "features", "countries",
                   "block_search", "retry", "reservation_seconds", "price_source", "requests_per_second"});
    }
    BOOST_TEST(ran.text("/carriers/0/name") == "reserved");
}

BOOST_FIXTURE_TEST_CASE(a_check_answers_for_every_number, Office) {
    const Ran ran = desk.numbers({"check", "+14155550149", "(212) 555-0100", "+19995550100"});
    BOOST_TEST_REQUIRE(ran.exit == 0, ran);
    BOOST_TEST(ran.at("/numbers").as_object().size() == 3U);
    for (const auto& [number, status] : ran.at("/numbers").as_object()) { BOOST_TEST(status.is_string()); }
}

BOOST_FIXTURE_TEST_CASE(what_is_not_there_is_exit_1, Office) {
    check_error(desk.numbers({"show", "+14155550100"}), 1, "not_found");
    check_error(desk.numbers({"release", "+14155550100"}), 1, "not_found");
    check_error(desk.numbers({"buy", "+19995550100", "--carrier", "telnyx"}), 1, "not_available");
    check_error(desk.numbers({"buy", "no-such-offer"}), 1, "not_found");
    const Ran recovered = desk.numbers({"recover"});
    BOOST_TEST(recovered.exit == 0);
    BOOST_TEST(json::serialize(recovered.document) == R"({"operations":[]})");
    BOOST_TEST(json::serialize(desk.numbers({"recover", "--due"}).document) == R"({"operations":[]})");
    check_error(desk.numbers({"conclude", "0123456789abcdef0123456789abcdef", "--sold"}), 1, "not_found");
    check_error(desk.numbers({"conclude", "0123456789abcdef0123456789abcdef", "--sold", "--refused"}), 2, "invalid");
    check_error(desk.numbers({"conclude", "0123456789abcdef0123456789abcdef"}), 2, "invalid");
}

BOOST_FIXTURE_TEST_CASE(a_carriers_list_and_the_store_are_compared, Office) {
    const std::string number = "+14155550106", other = "+14155550107";
    BOOST_TEST_REQUIRE(desk.numbers({"buy", number, "--account", "acme", "--carrier", "telnyx"}).exit == 0);
    const Ran equal = desk.numbers({"reconcile", "telnyx"});
    BOOST_TEST(equal.exit == 0, equal);
    BOOST_TEST(equal.at("/matching") == 1, equal);
    const Desk elsewhere(carriers);  // a store that knows nothing of it
    BOOST_TEST_REQUIRE(elsewhere.numbers({"buy", other, "--account", "acme", "--carrier", "telnyx"}).exit == 0);
    const Ran orphans = desk.numbers({"reconcile", "telnyx"});
    BOOST_TEST(orphans.exit == 1, orphans);
    BOOST_TEST(orphans.text("/orphans/0") == other, orphans);
    BOOST_TEST_REQUIRE(elsewhere.numbers({"release", other}).exit == 0);
    BOOST_TEST(desk.numbers({"reconcile", "telnyx"}).exit == 0);
    check_error(desk.numbers({"--as", "acme", "reconcile", "telnyx"}), 1, "forbidden");
    check_error(desk.numbers({"reconcile", "inventory"}), 2, "invalid");
}

BOOST_FIXTURE_TEST_CASE(a_release_with_a_key_is_answered_as_the_first_was, Office) {
    const std::string number = "+14155550108";
    BOOST_TEST_REQUIRE(desk.numbers({"buy", number, "--account", "acme", "--carrier", "telnyx"}).exit == 0);
    const std::vector<std::string> release{"release", number, "--account", "acme", "--key", "k"};
    const Ran first = desk.numbers(release), again = desk.numbers(release);
    BOOST_TEST(first.text("/outcome") == "released", first);
    BOOST_TEST(again.text("/operation") == first.text("/operation"), again);
    check_error(desk.numbers({"release", number, "--account", "acme"}), 1, "not_found");
}

BOOST_FIXTURE_TEST_CASE(people_get_tables_and_sentences, Office) {
    std::vector<std::string> command = desk.command({"search", "--prefix", "+1415", "--quantity", "3"});
    std::erase(command, "--json");
    const Ran found = Desk::run(command);
    BOOST_TEST(found.exit == 0, found);
    BOOST_TEST(found.out.find("NUMBER ") != std::string::npos, found);
    BOOST_TEST(found.out.find(" carriers answered") != std::string::npos, found);
    command = desk.command({"show", "+14155550100"});
    std::erase(command, "--json");
    const Ran missing = Desk::run(command);
    BOOST_TEST(missing.exit == 1);
    BOOST_TEST(missing.out.empty());
    BOOST_TEST(missing.err.find("not ours") != std::string::npos, missing);
    const Ran help = Desk::run({TANDEM_NUMBERS, "--help"});
    BOOST_TEST(help.exit == 0);
    BOOST_TEST(help.out.find("search") != std::string::npos);
}

/// What a run prints, less what is another in each run.
json::value without_chance(json::value document) {
    if (auto* object = document.if_object()) {
        for (const char* key :
             {"query_id", "operation", "customer_reference", "elapsed_ms", "pvt_created", "pvt_modified"}) {
            object->erase(key);
        }
        for (auto& member : *object) { member.value() = without_chance(member.value()); }
    } else if (auto* list = document.if_array()) {
        for (auto& each : *list) { each = without_chance(each); }
    }
    return document;
}

BOOST_FIXTURE_TEST_CASE(a_recorded_session_is_replayed_without_its_carriers_and_credentials, Office) {
    struct Step {
        std::string file;
        std::vector<std::string> command;
    };
    const std::vector<Step> steps{{"search.har", {"search", "--prefix", "+1415", "--quantity", "5"}},
                                  {"buy.har", {"buy", "+14155550100", "--carrier", "telnyx"}},
                                  {"release.har", {"release", "+14155550100"}}};
    const auto with = [](const char* option, const Desk& at, const Desk& files, const Step& step) {
        std::vector<std::string> command{option, files.path(step.file)};
        command.insert(command.end(), step.command.begin(), step.command.end());
        return at.numbers(command);
    };
    json::object config = carriers.config();
    auto& key = config["number_manager.telnyx"].as_object()["default"].as_object()["api_key"];
    const std::string recorded_key(key.as_string());
    std::vector<Ran> recorded;
    for (const Step& step : steps) {
        recorded.push_back(with("--record", desk, desk, step));
        BOOST_TEST_REQUIRE(recorded.back().exit == 0, recorded.back());
        std::ifstream file(desk.path(step.file));
        const std::string har(std::istreambuf_iterator<char>(file), {});
        BOOST_TEST(!json::parse(har).at("log").at("entries").as_array().empty());
        BOOST_TEST(har.find(recorded_key) == std::string::npos);
    }
    check_error(with("--record", desk, desk, steps[0]), 2, "settings");  // it is there already

    carriers.process().signal(SIGTERM);
    carriers.process().finish(10s);
    key = "somebody else's key";
    const Desk elsewhere(config);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const Ran replayed = with("--replay", elsewhere, desk, steps[i]);
        BOOST_TEST_CONTEXT(steps[i].file) {
            BOOST_TEST(replayed.exit == 0, replayed);
            BOOST_TEST(without_chance(replayed.document) == without_chance(recorded[i].document),
                       replayed << "instead of " << recorded[i]);
        }
    }
    const Ran another =
        elsewhere.numbers({"--replay", desk.path("buy.har"), "buy", "+14155550101", "--carrier", "telnyx"});
    BOOST_TEST(another.exit != 0, another);
}

BOOST_FIXTURE_TEST_CASE(a_sandbox_prints_settings_and_ends_when_told, Office) {
    BOOST_TEST(std::count(carriers.line().begin(), carriers.line().end(), '\n') == 1);
    carriers.process().signal(SIGTERM);
    carriers.process().finish(10s);
    BOOST_TEST(carriers.process().exit_code() == 0, carriers.process().err);
    BOOST_TEST(std::count(carriers.line().begin(), carriers.line().end(), '\n') == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tandem::integration
