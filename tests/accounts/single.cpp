// SPDX-License-Identifier: BSL-1.0
#include <tandem/accounts/single.hpp>

#include <boost/test/unit_test.hpp>

#include <string_view>

BOOST_AUTO_TEST_SUITE(accounts_single)

using namespace tandem;

BOOST_AUTO_TEST_CASE(everybody_is_the_one_account_and_may_do_everything) {
    accounts::Single single;
    BOOST_REQUIRE(single.open(JsonText(R"({"accounts": {"A": {}}})")));
    for (const std::string_view account : {"", "system", "anybody"}) {
        BOOST_TEST_CONTEXT(account) {
            BOOST_TEST(single.exists(account));
            BOOST_TEST(single.is_admin(account));
            BOOST_TEST(single.is_self_or_ancestor(account, "somebody"));
            BOOST_TEST(single.may_add_numbers(account));
            BOOST_TEST(single.reseller(account).empty());
            BOOST_TEST(!single.carrier_modules(account));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
