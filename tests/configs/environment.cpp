// SPDX-License-Identifier: BSL-1.0
#include <tandem/configs/environment.hpp>
#include <tandem/configs/in_code.hpp>
#include <tandem/configs/layered.hpp>
#include <tandem/manager/settings.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

BOOST_AUTO_TEST_SUITE(configs_environment)

using namespace tandem;
using configs::Environment;

namespace {

Environment environment(const std::vector<const char*>& variables) {
    std::vector<const char*> ended = variables;
    ended.push_back(nullptr);
    return Environment(ended.data());
}

std::string document(const std::vector<const char*>& variables, std::string_view category = "number_manager") {
    return environment(variables).document(category).value().text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(two_underscores_stand_between_a_carrier_and_its_key) {
    const struct {
        const char* variable;
        const char* category;
        const char* document;
    } rows[]{{"TANDEM__RELEASED_STATE=aging", "number_manager", R"({"released_state":"aging"})"},
             {"TANDEM_TELNYX__API_KEY=k", "number_manager.telnyx", R"({"api_key":"k"})"},
             {"TANDEM_Telnyx__Api_Key=K", "number_manager.telnyx", R"({"api_key":"K"})"},
             {"TANDEM_KNM_TELNYX__API_KEY=k", "number_manager.knm_telnyx", R"({"api_key":"k"})"},
             {"TANDEM_VOIP_INNOVATIONS__LOGIN=me", "number_manager.voip_innovations", R"({"login":"me"})"},
             {"TANDEM_TELNYX__A__B=k", "number_manager.telnyx", R"({"a__b":"k"})"},
             {"TANDEM_TELNYX__API_KEY=a=b", "number_manager.telnyx", R"({"api_key":"a=b"})"},
             {"TANDEM___NOTE=x", "number_manager", R"({"_note":"x"})"}};
    for (const auto& [variable, category, expected] : rows) {
        BOOST_TEST_CONTEXT(variable) { BOOST_TEST(document({variable}, category) == expected); }
    }
    BOOST_TEST(document({"TANDEM_TELNYX__API_KEY=k", "TANDEM_ACME__LOGIN=l", "TANDEM_TELNYX__TIMEOUT_MS=5"},
                        "number_manager.telnyx") == R"({"api_key":"k","timeout_ms":5})");
}

BOOST_AUTO_TEST_CASE(every_document_that_the_environment_states_a_key_of_is_named) {
    const Environment read =
        environment({"TANDEM_TELNYX__API_KEY=k", "TANDEM__RELEASED_STATE=aging", "TANDEM_HOME=/opt"});
    BOOST_TEST(read.categories() == (std::vector<std::string>{"number_manager", "number_manager.telnyx"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(other_variables_are_not_ours_to_judge) {
    const Environment other =
        environment({"TANDEM_HOME=/opt", "TANDEM_=x", "TANDEM__=x", "TANDEM_TELNYX__=x", "TANDEM", "TANDEM__A",
                     "tandem__a=1", "MY_TANDEM__A=1", "TANDEMS__A=1", "=", "", "PATH=/bin"});
    for (const char* category : {"number_manager", "number_manager.telnyx", "number_manager.home", "number_manager."}) {
        BOOST_TEST(other.document(category)->empty(), category);
    }
    BOOST_TEST(Environment(nullptr).document("number_manager")->empty());
}

BOOST_AUTO_TEST_CASE(values_are_json_where_they_are_meant_so_and_text_otherwise) {
    const struct {
        const char* value;
        const char* read;
    } rows[]{{"500", "500"},
             {"-5", "-5"},
             {"0", "0"},
             {"true", "true"},
             {"false", "false"},
             {R"(["telnyx","local"])", R"(["telnyx","local"])"},
             {R"({"env": "X"})", R"({"env":"X"})"},
             {R"("415")", R"("415")"},
             {"", R"("")"},
             {"text", R"("text")"},
             {"True", R"("True")"},
             {"null", R"("null")"},
             {"10.0.0.1", R"("10.0.0.1")"},
             // Identifiers and amounts of digits keep each of them.
             {"007", R"("007")"},
             {"-0", R"("-0")"},
             {"1.10", R"("1.10")"},
             {"1e3", R"("1e3")"},
             {"+14155550100", R"("+14155550100")"},
             {"9223372036854775807", "9223372036854775807"},
             {"9223372036854775808", R"("9223372036854775808")"},
             {"1234567890123456789012345", R"("1234567890123456789012345")"},
             {" 5", R"(" 5")"},
             {"5 ", R"("5 ")"},
             {"-", R"("-")"},
             // A password may begin like JSON.
             {"{brace", R"("{brace")"},
             {"[", R"("[")"},
             {"\"quote", R"("\"quote")"},
             {R"({"a": 1, "a": 2})", R"("{\"a\": 1, \"a\": 2}")"}};
    for (const auto& [value, read] : rows) {
        BOOST_TEST_CONTEXT(value) {
            const std::string variable = std::string("TANDEM__KEY=") + value;
            BOOST_TEST(document({variable.c_str()}) == std::string(R"({"key":)") + read + "}");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_value_that_is_not_utf_8_is_an_error_of_its_category) {
    const Environment broken = environment({"TANDEM_ACME__PASSWORD=caf\xE9", "TANDEM_TELNYX__API_KEY=k"});
    const auto refused = broken.document("number_manager.acme");
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error().code == errc::settings));
    BOOST_TEST(refused.error().message ==
               "number_manager.acme.password must be UTF-8 in the environment variable TANDEM_ACME__PASSWORD");
    BOOST_TEST(refused.error().cause.empty());
    BOOST_TEST(broken.document("number_manager.telnyx")->text == R"({"api_key":"k"})");
    BOOST_TEST(document({"TANDEM_ACME__PASSWORD=caf\xC3\xA9"}, "number_manager.acme") ==
               "{\"password\":\"caf\xC3\xA9\"}");
}

BOOST_AUTO_TEST_CASE(the_processs_own_environment_is_read_when_it_is_made) {
    setenv("TANDEM_TESTCARRIER__API_KEY", "before", 1);
    const Environment own;
    setenv("TANDEM_TESTCARRIER__API_KEY", "after", 1);
    const Environment later;
    unsetenv("TANDEM_TESTCARRIER__API_KEY");
    BOOST_TEST(own.document("number_manager.testcarrier")->text == R"({"api_key":"before"})");
    BOOST_TEST(later.document("number_manager.testcarrier")->text == R"({"api_key":"after"})");
}

BOOST_AUTO_TEST_CASE(settings_are_made_of_it_alone_or_over_others) {
    const Environment upper = environment({"TANDEM__MAXIMUM_SEARCH_QUANTITY=250", "TANDEM__CARRIER_MODULES=telnyx",
                                           "TANDEM__ACCOUNTS={\"A\": {\"credit\": \"1.10\"}}"});
    const GeneralSettings alone = read_general_settings(upper.document("number_manager").value()).value();
    BOOST_TEST(alone.maximum_search_quantity == 250U);
    BOOST_TEST(alone.carrier_modules.value() == std::vector<std::string>{"telnyx"}, boost::test_tools::per_element());
    const configs::Layered over(
        upper, configs::InCode{{"number_manager", R"({"maximum_search_quantity": 9, "should_age": true})"}});
    const GeneralSettings both = read_general_settings(over.document("number_manager").value()).value();
    BOOST_TEST(both.maximum_search_quantity == 250U);
    BOOST_TEST(both.should_age);

    const auto wrong =
        read_general_settings(environment({"TANDEM__SHOULD_AGE=yes"}).document("number_manager").value());
    BOOST_REQUIRE(!wrong);
    BOOST_TEST(wrong.error().message == "number_manager.should_age must be true or false");
}

BOOST_AUTO_TEST_SUITE_END()
