// SPDX-License-Identifier: BSL-1.0
#include "certificates.hpp"

#include <tandem/transports/detail/tls.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/test/unit_test.hpp>

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

using namespace tandem;
using test::Identity;
using test::issue;
using transports::detail::Origin;
using transports::detail::TlsContext;
using transports::detail::TlsSession;

namespace {

/// A TLS server in memory.
struct Server {
    explicit Server(const Identity& identity)
        : context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free), ssl(nullptr, SSL_free) {
        SSL_CTX_use_certificate(context.get(), identity.certificate.get());
        SSL_CTX_use_PrivateKey(context.get(), identity.key.get());
        ssl.reset(SSL_new(context.get()));
        SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        SSL_set_accept_state(ssl.get());
    }
    /// What it answers to `input`.
    std::string step(std::string_view input) {
        BIO_write(SSL_get_rbio(ssl.get()), input.data(), static_cast<int>(input.size()));
        std::array<char, 256> room;
        const int count = SSL_read(ssl.get(), room.data(), static_cast<int>(room.size()));
        if (count > 0) { heard.append(room.data(), static_cast<std::size_t>(count)); }
        return output();
    }
    std::string output() {
        BIO* const out = SSL_get_wbio(ssl.get());
        std::string bytes(BIO_ctrl_pending(out), '\0');
        BIO_read(out, bytes.data(), static_cast<int>(bytes.size()));
        return bytes;
    }

    std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context;
    std::unique_ptr<SSL, void (*)(SSL*)> ssl;
    std::string heard;
};

/// Both sides in turn, until the client is done or has failed.
TlsSession::Step shake_hands(TlsSession& client, Server& server) {
    for (int turn = 0; turn < 10; ++turn) {
        const TlsSession::Step step = client.handshake();
        client.feed(server.step(client.take_output()));
        if (step != TlsSession::Step::wants_input) { return step; }
    }
    return TlsSession::Step::wants_input;
}

Origin origin_of(const std::string& host) {
    Origin origin{.host = host};
    boost::system::error_code is_name;
    const auto address = boost::asio::ip::make_address(host, is_name);
    if (!is_name) { origin.address = address; }
    return origin;
}

/// Both ends of a connection on which keys are agreed.
struct Connected {
    Connected() { BOOST_REQUIRE((shake_hands(client, server) == TlsSession::Step::done)); }

    Identity authority = issue({.name = "authority", .authority = true});
    TlsContext context{authority.pem()};
    Identity identity = issue({.alternatives = "DNS:h"}, &authority);
    Server server{identity};
    TlsSession client{context, origin_of("h")};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(transports_tls)

BOOST_AUTO_TEST_CASE(only_the_host_that_was_meant_is_trusted) {
    const struct {
        const char* alternatives;
        const char* host;
        bool trusted;
    } rows[]{
        {"DNS:api.example.com", "api.example.com", true},
        {"DNS:API.Example.com", "api.example.com", true},
        {"DNS:other.example.com,DNS:api.example.com", "api.example.com", true},
        {"DNS:*.example.com", "api.example.com", true},
        {"DNS:*.example.com", "example.com", false},
        {"DNS:*.example.com", "a.api.example.com", false},
        {"DNS:*.com", "api.example.com", false},
        {"DNS:*", "localhost", false},
        {"DNS:*.*.com", "api.example.com", false},
        {"DNS:a*.example.com", "api.example.com", false},
        {"DNS:*i.example.com", "api.example.com", false},
        {"DNS:api.*.com", "api.example.com", false},
        {"DNS:example.com", "api.example.com", false},
        {"DNS:api.example.com", "api.example.com.evil.example", false},
        {"DNS:evil.example", "api.example.com", false},
        {"email:x@api.example.com", "api.example.com", false},
        {"URI:https://api.example.com", "api.example.com", false},
        {"IP:192.0.2.1", "192.0.2.1", true},
        {"IP:192.0.2.2", "192.0.2.1", false},
        {"DNS:192.0.2.1", "192.0.2.1", false},
        {"IP:2001:db8::1", "2001:db8::1", true},
        {"IP:2001:db8::2", "2001:db8::1", false},
        {"", "test", false},  // a common name is no proof
    };
    const Identity authority = issue({.name = "authority", .authority = true});
    TlsContext context(authority.pem());
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.alternatives << " for " << row.host) {
            const Identity identity = issue({.alternatives = row.alternatives}, &authority);
            Server server(identity);
            TlsSession client(context, origin_of(row.host));
            const TlsSession::Step step = shake_hands(client, server);
            BOOST_TEST((step == (row.trusted ? TlsSession::Step::done : TlsSession::Step::failed)));
            BOOST_TEST(client.mistrusts() == !row.trusted);
        }
    }
}

BOOST_AUTO_TEST_CASE(text_passes_both_ways_and_an_end_is_told_from_a_pause) {
    Connected ends;
    Server& server = ends.server;
    TlsSession& client = ends.client;
    BOOST_REQUIRE((client.write("question") == TlsSession::Step::done));
    client.feed(server.step(client.take_output()));
    BOOST_TEST(server.heard == "question");

    std::array<char, 16> room;
    std::size_t count = 0;
    BOOST_TEST((client.read(room, count) == TlsSession::Step::wants_input));
    SSL_write(server.ssl.get(), "answer", 6);
    client.feed(server.output());
    BOOST_TEST((client.read(room, count) == TlsSession::Step::done));
    BOOST_TEST(std::string_view(room.data(), count) == "answer");
    SSL_shutdown(server.ssl.get());
    client.feed(server.output());
    BOOST_TEST((client.read(room, count) == TlsSession::Step::closed));
}

BOOST_AUTO_TEST_CASE(a_changed_byte_is_noticed) {
    Connected ends;
    Server& server = ends.server;
    TlsSession& client = ends.client;
    client.feed(server.output());
    SSL_write(server.ssl.get(), "answer", 6);
    std::string record = server.output();
    record.back() = static_cast<char>(record.back() ^ 1);
    client.feed(record);
    std::array<char, 16> room;
    std::size_t count = 0;
    BOOST_TEST((client.read(room, count) == TlsSession::Step::failed));
    BOOST_TEST(!client.why().empty());
}

BOOST_AUTO_TEST_SUITE_END()
