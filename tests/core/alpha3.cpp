// SPDX-License-Identifier: BSL-1.0
#include <tandem/core/alpha3.hpp>
#include <tandem/core/countries.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(core_alpha3)

using namespace tandem;

BOOST_AUTO_TEST_CASE(every_country_with_a_code_of_three_letters_has_one_of_its_own) {
    for (const Country& country : countries) {
        BOOST_TEST_CONTEXT(country.code) {
            // Two islands and Kosovo have none in the standard.
            const bool has_none = country.code == "AC" || country.code == "TA" || country.code == "XK";
            BOOST_TEST(alpha3_of(country.code).size() == (has_none ? 0U : 3U));
            if (!has_none) { BOOST_TEST(alpha2_of(alpha3_of(country.code)) == country.code); }
        }
    }
    BOOST_TEST(alpha3_of("AT") == "AUT");
    BOOST_TEST(alpha2_of("NLD") == "NL");
}

BOOST_AUTO_TEST_CASE(what_is_no_code_has_none) {
    for (const char* code : {"", "U", "us", "ZZ", "USA", " U", "AA"}) { BOOST_TEST(alpha3_of(code) == ""); }
    for (const char* code : {"", "US", "usa", "ZZZ", "SA ", "USAA", "ARE "}) { BOOST_TEST(alpha2_of(code) == ""); }
}

BOOST_AUTO_TEST_SUITE_END()
