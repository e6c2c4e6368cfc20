// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace tandem::transports::detail {

/// With whom a connection speaks: scheme, host and port. Connections are shared by requests of one origin only.
struct Origin {
    bool secure = true;
    std::string host{};  ///< lower case; an IPv6 address stands without brackets
    std::uint16_t port = 443;
    std::optional<boost::asio::ip::address> address{};  ///< where the host is one, not a name

    /// `host`, or `host:port` where the port is not the scheme's own: what the Host field says.
    std::string authority() const {
        std::string text = address && address->is_v6() ? "[" + host + "]" : host;
        if (port != (secure ? 443 : 80)) { text += ":" + std::to_string(port); }
        return text;
    }
    friend bool operator==(const Origin&, const Origin&) = default;
};

/// A URL taken apart: whom to ask, and for what.
struct Destination {
    Origin origin{};
    std::string target{};  ///< path and query, as on the request line
};

inline constexpr std::size_t longest_url = 8U << 10U;

[[noreturn]] inline void refuse_url(std::string_view what) {
    errors::raise(errc::settings,
                  "this URL is not sent to: " + std::string(what) +
                      "; allowed are https://host[:port]/path?query, and http:// to 127.0.0.0/8, [::1] or localhost");
}

/// Whether `host` begins with four numbers, dots between: some would take them for all of it.
inline bool begins_with_address(std::string_view host) {
    constexpr std::string_view digits = "0123456789";
    for (int i = 0; i < 3; ++i) {
        const std::size_t dot = host.find_first_not_of(digits);
        if (dot == 0 || dot == host.npos || host[dot] != '.') { return false; }
        host.remove_prefix(dot + 1);
    }
    return host.find_first_of(digits) == 0;
}

/// A DNS name as RFC 1123 has it, none that a lenient parser would take for an address (`0x7f.1`, `127.1`, `1.2.3.04`,
/// `1.2.3.4.example`).
inline bool is_host_name(std::string_view host) {
    if (host.empty() || host.size() > 253 || begins_with_address(host)) { return false; }
    std::string_view label;
    for (std::string_view rest = host;;) {
        label = rest.substr(0, rest.find('.'));
        const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-' ||
            !std::all_of(label.begin(), label.end(), fits)) {
            return false;
        }
        if (label.size() == rest.size()) { break; }
        rest.remove_prefix(label.size() + 1);
    }
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return !std::all_of(label.begin(), label.end(), is_digit) && !label.starts_with("0x");
}

/// An IPv6 address that is an IPv4 address in disguise, or `::`: refused, since filters see through few of them.
inline bool is_disguised(const boost::asio::ip::address_v6& address) {
    const auto bytes = address.to_bytes();
    return address.is_v4_mapped() ||
           (std::all_of(bytes.begin(), bytes.begin() + 12, [](auto byte) { return byte == 0; }) &&
            !address.is_loopback());
}

/// Whether the address belongs to the internet at large: not private, local, shared, reserved or for many.
/// Source: the IANA special-purpose address registries.
inline bool is_public(const boost::asio::ip::address& address) {
    if (address.is_v4()) {
        const std::uint32_t bits = address.to_v4().to_uint();
        constexpr struct {
            std::uint32_t prefix;
            unsigned length;
        } special[]{{0x00000000, 8},  {0x0A000000, 8},  {0x64400000, 10}, {0x7F000000, 8},  {0xA9FE0000, 16},
                    {0xAC100000, 12}, {0xC0000000, 24}, {0xC0000200, 24}, {0xC0586300, 24}, {0xC0A80000, 16},
                    {0xC6120000, 15}, {0xC6336400, 24}, {0xCB007100, 24}, {0xE0000000, 4},  {0xF0000000, 4}};
        return std::none_of(std::begin(special), std::end(special),
                            [&](const auto& block) { return ((bits ^ block.prefix) >> (32 - block.length)) == 0; });
    }
    const auto bytes = address.to_v6().to_bytes();
    constexpr unsigned char nat64[]{0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0};
    if (std::equal(std::begin(nat64), std::end(nat64), bytes.begin())) {
        return is_public(boost::asio::ip::address_v4({bytes[12], bytes[13], bytes[14], bytes[15]}));
    }
    const unsigned first = bytes[0] * 256U + bytes[1];
    const unsigned second = bytes[2] * 256U + bytes[3];
    const bool global_unicast = (first & 0xE000U) == 0x2000U;
    const bool special = (first == 0x2001 && (second < 0x0200 || second == 0x0DB8)) ||  // Teredo and documentation
                         first == 0x2002 ||                                             // 6to4
                         (first == 0x3FFF && second < 0x1000);                          // documentation
    return global_unicast && !special;
}

