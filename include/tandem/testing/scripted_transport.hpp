// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/sleep.hpp>
#include <tandem/environments/system.hpp>
#include <tandem/transport.hpp>

#include <boost/system/system_error.hpp>

#include <concepts>
#include <cstddef>
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

namespace tandem::testing {

/// No reply, ever: the request ends by `timeout` at its deadline.
struct Silence {};
inline constexpr Silence silence{};

/// How a rule answers one request: a reply, a function of the request (plain or a coroutine), an error, or silence.
class Answer {
public:
    using Function = std::function<Response(const Request&)>;
    using Coroutine = std::function<Task<Response>(Request)>;

    Answer(Response reply) : what_(std::move(reply)) {}
    Answer(Error error) : what_(std::move(error)) {}
    Answer(Silence) : what_(Silence()) {}
    template <std::invocable<const Request&> F>
    Answer(F function) {
        if constexpr (std::convertible_to<std::invoke_result_t<F&, const Request&>, Response>) {
            what_ = Function(std::move(function));
        } else {
            what_ = Coroutine(std::move(function));
        }
    }

    /// The same answer, `delay` later.
    Answer after(Duration delay) && {
        delay_ += delay;
        return std::move(*this);
    }

private:
    friend class ScriptedTransport;

    std::variant<Silence, Response, Error, Function, Coroutine> what_;
    Duration delay_{0};
};

/// `answer`, `delay` after the request.
inline Answer delayed(Duration delay, Answer answer) { return std::move(answer).after(delay); }

/// Which requests a rule is for: those whose URL contains a text, or those that satisfy a predicate.
class Target {
public:
    Target(std::string part)
        : matches_([part = std::move(part)](const Request& request) { return request.url().find(part) != part.npos; }) {
    }
    Target(std::string_view part) : Target(std::string(part)) {}
    Target(const char* part) : Target(std::string(part)) {}
    template <std::predicate<const Request&> P>
    Target(P predicate) : matches_(std::move(predicate)) {}

    bool operator()(const Request& request) const { return matches_(request); }

private:
    std::function<bool(const Request&)> matches_;
};

/// A transport that answers by rules and remembers what it was asked. Copies share rules and memory.
/// Errors: a request that no rule fits throws `unspecified`, which names it, and stands in `unexpected()`.
/// Thread safety: any member from any thread; the functions of rules are called one at a time.
class ScriptedTransport {
public:
    ScriptedTransport() : ScriptedTransport(environments::System()) {}

    /// Delays and deadlines by the clock of `environment`, a handle that is copied: a simulated one.
    template <class E>
        requires requires(E& environment, Duration duration) {
            { environment.now() } -> std::same_as<Moment>;
            { environment.sleep(duration) } -> std::same_as<Task<>>;
        }
    explicit ScriptedTransport(E environment) : state_(std::make_shared<State>()) {
        const auto shared = std::make_shared<E>(std::move(environment));
        state_->now = [shared] { return shared->now(); };
        state_->sleep = [shared](Duration duration) { return tandem::detail::sleep_whole(*shared, duration); };
    }

    /// Answers requests of `method` to `target` in turn, the last answer again and again. The newest rule that fits
    /// wins, so that a test overrides its fixture.
    template <std::convertible_to<Answer>... Answers>
    ScriptedTransport& on(Method method, Target target, Answers... answers) {
        static_assert(sizeof...(Answers) > 0, "a rule needs an answer");
        return add({method, std::move(target), {Answer(std::move(answers))...}});
    }
    ScriptedTransport& on(Method method, Target target, std::vector<Answer> answers) {
        return add({method, std::move(target), std::move(answers)});
    }
    /// Whatever the method.
    template <std::convertible_to<Answer>... Answers>
    ScriptedTransport& on_any(Target target, Answers... answers) {
        static_assert(sizeof...(Answers) > 0, "a rule needs an answer");
        return add({std::nullopt, std::move(target), {Answer(std::move(answers))...}});
    }

    /// The `n`-th call, counted from 1 over the transport's life, ends by `error`. With `error.sent` the rule acts all
    /// the same and its reply is lost; without, the carrier saw nothing.
    ScriptedTransport& fail_nth(std::size_t n, Error error) {
        const std::scoped_lock lock(state_->mutex);
        state_->failures.insert_or_assign(n, std::move(error));
        return *this;
    }

