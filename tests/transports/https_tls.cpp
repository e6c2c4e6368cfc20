// SPDX-License-Identifier: BSL-1.0
#include "client.hpp"
#include "relay.hpp"
#include "tls_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <openssl/conf.h>
#include <openssl/ssl.h>

#include <stdlib.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

using namespace tandem;
using namespace std::chrono_literals;
using test::authority;
using test::code;
using test::eventually;
using test::Identity;
using test::issue;
using test::leaf;
using test::localhost;
using test::Peer;
using test::RawServer;
using test::Relay;
using test::reply;
using test::TlsServer;

namespace {

/// A client that trusts the authority of these tests.
struct TrustingClient : test::Client {
    explicit TrustingClient(const std::string& anchors = authority().pem())
        : test::Client({.private_addresses = true, .trust_anchors = anchors}) {}
};

/// While it lives, OpenSSL allows all that was ever unsafe, as a machine's own settings may.
class WeakMachine {
public:
    WeakMachine() { allow("MinProtocol = TLSv1\nCipherString = ALL:eNULL:@SECLEVEL=0\n"); }
    WeakMachine(const WeakMachine&) = delete;
    WeakMachine& operator=(const WeakMachine&) = delete;
    ~WeakMachine() { allow("MinProtocol = TLSv1.2\nCipherString = DEFAULT:@SECLEVEL=2\n"); }  // as Debian has it

private:
    static void allow(const std::string& commands) {
        OPENSSL_init_ssl(0, nullptr);  // which would load the machine's settings later, over ours
        const std::string all =
            "openssl_conf = all\n[all]\nssl_conf = tls\n[tls]\nsystem_default = here\n[here]\n" + commands;
        const std::unique_ptr<BIO, test::Frees> text(BIO_new_mem_buf(all.data(), static_cast<int>(all.size())));
        const std::unique_ptr<CONF, decltype(&NCONF_free)> parsed(NCONF_new(nullptr), NCONF_free);
        BOOST_TEST(NCONF_load_bio(parsed.get(), text.get(), nullptr) == 1);
        BOOST_TEST(CONF_modules_load(parsed.get(), nullptr, 0) == 1);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(transports_https_tls)

BOOST_AUTO_TEST_CASE(a_server_that_proves_its_name_is_spoken_to_and_again) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const Identity identity = localhost();
        TlsServer server(identity, {.oldest = version, .newest = version});
        {
            TrustingClient client;
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
    TrustingClient client;
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
        std::optional<Identity> issuer{};
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
         "localhost", no_authority},
        {"a certificate for clients", leaf({.name = "x", .alternatives = "DNS:localhost", .purposes = "clientAuth"}),
         "localhost"},
        {"any name", leaf({.name = "x", .alternatives = "DNS:*"}), "localhost"},
        {"the beginning of a name", leaf({.name = "x", .alternatives = "DNS:local*"}), "localhost"},
        {"the end of a name", leaf({.name = "x", .alternatives = "DNS:*host"}), "localhost"},
        {"any name below", leaf({.name = "x", .alternatives = "DNS:*.localhost"}), "localhost"},
        {"a name that goes on", leaf({.name = "x", .alternatives = "DNS:localhost.evil.example"}), "localhost"},
    };
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            TlsServer server(row.identity, {.issuer = row.issuer});
            TrustingClient client;
            const Error error = client.fails(Request::post(server.origin(row.host)).body("a/b", "secret"));
            BOOST_TEST(code(error) == "unreachable");
            BOOST_TEST(error.message.find("does not prove") != error.message.npos, error.message);
            BOOST_TEST(!error.cause.empty());
            BOOST_TEST(!error.sent);
            BOOST_TEST(server.connections() == 1U);
            BOOST_TEST(eventually([&] { return server.ended == 1U; }));
            BOOST_TEST(server.handshakes == 0);
            BOOST_TEST(server.bytes == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_authority_may_vouch_for_another) {
    const Identity between = issue({.name = "between", .authority = true}, &authority());
    const Identity identity = issue({.name = "x", .alternatives = "DNS:localhost"}, &between);
    TlsServer server(identity, {.issuer = between});
    TrustingClient client;
    BOOST_TEST(client.send(Request::get(server.origin())).status == 200);
}

BOOST_AUTO_TEST_CASE(the_machine_s_roots_are_trusted_and_read_when_they_are_first_needed) {
    const auto roots = std::filesystem::temp_directory_path() / ("tandem-roots-" + std::to_string(::getpid()));
    const Identity identity = localhost();
    TlsServer server(identity);
    TrustingClient client("");
    std::ofstream(roots) << authority().pem();
    ::setenv("SSL_CERT_FILE", roots.c_str(), 1);
    const Response response = client.send(Request::post(server.origin()));
    ::unsetenv("SSL_CERT_FILE");
    std::filesystem::remove(roots);
    BOOST_TEST(response.status == 200);
}

BOOST_AUTO_TEST_CASE(without_an_anchor_nobody_vouches_for_a_test) {
    const Identity identity = localhost();
    TlsServer server(identity);
    TrustingClient client("");
    const Error error = client.fails(Request::get(server.origin()));
    BOOST_TEST(code(error) == "unreachable");
    BOOST_TEST(!error.sent);
    BOOST_TEST(server.bytes == 0U);
}

BOOST_AUTO_TEST_CASE(anchors_that_cannot_be_read_are_refused_at_once) {
    for (const std::string& anchors :
         {std::string("no PEM"), std::string("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
          authority().pem() + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
        BOOST_CHECK_EXCEPTION(TrustingClient client(anchors), Exception,
                              [](const Exception& thrown) { return thrown.error().code == errc::settings; });
    }
    const Identity second = issue({.name = "second", .authority = true});
    const Identity identity = issue({.name = "x", .alternatives = "DNS:localhost"}, &second);
    TlsServer server(identity);
    TrustingClient client(authority().pem() + second.pem());
    BOOST_TEST(client.send(Request::get(server.origin())).status == 200);
}

BOOST_AUTO_TEST_CASE(old_tls_is_refused_whatever_the_machine_allows) {
    for (const bool weak : {false, true}) {
        const std::optional<WeakMachine> machine = weak ? std::optional<WeakMachine>(std::in_place) : std::nullopt;
        for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
            const Identity identity = localhost();
            TlsServer server(identity, {.oldest = version, .newest = version});
            TrustingClient client;
            const Error error = client.fails(Request::post(server.origin()));
            BOOST_TEST(code(error) == "unreachable");
            BOOST_TEST(!error.sent);
            BOOST_TEST(eventually([&] { return server.ended == 1U; }));
            BOOST_TEST(server.handshakes == 0);
            BOOST_TEST(server.bytes == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(weak_keys_and_none_at_all_are_refused_whatever_the_machine_allows) {
    const WeakMachine machine;
    const Identity strong = leaf({.name = "x", .alternatives = "DNS:localhost", .rsa_bits = 2048});
    const Identity weak = leaf({.name = "x", .alternatives = "DNS:localhost", .rsa_bits = 1024});
    const struct {
        const char* name;
        Identity identity;
        const char* suites;
        bool refused;
    } rows[]{{"a strong key", strong, "ALL:@SECLEVEL=0", false},
             {"a weak key", weak, "ALL:@SECLEVEL=0", true},
             {"nobody's key", strong, "aNULL:@SECLEVEL=0", true},
             {"no encryption", strong, "eNULL:@SECLEVEL=0", true}};
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            TlsServer server(row.identity, {.newest = TLS1_2_VERSION, .suites = row.suites});
            TrustingClient client;
            if (!row.refused) {
                BOOST_TEST(client.send(Request::post(server.origin())).status == 200);
                continue;
            }
            const Error error = client.fails(Request::post(server.origin()));
            BOOST_TEST(code(error) == "unreachable");
            BOOST_TEST(!error.sent);
            BOOST_TEST(eventually([&] { return server.ended == 1U; }));
            BOOST_TEST(server.bytes == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_connection_that_breaks_after_any_byte_sends_nothing_unsaid_and_gives_no_wrong_answer) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const Identity identity = localhost();
        TlsServer server(identity, {.oldest = version, .newest = version});
        TrustingClient client;
        std::size_t unsent = 0;
        std::size_t unknown = 0;
        bool whole = false;
        for (std::size_t cut = 0; !whole && cut < 8000; cut += 19) {
            BOOST_TEST_CONTEXT("after byte " << cut) {
                Relay relay(server.port(), {.cut = cut});
                const std::size_t orders = server.orders;
                const std::size_t ended = server.ended;
                Error error;
                try {
                    Request request = Request::post("https://localhost:" + std::to_string(relay.port()));
                    BOOST_TEST(client.send(std::move(request)).body == "{}");
                    whole = true;
                    break;
                } catch (const Exception& failure) { error = failure.error(); }
                BOOST_TEST(eventually([&] { return server.ended == ended + 1; }));
                BOOST_TEST((error.code == errc::unreachable || error.code == errc::malformed_reply));
                BOOST_TEST((error.sent || server.orders == orders));
                ++(error.sent ? unknown : unsent);
            }
        }
        BOOST_TEST(whole);
        BOOST_TEST(unsent > 10U);
        BOOST_TEST(unknown > 0U);
        BOOST_TEST(server.handshakes > 1);  // some were cut after keys had been agreed on
    }
}

BOOST_AUTO_TEST_CASE(a_handshake_with_a_server_that_speaks_no_tls_fails_unsent) {
    RawServer server([](Peer& peer) {
        peer.read_some();
        peer.send(reply("{}"));
    });
    TrustingClient client;
    const Error error = client.fails(Request::post("https://localhost:" + std::to_string(server.port())));
    BOOST_TEST(code(error) == "unreachable");
    BOOST_TEST(!error.sent);
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
            TrustingClient client;
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
            TrustingClient client;
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
        TrustingClient client;
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
    TrustingClient client;
    const Error error = client.fails(Request::post(server.origin()));
    BOOST_TEST(code(error) == "malformed_reply");
    BOOST_TEST(error.sent);
}

BOOST_AUTO_TEST_CASE(records_behind_a_reply_s_own_make_it_malformed) {
    const Identity identity = localhost();
    TlsServer server(identity, {.in_the_same_breath = reply("nobody asked")});
    TrustingClient client;
    for (int i = 0; i < 3; ++i) {
        const Error error = client.fails(Request::get(server.origin()));
        BOOST_TEST(code(error) == "malformed_reply");
        BOOST_TEST(error.sent);
    }
}

BOOST_AUTO_TEST_CASE(what_comes_late_is_the_next_answer_of_nobody_and_session_tickets_are_no_answer) {
    for (const bool answers_twice : {false, true}) {
        const Identity identity = localhost();
        TlsServer server(
            identity,
            {.oldest = TLS1_3_VERSION, .afterwards = answers_twice ? reply("nobody asked") : "", .late_tickets = true});
        TrustingClient client;
        for (int i = 0; i < 2; ++i) {
            BOOST_TEST(client.send(Request::post(server.origin())).body == "{}");
            BOOST_TEST(eventually([&] { return server.follow_ups == server.handshakes; }));
        }
        BOOST_TEST(server.handshakes == (answers_twice ? 2 : 1));
    }
}

BOOST_AUTO_TEST_CASE(new_keys_are_agreed_on_in_passing) {
    const Identity identity = localhost();
    TlsServer server(identity, {.oldest = TLS1_3_VERSION, .asks_for_new_keys = true});
    TrustingClient client;
    for (int i = 0; i < 3; ++i) { BOOST_TEST(client.send(Request::get(server.origin())).status == 200); }
    BOOST_TEST(server.handshakes == 1);
}

BOOST_AUTO_TEST_CASE(large_replies_pass) {
    const Identity identity = localhost();
    const std::string body(1'000'000, 'x');
    TlsServer server(identity, {.answer = reply(body)});
    TrustingClient client;
    for (int i = 0; i < 3; ++i) { BOOST_TEST((client.send(Request::get(server.origin()), 20s).body == body)); }
    BOOST_TEST(server.handshakes == 1);
}

BOOST_AUTO_TEST_SUITE_END()
