// SPDX-License-Identifier: BSL-1.0
#include <tandem/configs/in_code.hpp>
#include <tandem/configs/layered.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(configs_layered)

using namespace tandem;
using configs::InCode;
using Layered = configs::Layered<InCode, InCode>;
static_assert(Config<Layered> && Config<configs::Layered<InCode, Layered>>);

namespace {

/// A source that cannot be read.
struct Broken {
    Result<JsonText> document(std::string_view) const {
        return Error{.code = errc::settings, .message = "the file x cannot be read"};
    }
};

InCode stating(std::string_view document) { return InCode{{"number_manager", document}}; }

}  // namespace

BOOST_AUTO_TEST_CASE(the_upper_source_wins_key_by_key) {
    const struct {
        const char* upper;
        const char* lower;
        const char* merged;
    } rows[]{{"{}", "{}", "{}"},
             {R"({"a": 1})", "{}", R"({"a":1})"},
             {"{}", R"({"a": 1})", R"({"a":1})"},
             {R"({"a": 1})", R"({"a": 2, "b": 3})", R"({"a":1,"b":3})"},
             {R"({"b": 1})", R"({"a": 2})", R"({"a":2,"b":1})"},
             {R"({"a": {"x": 1}})", R"({"a": {"y": 2}})", R"({"a":{"x":1}})"},
             {R"({"a": null})", R"({"a": 2})", R"({"a":null})"},
             {R"({"a": []})", R"({"a": ["x"]})", R"({"a":[]})"}};
    for (const auto& [upper, lower, merged] : rows) {
        BOOST_TEST_CONTEXT(upper << " over " << lower) {
            BOOST_TEST(Layered(stating(upper), stating(lower)).document("number_manager")->text == merged);
        }
    }
    BOOST_TEST(Layered(stating(R"({"a": 1})"), InCode()).document("number_manager.telnyx")->empty());
}

BOOST_AUTO_TEST_CASE(three_layers_are_two_twice) {
    const configs::Layered config(stating(R"({"a": 1})"),
                                  Layered(stating(R"({"a": 2, "b": 2})"), stating(R"({"a": 3, "b": 3, "c": 3})")));
    BOOST_TEST(config.document("number_manager")->text == R"({"a":1,"b":2,"c":3})");
}

BOOST_AUTO_TEST_CASE(a_failure_of_either_source_is_told) {
    for (const bool above : {true, false}) {
        BOOST_TEST_CONTEXT((above ? "above" : "below")) {
            const auto failed = above ? configs::Layered(Broken(), InCode()).document("number_manager")
                                      : configs::Layered(InCode(), Broken()).document("number_manager");
            BOOST_REQUIRE(!failed);
            BOOST_TEST(failed.error().message == "the file x cannot be read");
            const auto garbage = (above ? Layered(stating("[1]"), InCode()) : Layered(InCode(), stating("{")))
                                     .document("number_manager");
            BOOST_REQUIRE(!garbage);
            BOOST_TEST((garbage.error().code == errc::settings));
            BOOST_TEST(garbage.error().message == "number_manager is no JSON object");
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
