// SPDX-License-Identifier: BSL-1.0
#include "certificates.hpp"
#include "client.hpp"
#include "raw_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <pthread.h>
#include <signal.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

using namespace tandem;
using namespace std::chrono_literals;
using test::Claims;
using test::code;
using test::eventually;
using test::Identity;
using test::issue;
using test::Peer;
using test::RawServer;
using test::reply;

namespace {

/// How a server of these tests behaves.
struct Manners {
    int oldest = TLS1_2_VERSION;
    int newest = TLS1_3_VERSION;
    bool ends_in_order = true;       ///< close_notify before the connection closes
    std::size_t cut_handshake = 0;   ///< bytes after which the handshake is cut; 0: never
    bool asks_for_new_keys = false;  ///< before each reply
    std::string answer = reply("{}");
    bool one_request = false;
};

/// A TLS server on loopback that counts the bytes of requests it could decrypt.
class TlsServer {
public:
    explicit TlsServer(const Identity& identity, Manners manners = {})
        : manners_(std::move(manners)),
          context_(set_up(identity, manners_)),
          server_([this](Peer& peer) { serve(peer); }) {}

    std::string origin(const std::string& host = "localhost") const {
        return "https://" + host + ":" + std::to_string(server_.port());
    }
    std::size_t connections() const { return server_.connections(); }

    std::atomic<std::size_t> bytes = 0;  ///< of requests
    std::atomic<int> handshakes = 0;
    std::atomic<bool> named = false;          ///< the client said which host it wants
    std::atomic<bool> said_farewell = false;  ///< the client sent close_notify

private:
    using Context = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;

    static Context set_up(const Identity& identity, const Manners& manners) {
        Context made(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
        SSL_CTX* const context = made.get();
        SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");  // old versions are what some tests need
        SSL_CTX_set_min_proto_version(context, manners.oldest);
        SSL_CTX_set_max_proto_version(context, manners.newest);
        SSL_CTX_use_certificate(context, identity.certificate.get());
        SSL_CTX_use_PrivateKey(context, identity.key.get());
        return made;
    }

    void serve(Peer& peer) {
        sigset_t broken_pipe;  // OpenSSL's own writes raise it
        sigemptyset(&broken_pipe);
        sigaddset(&broken_pipe, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
        if (manners_.cut_handshake > 0) {
            peer.read_some();
            peer.send(
                std::string("\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03", 11).substr(0, manners_.cut_handshake));
            return;
        }
        peer.socket.native_non_blocking(false);
        const std::unique_ptr<SSL, void (*)(SSL*)> ssl(SSL_new(context_.get()), SSL_free);
        SSL_set_fd(ssl.get(), peer.socket.native_handle());
        if (SSL_accept(ssl.get()) != 1) {
            ERR_clear_error();
            return;
        }
        ++handshakes;
        named = SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name) != nullptr;
        std::string waiting;
        for (;;) {
            std::array<char, 4096> room;
            const int count = SSL_read(ssl.get(), room.data(), static_cast<int>(room.size()));
            if (count <= 0) {
                said_farewell = SSL_get_error(ssl.get(), count) == SSL_ERROR_ZERO_RETURN;
                ERR_clear_error();
                return;
            }
            bytes += static_cast<std::size_t>(count);
            waiting.append(room.data(), static_cast<std::size_t>(count));
            if (!waiting.ends_with("\r\n\r\n")) { continue; }
            waiting.clear();
            if (manners_.asks_for_new_keys) { SSL_key_update(ssl.get(), SSL_KEY_UPDATE_REQUESTED); }
            SSL_write(ssl.get(), manners_.answer.data(), static_cast<int>(manners_.answer.size()));
            if (manners_.one_request) {
                if (manners_.ends_in_order) { SSL_shutdown(ssl.get()); }
                return;
            }
        }
    }

    Manners manners_;
    Context context_;
    RawServer server_;
};

const Identity& authority() {
    static const Identity made = issue({.name = "Tandem test authority", .authority = true});
    return made;
}
Identity leaf(Claims claims) { return issue(claims, &authority()); }
Identity localhost() { return leaf({.name = "localhost", .alternatives = "DNS:localhost,IP:127.0.0.1,IP:::1"}); }

/// A client that trusts the authority of these tests.
struct Client : test::Client {
    explicit Client(const std::string& anchors = authority().pem())
        : test::Client({.private_addresses = true, .trust_anchors = anchors}) {}
};

}  // namespace

BOOST_AUTO_TEST_SUITE(transports_https_tls)

BOOST_AUTO_TEST_CASE(a_server_that_proves_its_name_is_spoken_to_and_again) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const Identity identity = localhost();
        TlsServer server(identity, {.oldest = version, .newest = version});
        {
            Client client;
            for (int i = 0; i < 5; ++i) { BOOST_TEST(client.send(Request::get(server.origin() + "/x")).body == "{}"); }
        }
        BOOST_TEST(server.handshakes == 1);
        BOOST_TEST(server.named);
        BOOST_TEST(server.bytes > 0U);
        BOOST_TEST(eventually([&] { return server.said_farewell.load(); }));
    }
}

