// SPDX-License-Identifier: BSL-1.0
// Needs OpenSSL 3 (libssl, libcrypto): CMake target tandem::https.
#pragma once

#include <tandem/core/on_strand.hpp>
#include <tandem/transport.hpp>
#include <tandem/transports/detail/connection.hpp>
#include <tandem/transports/detail/look_up.hpp>
#include <tandem/transports/detail/origin.hpp>
#include <tandem/transports/detail/pool.hpp>
#include <tandem/transports/detail/request_text.hpp>
#include <tandem/transports/detail/tls.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tandem::transports {

/// HTTP/1.1 over TLS: the transport for carriers on the internet. Plain `http://` goes to this machine only.
/// The server is verified (system's roots, host name, TLS 1.2 or newer) before a byte of a request leaves; replies are
/// bounded and read strictly. Connections are kept and used again where that is safe. Redirects are replies like
/// others, those of searches too: whoever followed one would carry its credentials to a host that no setting names.
/// Errors: as `Transport` says; `settings` for a URL that may not be sent to, `invalid` for a field that may not be
/// sent, `cancelled` when the caller gives up. A server that cannot prove its name is `unreachable`, and was sent
/// nothing.
/// Lifetime: what the executor belongs to outlives this and everything started by it; running requests outlive this. A
/// caller's own context may end as soon as its request has. A look-up of a name that hangs ends for its caller at the
/// deadline; the thread that waits for the system's resolver is left behind, and touches nothing that ends before it.
/// Thread safety: any member from any thread. A request runs where its caller does, if that belongs to the execution
/// context of this; else on a strand of its own.
class Https {
public:
    /// What no setting can change, since only programs call constructors.
    struct Options {
        /// https goes to private, local and shared addresses too, not only to the internet's public ones.
        bool private_addresses = false;
        /// Certificates in PEM, trusted like the system's roots.
        std::string trust_anchors{};
        /// Connections kept for each host while nothing is asked: 16 KiB each, 33 KiB and OpenSSL's own over TLS.
        std::size_t most_idle = 8;
        /// A connection that idled longer is not used again. Servers commonly close after a minute.
        Duration idle_time = std::chrono::seconds(50);
    };

    /// Errors: `settings` when the trust anchors cannot be read.
    explicit Https(boost::asio::any_io_executor executor) : Https(std::move(executor), Options()) {}
    Https(boost::asio::any_io_executor executor, const Options& options)
        : state_(std::make_shared<State>(std::move(executor), options)) {}

    Task<Response> send(Request request, Deadline deadline) { return send(state_, std::move(request), deadline); }

private:
    struct State {
        State(boost::asio::any_io_executor home, const Options& options)
            : executor(std::move(home)),
              tls(options.trust_anchors),
              watch(std::make_shared<detail::Watch>(executor)),
              pool(options.most_idle, options.idle_time),
              private_addresses(options.private_addresses) {}

        boost::asio::any_io_executor executor;
        detail::TlsContext tls;
        std::shared_ptr<detail::Watch> watch;
        detail::Pool pool;
        bool private_addresses;
    };

    /// A caller in this context needs no other thread, and its cancellation is the operations' own. One elsewhere is
    /// not waited for by a socket: that would touch its executor once more behind the reply, when its context may be
    /// gone.
    static Task<Response> send(std::shared_ptr<State> state, Request request, Deadline deadline) {
        namespace net = boost::asio;
        const net::any_io_executor here = co_await net::this_coro::executor;
        const auto context_of = [](const net::any_io_executor& executor) {
            return &net::query(executor, net::execution::context);
        };
        const bool is_home = context_of(here) == context_of(state->executor);
        const net::any_io_executor home = state->executor;
        Task<Response> work = perform(std::move(state), std::move(request), deadline);
        if (is_home) { co_return co_await std::move(work); }
        Task<Response> there = tandem::detail::on_strand(tandem::detail::make_strand_over(home), std::move(work));
        co_return co_await std::move(there);
    }

    static Task<Response> perform(std::shared_ptr<State> state, Request request, Deadline deadline) {
        const auto stopped = co_await boost::asio::this_coro::cancellation_state;
        if (stopped.cancelled() != boost::asio::cancellation_type::none) {
            errors::raise(errc::cancelled, "the caller gave up");
        }
        const detail::Destination destination = detail::parse_destination(request.url());
        const std::string text = detail::to_text(request, destination);
        if (deadline <= std::chrono::steady_clock::now()) {
            errors::raise(errc::timeout, "the deadline had passed before anything was sent");
        }
        std::shared_ptr<detail::Connection> connection;
        Response response;
        try {
            connection = state->pool.take(destination.origin, request.changes());
            if (!connection) {
                const detail::Endpoints endpoints = co_await find(*state, destination.origin, deadline);
                connection = std::make_shared<detail::Connection>(state->executor, state->watch, destination.origin);
                co_await connection->open(endpoints, state->tls, deadline);
            }
            response = co_await connection->exchange(text, request.changes(), request.limit(), deadline);
        } catch (const Exception& failure) {
            Error error = failure.error();
            error.sent = connection && connection->sent();
            if (connection) { connection->close(); }
            throw Exception(std::move(error));
        } catch (const boost::system::system_error& failure) {
            const bool cancelled = failure.code() == boost::asio::error::operation_aborted;  // between two operations
            const bool sent = connection && connection->sent();
            if (connection) { connection->close(); }
            throw Exception({.code = cancelled ? errc::cancelled : errc::unreachable,
                             .message = cancelled ? "the caller gave up" : "the system refuses a connection",
                             .cause = cancelled ? std::string() : failure.what(),
                             .sent = sent});
        }
        if (connection->reusable()) { state->pool.put(std::move(connection)); }
        co_return response;
    }

    /// Where `origin` may be connected to.
    static Task<detail::Endpoints> find(State& state, const detail::Origin& origin, Deadline deadline) {
        detail::Endpoints found;
        if (origin.address) {
            found.emplace_back(*origin.address, origin.port);
        } else {
            Task<detail::Endpoints> work = detail::look_up(origin.host, origin.port, deadline);
            Task<detail::Endpoints> there =
                tandem::detail::on_strand(tandem::detail::make_strand_over(state.executor), std::move(work));
            found = co_await std::move(there);
        }
        std::erase_if(found, [&](const auto& endpoint) {
            return !detail::may_connect(origin, endpoint.address(), state.private_addresses);
        });
        if (found.empty()) {
            errors::raise(errc::settings, origin.host + " has no address that may be connected to: " +
                                              (origin.secure ? "https goes to public addresses"
                                                             : "plain http goes to loopback addresses"));
        }
        co_return found;
    }

    std::shared_ptr<State> state_;
};
static_assert(Transport<Https>);

}  // namespace tandem::transports
