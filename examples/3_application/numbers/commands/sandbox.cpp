// SPDX-License-Identifier: BSL-1.0
#include "sandbox.hpp"

#include <tandem/testing/sandbox/sandbox.hpp>
#include <tandem/testing/sandbox/sites.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdio>
#include <string>

namespace numbers {

Answer Sandbox::run_alone(const Globals&) const {
    boost::asio::io_context context(1);
    boost::asio::signal_set stop(context, SIGINT, SIGTERM);
    using tandem::testing::sandbox::AllSites;
    tandem::testing::sandbox::Sandbox<AllSites> sandbox(context.get_executor(), port_);
    const std::string line = terminal_safe_json(sandbox.config()) + "\n";
    if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size() || std::fflush(stdout) != 0) {
        tandem::errors::raise(tandem::errc::unspecified, "standard output takes nothing");
    }
    stop.async_wait([&](const boost::system::error_code&, int) { context.stop(); });
    context.run();
    return {};
}

}  // namespace numbers
