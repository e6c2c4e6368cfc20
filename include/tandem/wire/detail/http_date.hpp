// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/time.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Moments as HTTP writes them (RFC 9110 §5.6.7).
namespace tandem::wire::detail {

inline constexpr std::string_view http_months = "JanFebMarAprMayJunJulAugSepOctNovDec";

/// The moment that `text` is, written as `pattern`: runs of D, Y, h, m and s are numbers, MMM is a month, and all else
/// stands for itself. A day may begin with a space.
inline std::optional<UnixTime> parse_http_date_as(std::string_view pattern, std::string_view text) {
    if (text.size() != pattern.size()) { return {}; }
    std::size_t month = http_months.npos;
    const std::string_view parts = "DYhms";
    std::array<int, 5> numbers{};
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool is_digit = text[at] >= '0' && text[at] <= '9';
        const std::size_t part = parts.find(pattern[at]);
        if (pattern.substr(at).starts_with("MMM")) {
            month = http_months.find(text.substr(at, 3));
            at += 2;
        } else if (part == parts.npos) {
            if (text[at] != pattern[at]) { return {}; }
        } else if (is_digit) {
            numbers[part] = 10 * numbers[part] + (text[at] - '0');
        } else if (pattern[at] != 'D' || text[at] != ' ' || numbers[part] != 0 || pattern.substr(at, 2) != "DD") {
            return {};
        }
    }
    const auto [day, year, hour, minute, second] = numbers;
    if (month == http_months.npos || month % 3 != 0) { return {}; }
    if (hour > 23 || minute > 59 || second > 60) { return {}; }  // 60: a leap second
    const int century = pattern.find("YYYY") != pattern.npos ? 0 : year < 70 ? 2000 : 1900;
    const std::chrono::year_month_day date(std::chrono::year{century + year},
                                           std::chrono::month{static_cast<unsigned>(month / 3 + 1)},
                                           std::chrono::day{static_cast<unsigned>(day)});
    if (!date.ok()) { return {}; }
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
}

/// The moment that `text` is: `Sun, 06 Nov 1994 08:49:37 GMT`, or one of the two forms that nobody may send any more
/// and everybody has to read. Nothing for other text; the day of the week adds nothing and is not looked at.
inline std::optional<UnixTime> parse_http_date(std::string_view text) {
    constexpr std::size_t short_name = 3;
    const std::size_t name = std::min(text.find_first_of(", "), text.size());
    const std::string_view rest = text.substr(name);
    if (rest.starts_with(',')) {
        const bool is_short = name == short_name;
        return parse_http_date_as(is_short ? ", DD MMM YYYY hh:mm:ss GMT" : ", DD-MMM-YY hh:mm:ss GMT", rest);
    }
    return name == short_name ? parse_http_date_as(" MMM DD hh:mm:ss YYYY", rest) : std::nullopt;
}

/// The form that may be sent.
inline std::string to_http_date(UnixTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss of_day(time - day);
    const auto digits = [](auto number, std::size_t width) {
        const std::string text = std::to_string(number);
        return std::string(width - std::min(width, text.size()), '0') + text;
    };
    std::string text(std::string_view("SunMonTueWedThuFriSat").substr(3 * std::chrono::weekday(day).c_encoding(), 3));
    text.append(", ").append(digits(unsigned(date.day()), 2)).append(" ");
    text.append(http_months.substr(3 * (unsigned(date.month()) - 1), 3)).append(" ");
    text.append(digits(int(date.year()), 4)).append(" ");
    text.append(digits(of_day.hours().count(), 2)).append(":").append(digits(of_day.minutes().count(), 2));
    return text.append(":").append(digits(of_day.seconds().count(), 2)).append(" GMT");
}

}  // namespace tandem::wire::detail
