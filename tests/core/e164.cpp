// SPDX-License-Identifier: BSL-1.0
#include <tandem/core/e164.hpp>

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <vector>

using tandem::E164;

BOOST_AUTO_TEST_SUITE(core_e164)

BOOST_AUTO_TEST_CASE(a_number_is_eight_bytes_and_keeps_its_digits) {
    static_assert(sizeof(E164) == 8);
    for (const char* text : {"+123", "+14155550100", "+883510000000001", "+999999999999999", "+911"}) {
        BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(E164::parse(text).value().str() == text);
            BOOST_TEST(E164::parse(text)->digit_count() == std::string(text).size() - 1);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_number_is_refused_and_said) {
    for (const char* text : {"", "+", "14155550100", "+0123", "+12", "+1234567890123456", "+1415555010x", "+1 415",
                             "＋1415", "+1415555\n", "++1415"}) {
        BOOST_TEST_CONTEXT(text) {
            const auto parsed = E164::parse(text);
            BOOST_REQUIRE(!parsed);
            BOOST_TEST((parsed.error().code == tandem::errc::invalid));
            BOOST_TEST(parsed.error().cause == text);
        }
    }
}

BOOST_AUTO_TEST_CASE(numbers_are_ordered_as_their_digits_are) {
    std::mt19937_64 random(7);
    const auto any = [&] {
        std::string text = "+" + std::to_string(1 + random() % 9);
        for (auto size = random() % 15; text.size() < 4 || text.size() < size + 1;) {
            text += char('0' + random() % 10);
        }
        return text;
    };
    for (int i = 0; i < 20'000; ++i) {
        const std::string a = any(), b = any();
        BOOST_REQUIRE_MESSAGE((E164::parse(a).value() < E164::parse(b).value()) == (a < b), a << " and " << b);
    }
}

BOOST_AUTO_TEST_CASE(a_prefix_is_a_range) {
    std::mt19937_64 random(11);
    for (int i = 0; i < 20'000; ++i) {
        const std::string digits = "+" + std::to_string(100'000'000'000'000 + random() % 900'000'000'000'000);
        const std::string number = digits.substr(0, 4 + random() % 12);
        std::string prefix = number.substr(0, 2 + random() % (number.size() - 1));
        if (random() % 2 == 0) { prefix.back() = prefix.back() == '9' ? '1' : char(prefix.back() + 1); }
        BOOST_REQUIRE_MESSAGE(
            E164::parse_or_empty(number).starts_with(E164::parse_or_empty(prefix)) == number.starts_with(prefix),
            number << " under " << prefix);
    }
    BOOST_TEST(E164::parse_or_empty("+14155550100").prefix(4).str() == "+1415");
    BOOST_TEST(E164::parse_or_empty("+14155550100").starts_with(E164()));
}

BOOST_AUTO_TEST_CASE(no_number_is_empty_and_comes_first) {
    BOOST_TEST(E164().empty());
    BOOST_TEST(!E164());
    BOOST_TEST(E164().str().empty());
    BOOST_TEST(E164().digits().empty());
    BOOST_TEST((E164() < E164::parse_or_empty("+1")));
    BOOST_TEST(
        (E164::from_packed(E164::parse_or_empty("+14155550100").packed()) == E164::parse_or_empty("+14155550100")));
}

BOOST_AUTO_TEST_SUITE_END()