/// Whether a connection to `origin` may go to `address`, which its name gave.
inline bool may_connect(const Origin& origin, const boost::asio::ip::address& address, bool private_addresses) {
    if (address.is_v6() && is_disguised(address.to_v6())) { return false; }
    if (!origin.secure) { return address.is_loopback(); }
    if (is_public(address)) { return true; }
    const bool for_nobody = address.is_unspecified() || address.is_multicast() ||
                            (address.is_v4() && address.to_v4() == boost::asio::ip::address_v4::broadcast());
    return private_addresses && !for_nobody;
}

/// The characters of which RFC 3986 builds URLs.
inline constexpr auto url_characters = [] {
    std::array<bool, 256> all{};
    for (const char c : std::string_view("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "-._~:/?#[]@!$&'()*+,;=%")) {
        all[static_cast<unsigned char>(c)] = true;
    }
    return all;
}();

/// Whether `text` has nothing else, each `%` before two digits.
inline bool is_url_text(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdefABCDEF";
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!url_characters[static_cast<unsigned char>(text[i])]) { return false; }
        if (text[i] != '%') { continue; }
        const std::string_view byte = text.substr(i + 1, 2);
        if (byte.size() < 2 || byte.find_first_not_of(digits) != byte.npos) { return false; }
    }
    return true;
}

/// Puts `host`, and the address where it is one, into `origin`.
inline void read_host(Origin& origin, std::string_view host) {
    const auto refuse = [] { refuse_url("its host is neither a DNS name nor a plain address"); };
    origin.host.assign(host);
    for (char& c : origin.host) { c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
    boost::system::error_code failed;
    if (host.starts_with('[')) {
        if (!host.ends_with(']') || host.find_first_not_of("0123456789abcdefABCDEF:.", 1) != host.size() - 1) {
            refuse();
        }
        const auto address = boost::asio::ip::make_address_v6(origin.host.substr(1, host.size() - 2), failed);
        if (failed) { refuse(); }
        if (is_disguised(address)) { refuse_url("its host is an IPv4 address written as IPv6"); }
        origin.host = address.to_string();
        origin.address = address;
    } else if (host.find_first_not_of("0123456789.") == host.npos) {
        const auto address = boost::asio::ip::make_address_v4(origin.host, failed);
        if (failed || address.to_string() != host) { refuse(); }
        origin.address = address;
    } else if (!is_host_name(origin.host)) {
        refuse();
    }
}

/// Takes `url` apart and refuses what may not be sent to.
/// Errors: `settings`, saying what was wrong and what is allowed; it never repeats the URL, which may hold secrets.
inline Destination parse_destination(std::string_view url) {
    if (url.size() > longest_url) { refuse_url("it is longer than 8 KiB"); }
    const std::size_t colon = url.find_first_of(":/?#[]@");
    if (!is_url_text(url) || colon == 0 || colon == url.npos || url[colon] != ':') { refuse_url("it is not a URL"); }
    Destination destination;
    Origin& origin = destination.origin;
    origin.secure = equal_ignoring_case(url.substr(0, colon), "https");
    if (!origin.secure && !equal_ignoring_case(url.substr(0, colon), "http")) {
        refuse_url("its scheme is neither https nor http");
    }
    std::string_view rest = url.substr(colon + 1);
    if (!rest.starts_with("//")) { refuse_url("it has no host"); }
    rest.remove_prefix(2);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    rest.remove_prefix(authority.size());
    if (authority.find('@') != authority.npos) { refuse_url("it holds a user name"); }
    if (rest.find('#') != rest.npos) { refuse_url("it has a fragment"); }
    if (rest.find('[') != rest.npos || rest.find(']') != rest.npos) { refuse_url("it is not a URL"); }

    const std::size_t brackets = authority.rfind(']');
    const std::size_t port_at = authority.find(':', brackets == authority.npos ? 0 : brackets);
    origin.port = origin.secure ? 443 : 80;
    if (port_at != authority.npos) {
        const std::string_view port = authority.substr(port_at + 1);
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), origin.port);
        if (port.empty() || error != std::errc() || end != port.data() + port.size() || origin.port == 0) {
            refuse_url("its port is none of 1 to 65535");
        }
    }
    read_host(origin, authority.substr(0, port_at));
    if (!origin.secure && origin.host != "localhost" && !(origin.address && origin.address->is_loopback())) {
        refuse_url("plain http leaves this machine");
    }

    destination.target.reserve(rest.size() + 1);
    if (!rest.starts_with('/')) { destination.target += '/'; }
    destination.target.append(rest);
    return destination;
}

}  // namespace tandem::transports::detail
