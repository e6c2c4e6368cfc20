// SPDX-License-Identifier: BSL-1.0
// Needs OpenSSL 3 (libssl, libcrypto).
#pragma once

#include "certificates.hpp"
#include "raw_server.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace tandem::test {

/// How a server of these tests behaves.
struct Manners {
    int oldest = TLS1_2_VERSION;
    int newest = TLS1_3_VERSION;
    bool ends_in_order = true;       ///< close_notify before the connection closes
    bool asks_for_new_keys = false;  ///< before each reply
    std::string answer = reply("{}");
    bool one_request = false;
    bool drips = false;                      ///< a byte of the reply every 10 ms
    std::string afterwards{};                ///< what comes 20 ms after the first reply
    std::string in_the_same_breath{};        ///< a record of its own that arrives together with the reply
    bool late_tickets = false;               ///< session tickets come so late too
    std::optional<Identity> issuer{};        ///< whose certificate is sent beside the server's own
    std::string suites = "ALL:@SECLEVEL=0";  ///< the weak and old too, which some tests need
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
    unsigned short port() const { return server_.port(); }
    std::size_t connections() const { return server_.connections(); }

    std::atomic<std::size_t> bytes = 0;   ///< of requests
    std::atomic<std::size_t> orders = 0;  ///< connections on which the first byte was that of a POST
    std::atomic<int> handshakes = 0;
    std::atomic<std::size_t> ended = 0;  ///< connections
    std::atomic<int> follow_ups = 0;
    std::atomic<bool> named = false;          ///< the client said which host it wants
    std::atomic<bool> said_farewell = false;  ///< the client sent close_notify

private:
    using Context = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;

    static Context set_up(const Identity& identity, const Manners& manners) {
        Context made(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
        SSL_CTX* const context = made.get();
        SSL_CTX_set_cipher_list(context, manners.suites.c_str());
        SSL_CTX_set_min_proto_version(context, manners.oldest);
        SSL_CTX_set_max_proto_version(context, manners.newest);
        SSL_CTX_use_certificate(context, identity.certificate.get());
        SSL_CTX_use_PrivateKey(context, identity.key.get());
        if (manners.issuer) { SSL_CTX_add1_chain_cert(context, manners.issuer->certificate.get()); }
        return made;
    }

    void serve(Peer& peer) {
        speak(peer);
        ++ended;
    }

    void speak(Peer& peer) {
        sigset_t broken_pipe;  // OpenSSL's own writes raise it
        sigemptyset(&broken_pipe);
        sigaddset(&broken_pipe, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
        peer.socket.native_non_blocking(false);
        peer.socket.set_option(boost::asio::ip::tcp::no_delay(true));  // what is written has left
        const std::unique_ptr<SSL, void (*)(SSL*)> ssl(SSL_new(context_.get()), SSL_free);
        SSL_set_fd(ssl.get(), peer.socket.native_handle());
        if (SSL_accept(ssl.get()) != 1) {
            ERR_clear_error();
            return;
        }
        ++handshakes;
        named = SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name) != nullptr;
        std::string waiting;
        bool answered = false;
        for (bool first = true;; first = false) {
            std::array<char, 4096> room;
            const int count = SSL_read(ssl.get(), room.data(), static_cast<int>(room.size()));
            if (count <= 0) {
                said_farewell = SSL_get_error(ssl.get(), count) == SSL_ERROR_ZERO_RETURN;
                ERR_clear_error();
                return;
            }
            bytes += static_cast<std::size_t>(count);
            orders += first && room[0] == 'P' ? 1 : 0;
            waiting.append(room.data(), static_cast<std::size_t>(count));
            if (!waiting.ends_with("\r\n\r\n")) { continue; }
            waiting.clear();
            if (manners_.asks_for_new_keys) { SSL_key_update(ssl.get(), SSL_KEY_UPDATE_REQUESTED); }
            const std::string& answer = manners_.answer;
            for (std::size_t at = 0; manners_.drips && SSL_write(ssl.get(), &answer[at % answer.size()], 1) == 1;
                 ++at) {
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
            }
            hold_back(peer, !manners_.in_the_same_breath.empty());
            SSL_write(ssl.get(), answer.data(), static_cast<int>(answer.size()));
            if (const std::string& more = manners_.in_the_same_breath; !more.empty()) {
                SSL_write(ssl.get(), more.data(), static_cast<int>(more.size()));
                hold_back(peer, false);
            }
            if (!std::exchange(answered, true)) { follow_up(ssl.get()); }
            if (manners_.one_request) {
                if (manners_.ends_in_order) { SSL_shutdown(ssl.get()); }
                return;
            }
        }
    }

    /// Whether what is written waits, to leave in one piece.
    static void hold_back(Peer& peer, bool on) {
        const int value = on ? 1 : 0;
        ::setsockopt(peer.socket.native_handle(), IPPROTO_TCP, TCP_CORK, &value, sizeof value);
    }

    void follow_up(SSL* ssl) {
        if (manners_.afterwards.empty() && !manners_.late_tickets) { return; }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        if (manners_.late_tickets) {
            SSL_new_session_ticket(ssl);
            SSL_do_handshake(ssl);  // which sends it
        }
        if (!manners_.afterwards.empty()) {
            SSL_write(ssl, manners_.afterwards.data(), static_cast<int>(manners_.afterwards.size()));
        }
        ++follow_ups;
    }

    Manners manners_;
    Context context_;
    RawServer server_;
};

/// Whom the clients of these tests trust.
inline const Identity& authority() {
    static const Identity made = issue({.name = "Tandem test authority", .authority = true});
    return made;
}
inline Identity leaf(Claims claims) { return issue(claims, &authority()); }
inline Identity localhost() { return leaf({.name = "localhost", .alternatives = "DNS:localhost,IP:127.0.0.1,IP:::1"}); }

}  // namespace tandem::test
