// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/transport.hpp>

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace tandem::testing {

/// A carrier's API in memory. Copies do not share anything.
/// - `answer(request)` acts on it and replies.
/// - `owns(n)`: the number is ours; `holds(n)`: it is, or an order that may make it so is open.
/// - `ordered()`: every number of every order that was accepted.
/// - `sell_out()`: nothing is for sale any more.
/// - `stall()`, where there is one: orders of what is for sale never end.
/// - `shorten_pages(n)`, where there is one: a page of a list has `n` rows at the most.
/// Models: `sandbox::InMemory`.
template <class M>
concept CarrierModel = std::copyable<M> && requires(M& model, const Request& request, E164 number) {
    { model.answer(request) } -> std::same_as<Response>;
    { model.owns(number) } -> std::same_as<bool>;
    { model.holds(number) } -> std::same_as<bool>;
    { model.ordered() } -> std::same_as<std::vector<E164>>;
    { model.sell_out() } -> std::same_as<void>;
};

namespace detail {

/// What becomes of one exchange instead of what the carrier would make of it.
struct Tamper {
    static constexpr std::size_t none = std::size_t(-1);
    static constexpr std::size_t every = std::size_t(-2);

    std::size_t exchange = none;  ///< which, counted from 0
    bool acts = true;             ///< whether the request reaches the carrier at all
    std::function<Response(Response)> change{};
    std::optional<Error> failure{};
};

/// Sends to a model, and tampers. Copies share the model and the memory.
template <CarrierModel M>
class ModelTransport {
public:
    explicit ModelTransport(const M& model) : state_(std::make_shared<State>(State{model})) {}

    /// Begins anew with `model`.
    void start(const M& model, Tamper tamper = {}) { *state_ = State{model, std::move(tamper)}; }
    /// Tampers no more.
    void calm() { state_->tamper = {}; }

    M& model() { return state_->model; }
    const std::vector<Request>& requests() const { return state_->requests; }
    const std::vector<Response>& replies() const { return state_->replies; }

    Task<Response> send(Request request, Deadline) {
        State& state = *state_;
        const Tamper& tamper = state.tamper;
        const bool struck = tamper.exchange == state.requests.size() || tamper.exchange == Tamper::every;
        Response reply(200);
        if (!struck || tamper.acts) { reply = state.model.answer(request); }
        state.requests.push_back(std::move(request));
        if (struck && tamper.failure) { throw Exception(*tamper.failure); }
        if (struck && tamper.change) { reply = tamper.change(std::move(reply)); }
        state.replies.push_back(reply);
        co_return reply;
    }

private:
    struct State {
        M model;
        Tamper tamper{};
        std::vector<Request> requests{};
        std::vector<Response> replies{};
    };

    std::shared_ptr<State> state_;
};

}  // namespace detail
}  // namespace tandem::testing
