// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "raw_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <limits>
#include <string>
#include <thread>

namespace tandem::test {

/// Stands between a client and a server of this machine, and passes on what the server says: not all of it, or slowly.
class Relay {
public:
    struct Manners {
        std::size_t cut = std::numeric_limits<std::size_t>::max();    ///< bytes after which the connection breaks
        std::size_t piece = std::numeric_limits<std::size_t>::max();  ///< bytes at once
        std::chrono::milliseconds pause{0};                           ///< after each piece
    };

    Relay(unsigned short server, Manners manners)
        : server_(boost::asio::ip::address_v4::loopback(), server),
          manners_(manners),
          relay_([this](Peer& client) { serve(client); }) {}

    unsigned short port() const { return relay_.port(); }

private:
    void serve(Peer& client) {
        boost::asio::io_context context;
        boost::asio::ip::tcp::socket server(context);
        boost::system::error_code failed;
        server.connect(server_, failed);
        std::array<char, 4096> bytes;
        for (std::size_t left = manners_.cut; !failed && left > 0;) {
            pollfd ends[]{{client.socket.native_handle(), POLLIN, 0}, {server.native_handle(), POLLIN, 0}};
            ::poll(ends, 2, -1);
            if (ends[0].revents != 0) {
                const std::string asked = client.read_some();
                if (asked.empty()) { return; }
                boost::asio::write(server, boost::asio::buffer(asked), failed);
            }
            if (ends[1].revents != 0 && !failed) {
                const std::size_t most = std::min({bytes.size(), left, manners_.piece});
                const std::size_t count = server.read_some(boost::asio::buffer(bytes.data(), most), failed);
                if (failed || !client.send({bytes.data(), count})) { return; }
                left -= count;
                if (manners_.pause.count() > 0) { std::this_thread::sleep_for(manners_.pause); }
            }
        }
    }

    boost::asio::ip::tcp::endpoint server_;
    Manners manners_;
    RawServer relay_;
};

}  // namespace tandem::test
