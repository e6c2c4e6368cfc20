// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/e164.hpp>
#include <tandem/core/operation_id.hpp>
#include <tandem/core/task.hpp>
#include <tandem/core/time.hpp>
#include <tandem/environment.hpp>
#include <tandem/testing/simulated_environment.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A world of which every event is decided by one seed: its clock, its chance, and the processes that live in it.
namespace tandem::simulation {

using namespace std::chrono_literals;

/// Chance, the same for the same seed on every machine (SplitMix64).
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t operator()() {
        std::uint64_t bits = (state_ += 0x9E3779B97F4A7C15U);
        bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9U;
        bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBU;
        return bits ^ (bits >> 31U);
    }
    /// One of 0 … `count` - 1.
    std::uint64_t below(std::uint64_t count) { return (*this)() % count; }
    /// True `rate` times of a million.
    bool happens(std::uint32_t rate) { return rate != 0 && below(1'000'000) < rate; }
    /// Between two durations, in milliseconds.
    Duration between(Duration least, Duration most) {
        const auto span = std::chrono::duration_cast<std::chrono::milliseconds>(most - least).count();
        return least + std::chrono::milliseconds(below(static_cast<std::uint64_t>(span) + 1));
    }

private:
    std::uint64_t state_;
};

/// What broke, and of whom the trace tells more.
struct Violation {
    std::string law;
    std::string detail;
    std::vector<std::string> subjects{};  ///< as the trace writes them
};

/// How an operation stands in a trace.
inline std::string brief(const OperationId& id) { return id.empty() ? "-" : std::string(id.view().substr(0, 8)); }

/// The clock, the events that are to come, and the trace of those that were.
class World {
public:
    World(std::uint64_t seed, bool keeps_steps) : random(seed), keeps_steps_(keeps_steps) {}
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    Random random;
    std::optional<Violation> violation{};

    Moment now() const { return now_; }
    Duration elapsed() const { return now_ - beginning_; }
    /// The true calendar; a process's own may differ.
    UnixTime calendar() const {
        return std::chrono::floor<std::chrono::seconds>(
            std::chrono::sys_time<Duration>(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)) + elapsed());
    }

    /// `job()` runs `delay` from now, behind whatever was planned for that moment before.
    template <std::invocable F>
    void after(Duration delay, F job) {
        plans_.push_back(
            {now_ + std::max(delay, Duration::zero()), next_++, std::make_unique<JobOf<F>>(std::move(job))});
        std::push_heap(plans_.begin(), plans_.end());
    }

    /// Runs the next event that is due by `end`. False when there is none, or a law is broken.
    bool step(Moment end) {
        if (violation || plans_.empty() || plans_.front().at > end) { return false; }
        std::pop_heap(plans_.begin(), plans_.end());
        const Plan plan = std::move(plans_.back());
        plans_.pop_back();
        now_ = plan.at;
        ++events_;
        plan.job->run();
        return true;
    }
    void pass_to(Moment moment) { now_ = std::max(now_, moment); }
    std::uint64_t events() const { return events_; }

    /// One line of the trace. Its hash stands for all of it.
    template <class... Words>
    void tell(const Words&... words) {
        mix(static_cast<std::uint64_t>(now_.time_since_epoch().count()));
        (mix(words), ...);
        if (keeps_steps_) {
            const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(elapsed()).count();
            std::string fraction = std::to_string(1000 + ms % 1000).substr(1);
            std::string line = std::to_string(ms / 1000) + "." + fraction;
            ((line += ' ', line += text_of(words)), ...);
            steps_.push_back(std::move(line));
        }
    }
    std::uint64_t hash() const { return hash_; }
    const std::vector<std::string>& steps() const { return steps_; }

    /// The first one counts.
    void break_law(std::string law, std::string detail, std::vector<std::string> subjects = {}) {
        if (violation) { return; }
        tell("BROKEN", law, detail);
        violation = {std::move(law), std::move(detail), std::move(subjects)};
    }

private:
    struct Job {
        Job() = default;
        Job(const Job&) = delete;
        Job& operator=(const Job&) = delete;
        virtual ~Job() = default;
        virtual void run() = 0;
    };
    template <class F>
    struct JobOf final : Job {
        explicit JobOf(F given) : job(std::move(given)) {}
        void run() override { job(); }
        F job;
    };
    struct Plan {
        Moment at;
        std::uint64_t order;
        std::unique_ptr<Job> job;

        friend bool operator<(const Plan& a, const Plan& b) {  // a heap's front is its greatest
            return a.at != b.at ? a.at > b.at : a.order > b.order;
        }
    };

    void mix(std::uint64_t bits) {
        hash_ = (hash_ ^ bits) * 0x9E3779B97F4A7C15U;
        hash_ ^= hash_ >> 32U;
    }
    void mix(std::string_view text) {
        for (; text.size() >= 8; text.remove_prefix(8)) {
            std::uint64_t bits = 0;
            std::memcpy(&bits, text.data(), 8);
            mix(bits);
        }
        std::uint64_t bits = text.size();
        for (const char byte : text) { bits = bits << 8U | static_cast<unsigned char>(byte); }
        mix(bits);
    }
    void mix(const std::string& text) { mix(std::string_view(text)); }
    void mix(const char* text) { mix(std::string_view(text)); }
    void mix(E164 number) { mix(number.packed()); }
    void mix(const OperationId& id) { mix(id.view()); }
    template <std::integral I>
    void mix(I value) {
        mix(static_cast<std::uint64_t>(value));
    }

    static std::string text_of(std::string_view text) { return std::string(text); }
    static std::string text_of(const std::string& text) { return text; }
    static std::string text_of(const char* text) { return text; }
    static std::string text_of(E164 number) { return number.empty() ? "-" : number.str(); }
    static std::string text_of(const OperationId& id) { return brief(id); }
    template <std::integral I>
    static std::string text_of(I value) {
        return std::to_string(value);
    }

    Moment beginning_ = Moment() + 1h;  // an unset deadline is in the past, as it is on a machine
    Moment now_ = beginning_;
    std::vector<Plan> plans_{};
    std::uint64_t next_ = 0;
    std::uint64_t events_ = 0;
    std::uint64_t hash_ = 0xCBF29CE484222325U;
    bool keeps_steps_;
    std::vector<std::string> steps_{};
};