    /// Every request so far, answered or not, in order.
    std::vector<Request> requests() const {
        const std::scoped_lock lock(state_->mutex);
        return state_->requests;
    }
    std::size_t calls() const {
        const std::scoped_lock lock(state_->mutex);
        return state_->requests.size();
    }
    /// Those that might have changed something at the carrier.
    std::vector<Request> changing_requests() const {
        std::vector<Request> changing;
        for (Request& request : requests()) {
            if (request.changes()) { changing.push_back(std::move(request)); }
        }
        return changing;
    }
    /// Those that no rule fitted, as `GET https://…`.
    std::vector<std::string> unexpected() const {
        const std::scoped_lock lock(state_->mutex);
        return state_->unexpected;
    }

    Task<Response> send(Request request, Deadline deadline) {
        const auto state = state_;  // the caller's handle may be gone by the time of the reply
        Turn turn = state->next(request);
        if (deadline <= state->now()) { throw_timeout(false); }
        if (turn.failure && !turn.failure->sent) { throw Exception(*turn.failure); }
        if (turn.answer.delay_ > Duration::zero()) {
            const Duration left = deadline - state->now();
            co_await pause(*state, std::min(turn.answer.delay_, left));
            if (turn.answer.delay_ >= left) { throw_timeout(true); }
        }
        Response response;
        if (auto* reply = std::get_if<Response>(&turn.answer.what_)) {
            response = std::move(*reply);
        } else if (auto* function = std::get_if<Answer::Function>(&turn.answer.what_)) {
            const std::scoped_lock one_at_a_time(state->acting);
            response = (*function)(request);
        } else if (auto* coroutine = std::get_if<Answer::Coroutine>(&turn.answer.what_)) {
            response = co_await (*coroutine)(request);
        } else if (auto* error = std::get_if<Error>(&turn.answer.what_)) {
            throw Exception(*error);
        } else if (!turn.failure) {
            co_await pause(*state, deadline - state->now());
            throw_timeout(true);
        }
        if (turn.failure) { throw Exception(*turn.failure); }
        co_return response;
    }

private:
    struct Rule {
        std::optional<Method> method;
        Target target;
        std::vector<Answer> answers;
        std::size_t used = 0;
    };
    struct Turn {
        Answer answer;
        std::optional<Error> failure;
    };

    struct State {
        std::mutex mutex;
        std::mutex acting;
        std::vector<Rule> rules;
        std::map<std::size_t, Error> failures;
        std::vector<Request> requests;
        std::vector<std::string> unexpected;
        std::function<Moment()> now;
        std::function<Task<>(Duration)> sleep;

        Turn next(const Request& request) {
            const std::scoped_lock lock(mutex);
            requests.push_back(request);
            std::optional<Error> failure;
            if (const auto found = failures.find(requests.size()); found != failures.end()) { failure = found->second; }
            for (auto rule = rules.rbegin(); rule != rules.rend(); ++rule) {
                if (rule->method.value_or(request.method()) == request.method() && rule->target(request)) {
                    const std::size_t turn = std::min(rule->used++, rule->answers.size() - 1);
                    return {rule->answers[turn], std::move(failure)};
                }
            }
            if (failure) { return {Answer(silence), std::move(failure)}; }
            std::string name = std::string(name_of(request.method())) + " " + request.url();
            unexpected.push_back(name);
            errors::raise(errc::unspecified, "the script has no rule for this request", std::move(name));
        }
    };

    ScriptedTransport& add(Rule rule) {
        if (rule.answers.empty()) { errors::invalid("a rule needs an answer"); }
        const std::scoped_lock lock(state_->mutex);
        state_->rules.push_back(std::move(rule));
        return *this;
    }

    static Task<> pause(State& state, Duration duration) {
        try {
            co_await state.sleep(duration);
        } catch (const boost::system::system_error&) {  // cancelled
            throw Exception({.code = errc::cancelled, .message = "the caller gave up", .cause = {}, .sent = true});
        }
    }

    [[noreturn]] static void throw_timeout(bool sent) {
        throw Exception({.code = errc::timeout, .message = "no reply by the deadline", .cause = {}, .sent = sent});
    }

    std::shared_ptr<State> state_;
};
static_assert(Transport<ScriptedTransport>);

}  // namespace tandem::testing
