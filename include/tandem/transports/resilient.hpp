// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/on_strand.hpp>
#include <tandem/core/sleep.hpp>
#include <tandem/environments/system.hpp>
#include <tandem/transport.hpp>
#include <tandem/transports/resilience/gate.hpp>
#include <tandem/transports/resilience/options.hpp>
#include <tandem/wire/status.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tandem::transports {

/// Any transport, made to spare carriers and to bear their failures: for each carrier a rate limit, a circuit breaker,
/// and a budget from which failed reads are repeated and slow ones hedged. What changes something at the carrier is
/// sent once at most, whatever happens, and is never hedged: only the manager knows whether an order may be sent again.
/// Copies share everything, so that a program keeps one for `statistics()`.
/// Errors: those of `T`, of the last attempt; `sent` if any attempt was. Unsent: `unreachable` while the breaker is
/// open and `rate_limited` when the wait for a token would outlast the deadline, both with `retry_after`.
/// Lifetime: running requests outlive this.
/// Thread safety: any member from any thread, where `T` and `E` allow it.
template <Transport T, Environment E = environments::System>
class Resilient {
public:
    explicit Resilient(T transport, ResilienceOptions options = {}, E environment = {})
        : state_(std::make_shared<State>(std::move(transport), std::move(options), std::move(environment))) {}

    Task<Response> send(Request request, Deadline deadline) { return start(state_, std::move(request), deadline); }

    /// Of every carrier that was asked, by name.
    std::vector<CarrierStatistics> statistics() const {
        const std::scoped_lock lock(state_->mutex);
        std::vector<CarrierStatistics> all;
        for (const auto& [name, gate] : state_->gates) { all.push_back(gate.statistics()); }
        return all;
    }

private:
    using Gate = detail::Gate;
    using Outcome = detail::Outcome;

    struct State {
        State(T wrapped, ResilienceOptions given, E clocks)
            : transport(std::move(wrapped)), environment(std::move(clocks)), options(std::move(given)) {}

        /// Nodes of a map stay where they are.
        Gate& gate_of(const Request& request) {
            const std::string_view key = request.carrier() ? request.carrier()->name : authority_of(request.url());
            const std::scoped_lock lock(mutex);
            if (const auto found = gates.find(key); found != gates.end()) { return found->second; }
            const auto own_rate = options.rates.find(key);
            const double published = request.carrier() ? request.carrier()->requests_per_second : 0;
            const double rate = own_rate != options.rates.end() ? own_rate->second : published;
            return gates.try_emplace(std::string(key), std::string(key), rate, options).first->second;
        }
        auto random() {
            return [this] { return environment.random(); };
        }

        T transport;
        E environment;
        const ResilienceOptions options;
        std::mutex mutex;  // guards the gates, and is not held while anything is awaited
        std::map<std::string, Gate, std::less<>> gates;
    };

    /// What was admitted and has to be told how it ended, even when the coroutine is destroyed before its end.
    class Visit {
    public:
        Visit(std::shared_ptr<State> state, Gate& gate, Breaker::Pass pass)
            : state_(std::move(state)), gate_(&gate), pass_(pass) {}
        Visit(Visit&&) noexcept = default;
        Visit& operator=(Visit&&) = delete;
        ~Visit() {
            if (!state_) { return; }
            const std::scoped_lock lock(state_->mutex);
            gate_->drop(pass_);
        }

        State& state() { return *state_; }
        void end(const Outcome& outcome, Moment start) {
            const auto state = std::exchange(state_, nullptr);
            const Moment now = state->environment.now();
            const std::scoped_lock lock(state->mutex);
            gate_->learn(pass_, outcome, now - start, now, state->random());
        }

    private:
        std::shared_ptr<State> state_;
        Gate* gate_;
        Breaker::Pass pass_;
    };

    /// `host:port` as it stands in the URL; user names, which transports refuse, are left out.
    static std::string_view authority_of(std::string_view url) {
        if (const std::size_t scheme = url.find("://"); scheme != url.npos) { url.remove_prefix(scheme + 3); }
        url = url.substr(0, url.find_first_of("/?#\\"));
        return url.substr(url.rfind('@') + 1);  // npos + 1 is 0
    }

