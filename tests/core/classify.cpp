// SPDX-License-Identifier: BSL-1.0
#include <tandem/core/classify.hpp>
#include <tandem/manager/settings.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdint>
#include <random>
#include <regex>
#include <string>
#include <string_view>
#include <utility>

BOOST_AUTO_TEST_SUITE(core_classify)

using namespace tandem;

namespace {

Result<Classifier> open(const char* classifiers) {
    GeneralSettings general;
    general.classifiers = JsonText(classifiers);
    return Classifier::open(general);
}

}  // namespace

BOOST_AUTO_TEST_CASE(numbers_have_kazoos_classes) {
    const struct {
        const char* number;
        const char* name;
    } rows[]{{"+14155550100", "did_us"},
             {"+12025550100", "did_us"},
             {"+19995550100", "did_us"},
             {"+18005550100", "tollfree_us"},
             {"+18225550100", "tollfree_us"},
             {"+18335550100", "tollfree_us"},
             {"+18445550100", "tollfree_us"},
             {"+18555550100", "tollfree_us"},
             {"+18665550100", "tollfree_us"},
             {"+18775550100", "tollfree_us"},
             {"+18805550100", "tollfree_us"},
             {"+18885550100", "tollfree_us"},
             {"+18895550100", "tollfree_us"},
             {"+18000550100", "tollfree_us"},  // Kazoo asks nothing of a toll-free number's exchange
             {"+18115550100", "did_us"},
             {"+18105550100", "did_us"},
             {"+19005550100", "toll_us"},
             {"+19001550100", "toll_us"},
             {"+12425550100", "caribbean"},  // the Bahamas
             {"+18765550100", "caribbean"},  // Jamaica
             {"+17875550100", "caribbean"},  // Puerto Rico
             {"+16715550100", "caribbean"},  // Guam
             {"+16840550100", "caribbean"},  // American Samoa
             {"+442079460958", "international"},
             {"+33123456789", "international"},
             {"+2000000", "unknown"},  // one digit too few
             {"+20000000", "international"},
             {"+999999999999999", "international"},
             {"+1415555010", "unknown"},
             {"+141555501000", "unknown"},
             {"+11155550100", "unknown"},  // area codes begin with 2
             {"+14150550100", "unknown"},  // and so do exchanges
             {"+14151550100", "unknown"},
             {"+1", "unknown"},
             {"+", "unknown"},
             {"", "unknown"},
             {"14155550100", "unknown"},
             {"4155550100", "unknown"},
             {"+0123456789", "unknown"},
             {"+1415555O100", "unknown"},
             {"++14155550100", "unknown"},
             {"+44 2079460958", "unknown"}};
    const Classifier classifier = open("{}").value();
    for (const auto& [number, name] : rows) {
        BOOST_TEST_CONTEXT(number) {
            BOOST_TEST(classifier.classify(number) == name);
            BOOST_TEST(Classifier::classify_by_default(number) == name);
        }
    }
    static_assert(Classifier::classify_by_default("+14155550100") == "did_us");
}

