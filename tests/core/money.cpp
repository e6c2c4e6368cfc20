// SPDX-License-Identifier: BSL-1.0
#include <tandem/core/money.hpp>

#include <boost/test/unit_test.hpp>

#include <limits>
#include <random>
#include <string>

using tandem::Amount;
using tandem::Currency;

BOOST_AUTO_TEST_SUITE(core_money)

BOOST_AUTO_TEST_CASE(decimal_text_is_read_exactly) {
    const struct {
        const char* text;
        std::int64_t count;
        const char* written;
    } rows[]{{"0", 0, "0.00"},           {"1", 10'000, "1.00"},
             {"1.1", 11'000, "1.10"},    {"0.0085", 85, "0.0085"},
             {"0.00850", 85, "0.0085"},  {"1.00000", 10'000, "1.00"},
             {"-2.5", -25'000, "-2.50"}, {"007.25", 72'500, "7.25"},
             {"-0.0001", -1, "-0.0001"}, {"99999999999999.9999", 999'999'999'999'999'999, "99999999999999.9999"}};
    for (const auto& [text, count, written] : rows) {
        BOOST_TEST_CONTEXT(text) {
            const auto amount = Amount::parse(text);
            BOOST_REQUIRE(amount);
            BOOST_TEST(amount->count() == count);
            BOOST_TEST(amount->str() == written);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_exact_money_is_refused) {
    for (const char* text : {"", "-", ".", ".5", "1.", "+1", "1e2", "1,00", " 1", "1 ", "0.00001", "1.23456", "NaN",
                             "inf", "0x1", "--1", "1.2.3", "$1", "1234567890123456"}) {
        BOOST_TEST_CONTEXT(text) { BOOST_TEST(!Amount::parse(text)); }
    }
}

BOOST_AUTO_TEST_CASE(unknown_is_not_zero) {
    const Amount one = *Amount::parse("1");
    BOOST_TEST(!Amount().known());
    BOOST_TEST(!(one + Amount()).known());
    BOOST_TEST(!(Amount() * 3).known());
    BOOST_TEST(Amount().str().empty());
    BOOST_TEST(!(Amount() == Amount::zero()));
    BOOST_TEST(!(Amount() < one));
    BOOST_TEST(!(Amount() > one));
    BOOST_TEST(!(one <= Amount()));
}

BOOST_AUTO_TEST_CASE(sums_are_exact_and_never_wrap) {
    std::mt19937_64 random(3);
    for (int i = 0; i < 10'000; ++i) {
        const std::int64_t a = static_cast<std::int64_t>(random() % 1'000'000'000) - 500'000'000;
        const Amount amount = Amount::ten_thousandths(a);
        BOOST_REQUIRE(Amount::parse(amount.str()).value() == amount);
    }
    const Amount most = Amount::ten_thousandths(std::numeric_limits<std::int64_t>::max());
    BOOST_CHECK_THROW(most + Amount::ten_thousandths(1), std::overflow_error);
    BOOST_CHECK_THROW(most * 2, std::overflow_error);
    BOOST_CHECK_THROW(-most - Amount::ten_thousandths(1), std::overflow_error);
    BOOST_TEST(Amount::ten_thousandths(-std::numeric_limits<std::int64_t>::max()).str() == "-922337203685477.5807");
}

BOOST_AUTO_TEST_CASE(a_currency_is_three_letters) {
    BOOST_TEST(Currency::parse("usd")->view() == "USD");
    for (const char* text : {"", "US", "USDT", "U1D", "€"}) {
        BOOST_TEST_CONTEXT(text) { BOOST_TEST(!Currency::parse(text)); }
    }
    BOOST_TEST(!Currency().known());
    BOOST_TEST((Currency("EUR") == *Currency::parse("eur")));
}

BOOST_AUTO_TEST_CASE(every_amount_that_is_written_is_read_again) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t count : {most, -most, most - 1, std::int64_t{0}, std::int64_t{1}, std::int64_t{-1},
                                     std::int64_t{999'999'999'999'999'999}, std::int64_t{-10'000}}) {
        const auto amount = Amount::ten_thousandths(count);
        BOOST_TEST_CONTEXT(amount.str()) { BOOST_TEST((Amount::parse(amount.str()) == amount)); }
    }
    for (const char* beyond : {"922337203685477.5808", "999999999999999", "1000000000000000"}) {
        BOOST_TEST_CONTEXT(beyond) { BOOST_TEST(!Amount::parse(beyond)); }
    }
}

BOOST_AUTO_TEST_SUITE_END()
