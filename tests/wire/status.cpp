// SPDX-License-Identifier: BSL-1.0
#include <tandem/wire/status.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
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
             {"Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT", {}},  // which means nothing without a Date
             {"x-reset", "soon", {}}};
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

BOOST_AUTO_TEST_CASE(no_wait_of_more_than_a_day_is_believed) {
    for (const std::string_view value : {"86400", "86401", "4294967295", "4294967296", "99999999999999999999"}) {
        BOOST_TEST_CONTEXT(value) { BOOST_TEST((wire::retry_after(reply(429, "Retry-After", value)) == 24h)); }
    }
    BOOST_TEST((wire::retry_after(reply(429, "Retry-After", "86399")) == 24h - 1s));
    Response in_a_year = reply(429, "Retry-After", "Thu, 21 Oct 2027 07:28:00 GMT");
    in_a_year.fields.push_back({"Date", "Wed, 21 Oct 2026 07:28:00 GMT"});
    BOOST_TEST((wire::retry_after(in_a_year) == 24h));
}

BOOST_AUTO_TEST_CASE(a_date_counts_from_that_of_the_reply) {
    const struct {
        std::string_view until, now;
        std::optional<std::chrono::milliseconds> wait;
    } rows[]{{"Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:27:23 GMT", 37s},
             {"Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", 0s},
             {"Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:28:01 GMT", 0s},  // it is over
             {"Thu, 01 Jan 2026 00:00:05 GMT", "Wed, 31 Dec 2025 23:59:55 GMT", 10s},
             {"Tue, 29 Feb 2028 00:00:00 GMT", "Mon, 28 Feb 2028 23:59:59 GMT", 1s},
             {"Thu, 31 Dec 2026 23:59:60 GMT", "Thu, 31 Dec 2026 23:59:59 GMT", 1s},
             {"Wed, 21 Oct 2026 07:28:00 GMT", "", {}},
             {"Wed, 21 Oct 2026 07:28:00 GMT", "today", {}},
             {"tomorrow", "Wed, 21 Oct 2026 07:28:00 GMT", {}}};
    for (const auto& [until, now, wait] : rows) {
        BOOST_TEST_CONTEXT(until << " from " << now) {
            for (const std::string_view name : {"Retry-After", "x-reset"}) {
                Response response = reply(503, name, until);
                response.fields.push_back({"Date", std::string(now)});
                BOOST_TEST((wire::retry_after(response, "x-reset") == wait));
                BOOST_TEST((raised(response, {}, "x-reset").retry_after == wait));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_date_is_one_in_each_form_that_http_has_had) {
    using wire::detail::parse_http_date;
    for (const std::string_view good :
         {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
        BOOST_TEST((parse_http_date(good) == UnixTime(784111777s)), good);
        for (std::size_t at = good.find_first_of(", "); at < good.size(); ++at) {
            std::string bad(good);
            bad[at] = '?';
            BOOST_TEST(!parse_http_date(bad).has_value(), bad);
        }
    }
    BOOST_TEST((parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT") == UnixTime(0s)));
    BOOST_TEST((parse_http_date("Wednesday, 21-Oct-26 07:28:00 GMT") == UnixTime(1792567680s)));
    BOOST_TEST((parse_http_date("Wed Oct 21 07:28:00 2026") == UnixTime(1792567680s)));
    for (const std::string_view bad : {"",
                                       "Sun",
                                       "Sun,",
                                       "Sun, 06 Nov 1994 08:49:37 GMT ",
                                       "Sun, 06 Nov 1994 08:49:37",
                                       "Sun, 06 Nov 1994 08:49:37 UTC",
                                       "Sun, 06-Nov-94 08:49:37 GMT",
                                       "Sunday, 06 Nov 1994 08:49:37 GMT",
                                       "Sunday Nov  6 08:49:37 1994",
                                       "Sun Nov 6 08:49:37 1994",
                                       "Sun Nov 6  08:49:37 1994",
                                       "Sun, 31 Nov 1994 08:49:37 GMT",
                                       "Sun, 00 Nov 1994 08:49:37 GMT",
                                       "Sun, 29 Feb 1995 08:49:37 GMT",
                                       "Sun, 06 anF 1994 08:49:37 GMT",
                                       "Sun, 06 nov 1994 08:49:37 GMT",
                                       "Sun, 06 Nov 1994 24:00:00 GMT",
                                       "Sun, 06 Nov 1994 08:60:37 GMT",
                                       "Sun, 06 Nov 1994 08:49:61 GMT",
                                       "Sun, +6 Nov 1994 08:49:37 GMT",
                                       "Sun, 06 Nov -994 08:49:37 GMT",
                                       "Sun, 06 Nov  994 08:49:37 GMT"}) {
        BOOST_TEST(!parse_http_date(bad).has_value(), bad);
    }
}

BOOST_AUTO_TEST_CASE(a_date_that_is_written_is_read_again) {
    BOOST_TEST(wire::detail::to_http_date(UnixTime(784111777s)) == "Sun, 06 Nov 1994 08:49:37 GMT");
    for (std::int64_t at = 0; at < 4'000'000'000; at += 12'345'677) {
        const UnixTime time{std::chrono::seconds(at)};
        BOOST_TEST((wire::detail::parse_http_date(wire::detail::to_http_date(time)) == time));
    }
}

BOOST_AUTO_TEST_CASE(a_reply_that_does_not_tell_its_date_has_that_of_its_coming) {
    constexpr UnixTime came(784111777s);
    Response undated = reply(429, "Retry-After", "Sun, 06 Nov 1994 08:49:40 GMT");
    BOOST_TEST(!wire::retry_after(undated).has_value());
    wire::date_where_it_matters(undated, came);
    BOOST_TEST((wire::retry_after(undated) == 3s));
    Response dated = reply(503, "Retry-After", "Sun, 06 Nov 1994 08:49:40 GMT");
    dated.fields.push_back({"Date", "Sun, 06 Nov 1994 08:49:35 GMT"});
    wire::date_where_it_matters(dated, came);
    BOOST_TEST((wire::retry_after(dated) == 5s));
    for (Response other : {reply(429, "Retry-After", "7"), reply(429), reply(200, "Retry-After", "soon")}) {
        const std::size_t fields = other.fields.size();
        wire::date_where_it_matters(other, came);
        BOOST_TEST(other.fields.size() == fields);
    }
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
