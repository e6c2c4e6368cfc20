// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tandem {

/// A country and what its international numbers begin with (ITU-T E.164; within the North American plan, the country's
/// first area code, the United States and Canada aside).
struct Country {
    std::string_view code;  ///< ISO 3166-1 alpha-2
    std::string_view dial_code;
};

/// Where countries share a dial code, the first one stands for it.
inline constexpr std::array<Country, 245> countries{{
    // clang-format off
    {"US", "1"}, {"CA", "1"}, {"AG", "1268"}, {"AI", "1264"}, {"AS", "1684"}, {"BB", "1246"}, {"BM", "1441"},
    {"BS", "1242"}, {"DM", "1767"}, {"DO", "1809"}, {"GD", "1473"}, {"GU", "1671"}, {"JM", "1876"}, {"KN", "1869"},
    {"KY", "1345"}, {"LC", "1758"}, {"MP", "1670"}, {"MS", "1664"}, {"PR", "1787"}, {"SX", "1721"}, {"TC", "1649"},
    {"TT", "1868"}, {"VC", "1784"}, {"VG", "1284"}, {"VI", "1340"}, {"EG", "20"}, {"SS", "211"}, {"MA", "212"},
    {"EH", "212"}, {"DZ", "213"}, {"TN", "216"}, {"LY", "218"}, {"GM", "220"}, {"SN", "221"}, {"MR", "222"},
    {"ML", "223"}, {"GN", "224"}, {"CI", "225"}, {"BF", "226"}, {"NE", "227"}, {"TG", "228"}, {"BJ", "229"},
    {"MU", "230"}, {"LR", "231"}, {"SL", "232"}, {"GH", "233"}, {"NG", "234"}, {"TD", "235"}, {"CF", "236"},
    {"CM", "237"}, {"CV", "238"}, {"ST", "239"}, {"GQ", "240"}, {"GA", "241"}, {"CG", "242"}, {"CD", "243"},
    {"AO", "244"}, {"GW", "245"}, {"IO", "246"}, {"AC", "247"}, {"SC", "248"}, {"SD", "249"}, {"RW", "250"},
    {"ET", "251"}, {"SO", "252"}, {"DJ", "253"}, {"KE", "254"}, {"TZ", "255"}, {"UG", "256"}, {"BI", "257"},
    {"MZ", "258"}, {"ZM", "260"}, {"MG", "261"}, {"RE", "262"}, {"YT", "262"}, {"ZW", "263"}, {"NA", "264"},
    {"MW", "265"}, {"LS", "266"}, {"BW", "267"}, {"SZ", "268"}, {"KM", "269"}, {"ZA", "27"}, {"SH", "290"},
    {"TA", "290"}, {"ER", "291"}, {"AW", "297"}, {"FO", "298"}, {"GL", "299"}, {"GR", "30"}, {"NL", "31"},
    {"BE", "32"}, {"FR", "33"}, {"ES", "34"}, {"GI", "350"}, {"PT", "351"}, {"LU", "352"}, {"IE", "353"},
    {"IS", "354"}, {"AL", "355"}, {"MT", "356"}, {"CY", "357"}, {"FI", "358"}, {"AX", "358"}, {"BG", "359"},
    {"HU", "36"}, {"LT", "370"}, {"LV", "371"}, {"EE", "372"}, {"MD", "373"}, {"AM", "374"}, {"BY", "375"},
    {"AD", "376"}, {"MC", "377"}, {"SM", "378"}, {"VA", "379"}, {"UA", "380"}, {"RS", "381"}, {"ME", "382"},
    {"XK", "383"}, {"HR", "385"}, {"SI", "386"}, {"BA", "387"}, {"MK", "389"}, {"IT", "39"}, {"RO", "40"},
    {"CH", "41"}, {"CZ", "420"}, {"SK", "421"}, {"LI", "423"}, {"AT", "43"}, {"GB", "44"}, {"GG", "44"},
    {"IM", "44"}, {"JE", "44"}, {"DK", "45"}, {"SE", "46"}, {"NO", "47"}, {"SJ", "47"}, {"PL", "48"}, {"DE", "49"},
    {"FK", "500"}, {"BZ", "501"}, {"GT", "502"}, {"SV", "503"}, {"HN", "504"}, {"NI", "505"}, {"CR", "506"},
    {"PA", "507"}, {"PM", "508"}, {"HT", "509"}, {"PE", "51"}, {"MX", "52"}, {"CU", "53"}, {"AR", "54"},
    {"BR", "55"}, {"CL", "56"}, {"CO", "57"}, {"VE", "58"}, {"GP", "590"}, {"BL", "590"}, {"MF", "590"},
    {"BO", "591"}, {"GY", "592"}, {"EC", "593"}, {"GF", "594"}, {"PY", "595"}, {"MQ", "596"}, {"SR", "597"},
    {"UY", "598"}, {"CW", "599"}, {"BQ", "599"}, {"MY", "60"}, {"AU", "61"}, {"CX", "61"}, {"CC", "61"},
    {"ID", "62"}, {"PH", "63"}, {"NZ", "64"}, {"SG", "65"}, {"TH", "66"}, {"TL", "670"}, {"NF", "672"},
    {"BN", "673"}, {"NR", "674"}, {"PG", "675"}, {"TO", "676"}, {"SB", "677"}, {"VU", "678"}, {"FJ", "679"},
    {"PW", "680"}, {"WF", "681"}, {"CK", "682"}, {"NU", "683"}, {"WS", "685"}, {"KI", "686"}, {"NC", "687"},
    {"TV", "688"}, {"PF", "689"}, {"TK", "690"}, {"FM", "691"}, {"MH", "692"}, {"RU", "7"}, {"KZ", "7"},
    {"JP", "81"}, {"KR", "82"}, {"VN", "84"}, {"KP", "850"}, {"HK", "852"}, {"MO", "853"}, {"KH", "855"},
    {"LA", "856"}, {"CN", "86"}, {"BD", "880"}, {"TW", "886"}, {"TR", "90"}, {"IN", "91"}, {"PK", "92"},
    {"AF", "93"}, {"LK", "94"}, {"MM", "95"}, {"MV", "960"}, {"LB", "961"}, {"JO", "962"}, {"SY", "963"},
    {"IQ", "964"}, {"KW", "965"}, {"SA", "966"}, {"YE", "967"}, {"OM", "968"}, {"PS", "970"}, {"AE", "971"},
    {"IL", "972"}, {"BH", "973"}, {"QA", "974"}, {"BT", "975"}, {"MN", "976"}, {"NP", "977"}, {"IR", "98"},
    {"TJ", "992"}, {"TM", "993"}, {"AZ", "994"}, {"GE", "995"}, {"KG", "996"}, {"UZ", "998"},
    // clang-format on
}};