    static Task<Response> start(std::shared_ptr<State> state, Request request, Deadline deadline) {
        Gate& gate = state->gate_of(request);
        bool sent = false;
        Outcome outcome = Error{};
        try {
            for (std::uint32_t attempts = 0;;) {
                const auto stopped = co_await boost::asio::this_coro::cancellation_state;
                if (stopped.cancelled() != boost::asio::cancellation_type::none) {
                    errors::raise(errc::cancelled, "the caller gave up");
                }
                typename Gate::Turn turn{.changes = request.changes(), .repeats = attempts > 0};
                typename Gate::Admission admission = admit(*state, gate, turn, deadline);
                while (const Duration* wait = std::get_if<Duration>(&admission)) {
                    co_await tandem::detail::sleep_whole(state->environment, *wait);
                    admission = admit(*state, gate, turn, deadline);
                }
                if (Error* refusal = std::get_if<Error>(&admission)) {
                    if (attempts == 0) { outcome = std::move(*refusal); }
                    break;
                }
                const Breaker::Pass pass = std::get<Breaker::Pass>(admission);
                Visit visit(state, gate, pass);
                const bool before = std::exchange(sent, true);  // so it counts should no outcome come
                const bool hedged = state->options.hedge_after > Duration::zero() && pass == Breaker::Pass::ordinary &&
                                    !request.changes() && attempts + 2 <= state->options.attempts;
                if (hedged) {
                    boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
                    Task<Raced> work = race(state, gate, std::move(visit), request, deadline);
                    Task<Raced> there =
                        tandem::detail::on_strand(tandem::detail::make_strand_over(executor), std::move(work));
                    Raced raced = co_await std::move(there);
                    outcome = std::move(raced.outcome);
                    sent = before || raced.sent;
                    attempts += raced.requests;
                } else {
                    Task<Outcome> exchange = ask(std::move(visit), request, deadline);
                    outcome = co_await std::move(exchange);
                    sent = before || detail::was_sent(outcome);
                    ++attempts;
                }
                if (request.changes()) { break; }
                const auto wait = plan_repeat(*state, gate, outcome, attempts, deadline);
                if (!wait) { break; }
                co_await tandem::detail::sleep_whole(state->environment, *wait);
            }
        } catch (const Exception& failure) {
            outcome = failure.error();
        } catch (const boost::system::system_error& failure) {  // cancelled between two operations
            if (failure.code() != boost::asio::error::operation_aborted) { throw; }
            outcome = Error{.code = errc::cancelled, .message = "the caller gave up"};
        }
        if (outcome) { co_return std::move(*outcome); }
        Error error = outcome.error();
        error.sent |= sent;
        throw Exception(std::move(error));
    }

    static typename Gate::Admission admit(State& state, Gate& gate, typename Gate::Turn& turn, Deadline deadline) {
        const Moment now = state.environment.now();
        const std::scoped_lock lock(state.mutex);
        return gate.admit(turn, now, deadline);
    }
    static std::optional<Duration> plan_repeat(State& state, Gate& gate, const Outcome& outcome, std::uint32_t attempts,
                                               Deadline deadline) {
        const Moment now = state.environment.now();
        const std::scoped_lock lock(state.mutex);
        return gate.plan_repeat(outcome, attempts, now, deadline, state.random());
    }

    /// One request, its failure as a value.
    static Task<Outcome> ask(Visit visit, Request request, Deadline deadline) {
        State& state = visit.state();
        const Moment start = state.environment.now();
        Outcome outcome = Error{};
        try {
            outcome = co_await state.transport.send(std::move(request), deadline);
            wire::date_where_it_matters(*outcome, state.environment.time());
        } catch (const Exception& failure) { outcome = failure.error(); }
        visit.end(outcome, start);
        co_return outcome;
    }

    /// What a read and its hedge came to.
    struct Raced {
        Outcome outcome = Error{};
        std::uint32_t requests = 1;
        bool sent = false;
    };

    /// The hedge's outcome; nothing where none went.
    static Task<std::optional<Outcome>> hedge(std::shared_ptr<State> state, Gate& gate, Request request,
                                              Deadline deadline, bool& hedged) {
        co_await tandem::detail::sleep_whole(state->environment, state->options.hedge_after);
        {
            const std::scoped_lock lock(state->mutex);
            hedged = gate.admit_hedge(state->environment.now());
        }
        if (!hedged) { co_return std::nullopt; }
        Visit visit(state, gate, Breaker::Pass::ordinary);
        Task<Outcome> exchange = ask(std::move(visit), std::move(request), deadline);
        co_return co_await std::move(exchange);
    }

    /// What the end of one of the two means for the other.
    struct Settles {
        using Cancellation = boost::asio::cancellation_type;

        /// A read that failed leaves its hedge a chance, if that is out.
        Cancellation operator()(const std::exception_ptr& failure, const Outcome& read) const {
            const bool hopes = *hedged && (failure || detail::is_transient(read));
            return hopes ? Cancellation::none : Cancellation::all;
        }
        Cancellation operator()(const std::exception_ptr& failure, const std::optional<Outcome>& second) const {
            const bool good = !failure && second && !detail::is_transient(*second);
            return good ? Cancellation::all : Cancellation::none;
        }

        const bool* hedged;
    };

    /// A read and, when it is slow, its hedge beside it. The first good answer ends the other, which is waited for:
    /// nothing of either goes on afterwards. Runs on a strand, since two may end at once.
    static Task<Raced> race(std::shared_ptr<State> state, Gate& gate, Visit visit, Request request, Deadline deadline) {
        namespace net = boost::asio;
        const net::any_io_executor strand = co_await net::this_coro::executor;
        bool hedged = false;
        const Settles settles{&hedged};
        auto both = net::experimental::make_parallel_group(
            net::co_spawn(strand, ask(std::move(visit), request, deadline), net::deferred),
            net::co_spawn(strand, hedge(state, gate, request, deadline, hedged), net::deferred));
        auto run = both.async_wait(settles, net::use_awaitable);
        auto [order, failure, read, second_failure, second] = co_await std::move(run);
        const bool answered = second && !second_failure;
        if (failure && !answered) { std::rethrow_exception(failure); }
        Raced raced;
        raced.requests = hedged ? 2 : 1;
        raced.sent = detail::was_sent(read) || (answered && detail::was_sent(*second));
        const bool second_came_first = order[0] == 1;
        const bool read_wins =
            !failure && (!answered || detail::is_transient(second_came_first ? *second : read) == second_came_first);
        raced.outcome = read_wins ? std::move(read) : std::move(*second);
        co_return raced;
    }

    std::shared_ptr<State> state_;
};

}  // namespace tandem::transports
