// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/time.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace tandem::wire::detail {

/// A moment as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7, IMF-fixdate, the one form that may be
/// sent). Nothing for other text; the day of the week adds nothing and is not looked at.
inline std::optional<UnixTime> parse_http_date(std::string_view text) {
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (text.size() != std::string_view("Sun, 06 Nov 1994 08:49:37 GMT").size()) { return {}; }
    bool fits = true;
    const auto number = [&](std::size_t at, std::size_t digits) {
        int value = 0;
        for (const char c : text.substr(at, digits)) {
            fits &= c >= '0' && c <= '9';
            value = 10 * value + (c - '0');
        }
        return value;
    };
    const auto says = [&](std::size_t at, std::string_view part) { fits &= text.substr(at, part.size()) == part; };
    says(3, ", ");
    says(7, " ");
    says(11, " ");
    says(16, " ");
    says(19, ":");
    says(22, ":");
    says(25, " GMT");
    const std::size_t month = months.find(text.substr(8, 3));
    fits &= month != months.npos && month % 3 == 0;
    const int day = number(5, 2);
    const int year = number(12, 4);
    const int hour = number(17, 2);
    const int minute = number(20, 2);
    const int second = number(23, 2);
    if (!fits || hour > 23 || minute > 59 || second > 60) { return {}; }  // 60: a leap second
    const std::chrono::year_month_day date(std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month / 3 + 1)},
                                           std::chrono::day{static_cast<unsigned>(day)});
    if (!date.ok()) { return {}; }
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
}

}  // namespace tandem::wire::detail
