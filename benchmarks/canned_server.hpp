// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "../tests/transports/certificates.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace tandem::benchmarks {

/// A server that does as little as one can: a process of its own, one thread, at each of its ports one canned reply to
/// whatever ends a head. It ends with this program.
class CannedServer {
public:
    /// A port for each of `bodies`, and with an `identity` another one for TLS. Errors: ends the program.
    explicit CannedServer(std::vector<std::string> bodies, const test::Identity* identity = nullptr)
        : ports_(bodies.size() * (identity == nullptr ? 1 : 2)) {
        std::array<int, 2> ready{};
        require(::pipe(ready.data()) == 0);
        if (::fork() == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::signal(SIGPIPE, SIG_IGN);
            serve(bodies, identity, ready[1], ports_);
        }
        const auto size = static_cast<ssize_t>(ports_.size() * sizeof ports_[0]);
        require(::read(ready[0], ports_.data(), static_cast<std::size_t>(size)) == size);
        for (const int end : ready) { ::close(end); }
    }

    /// Where the body of that index is served.
    std::string plain(std::size_t body = 0) const { return "http://127.0.0.1:" + std::to_string(port(body)); }
    std::string secure(std::size_t body = 0) const {
        return "https://localhost:" + std::to_string(ports_[ports_.size() / 2 + body]);
    }
    std::uint16_t port(std::size_t body) const { return ports_[body]; }

private:
    struct Peer {
        int socket = -1;
        SSL* ssl = nullptr;
        std::string seen{};
        const std::string* reply = nullptr;
        bool is_door = false;
        SSL_CTX* tls = nullptr;  ///< of a door whose peers speak it
    };

    static void require(bool holds) {
        if (holds) { return; }
        std::perror("no canned server");
        std::abort();
    }

    static int listen_somewhere(std::uint16_t& port) {
        const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        require(::bind(listener, any, size) == 0 && ::listen(listener, 256) == 0);
        ::getsockname(listener, any, &size);
        port = ntohs(address.sin_port);
        return listener;
    }

    static std::string reply_of(const std::string& body) {
        return "HTTP/1.1 200 OK\r\nDate: Thu, 26 Nov 2026 10:00:00 GMT\r\nContent-Type: application/json; "
               "charset=utf-8\r\nContent-Length: " +
               std::to_string(body.size()) +
               "\r\nServer: canned\r\nX-RateLimit-Limit: 1000\r\nX-RateLimit-Remaining: 999\r\nX-RateLimit-Reset: 1\r\n"
               "X-Request-Id: 5f0c1a52-3f4e-4e0b-9d6b-0d9a3b1c2d4e\r\nCache-Control: no-store\r\n\r\n" +
               body;
    }

    [[noreturn]] static void serve(const std::vector<std::string>& bodies, const test::Identity* identity, int ready,
                                   std::vector<std::uint16_t> ports) {
        SSL_CTX* tls = nullptr;
        if (identity != nullptr) {
            tls = SSL_CTX_new(TLS_server_method());
            SSL_CTX_use_certificate(tls, identity->certificate.get());
            SSL_CTX_use_PrivateKey(tls, identity->key.get());
        }
        std::vector<std::string> replies;
        for (const std::string& body : bodies) { replies.push_back(reply_of(body)); }
        const int poll = ::epoll_create1(0);
        const auto watch = [poll](Peer& peer) {
            epoll_event event{.events = EPOLLIN, .data = {.ptr = &peer}};
            ::epoll_ctl(poll, EPOLL_CTL_ADD, peer.socket, &event);
        };
        std::vector<Peer> doors(ports.size());
        for (std::size_t i = 0; i < doors.size(); ++i) {
            doors[i].socket = listen_somewhere(ports[i]);
            doors[i].reply = &replies[i % replies.size()];
            doors[i].is_door = true;
            doors[i].tls = i < replies.size() ? nullptr : tls;
            watch(doors[i]);
        }
        const std::size_t size = ports.size() * sizeof ports[0];
        require(::write(ready, ports.data(), size) == static_cast<ssize_t>(size));
        for (std::array<epoll_event, 64> events;;) {
            const int count = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), -1);
            for (int i = 0; i < count; ++i) {
                Peer* const peer = static_cast<Peer*>(events[static_cast<std::size_t>(i)].data.ptr);
                if (peer->is_door) {
                    watch(*let_in(*peer));
                } else if (!answer(*peer)) {
                    ::close(peer->socket);
                    SSL_free(peer->ssl);
                    delete peer;
                }
            }
        }
    }

    static Peer* let_in(const Peer& door) {
        Peer* const made = new Peer{.socket = ::accept4(door.socket, nullptr, nullptr, SOCK_NONBLOCK)};
        made->reply = door.reply;
        const int on = 1;
        ::setsockopt(made->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (door.tls != nullptr) {
            made->ssl = SSL_new(door.tls);
            SSL_set_fd(made->ssl, made->socket);
            SSL_set_accept_state(made->ssl);
        }
        return made;
    }

    /// Whether the peer is still there.
    static bool answer(Peer& peer) {
        const std::string& reply = *peer.reply;
        for (std::array<char, 16'384> bytes;;) {
            const auto got = peer.ssl != nullptr ? SSL_read(peer.ssl, bytes.data(), static_cast<int>(bytes.size()))
                                                 : ::recv(peer.socket, bytes.data(), bytes.size(), 0);
            if (got <= 0) {
                if (peer.ssl == nullptr) { return got < 0 && errno == EAGAIN; }
                return SSL_get_error(peer.ssl, static_cast<int>(got)) == SSL_ERROR_WANT_READ;
            }
            peer.seen.append(bytes.data(), static_cast<std::size_t>(got));
            if (!peer.seen.ends_with("\r\n\r\n")) { continue; }
            peer.seen.clear();
            const auto sent = peer.ssl != nullptr ? SSL_write(peer.ssl, reply.data(), static_cast<int>(reply.size()))
                                                  : ::send(peer.socket, reply.data(), reply.size(), 0);
            if (sent != static_cast<long>(reply.size())) { return false; }
            if (peer.ssl == nullptr) { return true; }
        }
    }

    std::vector<std::uint16_t> ports_;
};

}  // namespace tandem::benchmarks
