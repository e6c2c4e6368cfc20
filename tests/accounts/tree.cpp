// SPDX-License-Identifier: BSL-1.0
#include <tandem/accounts/tree.hpp>
#include <tandem/manager/authority.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

BOOST_AUTO_TEST_SUITE(accounts_tree)

using namespace tandem;

namespace {

constexpr const char* family = R"({
    "master_account": "master",
    "accounts": {
        "master": {},
        "stranger": {},
        "parent": {"parent": "master", "carrier_modules": ["telnyx", "knm_local"], "may_add_numbers": true},
        "self": {"parent": "parent", "credit": "25.00"},
        "sibling": {"parent": "parent", "carrier_modules": []},
        "child": {"parent": "self"}
    }
})";
constexpr std::array<std::string_view, 6> everybody{"master", "stranger", "parent", "self", "sibling", "child"};

accounts::Tree open(const char* general = family) {
    accounts::Tree tree;
    tree.open(JsonText(general)).value();
    return tree;
}

/// `unauthorized` or another cause; nothing when it was allowed.
template <class Check>
std::optional<errc> refusal(Check check) {
    try {
        check();
    } catch (const Exception& failure) { return failure.error().code; }
    return {};
}

Number number_of(std::string_view account, State state) {
    Number number;
    number.number = E164::parse_or_empty("+14155550100");
    number.state = state;
    number.assigned_to = account;
    return number;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_tree_knows_who_is_there_and_who_is_admin) {
    const accounts::Tree tree = open();
    for (const std::string_view account : everybody) { BOOST_TEST(tree.exists(account), account); }
    for (const std::string_view nobody : {"", "system", "Master", "master "}) {
        BOOST_TEST(!tree.exists(nobody), nobody);
    }
    for (const std::string_view account : everybody) {
        BOOST_TEST(tree.is_admin(account) == (account == "master"), account);
    }
    BOOST_TEST(tree.is_admin("system"));
    BOOST_TEST(!tree.is_admin(""));
}

BOOST_AUTO_TEST_CASE(without_a_master_the_system_alone_is_admin) {
    for (const char* general : {"{}", R"({"accounts": {"A": {}}})", R"({"accounts": null, "master_account": null})",
                                R"({"accounts": {"A": {}}, "master_account": ""})"}) {
        BOOST_TEST_CONTEXT(general) {
            const accounts::Tree tree = open(general);
            BOOST_TEST(tree.is_admin("system"));
            BOOST_TEST(!tree.is_admin(""));
            BOOST_TEST(!tree.is_admin("A"));
        }
    }
}

BOOST_AUTO_TEST_CASE(ancestry_is_a_partial_order) {
    const accounts::Tree tree = open();
    const auto above = [&](std::string_view a, std::string_view b) { return tree.is_self_or_ancestor(a, b); };
    for (const std::string_view a : everybody) {
        BOOST_TEST(above(a, a), a);
        for (const std::string_view b : everybody) {
            BOOST_TEST((!above(a, b) || !above(b, a) || a == b), std::string(a) + " " + std::string(b));
            for (const std::string_view c : everybody) { BOOST_TEST((!above(a, b) || !above(b, c) || above(a, c))); }
        }
    }
    BOOST_TEST(above("parent", "self"));
    BOOST_TEST(above("master", "child"));
    BOOST_TEST(!above("self", "parent"));
    BOOST_TEST(!above("sibling", "self"));
    BOOST_TEST(!above("master", "stranger"));
    for (const std::string_view nobody : {"", "nobody", "system"}) {
        BOOST_TEST(!above(nobody, nobody), nobody);
        BOOST_TEST(!above(nobody, "self"), nobody);
        BOOST_TEST(!above("master", nobody), nobody);
    }
}

BOOST_AUTO_TEST_CASE(below_an_account_are_those_that_it_is_above_of_but_itself) {
    const accounts::Tree tree = open();
    for (const std::string_view upper : everybody) {
        const std::vector<std::string> below = tree.below(upper);
        for (const std::string_view lower : everybody) {
            const bool is_there = std::find(below.begin(), below.end(), lower) != below.end();
            BOOST_TEST(is_there == (upper != lower && tree.is_self_or_ancestor(upper, lower)),
                       std::string(upper) + " " + std::string(lower));
        }
    }
    BOOST_TEST(tree.below("nobody").empty());
    BOOST_TEST(tree.below("").empty());
}