/// What Kazoo calls the `dialcode`: behind it stands the national number. Empty for a country that is not listed.
constexpr std::string_view dial_code_of(std::string_view country) {
    for (const Country& each : countries) {
        if (each.code == country) {
            return each.dial_code.starts_with('1') ? each.dial_code.substr(0, 1) : each.dial_code;
        }
    }
    return {};
}

/// Canada's area codes, in order. A code too new for this list counts as the United States' until somebody names the
/// country.
inline constexpr std::array<std::string_view, 59> canadian_area_codes{{
    // clang-format off
    "204", "226", "236", "249", "250", "257", "263", "289", "306", "343", "354", "365", "367", "368", "382", "403",
    "416", "418", "428", "431", "437", "438", "450", "460", "468", "474", "506", "514", "519", "537", "548", "568",
    "579", "581", "584", "587", "604", "613", "639", "647", "672", "683", "705", "709", "742", "753", "778", "780",
    "782", "807", "819", "825", "851", "867", "873", "879", "902", "905", "942",
    // clang-format on
}};
static_assert(std::is_sorted(canadian_area_codes.begin(), canadian_area_codes.end()));

namespace detail {

/// A dial code as the number that its digits write: none begins with 0.
struct DialCode {
    std::uint16_t value = 0;
    std::string_view country{};
};
/// By value; of countries that share one the first stands first.
inline constexpr auto dial_codes = [] {
    std::array<std::size_t, countries.size()> order{};
    std::array<std::uint16_t, countries.size()> values{};
    for (std::size_t i = 0; i < countries.size(); ++i) {
        order[i] = i;
        for (const char digit : countries[i].dial_code) {
            values[i] = static_cast<std::uint16_t>(values[i] * 10 + (digit - '0'));
        }
    }
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return values[a] != values[b] ? values[a] < values[b] : a < b; });
    std::array<DialCode, countries.size()> sorted{};
    for (std::size_t i = 0; i < order.size(); ++i) {
        sorted[i] = {values[order[i]], countries[order[i]].code};
    }
    return sorted;
}();
static_assert(dial_codes.back().value <= 9'999);

}  // namespace detail

/// The country of an international number or prefix without `+`, by its longest dial code; empty when none fits.
constexpr std::string_view country_of(std::string_view digits) {
    if (digits.empty()) { return {}; }
    if (digits.front() == '1' && std::binary_search(canadian_area_codes.begin(), canadian_area_codes.end(),
                                                    digits.substr(1, canadian_area_codes.front().size()))) {
        return "CA";
    }
    std::string_view country;
    std::uint32_t value = 0;
    for (const char digit : digits.substr(0, 4)) {
        if (digit < '0' || digit > '9' || (value == 0 && digit == '0')) { break; }
        value = value * 10 + static_cast<std::uint32_t>(digit - '0');
        const auto found =
            std::lower_bound(detail::dial_codes.begin(), detail::dial_codes.end(), value,
                             [](const detail::DialCode& each, std::uint32_t wanted) { return each.value < wanted; });
        if (found != detail::dial_codes.end() && found->value == value) { country = found->country; }
    }
    return country;
}

}  // namespace tandem
