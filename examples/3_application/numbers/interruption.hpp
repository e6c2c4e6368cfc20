// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdio>

namespace numbers {

/// While it lives, the first Ctrl-C does not cut short what a carrier is doing for us; the second ends the program, and
/// what it leaves open is in the store for `recover`. A terminal that goes away ends nothing.
class Interruption {
public:
    Interruption(boost::asio::io_context& context, bool goes_on) : signals_(context) {
        if (!goes_on) { return; }
        std::signal(SIGHUP, SIG_IGN);  // a shell and the system send one each
        signals_.add(SIGINT);
        signals_.add(SIGTERM);
        signals_.async_wait([this](const boost::system::error_code& stopped, int) {
            if (stopped) { return; }
            signals_.clear();
            std::fputs("numbers: waiting for the carrier to finish; once more leaves it to `numbers recover`\n",
                       stderr);
        });
    }
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

private:
    boost::asio::signal_set signals_;
};

}  // namespace numbers
