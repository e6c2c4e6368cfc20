// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>
#include <tandem/transports/detail/origin.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace tandem::transports::detail {

/// The request as it goes over the wire, in one piece. What frames the message and what asks for another encoding or
/// protocol is the transport's: the reader of replies counts on it.
/// Errors: `invalid` for a byte or field that may not be sent; nothing has left by then.
inline std::string to_text(const Request& request, const Destination& destination) {
    const auto check = [](std::string_view text, bool spaces, std::string_view what) {
        const auto breaks_out = [&](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return byte == 0x7F || (spaces ? byte < ' ' && byte != '\t' : byte <= ' ' || byte > 0x7F);
        };
        if (std::any_of(text.begin(), text.end(), breaks_out)) {
            errors::invalid("no control character may be sent", std::string(what));
        }
    };
    const auto has = [&](std::string_view name) {
        return std::any_of(request.fields().begin(), request.fields().end(),
                           [&](const Field& field) { return equal_ignoring_case(field.name, name); });
    };
    for (const std::string_view owned : {"Host", "Content-Length", "Transfer-Encoding", "Connection", "Accept-Encoding",
                                         "Expect", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Upgrade"}) {
        if (has(owned)) { errors::invalid("this header belongs to the transport", std::string(owned)); }
    }

    std::string text;
    text.reserve(512 + destination.target.size() + request.body().size());
    const auto line = [&](std::string_view name, std::string_view value) {
        check(name, false, "a header's name");
        check(value, true, name);
        text.append(name).append(": ").append(value).append("\r\n");
    };
    check(destination.target, false, "the URL");
    text.append(name_of(request.method())).append(" ").append(destination.target).append(" HTTP/1.1\r\n");
    line("Host", destination.origin.authority());
    if (!has("User-Agent")) { line("User-Agent", "tandem/0.1"); }
    if (!has("Accept")) { line("Accept", "*/*"); }
    line("Accept-Encoding", "identity");
    for (const Field& field : request.fields()) { line(field.name, field.value); }
    if (!request.body().empty() || (request.method() != Method::get && request.method() != Method::delete_)) {
        line("Content-Length", std::to_string(request.body().size()));
    }
    return text.append("\r\n").append(request.body());
}

}  // namespace tandem::transports::detail
