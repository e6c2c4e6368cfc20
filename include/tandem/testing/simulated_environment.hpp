// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/environment.hpp>
#include <tandem/run.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tandem::testing {

/// An operation id of chance: `draw` gives 64 bits of it.
template <class Draw>
OperationId drawn_id(Draw draw) {
    std::array<char, 32> text{};
    for (std::size_t i = 0; i < text.size();) {
        for (std::uint64_t bits = draw(), used = 0; used < 16; ++used, bits >>= 4U) {
            text[i++] = "0123456789abcdef"[bits & 0xFU];
        }
    }
    return OperationId(std::string_view(text.data(), text.size()));
}

/// An environment whose time passes only when a test says so, and whose chance is seeded: the same seed, the same run.
/// Copies share the clock.
/// Requires: everything that sleeps runs on `context`, which outlives it.
/// Thread safety: none; the thread that runs `context`.
class SimulatedEnvironment {
public:
    explicit SimulatedEnvironment(boost::asio::io_context& context, std::uint64_t seed = 1)
        : state_(std::make_shared<State>(context, seed)) {}

    Moment now() const { return state_->now; }
    UnixTime time() const {
        return std::chrono::floor<std::chrono::seconds>(state_->calendar + (state_->now - Moment()));
    }
    std::uint64_t random() { return state_->random(); }
    OperationId id() {
        return drawn_id([this] { return random(); });
    }

    Task<> sleep(Duration duration) {
        const auto state = state_;
        if (duration <= Duration::zero()) { co_return; }
        boost::asio::steady_timer timer(state->context, boost::asio::steady_timer::time_point::max());
        const Bed bed(*state, state->now + duration, timer);
        boost::system::error_code woken;  // by its moment or by a cancellation
        co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
    }

    /// Lets `duration` pass: runs what is ready, then wakes each sleeper at its moment, in order, and runs what that
    /// makes ready; who goes to sleep again on the way is woken again.
    void advance(Duration duration) {
        const Moment end = state_->now + duration;
        settle();
        while (!state_->sleepers.empty() && state_->sleepers.begin()->first.first <= end) { wake_first(); }
        state_->now = end;
        settle();
    }

    /// Moves the calendar alone, as a corrected clock does.
    void set_time(UnixTime time) { state_->calendar = time - (state_->now - Moment()); }

    std::size_t sleepers() const { return state_->sleepers.size(); }

    /// Runs `task` to its end, letting time pass to the next sleeper whenever nothing else is ready.
    /// Errors: whatever the task throws; `std::logic_error` when it waits for something that nobody will do.
    template <class T>
    T run(Task<T> task) {
        const auto ending = std::make_shared<tandem::detail::Ending<T>>();
        boost::asio::co_spawn(state_->context, std::move(task),
                              [ending](auto&&... ended) { (*ending)(std::forward<decltype(ended)>(ended)...); });
        while (!ending->done) {
            settle();
            if (ending->done) { break; }
            if (!state_->sleepers.empty()) {
                wake_first();
            } else if (state_->context.restart(); state_->context.run_one() == 0 && !ending->done) {
                throw std::logic_error("the task waits for something that nobody will do");
            }
        }
        return ending->take();
    }

private:
    using Key = std::pair<Moment, std::uint64_t>;  // the number keeps those of one moment in the order they lay down

    struct State {
        State(boost::asio::io_context& where, std::uint64_t seed) : context(where), random(seed) {}

        boost::asio::io_context& context;
        std::mt19937_64 random;
        Moment now = Moment() + std::chrono::hours(1);  // an unset deadline is in the past, as it is on a machine
        std::chrono::sys_time<Duration> calendar = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
        std::map<Key, boost::asio::steady_timer*> sleepers;
        std::uint64_t next = 0;
    };

    class Bed {
    public:
        Bed(State& state, Moment due, boost::asio::steady_timer& timer) : state_(state), key_(due, state.next++) {
            state_.sleepers.emplace(key_, &timer);
        }
        Bed(const Bed&) = delete;
        Bed& operator=(const Bed&) = delete;
        ~Bed() { state_.sleepers.erase(key_); }

    private:
        State& state_;
        Key key_;
    };

    void settle() {
        state_->context.restart();
        while (state_->context.poll() != 0) { state_->context.restart(); }
    }
    void wake_first() {
        const auto first = state_->sleepers.begin();
        state_->now = std::max(state_->now, first->first.first);
        boost::asio::steady_timer* const timer = first->second;
        state_->sleepers.erase(first);
        timer->cancel();
        settle();
    }

    std::shared_ptr<State> state_;
};
static_assert(Environment<SimulatedEnvironment>);

}  // namespace tandem::testing
