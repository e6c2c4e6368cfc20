// SPDX-License-Identifier: BSL-1.0
#include <tandem/transports/detail/origin.hpp>
#include <tandem/transports/detail/request_text.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

using namespace tandem;
using transports::detail::may_connect;
using transports::detail::Origin;
using transports::detail::parse_destination;

namespace {

std::string refusal(std::string_view url) {
    try {
        (void)parse_destination(url);
    } catch (const Exception& failure) {
        BOOST_TEST((failure.error().code == errc::settings));
        BOOST_TEST(!failure.error().sent);
        return failure.error().message;
    }
    return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transports_origin)

BOOST_AUTO_TEST_CASE(a_url_is_taken_apart) {
    const struct {
        const char* url;
        bool secure;
        const char* host;
        unsigned short port;
        const char* authority;
        const char* target;
    } rows[]{
        {"https://api.telnyx.com/v2/a?b=c&d=%2B1", true, "api.telnyx.com", 443, "api.telnyx.com", "/v2/a?b=c&d=%2B1"},
        {"https://API.Example.COM", true, "api.example.com", 443, "api.example.com", "/"},
        {"HTTPS://h?q", true, "h", 443, "h", "/?q"},
        {"https://h:443/", true, "h", 443, "h", "/"},
        {"https://h:8443/", true, "h", 8443, "h:8443", "/"},
        {"https://xn--mnchen-3ya.example/", true, "xn--mnchen-3ya.example", 443, "xn--mnchen-3ya.example", "/"},
        {"https://192.0.32.8/", true, "192.0.32.8", 443, "192.0.32.8", "/"},
        {"https://[2606:2800:0220::1]:8443/", true, "2606:2800:220::1", 8443, "[2606:2800:220::1]:8443", "/"},
        {"http://127.0.0.1:80/x", false, "127.0.0.1", 80, "127.0.0.1", "/x"},
        {"http://127.9.8.7:8080/", false, "127.9.8.7", 8080, "127.9.8.7:8080", "/"},
        {"http://[::1]:8080/", false, "::1", 8080, "[::1]:8080", "/"},
        {"http://localhost:65535/", false, "localhost", 65535, "localhost:65535", "/"},
        {"http://LOCALHOST/", false, "localhost", 80, "localhost", "/"},
        {"https://h//a/../b", true, "h", 443, "h", "//a/../b"},
    };
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.url) {
            const auto destination = parse_destination(row.url);
            BOOST_TEST(destination.origin.secure == row.secure);
            BOOST_TEST(destination.origin.host == row.host);
            BOOST_TEST(destination.origin.port == row.port);
            BOOST_TEST(destination.origin.authority() == row.authority);
            BOOST_TEST(destination.target == row.target);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_leads_elsewhere_is_refused_and_the_message_says_why) {
    const struct {
        std::string url;
        const char* why;
    } rows[]{
        {"", "not a URL"},
        {"api.example.com", "not a URL"},
        {"//api.example.com/", "not a URL"},
        {"https:/h", "no host"},
        {"https:h", "no host"},
        {"https://", "host is neither"},
        {"https:///x", "host is neither"},
        {"ftp://h/", "scheme"},
        {"file:///etc/passwd", "scheme"},
        {"gopher://127.0.0.1/", "scheme"},
        {"wss://h/", "scheme"},
        {"javascript:alert(1)", "scheme"},
        {"https://user@h/", "user name"},
        {"https://user:key@h/", "user name"},
        {"https://@h/", "user name"},
        {"http://127.0.0.1@evil.example/", "user name"},
        {"https://h#@evil", "fragment"},
        {"https://h/#", "fragment"},
        {"https://h\\@evil", "not a URL"},
        {"https://h\\.evil/", "not a URL"},
        {"https://h/\\evil", "not a URL"},
        {"https://h%2eevil/", "host is neither"},
        {"https://h%00/", "host is neither"},
        {"https://127.0.0.1%2f@evil/", "user name"},
        {"https://h ", "not a URL"},
        {" https://h", "not a URL"},
        {"https://h/\r\nX: 1", "not a URL"},
        {std::string("https://h/\0", 11), "not a URL"},
        {"https://\xC3\xA4.example/", "not a URL"},
        {"https://0x7f.1/", "host is neither"},
        {"http://0x7f.1/", "host is neither"},
        {"http://0x7f000001/", "host is neither"},
        {"http://2130706433/", "host is neither"},
        {"http://127.1/", "host is neither"},
        {"http://0177.0.0.1/", "host is neither"},
        {"http://127.0.0.01/", "host is neither"},
        {"http://127.0.0.1./", "host is neither"},
        {"https://1.2.3.4.5/", "host is neither"},
        {"https://1.2.3.4.evil.example/", "host is neither"},
        {"https://1.2.3.4evil.example:8443/x", "host is neither"},
        {"https://[2606:4700::1].evil.example/", "host is neither"},
        {"https://h./", "host is neither"},
        {"https://h..example/", "host is neither"},
        {"https://-h.example/", "host is neither"},
        {"https://h_x.example/", "host is neither"},
        {"https://*.example.com/", "host is neither"},
        {"https://" + std::string(64, 'h') + ".example/", "host is neither"},
        {"https://[v1.x]/", "host is neither"},
        {"https://[fe80::1%25eth0]/", ""},
        {"http://[::ffff:127.0.0.1]/", "written as IPv6"},
        {"https://[::ffff:127.0.0.1]/", "written as IPv6"},
        {"https://[::ffff:7f00:1]/", "written as IPv6"},
        {"https://[::127.0.0.1]/", "written as IPv6"},
        {"https://[::]/", "written as IPv6"},
        {"https://h:0/", "port"},
        {"https://h:/", "port"},
        {"https://h:65536/", "port"},
        {"https://h:65979/", "port"},
        {"https://h:18446744073709551617/", "port"},
        {"https://h:-1/", "port"},
        {"https://h:x/", "port"},
        {"http://example.com/", "leaves this machine"},
        {"http://localhost.example.com/", "leaves this machine"},
        {"http://localhost.localdomain/", "leaves this machine"},
        {"http://10.0.0.1/", "leaves this machine"},
        {"http://128.0.0.1/", "leaves this machine"},
        {"http://[::2]/", "written as IPv6"},
        {"http://[fe80::1]/", "leaves this machine"},
        {"https://h/" + std::string(64U << 10U, 'x'), "longer"},
        {"https://" + std::string(64U << 10U, 'x'), "longer"},
    };
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.url.substr(0, 80)) {
            const std::string message = refusal(row.url);
            BOOST_TEST(message.find(row.why) != message.npos, message);
            BOOST_TEST(message.find("allowed are https://") != message.npos, message);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_refusal_repeats_no_secret) {
    for (const char* url : {"https://user:canary@h/", "http://h.example/?key=canary", "https://h/?key=canary#x"}) {
        BOOST_TEST(refusal(url).find("canary") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(names_may_lead_to_public_addresses_only) {
    const struct {
        const char* address;
        bool usually;
        bool when_private_is_allowed;
        bool over_plain_http;
    } rows[]{
        {"8.8.8.8", true, true, false},
        {"0.0.0.0", false, false, false},
        {"0.1.2.3", false, true, false},
        {"9.255.255.255", true, true, false},
        {"10.0.0.0", false, true, false},
        {"10.255.255.255", false, true, false},
        {"11.0.0.0", true, true, false},
        {"100.63.255.255", true, true, false},
        {"100.64.0.1", false, true, false},
        {"100.127.255.255", false, true, false},
        {"100.128.0.0", true, true, false},
        {"127.0.0.1", false, true, true},
        {"127.255.255.254", false, true, true},
        {"169.254.169.254", false, true, false},
        {"172.15.255.255", true, true, false},
        {"172.16.0.1", false, true, false},
        {"172.31.255.255", false, true, false},
        {"172.32.0.0", true, true, false},
        {"192.0.0.1", false, true, false},
        {"192.0.2.1", false, true, false},
        {"192.88.99.1", false, true, false},
        {"198.51.100.1", false, true, false},
        {"192.168.1.1", false, true, false},
        {"192.169.0.0", true, true, false},
        {"198.18.0.1", false, true, false},
        {"198.20.0.0", true, true, false},
        {"203.0.113.9", false, true, false},
        {"223.255.255.255", true, true, false},
        {"224.0.0.1", false, false, false},
        {"239.255.255.255", false, false, false},
        {"240.0.0.1", false, true, false},
        {"255.255.255.255", false, false, false},
        {"::", false, false, false},
        {"::1", false, true, true},
        {"::ffff:8.8.8.8", false, false, false},
        {"::ffff:127.0.0.1", false, false, false},
        {"::8.8.8.8", false, false, false},
        {"64:ff9b::8.8.8.8", true, true, false},
        {"64:ff9b::10.0.0.1", false, true, false},
        {"64:ff9b::127.0.0.1", false, true, false},
        {"64:ff9b:1::8.8.8.8", false, true, false},
        {"2606:4700::1", true, true, false},
        {"2001:4860:4860::8888", true, true, false},
        {"2001::1", false, true, false},
        {"2001:db8::1", false, true, false},
        {"2002:7f00:1::", false, true, false},
        {"3fff::1", false, true, false},
        {"fc00::1", false, true, false},
        {"fdff::1", false, true, false},
        {"fe80::1", false, true, false},
        {"fec0::1", false, true, false},
        {"ff02::1", false, false, false},
    };
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.address) {
            const auto address = boost::asio::ip::make_address(row.address);
            const Origin https{.secure = true, .host = "h"};
            const Origin http{.secure = false, .host = "localhost"};
            BOOST_TEST(may_connect(https, address, false) == row.usually);
            BOOST_TEST(may_connect(https, address, true) == row.when_private_is_allowed);
            BOOST_TEST(may_connect(http, address, false) == row.over_plain_http);
            BOOST_TEST(may_connect(http, address, true) == row.over_plain_http);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_request_is_written_in_one_piece) {
    using transports::detail::to_text;
    const auto text = [](const Request& request) { return to_text(request, parse_destination(request.url())); };
    BOOST_TEST(text(Request::get("https://h:8443/a?b")) ==
               "GET /a?b HTTP/1.1\r\nHost: h:8443\r\nUser-Agent: tandem/0.1\r\nAccept: */*\r\n"
               "Accept-Encoding: identity\r\n\r\n");
    BOOST_TEST(text(Request::delete_("https://h").header("User-Agent", "me").header("accept", "a/b")) ==
               "DELETE / HTTP/1.1\r\nHost: h\r\nAccept-Encoding: identity\r\nUser-Agent: me\r\naccept: a/b\r\n\r\n");
    for (const auto method : {Method::post, Method::put, Method::patch}) {
        BOOST_TEST(text(Request(method, "https://h")).ends_with("\r\nContent-Length: 0\r\n\r\n"));
    }
    BOOST_TEST(text(Request::delete_("https://h").body("a/b", "x")).ends_with("\r\nContent-Length: 1\r\n\r\nx"));
}

BOOST_AUTO_TEST_CASE(the_transports_own_fields_cannot_be_set) {
    using transports::detail::to_text;
    for (const char* name : {"accept-encoding", "TE", "Upgrade", "Expect", "Trailer", "Keep-Alive"}) {
        BOOST_TEST_CONTEXT(name) {
            const Request request = Request::get("https://h").header(name, "x");
            BOOST_CHECK_EXCEPTION((void)to_text(request, parse_destination("https://h")), Exception,
                                  [](const Exception& thrown) { return thrown.error().code == errc::invalid; });
        }
    }
}

BOOST_AUTO_TEST_CASE(no_byte_that_ends_a_line_is_written) {
    using transports::detail::to_text;
    const Request request = Request::get("https://h");
    for (const std::string bad : {"/\r\nX: 1", "/\n", "/\r", "/ x", "/\x7f", "/\t"}) {
        auto destination = parse_destination("https://h");
        destination.target = bad;
        BOOST_CHECK_THROW((void)to_text(request, destination), Exception);
    }
    for (const std::string bad : {"h\r\nX: 1", "h\n"}) {
        auto destination = parse_destination("https://h");
        destination.origin.host = bad;
        BOOST_CHECK_THROW((void)to_text(request, destination), Exception);
    }
}

BOOST_AUTO_TEST_SUITE_END()