BOOST_AUTO_TEST_CASE(the_reseller_is_the_nearest_account_with_carriers_of_its_own) {
    const accounts::Tree tree = open();
    BOOST_TEST(tree.reseller("child") == "parent");
    BOOST_TEST(tree.reseller("parent") == "parent");
    BOOST_TEST(tree.reseller("sibling") == "sibling");  // an empty list is a list
    BOOST_TEST(tree.reseller("master").empty());
    BOOST_TEST(tree.reseller("stranger").empty());
    BOOST_TEST(tree.reseller("nobody").empty());
    BOOST_TEST(tree.reseller("").empty());
    BOOST_TEST((tree.carrier_modules("parent") == std::vector<std::string>{"telnyx", "knm_local"}));
    BOOST_TEST((tree.carrier_modules("sibling") == std::vector<std::string>()));
    BOOST_TEST(!tree.carrier_modules("child"));
    BOOST_TEST(!tree.carrier_modules("nobody"));
}

BOOST_AUTO_TEST_CASE(numbers_are_added_by_admins_and_those_with_the_right_itself) {
    const accounts::Tree tree = open();
    for (const std::string_view account : everybody) {
        BOOST_TEST(tree.may_add_numbers(account) == (account == "master" || account == "parent"), account);
    }
    BOOST_TEST(tree.may_add_numbers("system"));
    BOOST_TEST(!tree.may_add_numbers(""));
    BOOST_TEST(!tree.may_add_numbers("nobody"));
}

