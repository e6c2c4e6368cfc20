// SPDX-License-Identifier: BSL-1.0
#include <tandem/core/dialing.hpp>

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>

using namespace tandem;

BOOST_AUTO_TEST_SUITE(core_dialing)

BOOST_AUTO_TEST_CASE(what_people_type_becomes_e164) {
    const struct {
        const char* typed;
        const char* country;
        const char* number;
    } rows[]{{"(415) 555-0100", "US", "+14155550100"},
             {"1-415-555-0100", "US", "+14155550100"},
             {"4155550100", "CA", "+14155550100"},
             {"+1 415.555.0100", "GB", "+14155550100"},
             {"+44 20 7946 0958", "US", "+442079460958"},
             {"+44 (0)20 7946 0958", "US", "+442079460958"},
             {"011 44 (0) 20 7946 0958", "US", "+442079460958"},
             {"+49(0)30/1234567", "DE", "+49301234567"},
             {"+39 (0)6 1234 5678", "US", "+390612345678"},
             {"011 44 20 7946 0958", "US", "+442079460958"},
             {"0044 20 7946 0958", "DE", "+442079460958"},
             {"020 7946 0958", "GB", "+442079460958"},
             {"442079460958", "US", "+442079460958"},  // too long for the North American plan
             {"030/1234567", "DE", "+49301234567"},
             {"0113 496 0000", "GB", "+441134960000"},  // 011 leads abroad from America alone
             {"011 2345 6789", "IN", "+911123456789"},
             {"011 44 20 7946 0958", "JM", "+442079460958"},
             {"06 1234 5678", "IT", "+390612345678"},
             {"07 12 34 56 78", "CI", "+2250712345678"},
             {"06 612 3456", "CG", "+242066123456"},
             {"1-800-FLOWERS", "US", "+18003569377"},
             {"tel:+1-415-555-0100", "US", "+14155550100"},
             {"tel:+14155550100;ext=2", "US", "+14155550100"},
             {"+883510000000001", "US", "+883510000000001"}};
    for (const auto& [typed, country, number] : rows) {
        BOOST_TEST_CONTEXT(typed) {
            const auto normalized = normalize_number(typed, country);
            BOOST_REQUIRE(normalized);
            BOOST_TEST(normalized->str() == number);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_number_is_refused_by_a_sentence) {
    for (const char* typed : {"", "+", "911", "415", "４１５５５５０１００", "4155550100;drop", "415555010\n0",
                              "41555501000000000000000", "+0", "55501+00", "\x01", "no-such-offer"}) {
        BOOST_TEST_CONTEXT(typed) {
            const auto normalized = normalize_number(typed);
            BOOST_REQUIRE(!normalized);
            BOOST_TEST((normalized.error().code == errc::invalid));
            BOOST_TEST(normalized.error().message.find("not a telephone number") == 0U);
        }
    }
    BOOST_TEST(!normalize_number("4155550100", "XX"));
    BOOST_TEST(!normalize_number(std::string(100, '4')));
}

BOOST_AUTO_TEST_CASE(prefixes_become_canonical_with_their_country) {
    const struct {
        const char* typed;
        const char* country;
        const char* prefix;
        const char* told;
    } rows[]{{"+1415", "", "+1415", "US"},
             {"415", "", "+1415", "US"},
             {"1415555", "", "+1415555", "US"},
             {"+1416", "", "+1416", "CA"},
             {"416", "CA", "+1416", "CA"},
             {"800", "", "+1800", "US"},
             {"88*", "", "+188*", "US"},
             {"+188*", "", "+188*", "US"},
             {"+44", "", "+44", "GB"},
             {"020", "GB", "+4420", "GB"},
             {"+1242", "", "+1242", "BS"},
             {"+883510", "", "+883510", ""},
             {"+14155550100", "", "+14155550100", "US"}};
    for (const auto& [typed, country, prefix, told] : rows) {
        BOOST_TEST_CONTEXT(typed) {
            SearchRequest request;
            request.prefix = typed;
            request.country = country;
            const auto read = canonical(request);
            BOOST_REQUIRE(read);
            BOOST_TEST(read->prefix.view() == prefix);
            BOOST_TEST(read->country.view() == told);
            BOOST_TEST(canonical(*read)->prefix.view() == prefix);  // once canonical, always canonical
        }
    }
}

BOOST_AUTO_TEST_CASE(no_byte_but_digits_plus_and_star_ever_passes) {
    std::mt19937_64 random(5);
    for (int i = 0; i < 100'000; ++i) {
        std::string typed;
        for (auto size = random() % 12; typed.size() < size;) {
            typed += random() % 4 != 0 ? "0123456789+*"[random() % 12] : static_cast<char>(random() % 256);
        }
        SearchRequest request;
        request.prefix = typed;
        if (const auto read = canonical(request)) {
            BOOST_REQUIRE(read->prefix.view().find_first_not_of("0123456789+*") == std::string_view::npos);
            BOOST_REQUIRE(typed.find_first_not_of("0123456789+*") == std::string::npos);
            BOOST_REQUIRE(read->prefix.view().front() == '+');
        }
    }
}

BOOST_AUTO_TEST_CASE(toll_free_is_the_codes_in_use) {
    for (const std::string_view code : {"800", "833", "844", "855", "866", "877", "888"}) {
        BOOST_TEST(is_toll_free(code));
    }
    for (const std::string_view code : {"822", "880", "811", "415", "80", ""}) { BOOST_TEST(!is_toll_free(code)); }
    SearchRequest request{.prefix = "+188*"};
    BOOST_TEST(wants_toll_free(request));
    BOOST_TEST(request.matches(E164::parse_or_empty("+18885550100")));
    BOOST_TEST(!request.matches(E164::parse_or_empty("+18005550100")));
    request.prefix = "+1415";
    BOOST_TEST(!wants_toll_free(request));
    BOOST_TEST(request.national_prefix("1") == "415");
}

BOOST_AUTO_TEST_SUITE_END()
