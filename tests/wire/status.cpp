// SPDX-License-Identifier: BSL-1.0
#include <tandem/wire/status.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(wire_status)

using namespace tandem;
using namespace std::chrono_literals;

namespace {

Response reply(int status, std::string_view name = {}, std::string_view value = {}) {
    Response response(status);
    if (!name.empty()) { response.fields.push_back({std::string(name), std::string(value)}); }
    return response;
}

Error raised(const Response& response, std::string reason = {}, std::string_view reset = {}) {
    try {
        wire::raise_status(response, std::move(reason), reset);
    } catch (const Exception& failure) { return failure.error(); }
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_status_has_its_cause) {
    const struct {
        int status;
        errc code;
    } rows[]{{200, errc::malformed_reply},
             {202, errc::malformed_reply},
             {204, errc::malformed_reply},
             {299, errc::malformed_reply},
             {300, errc::by_carrier},
             {301, errc::by_carrier},
             {400, errc::by_carrier},
             {401, errc::carrier_refuses_credentials},
             {402, errc::carrier_out_of_funds},
             {403, errc::carrier_refuses_credentials},
             {404, errc::by_carrier},
             {409, errc::by_carrier},
             {422, errc::by_carrier},
             {429, errc::rate_limited},
             {500, errc::by_carrier},
             {503, errc::by_carrier},
             {599, errc::by_carrier}};
    for (const auto& [status, code] : rows) {
        BOOST_TEST_CONTEXT(status) {
            const Error error = raised(reply(status), "its own words");
            BOOST_TEST((error.code == code));
            if (status >= 300) { BOOST_TEST(error.cause == "its own words"); }
            BOOST_TEST(!error.message.empty());
            BOOST_TEST(!error.sent);
            BOOST_TEST(!error.retry_after.has_value());
        }
    }
    BOOST_TEST(raised(reply(503)).message == "the carrier answered with status 503");
}

BOOST_AUTO_TEST_CASE(how_long_to_wait_is_read_where_it_is_told) {
    const struct {
        std::string_view name, value;
        std::optional<std::chrono::milliseconds> wait;
    } rows[]{{"Retry-After", "7", 7s},
             {"retry-after", "0", 0s},
             {"x-reset", "30", 30s},
             {"Retry-After", "-1", {}},
             {"Retry-After", "1.5", {}},
             {"Retry-After", "", {}},
             {"Retry-After", "7 ", {}},
             {"Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT", {}},
             {"x-reset", "soon", {}},
             {"Retry-After", "99999999999999999999", {}},
             {"Retry-After", "4294967295", std::chrono::seconds(4294967295)}};
    for (const auto& [name, value, wait] : rows) {
        BOOST_TEST_CONTEXT(name << ": " << value) {
            BOOST_TEST((wire::retry_after(reply(429, name, value), "x-reset") == wait));
            BOOST_TEST((raised(reply(429, name, value), {}, "x-reset").retry_after == wait));
            BOOST_TEST((raised(reply(503, name, value), {}, "x-reset").retry_after == wait));
            BOOST_TEST(!raised(reply(500, name, value), {}, "x-reset").retry_after.has_value());
        }
    }
    BOOST_TEST(!wire::retry_after(reply(429, "x-reset", "30")).has_value());
}

BOOST_AUTO_TEST_CASE(the_standard_field_wins_over_the_carrier_s_own) {
    Response both = reply(429, "x-reset", "30");
    both.fields.push_back({"Retry-After", "7"});
    BOOST_TEST((wire::retry_after(both, "x-reset") == 7s));
    Response one_unreadable = reply(429, "Retry-After", "later");
    one_unreadable.fields.push_back({"x-reset", "30"});
    BOOST_TEST((wire::retry_after(one_unreadable, "x-reset") == 30s));
}

BOOST_AUTO_TEST_SUITE_END()