BOOST_AUTO_TEST_CASE(a_tree_that_is_none_is_refused) {
    const std::string long_name(65, 'a');
    const std::string too_long = R"({"accounts": {")" + long_name + R"(": {}}})";
    const struct {
        const char* general;
        std::string message;
    } rows[]{
        {R"({"accounts": {"A": {"parent": "B"}}})", "number_manager.accounts.A.parent: there is no account B"},
        {R"({"accounts": {"A": {"parent": "system"}}})",
         "number_manager.accounts.A.parent: there is no account system"},
        {R"({"accounts": {"A": {"parent": "A"}}})", "number_manager.accounts.A is above itself"},
        {R"({"accounts": {"A": {"parent": "B"}, "B": {"parent": "A"}}})", "number_manager.accounts.B is above itself"},
        {R"({"accounts": {}, "master_account": "M"})", "number_manager.master_account: there is no account M"},
        {R"({"master_account": "system"})", "number_manager.master_account: there is no account system"},
        {R"({"master_account": 7})", "number_manager: 'master_account' must be text"},
        {R"({"accounts": {"system": {}}})", "number_manager.accounts.system: the name stands for the system itself"},
        {R"({"accounts": ["A"]})", "number_manager: 'accounts' must be an object"},
        {R"({"accounts": {"A": null}})", "number_manager.accounts.A must be an object"},
        {R"({"accounts": {"": {}}})", "number_manager.accounts.: an account's name has 1 to 64 characters"},
        {too_long.c_str(), "number_manager.accounts." + long_name + ": an account's name has 1 to 64 characters"},
        {R"({"accounts": {"A": {"credit": "-0.01"}}})",
         "number_manager.accounts.A.credit must be an amount, not negative"},
        {R"({"accounts": {"A": {"credit": "much"}}})",
         "number_manager.accounts.A.credit must be an amount with at most four decimals"},
        {R"({"accounts": {"A": {"may_add_numbers": "yes"}}})",
         "number_manager.accounts.A.may_add_numbers must be true or false"},
        {R"({"accounts": {"A": {"perent": "B"}}})",
         "number_manager.accounts.A.perent is no setting; did you mean parent?; there are: carrier_modules, credit, "
         "may_add_numbers, parent, service_plan"},
        {"[]", "number_manager is no JSON object"},
        {R"({"accounts": {"A": {}, "A": {}}})", "number_manager is no JSON object"},
    };
    for (const auto& [general, message] : rows) {
        BOOST_TEST_CONTEXT(general) {
            const auto opened = accounts::Tree().open(JsonText(general));
            BOOST_REQUIRE(!opened);
            BOOST_TEST((opened.error().code == errc::settings));
            BOOST_TEST(opened.error().message == message);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_circle_is_told_by_one_who_stands_in_it) {
    const auto opened = accounts::Tree().open(
        JsonText(R"({"accounts": {"A": {"parent": "B"}, "B": {"parent": "C"}, "C": {"parent": "B"}}})"));
    BOOST_REQUIRE(!opened);
    const std::string& message = opened.error().message;
    BOOST_TEST((message == "number_manager.accounts.B is above itself" ||
                message == "number_manager.accounts.C is above itself"));
}

BOOST_AUTO_TEST_CASE(a_long_line_of_ancestors_is_no_circle) {
    std::string general = R"({"accounts": {"0": {})";
    for (int i = 1; i < 500; ++i) {
        general += ", \"" + std::to_string(i) + R"(": {"parent": ")" + std::to_string(i - 1) + "\"}";
    }
    const accounts::Tree tree = open((general + "}}").c_str());
    BOOST_TEST(tree.is_self_or_ancestor("0", "499"));
    BOOST_TEST(!tree.is_self_or_ancestor("499", "0"));
}

BOOST_AUTO_TEST_CASE(authority_to_search_buy_and_release_goes_down_the_tree_alone) {
    const accounts::Tree tree = open();
    using namespace tandem::detail;
    constexpr bool yes = true, no = false;
    const struct {
        std::string_view asked_by;
        bool search, buy, release;  // for and from `self`
        bool take;                  // a number set aside for `self`, into service for `asked_by` itself
    } rows[]{{"self", yes, yes, yes, yes},   {"parent", yes, yes, yes, yes}, {"master", yes, yes, yes, yes},
             {"system", yes, yes, yes, yes}, {"child", no, no, no, yes},     {"sibling", no, no, no, no},
             {"stranger", no, no, no, no},   {"nobody", no, no, no, no},     {"", no, no, no, no}};
    for (const auto& [asked_by, search, buy, release, take] : rows) {
        BOOST_TEST_CONTEXT("asked by " << asked_by) {
            const auto allowed = [](auto check) {
                const auto cause = refusal(check);
                BOOST_TEST((!cause || *cause == errc::unauthorized));
                return !cause;
            };
            BOOST_TEST(allowed([&] { authorize_search(tree, asked_by, "self", false); }) == search);
            BOOST_TEST(allowed([&] { authorize_search(tree, asked_by, "self", true); }) == search);
            for (const State state : {State::discovery, State::available, State::aging}) {
                BOOST_TEST(allowed([&] { authorize_assignment(tree, asked_by, number_of("", state), "self"); }) == buy);
            }
            for (const State state : {State::in_service, State::port_in}) {
                BOOST_TEST(allowed([&] { authorize_assignment(tree, asked_by, number_of("self", state), "self"); }) ==
                           buy);
            }
            for (const State state : {State::in_service, State::reserved, State::port_in}) {
                BOOST_TEST(allowed([&] { authorize_release(tree, asked_by, number_of("self", state)); }) == release);
            }
            if (!tree.exists(asked_by)) { continue; }
            const auto takes = [&](State state) {
                return allowed([&] { authorize_assignment(tree, asked_by, number_of("self", state), asked_by); });
            };
            for (const State state : {State::reserved, State::available, State::aging}) {
                BOOST_TEST(takes(state) == take);
            }
            BOOST_TEST(takes(State::in_service) == buy);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_nobodys_is_the_admins) {
    const accounts::Tree tree = open();
    using namespace tandem::detail;
    for (const std::string_view asked_by : {"master", "system", "parent", "self", "stranger", ""}) {
        BOOST_TEST_CONTEXT("asked by " << asked_by) {
            const bool admin = tree.is_admin(asked_by);
            const auto given =
                refusal([&] { authorize_assignment(tree, asked_by, number_of("", State::available), ""); });
            const auto released = refusal([&] { authorize_release(tree, asked_by, number_of("", State::released)); });
            BOOST_TEST(given.has_value() != admin);
            BOOST_TEST(released.has_value() != admin);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_search_for_nobody_is_open_to_accounts_and_to_all_only_where_the_settings_say_so) {
    const accounts::Tree tree = open();
    using namespace tandem::detail;
    const struct {
        std::string_view asked_by;
        bool closed, opened;
    } rows[]{{"self", true, true}, {"system", true, true}, {"", false, true}, {"nobody", false, true}};
    for (const auto& [asked_by, closed, opened] : rows) {
        BOOST_TEST_CONTEXT("asked by " << asked_by) {
            BOOST_TEST(!refusal([&] { authorize_search(tree, asked_by, "", false); }) == closed);
            BOOST_TEST(!refusal([&] { authorize_search(tree, asked_by, "", true); }) == opened);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_account_that_is_not_there_is_no_target_even_for_admins) {
    const accounts::Tree tree = open();
    using namespace tandem::detail;
    BOOST_TEST((refusal([&] { authorize_search(tree, "system", "nobody", true); }) == errc::invalid));
    BOOST_TEST((refusal([&] { authorize_assignment(tree, "system", number_of("", State::available), "nobody"); }) ==
                errc::invalid));
}

BOOST_AUTO_TEST_SUITE_END()
