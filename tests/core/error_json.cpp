// SPDX-License-Identifier: BSL-1.0
#include <tandem/core/error_json.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(error_json)

using namespace tandem;

BOOST_AUTO_TEST_CASE(errors_have_kazoos_keys_always) {
    Error error{.code = errc::not_found, .message = "no such number"};
    BOOST_TEST(write_json(failure_to_json(error)) ==
               R"({"error":{"code":404,"error":"not_found","message":"no such number","cause":null,"carrier":null}})");
    error.code = errc::rate_limited;
    error.cause = "slow \xff down";
    error.carrier = "telnyx";
    error.retry_after = std::chrono::milliseconds(1500);
    BOOST_TEST(write_json(to_json(error)) ==
               R"({"code":429,"error":"rate_limited","message":"no such number","cause":"slow )"
               "\xEF\xBF\xBD"
               R"( down","carrier":"telnyx","retry_after_ms":1500})");
}

BOOST_AUTO_TEST_CASE(every_cause_survives_its_document) {
    for (int i = static_cast<int>(errc::invalid); i <= static_cast<int>(errc::cancelled); ++i) {
        Error error{.code = static_cast<errc>(i), .message = "m", .cause = "c", .carrier = "x"};
        error.sent = i % 2 == 0;
        if (i % 3 == 0) { error.retry_after = std::chrono::milliseconds(i); }
        BOOST_TEST((error_from_document(error_to_document(error)) == error), name_of(error.code));
    }
}

BOOST_AUTO_TEST_CASE(a_cause_of_a_later_version_is_unspecified) {
    auto document = error_to_document(Error{.code = errc::timeout, .message = "m"});
    document["reason"] = "something_new";
    BOOST_TEST((error_from_document(document).code == errc::unspecified));
    document["sent"] = "yes";
    BOOST_CHECK_THROW(error_from_document(document), Exception);
}

BOOST_AUTO_TEST_SUITE_END()