BOOST_AUTO_TEST_CASE(an_address_is_proved_by_an_address) {
    const Identity identity = leaf({.name = "x", .alternatives = "IP:127.0.0.1"});
    TlsServer server(identity);
    Client client;
    BOOST_TEST(client.send(Request::get(server.origin("127.0.0.1"))).status == 200);
    BOOST_TEST(!server.named);  // names are for names
}

BOOST_AUTO_TEST_CASE(who_does_not_prove_to_be_the_host_is_sent_nothing) {
    const Identity stranger =
        issue({.name = "Tandem test authority", .authority = true});  // the same name, another key
    const Identity no_authority = localhost();
    const struct {
        const char* name;
        Identity identity;
        const char* host;
    } rows[]{
        {"another host", leaf({.name = "localhost", .alternatives = "DNS:example.com"}), "localhost"},
        {"only a common name", leaf({.name = "localhost"}), "localhost"},
        {"an address for a name", leaf({.name = "localhost", .alternatives = "IP:127.0.0.1"}), "localhost"},
        {"a name for an address", leaf({.name = "127.0.0.1", .alternatives = "DNS:localhost"}), "127.0.0.1"},
        {"an address as a name", leaf({.name = "127.0.0.1", .alternatives = "DNS:127.0.0.1"}), "127.0.0.1"},
        {"another address", leaf({.name = "x", .alternatives = "IP:127.0.0.2"}), "127.0.0.1"},
        {"expired", leaf({.name = "x", .alternatives = "DNS:localhost", .from_now = -7200, .until_now = -3600}),
         "localhost"},
        {"not yet valid", leaf({.name = "x", .alternatives = "DNS:localhost", .from_now = 3600, .until_now = 7200}),
         "localhost"},
        {"self-signed", issue({.name = "x", .alternatives = "DNS:localhost"}), "localhost"},
        {"self-signed as an authority", issue({.name = "x", .alternatives = "DNS:localhost", .authority = true}),
         "localhost"},
        {"an unknown authority", issue({.name = "x", .alternatives = "DNS:localhost"}, &stranger), "localhost"},
        {"signed by one who is no authority", issue({.name = "x", .alternatives = "DNS:localhost"}, &no_authority),
         "localhost"},
    };
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            TlsServer server(row.identity);
            Client client;
            const Error error = client.fails(Request::post(server.origin(row.host)).body("a/b", "secret"));
            BOOST_TEST(code(error) == "unreachable");
            BOOST_TEST(error.message.find("does not prove") != error.message.npos, error.message);
            BOOST_TEST(!error.cause.empty());
            BOOST_TEST(!error.sent);
            BOOST_TEST(server.connections() == 1U);
            BOOST_TEST(server.bytes == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(without_an_anchor_nobody_vouches_for_a_test) {
    const Identity identity = localhost();
    TlsServer server(identity);
    Client client("");
    const Error error = client.fails(Request::get(server.origin()));
    BOOST_TEST(code(error) == "unreachable");
    BOOST_TEST(!error.sent);
    BOOST_TEST(server.bytes == 0U);
}

BOOST_AUTO_TEST_CASE(anchors_that_cannot_be_read_are_refused_at_once) {
    for (const std::string& anchors :
         {std::string("no PEM"), std::string("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
          authority().pem() + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
        BOOST_CHECK_EXCEPTION(Client client(anchors), Exception,
                              [](const Exception& thrown) { return thrown.error().code == errc::settings; });
    }
    const Identity second = issue({.name = "second", .authority = true});
    const Identity identity = issue({.name = "x", .alternatives = "DNS:localhost"}, &second);
    TlsServer server(identity);
    Client client(authority().pem() + second.pem());
    BOOST_TEST(client.send(Request::get(server.origin())).status == 200);
}

BOOST_AUTO_TEST_CASE(old_tls_is_refused) {
    for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
        const Identity identity = localhost();
        TlsServer server(identity, {.oldest = version, .newest = version});
        Client client;
        const Error error = client.fails(Request::post(server.origin()));
        BOOST_TEST(code(error) == "unreachable");
        BOOST_TEST(!error.sent);
        BOOST_TEST(server.handshakes == 0);
        BOOST_TEST(server.bytes == 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_cut_handshake_sends_nothing) {
    for (const std::size_t cut : {1U, 5U, 11U}) {
        const Identity identity = localhost();
        TlsServer server(identity, {.cut_handshake = cut});
        Client client;
        const Error error = client.fails(Request::post(server.origin()));
        BOOST_TEST(code(error) == "unreachable");
        BOOST_TEST(!error.sent);
    }
}

BOOST_AUTO_TEST_CASE(a_handshake_with_a_server_that_speaks_no_tls_fails_unsent) {
    RawServer server([](Peer& peer) {
        peer.read_some();
        peer.send(reply("{}"));
    });
    Client client;
    const Error error = client.fails(Request::post("https://localhost:" + std::to_string(server.port())));
    BOOST_TEST(code(error) == "unreachable");
    BOOST_TEST(!error.sent);
}

BOOST_AUTO_TEST_CASE(a_handshake_that_hangs_ends_by_the_deadline_unsent) {
    RawServer server([](Peer& peer) { peer.wait_for_close(); });
    Client client;
    const auto start = std::chrono::steady_clock::now();
    const Error error = client.fails(Request::post("https://localhost:" + std::to_string(server.port())), 200ms);
    BOOST_TEST(code(error) == "timeout");
    BOOST_TEST(!error.sent);
    BOOST_TEST((std::chrono::steady_clock::now() - start < 1s));
}

BOOST_AUTO_TEST_CASE(only_an_end_in_order_ends_a_reply_without_a_length) {
    for (const bool in_order : {true, false}) {
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            const Identity identity = localhost();
            TlsServer server(identity, {.oldest = version,
                                        .newest = version,
                                        .ends_in_order = in_order,
                                        .answer = "HTTP/1.1 200 OK\r\n\r\n{\"sold\":true}",
                                        .one_request = true});
            Client client;
            if (in_order) {
                BOOST_TEST(client.send(Request::post(server.origin())).body == "{\"sold\":true}");
            } else {
                for (const Request& request : {Request::post(server.origin()), Request::get(server.origin())}) {
                    const Error error = client.fails(request);
                    BOOST_TEST(code(error) == "malformed_reply");
                    BOOST_TEST(error.sent);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_cut_reply_is_malformed_however_it_was_cut) {
    const std::string whole = reply("{\"sold\":true}");
    for (const bool in_order : {true, false}) {
        for (const std::size_t cut : {std::size_t{1}, std::size_t{20}, whole.size() - 1}) {
            const Identity identity = localhost();
            TlsServer server(identity,
                             {.ends_in_order = in_order, .answer = whole.substr(0, cut), .one_request = true});
            Client client;
            const Error error = client.fails(Request::post(server.origin()));
            BOOST_TEST(code(error) == "malformed_reply");
            BOOST_TEST(error.sent);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_connection_closed_while_idle_is_replaced) {
    for (const bool in_order : {true, false}) {
        const Identity identity = localhost();
        TlsServer server(identity, {.ends_in_order = in_order, .one_request = true});
        Client client;
        for (int i = 1; i <= 3; ++i) {
            BOOST_TEST(client.send(Request::post(server.origin())).status == 200);
            std::this_thread::sleep_for(50ms);
            BOOST_TEST(server.handshakes == i);
        }
    }
}

BOOST_AUTO_TEST_CASE(bytes_behind_a_reply_never_become_the_next_answer) {
    const Identity identity = localhost();
    TlsServer server(identity, {.answer = reply("{}") + reply("nobody asked")});
    Client client;
    const Error error = client.fails(Request::post(server.origin()));
    BOOST_TEST(code(error) == "malformed_reply");
    BOOST_TEST(error.sent);
}

BOOST_AUTO_TEST_CASE(new_keys_are_agreed_on_in_passing) {
    const Identity identity = localhost();
    TlsServer server(identity, {.oldest = TLS1_3_VERSION, .asks_for_new_keys = true});
    Client client;
    for (int i = 0; i < 3; ++i) { BOOST_TEST(client.send(Request::get(server.origin())).status == 200); }
    BOOST_TEST(server.handshakes == 1);
}

BOOST_AUTO_TEST_CASE(large_replies_pass) {
    const Identity identity = localhost();
    const std::string body(1'000'000, 'x');
    TlsServer server(identity, {.answer = reply(body)});
    Client client;
    for (int i = 0; i < 3; ++i) { BOOST_TEST((client.send(Request::get(server.origin()), 20s).body == body)); }
    BOOST_TEST(server.handshakes == 1);
}

BOOST_AUTO_TEST_SUITE_END()
