// SPDX-License-Identifier: BSL-1.0
#include <tandem/core/base64.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>

BOOST_AUTO_TEST_SUITE(base64)

using namespace tandem;

BOOST_AUTO_TEST_CASE(the_vectors_of_rfc_4648_hold_both_ways) {
    constexpr std::pair<const char*, const char*> vectors[]{{"", ""},
                                                            {"f", "Zg=="},
                                                            {"fo", "Zm8="},
                                                            {"foo", "Zm9v"},
                                                            {"foob", "Zm9vYg=="},
                                                            {"fooba", "Zm9vYmE="},
                                                            {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        BOOST_TEST(to_base64(bytes) == text);
        BOOST_TEST(from_base64(text).value() == bytes);
    }
}

BOOST_AUTO_TEST_CASE(every_byte_survives) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) { bytes += static_cast<char>(i); }
    BOOST_TEST(from_base64(to_base64(bytes)).value() == bytes);
}

BOOST_AUTO_TEST_CASE(nothing_else_is_base64) {
    for (const char* text :
         {"Zg", "Zg=", "Zg==Zg==", "Z===", "====", "=Zg=", "Zh==", "Zm9=", "Zm 9", "Zm9v\n", "Zm9_"}) {
        BOOST_TEST(!from_base64(text).has_value(), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
