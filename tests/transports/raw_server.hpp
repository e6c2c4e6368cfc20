// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <sys/socket.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace tandem::test {

/// The server's end of one connection, blocking; a test's script drives it.
class Peer {
public:
    Peer(boost::asio::ip::tcp::socket end, std::size_t number) : socket(std::move(end)), index(number) {}

    /// The next request, body and all; empty when the client closed.
    std::string read_request() {
        for (;;) {
            const auto end = buffer_.find("\r\n\r\n");
            if (end != buffer_.npos) {
                std::size_t size = end + 4;
                const auto length = buffer_.find("Content-Length: ");
                if (length < end) { size += std::stoul(buffer_.substr(length + 16)); }
                if (buffer_.size() >= size) {
                    std::string request = buffer_.substr(0, size);
                    buffer_.erase(0, size);
                    return request;
                }
            }
            const std::string more = read_some();
            if (more.empty()) { return {}; }
            buffer_ += more;
        }
    }
    /// Whatever comes; empty at the end.
    std::string read_some() {
        std::array<char, 4096> bytes;
        boost::system::error_code ended;
        const std::size_t count = socket.read_some(boost::asio::buffer(bytes), ended);
        return ended ? std::string() : std::string(bytes.data(), count);
    }
    /// Whether the client was still there.
    bool send(std::string_view bytes) {
        boost::system::error_code failed;
        boost::asio::write(socket, boost::asio::buffer(bytes.data(), bytes.size()), failed);
        return !failed;
    }
    /// Blocks until the client closes.
    void wait_for_close() {
        while (!read_some().empty()) {}
    }

    boost::asio::ip::tcp::socket socket;
    std::size_t index;  ///< 0 for the server's first connection

private:
    std::string buffer_;
};

/// Accepts on 127.0.0.1 and lets `script` loose on each connection, in a thread of its own; then closes it.
class RawServer {
public:
    using Script = std::function<void(Peer&)>;

    explicit RawServer(Script script)
        : script_(std::move(script)),
          acceptor_(context_, {boost::asio::ip::address_v4::loopback(), 0}),
          port_(acceptor_.local_endpoint().port()),
          thread_([this] { accept(); }) {}
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;
    ~RawServer() {
        ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
        thread_.join();
        {
            const std::scoped_lock lock(mutex_);
            for (const auto& peer : peers_) { ::shutdown(peer->socket.native_handle(), SHUT_RDWR); }
        }
        for (auto& each : serving_) { each.join(); }
    }

    unsigned short port() const { return port_; }
    std::string origin() const { return "http://127.0.0.1:" + std::to_string(port_); }
    std::size_t connections() const {
        const std::scoped_lock lock(mutex_);
        return peers_.size();
    }

private:
    void accept() {
        for (;;) {
            boost::system::error_code stopped;
            auto socket = acceptor_.accept(stopped);
            if (stopped) { return; }
            const std::scoped_lock lock(mutex_);
            peers_.push_back(std::make_unique<Peer>(std::move(socket), peers_.size()));
            serving_.emplace_back([this, peer = peers_.back().get()] {
                script_(*peer);
                ::shutdown(peer->socket.native_handle(), SHUT_RDWR);  // closed with the server: its number stays taken
            });
        }
    }

    Script script_;
    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    unsigned short port_;
    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<Peer>> peers_;
    std::vector<std::thread> serving_;
    std::thread thread_;
};

/// A whole reply with a length.
inline std::string reply(std::string_view body, std::string_view status = "200 OK") {
    return "HTTP/1.1 " + std::string(status) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}

}  // namespace tandem::test
