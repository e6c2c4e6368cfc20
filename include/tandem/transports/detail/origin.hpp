// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
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

/// A DNS name as RFC 1123 has it, none that a lenient parser would take for an address (`0x7f.1`, `127.1`, `1.2.3.04`).
inline bool is_host_name(std::string_view host) {
    if (host.empty() || host.size() > 253) { return false; }
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

/// Takes `url` apart and refuses what may not be sent to.
/// Errors: `settings`, saying what was wrong and what is allowed; it never repeats the URL, which may hold secrets.
inline Destination parse_destination(std::string_view url) {
    if (url.size() > longest_url) { refuse_url("it is longer than 8 KiB"); }
    const auto parsed = boost::urls::parse_uri(url);
    if (!parsed) { refuse_url("it is not a URL"); }
    Destination destination;
    Origin& origin = destination.origin;
    if (parsed->scheme_id() != boost::urls::scheme::https && parsed->scheme_id() != boost::urls::scheme::http) {
        refuse_url("its scheme is neither https nor http");
    }
    origin.secure = parsed->scheme_id() == boost::urls::scheme::https;
    if (!parsed->has_authority()) { refuse_url("it has no host"); }
    if (parsed->has_userinfo()) { refuse_url("it holds a user name"); }
    if (parsed->has_fragment()) { refuse_url("it has a fragment"); }
    const std::string_view port = parsed->port();
    origin.port = origin.secure ? 443 : 80;
    if (parsed->has_port()) {  // Boost.URL's port_number() takes 99999 for 34463
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), origin.port);
        if (port.empty() || error != std::errc() || end != port.data() + port.size() || origin.port == 0) {
            refuse_url("its port is none of 1 to 65535");
        }
    }
    // Boost.URL takes "https://1.2.3.4.evil/" for the host 1.2.3.4 with the path ".evil/".
    const std::string_view path = parsed->encoded_path();
    if (!path.empty() && path.front() != '/') { refuse_url("its host is neither a DNS name nor a plain address"); }

    const std::string_view encoded = parsed->encoded_host();
    origin.host.assign(encoded);
    for (char& c : origin.host) { c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
    boost::system::error_code not_an_address;
    switch (parsed->host_type()) {
        case boost::urls::host_type::ipv4:
            origin.address = boost::asio::ip::make_address_v4(origin.host, not_an_address);
            break;
        case boost::urls::host_type::ipv6:
            origin.address =
                boost::asio::ip::make_address_v6(origin.host.substr(1, origin.host.size() - 2), not_an_address);
            origin.host = not_an_address ? std::string() : origin.address->to_string();
            break;
        default:
            if (!is_host_name(origin.host)) { refuse_url("its host is neither a DNS name nor a plain address"); }
    }
    if (not_an_address) { refuse_url("its host is neither a DNS name nor a plain address"); }
    if (origin.address && origin.address->is_v6() && is_disguised(origin.address->to_v6())) {
        refuse_url("its host is an IPv4 address written as IPv6");
    }
    if (!origin.secure && origin.host != "localhost" && !(origin.address && origin.address->is_loopback())) {
        refuse_url("plain http leaves this machine");
    }

    destination.target.assign(std::string_view(parsed->encoded_target()));
    if (!destination.target.starts_with('/')) { destination.target.insert(0, 1, '/'); }
    return destination;
}

}  // namespace tandem::transports::detail
