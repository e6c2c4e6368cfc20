// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/scripted_transport.hpp>
#include <tandem/testing/simulated_environment.hpp>
#include <tandem/transports/resilient.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::resilient_tests {

using testing::ScriptedTransport;
using testing::SimulatedEnvironment;
using transports::CarrierStatistics;
using transports::ResilienceOptions;

inline constexpr std::uint64_t default_seed = 20'260'925;

/// A resilient script in simulated time, and whoever asks it.
struct Desk {
    explicit Desk(ResilienceOptions given = {}, std::uint64_t seed = default_seed)
        : environment(context, seed), script(environment), transport(script, std::move(given), environment) {}

    using Ended = Result<Response>;

    static Task<Ended> ask(transports::Resilient<ScriptedTransport, SimulatedEnvironment> transport, Request request,
                           Deadline deadline) {
        Ended ended = Error{};
        try {
            ended = co_await transport.send(std::move(request), deadline);
        } catch (const Exception& failure) { ended = failure.error(); }
        co_return ended;
    }
    Ended send(Request request, Duration left = std::chrono::seconds(30)) {
        const Deadline deadline = environment.now() + left;
        return environment.run(ask(transport, std::move(request), deadline));
    }
    /// Asks beside others; the answer comes as time passes.
    std::shared_ptr<Ended> start(Request request, Duration left = std::chrono::seconds(30),
                                 boost::asio::cancellation_slot slot = {}) {
        auto ended = std::make_shared<Ended>(Error{.code = errc::in_progress});
        boost::asio::co_spawn(context, ask(transport, std::move(request), environment.now() + left),
                              boost::asio::bind_cancellation_slot(
                                  slot, [ended](std::exception_ptr, Ended result) { *ended = std::move(result); }));
        return ended;
    }
    std::size_t requests() { return script.requests().size(); }
    CarrierStatistics of(std::string_view carrier) {
        for (const CarrierStatistics& each : transport.statistics()) {
            if (each.carrier == carrier) { return each; }
        }
        return {};
    }

    boost::asio::io_context context;
    SimulatedEnvironment environment;
    ScriptedTransport script;
    transports::Resilient<ScriptedTransport, SimulatedEnvironment> transport;
};

/// What a carrier says that wants to be left alone.
inline Response busy(int status, std::string wait) {
    Response reply(status);
    reply.fields.push_back({"Retry-After", std::move(wait)});
    return reply;
}

}  // namespace tandem::resilient_tests
