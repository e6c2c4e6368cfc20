// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>
#include <tandem/transports/detail/origin.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tandem::transports::detail {

/// Where a byte may stand in a request's head.
enum class Place : std::uint8_t { value = 1, token = 2 };

/// The places of each byte: any but a control character in a field's value, and none that ends a word in its name or in
/// the request's target.
inline constexpr auto byte_places = [] {
    std::array<std::uint8_t, 256> all{};
    for (unsigned byte = 0; byte < all.size(); ++byte) {
        const bool value = (byte >= ' ' || byte == '\t') && byte != 0x7F;
        const bool token = byte > ' ' && byte < 0x7F;
        all[byte] =
            static_cast<std::uint8_t>((value ? unsigned(Place::value) : 0U) | (token ? unsigned(Place::token) : 0U));
    }
    return all;
}();

/// Errors: `invalid`, saying `what` it is, unless all of `text` may stand in that place.
inline void check_place(std::string_view text, Place place, std::string_view what) {
    const auto fits = [place](char c) {
        return (byte_places[static_cast<unsigned char>(c)] & static_cast<std::uint8_t>(place)) != 0;
    };
    if (!std::all_of(text.begin(), text.end(), fits)) {
        errors::invalid("no control character may be sent", std::string(what));
    }
}

/// Whether a field of that name is the transport's own: what frames the message and what asks for another encoding or
/// protocol. The reader of replies counts on it.
inline bool is_owned(std::string_view name) {
    static constexpr std::array<std::string_view, 11> owned{"Host",       "Content-Length",   "Transfer-Encoding",
                                                            "Connection", "Accept-Encoding",  "Expect",
                                                            "Keep-Alive", "Proxy-Connection", "TE",
                                                            "Trailer",    "Upgrade"};
    return std::any_of(owned.begin(), owned.end(),
                       [&](std::string_view each) { return equal_ignoring_case(name, each); });
}

/// The request as it goes over the wire, in one piece.
/// Errors: `invalid` for a byte or field that may not be sent; nothing has left by then.
inline std::string to_text(const Request& request, const Destination& destination) {
    bool has_agent = false;
    bool has_accept = false;
    std::size_t size = 256 + destination.target.size() + destination.origin.host.size() + request.body().size();
    for (const Field& field : request.fields()) {
        if (is_owned(field.name)) { errors::invalid("this header belongs to the transport", field.name); }
        check_place(field.name, Place::token, "a header's name");
        check_place(field.value, Place::value, field.name);
        has_agent |= equal_ignoring_case(field.name, "User-Agent");
        has_accept |= equal_ignoring_case(field.name, "Accept");
        size += field.name.size() + field.value.size() + 4;
    }
    check_place(destination.target, Place::token, "the URL");
    const std::string authority = destination.origin.authority();
    check_place(authority, Place::token, "Host");

    std::string text;
    text.reserve(size);
    const auto line = [&](std::string_view name, std::string_view value) {
        text.append(name).append(": ").append(value).append("\r\n");
    };
    text.append(name_of(request.method())).append(" ").append(destination.target).append(" HTTP/1.1\r\n");
    line("Host", authority);
    if (!has_agent) { line("User-Agent", "tandem/0.1"); }
    if (!has_accept) { line("Accept", "*/*"); }
    line("Accept-Encoding", "identity");
    for (const Field& field : request.fields()) { line(field.name, field.value); }
    if (!request.body().empty() || (request.method() != Method::get && request.method() != Method::delete_)) {
        line("Content-Length", std::to_string(request.body().size()));
    }
    return text.append("\r\n").append(request.body());
}

}  // namespace tandem::transports::detail
