// SPDX-License-Identifier: BSL-1.0
#include <tandem/configs/in_code.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(configs_in_code)

using namespace tandem;

BOOST_AUTO_TEST_CASE(documents_are_given_as_they_were_stated) {
    configs::InCode config{{"number_manager", R"({"a": 1})"}, {"number_manager.telnyx", R"({"api_key": "k"})"}};
    BOOST_TEST(config.document("number_manager")->text == R"({"a": 1})");
    BOOST_TEST(config.document("number_manager.telnyx")->text == R"({"api_key": "k"})");
    config.set("number_manager", JsonText(R"({"a": 2})")).set("number_manager.acme", JsonText(R"({"b": 3})"));
    BOOST_TEST(config.document("number_manager")->text == R"({"a": 2})");
    BOOST_TEST(config.document("number_manager.acme")->text == R"({"b": 3})");
}

BOOST_AUTO_TEST_CASE(what_was_not_stated_is_empty) {
    BOOST_TEST(configs::InCode().document("number_manager")->empty());
    const configs::InCode config{{"number_manager.telnyx", R"({"api_key": "k"})"}};
    for (const char* category : {"", "number_manager", "number_manager.telny", "number_manager.telnyx.", "telnyx"}) {
        BOOST_TEST(config.document(category)->empty(), category);
    }
}

BOOST_AUTO_TEST_SUITE_END()
