// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/message.hpp>

#include <string>
#include <string_view>
#include <utility>

/// Decimal numbers in replies as carriers write them: Boost.JSON would write 2.5 as 2.5E0.
namespace tandem::testing::sandbox {

inline constexpr std::string_view numeral_mark = "@numeral@";

/// A value that `with_numerals` writes as the bare number `text`.
inline boost::json::value numeral(std::string_view text) {
    return boost::json::value(boost::json::string(std::string(numeral_mark).append(text).append(numeral_mark)));
}

/// `reply` with its numerals bare.
inline Reply with_numerals(Reply reply) {
    const auto strip = [&](const std::string& quoted) {
        for (auto at = reply.body.find(quoted); at != std::string::npos; at = reply.body.find(quoted, at)) {
            reply.body.erase(at, quoted.size());
        }
    };
    strip('"' + std::string(numeral_mark));
    strip(std::string(numeral_mark) + '"');
    return reply;
}

}  // namespace tandem::testing::sandbox