BOOST_AUTO_TEST_CASE(every_area_code_has_the_class_that_kazoos_expressions_say) {
    // As in `kazoo.md`, with the toll classes before did_us.
    const std::array<std::pair<const char*, std::regex>, 6> kazoo{{
        {"caribbean",
         std::regex(
             R"(^\+?1((?:684|264|268|242|246|441|284|345|767|809|829|849|473|671|876|664|670|787|939|869|758|784|721|868|649|340)\d{7})$)")},
        {"toll_us", std::regex(R"(^\+1(900\d{7})$)")},
        {"tollfree_us", std::regex(R"(^\+1((?:800|88\d|877|866|855|844|833|822)\d{7})$)")},
        {"did_us", std::regex(R"(^(\+?1)?([2-9][0-9]{2}[2-9][0-9]{6})$)")},
        {"international", std::regex(R"(^\+([2-9]\d{7,})$)")},
        {"unknown", std::regex(R"(^(.*)$)")},
    }};
    const auto said = [&](const std::string& number) -> std::string_view {
        for (const auto& [name, expression] : kazoo) {
            if (std::regex_match(number, expression)) { return name; }
        }
        return "none";
    };
    for (int code = 0; code < 1'000; ++code) {
        const std::string area = std::to_string(1'000 + code);  // the 1 is the country's
        for (const char* local : {"5550100", "0550100", "1550100", "555010", "55501000"}) {
            const std::string number = "+" + area + local;
            BOOST_REQUIRE_MESSAGE(Classifier::classify_by_default(number) == said(number), number);
        }
    }
    std::mt19937_64 random(11);
    for (int i = 0; i < 5'000; ++i) {
        std::string number = "+";
        for (std::uint64_t digits = 1 + random() % 15; digits > 0; --digits) {
            number += static_cast<char>('0' + random() % 10);
        }
        BOOST_REQUIRE_MESSAGE(Classifier::classify_by_default(number) == said(number), number);
    }
}

BOOST_AUTO_TEST_CASE(the_settings_expressions_stand_instead_of_kazoos_and_the_first_that_fits_wins) {
    const Classifier classifier = open(R"({
        "zebra": {"regex": "^\\+1415\\d{7}$", "friendly_name": "San Francisco"},
        "aardvark": "^\\+1\\d{10}$",
        "british": "^\\+44",
        "golden": "0000"
    })")
                                      .value();
    BOOST_TEST(classifier.classify("+14155550100") == "zebra");
    BOOST_TEST(classifier.classify("+12125550100") == "aardvark");
    BOOST_TEST(classifier.classify("+18005550100") == "aardvark");
    BOOST_TEST(classifier.classify("+442079460958") == "british");  // found, not matched whole, as in Kazoo
    BOOST_TEST(classifier.classify("+33100001234") == "golden");
    BOOST_TEST(classifier.classify("+33123456789") == "unknown");
    BOOST_TEST(classifier.classify("") == "unknown");
}

BOOST_AUTO_TEST_CASE(a_classifier_keeps_its_classes_when_it_moves) {
    Classifier first = open(R"({"a_class_with_a_name_longer_than_a_small_string": ".*"})").value();
    const std::string_view name = first.classify("+1");
    const Classifier second = std::move(first);
    BOOST_TEST(second.classify("+1") == "a_class_with_a_name_longer_than_a_small_string");
    BOOST_TEST(name == second.classify("+1"));
}

BOOST_AUTO_TEST_CASE(an_expression_that_cannot_be_read_is_named) {
    const struct {
        const char* classifiers;
        const char* message;
    } rows[]{
        {R"({"fine": "^x$", "broken": "("})", "number_manager.classifiers.broken is no regular expression"},
        {R"({"broken": {"regex": "[z-a]"}})", "number_manager.classifiers.broken is no regular expression"},
        {R"_({"broken": "(?<name>x)"})_", "number_manager.classifiers.broken is no regular expression"},
        {R"({"broken": "*"})", "number_manager.classifiers.broken is no regular expression"},
        {R"({"odd": 7})", "number_manager.classifiers.odd must be a regular expression, or an object with a regex"},
        {R"({"odd": null})", "number_manager.classifiers.odd must be a regular expression, or an object with a regex"},
        {R"({"odd": {}})", "number_manager.classifiers.odd must be a regular expression, or an object with a regex"},
        {R"({"odd": {"regex": ["x"]}})",
         "number_manager.classifiers.odd must be a regular expression, or an object with a regex"}};
    for (const auto& [classifiers, message] : rows) {
        BOOST_TEST_CONTEXT(classifiers) {
            const auto classifier = open(classifiers);
            BOOST_REQUIRE(!classifier);
            BOOST_TEST((classifier.error().code == errc::settings));
            BOOST_TEST(classifier.error().message == message);
        }
    }
    const auto garbage = open("{");
    BOOST_REQUIRE(!garbage);
    BOOST_TEST((garbage.error().code == errc::settings));
    BOOST_TEST(garbage.error().message.starts_with("number_manager.classifiers is not a JSON object"));
}

BOOST_AUTO_TEST_SUITE_END()
