// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/message.hpp>

#include <boost/json/array.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// What the sandboxes of carriers share that speak JSON:API.
namespace tandem::testing::sandbox::json_api {

inline constexpr std::string_view media_type = "application/vnd.api+json";

/// A reply with `document` as its body.
inline Reply reply(int status, const boost::json::object& document) {
    Reply made(status, document);
    made.fields = {{"Content-Type", std::string(media_type)}};
    return made;
}
inline Reply no_content() {
    Reply made;
    made.status = 204;
    return made;
}
inline Reply failure(int status, boost::json::object error) {
    return reply(status, {{"errors", boost::json::array{std::move(error)}}});
}

/// An id that looks random and is always the same for `name` (FNV-1a).
inline std::string uuid_of(std::string_view name) {
    std::string hex;
    for (std::uint64_t hash : {0xCBF2'9CE4'8422'2325U, 0x9AE1'6A3B'2F90'404FU}) {
        for (const char c : name) { hash = (hash ^ static_cast<unsigned char>(c)) * 0x100'0000'01B3U; }
        for (int shift = 60; shift >= 0; shift -= 4) { hex += "0123456789abcdef"[hash >> shift & 0xFU]; }
    }
    hex[12] = '4', hex[16] = '8';  // RFC 9562 §5.4
    for (const std::size_t at : {8U, 13U, 18U, 23U}) { hex.insert(at, 1, '-'); }
    return hex;
}

}  // namespace tandem::testing::sandbox::json_api