class Signal;

/// A machine's process: what runs in it, and its own idea of the calendar. It may die at any moment and live again.
class Process {
public:
    Process(World& where, unsigned number) : world(where), index(number) {}
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    World& world;
    unsigned index;
    Duration skew{0};       ///< of its calendar
    Moment frozen_until{};  ///< until then nothing in it goes on
    bool ready = false;     ///< something in it can go on

    bool alive() const { return context_ != nullptr; }
    boost::asio::io_context& context() { return *context_; }
    UnixTime time() const { return std::chrono::floor<std::chrono::seconds>(world.calendar() + skew); }

    void begin() { context_ = std::make_unique<boost::asio::io_context>(1); }
    /// Nothing of it goes on: what waits is dropped, not resumed. What left it already is on its way all the same.
    void die();
    /// Runs what is ready.
    void run() {
        if (!ready || !context_ || world.now() < frozen_until) { return; }
        ready = false;
        context_->restart();
        while (context_->poll() != 0) { context_->restart(); }
    }

private:
    friend class Signal;

    std::unique_ptr<boost::asio::io_context> context_{};
    std::vector<Signal*> waiting_{};
};

/// What one coroutine of a process waits for.
class Signal : public std::enable_shared_from_this<Signal> {
public:
    explicit Signal(Process& process) : process_(process) {}
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;
    virtual ~Signal() { leave(); }

    /// Whoever waits goes on; nobody does where the process died. A frozen process goes on when it thaws.
    void fire() {
        if (fired_) { return; }
        if (waiter_ && process_.world.now() < process_.frozen_until) {
            process_.world.after(process_.frozen_until - process_.world.now(),
                                 [self = shared_from_this()] { self->fire(); });
            return;
        }
        fired_ = true;
        resume({});
    }

    Process& process() { return process_; }

    /// Errors: `operation_aborted` when whoever waits is cancelled.
    Task<> wait() {
        const auto self = shared_from_this();
        if (fired_) { co_return; }
        co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(boost::system::error_code)>(
            [](auto handler, Signal* signal) { signal->keep(std::move(handler)); }, boost::asio::use_awaitable, this);
    }

private:
    friend class Process;

    struct Waiter {
        Waiter() = default;
        Waiter(const Waiter&) = delete;
        Waiter& operator=(const Waiter&) = delete;
        virtual ~Waiter() = default;
        virtual void resume(boost::system::error_code error) = 0;
    };
    template <class Handler>
    struct WaiterOf final : Waiter {
        explicit WaiterOf(Handler given) : handler(std::move(given)) {}
        void resume(boost::system::error_code error) override {
            boost::asio::get_associated_cancellation_slot(handler).clear();
            const auto executor = boost::asio::get_associated_executor(handler);
            boost::asio::post(executor, [kept = std::move(handler), error]() mutable { kept(error); });
        }
        Handler handler;
    };

    template <class Handler>
    void keep(Handler handler) {
        auto slot = boost::asio::get_associated_cancellation_slot(handler);
        waiter_ = std::make_unique<WaiterOf<Handler>>(std::move(handler));
        place_ = process_.waiting_.size();
        process_.waiting_.push_back(this);
        if (slot.is_connected()) {
            slot.assign([this](boost::asio::cancellation_type) { resume(boost::asio::error::operation_aborted); });
        }
    }
    void resume(boost::system::error_code error) {
        if (!waiter_) { return; }
        leave();
        const auto waiter = std::move(waiter_);
        waiter->resume(error);
        process_.ready = true;
    }
    void leave() {
        if (!waiter_) { return; }
        auto& waiting = process_.waiting_;
        waiting.back()->place_ = place_;
        waiting[place_] = waiting.back();
        waiting.pop_back();
    }

    Process& process_;
    std::unique_ptr<Waiter> waiter_{};
    std::size_t place_ = 0;
    bool fired_ = false;
};

inline void Process::die() {
    while (!waiting_.empty()) {
        Signal& signal = *waiting_.back();
        waiting_.pop_back();
        signal.waiter_.reset();
    }
    context_.reset();
    ready = false;
}

/// The `Environment` of a process: the world's clock and chance, the process's own calendar.
class ProcessEnvironment {
public:
    explicit ProcessEnvironment(Process& process) : process_(&process) {}

    Moment now() const { return process_->world.now(); }
    UnixTime time() const { return process_->time(); }
    std::uint64_t random() { return process_->world.random(); }
    OperationId id() {
        return testing::drawn_id([this] { return random(); });
    }
    Task<> sleep(Duration duration) {
        if (duration <= Duration::zero()) { co_return; }
        const auto alarm = std::make_shared<Signal>(*process_);
        process_->world.after(duration, [alarm] { alarm->fire(); });
        co_await alarm->wait();
    }

private:
    Process* process_;
};
static_assert(Environment<ProcessEnvironment>);

}  // namespace tandem::simulation
