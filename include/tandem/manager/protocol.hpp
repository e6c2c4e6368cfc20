// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/manager/kernel.hpp>
#include <tandem/manager/latch.hpp>
#include <tandem/manager/requests.hpp>
#include <tandem/manager/settlement.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

/// Doing a thing at a carrier exactly once: claim, mark, call, settle (`safety.md` §3).
namespace tandem::detail {

/// How long after its deadline an order that the carrier does not know may still surface there.
inline constexpr std::chrono::seconds late_arrival{5};

/// How long the caller waits beyond its own limit for the outcome to be written down.
inline constexpr std::chrono::seconds settling_time{2};

/// The answer that the record of an operation gives.
inline Receipt receipt_of(const Operation& operation) {
    return {.number = operation.outcome() == Outcome::refused ? operation.before : operation.after,
            .operation = operation.id,
            .outcome = operation.outcome(),
            .error = operation.error};
}

/// Whether the record of a number that a group sold is free now (`recover.hpp`).
template <class K>
Task<bool> end_release_of(K& kernel, E164 number);

/// Writes the verdict down. Only here does an operation leave its open phases. Where recovery took the operation over
/// meanwhile, nothing is written, and the answer is what recovery wrote. A number of a group may still have a record:
/// it is sold all the same, and written down as soon as the record is free.
template <class K>
Task<Receipt> write_down(K& kernel, Operation operation, Verdict verdict) {
    operation.phase = verdict.phase;
    operation.error = std::move(verdict.error);
    const UnixTime now = kernel.environment.time();
    operation.deadline += now - operation.modified;  // both by one calendar, since others compare them
    operation.modified = operation.after.modified = now;
    std::optional<Error> conflict;
    try {
        switch (operation.phase) {
            case Operation::Phase::done: operation.after = co_await kernel.store.settle(operation); break;
            case Operation::Phase::refused: co_await kernel.store.abandon(operation); break;
            default: operation = co_await kernel.store.advance(operation);
        }
    } catch (const Exception& failure) {
        if (failure.error().code != errc::conflict) {
            operation.phase = Operation::Phase::unknown;  // whether the store holds it nobody can tell
            operation.error = failure.error();
            kernel.observer.changed(operation);
            throw;
        }
        conflict = failure.error();
    }
    if (conflict) {
        auto newest = co_await kernel.store.operation(operation.id);
        if (!newest) { errors::raise(errc::store, "an operation vanished from the store", operation.id.str()); }
        const bool holds_it = newest->revision == operation.revision && newest->open();
        if (!holds_it || operation.phase != Operation::Phase::done) { co_return receipt_of(*newest); }
        const bool is_free = co_await end_release_of(kernel, operation.after.number);
        Verdict again{is_free ? Operation::Phase::done : Operation::Phase::pending, {}};
        if (!is_free) { again.error = std::move(conflict); }
        Task<Receipt> written = write_down(kernel, std::move(operation), std::move(again));
        co_return co_await std::move(written);
    }
    kernel.observer.changed(operation);
    co_return receipt_of(operation);
}

/// From the call of the carrier to what is written down of it.
template <class K, class Step>
Task<Receipt> call_and_write_down(K& kernel, Operation operation, OperationView view, Step step) {
    const Revision claimed = operation.after.revision;
    Number number = operation.after;
    Task<Verdict> called = step.call_carrier(kernel, operation, view, number);
    Verdict verdict = co_await std::move(called);
    operation.after = std::move(number);
    operation.after.revision = claimed;
    if (operation.number.empty()) { operation.number = operation.after.number; }
    if (verdict.phase == Operation::Phase::done) { step.complete(kernel, operation); }
    Task<Receipt> written = write_down(kernel, std::move(operation), std::move(verdict));
    co_return co_await std::move(written);
}

/// From claim to settlement; runs to its end whatever becomes of the caller. `Step` says what the carrier does and
/// makes the record that is settled: `call_carrier(kernel, operation, view, number)`, `complete(kernel, operation)`.
template <class K, class Step>
Task<Receipt> carry_out(std::shared_ptr<K> kernel, Operation operation, std::optional<Amount> credit,
                        OperationView view, Step step) {
    operation = co_await kernel->store.claim(std::move(operation), credit);
    kernel->observer.changed(operation);
    if (!step.contacts_carrier) {
        step.complete(*kernel, operation);
        Task<Receipt> written =
            write_down(*kernel, std::move(operation), Verdict{.phase = Operation::Phase::done, .error = {}});
        co_return co_await std::move(written);
    }
    operation.phase = Operation::Phase::sending;
    operation = co_await kernel->store.advance(std::move(operation));
    Receipt unwritten{.number = operation.before, .operation = operation.id, .outcome = Outcome::unknown};
    unwritten.error = Error{.code = errc::outcome_unknown,
                            .message = "the store failed behind the carrier's answer; recover tells how it ended",
                            .carrier = operation.carrier,
                            .sent = true};
    Task<Receipt> written = call_and_write_down(*kernel, std::move(operation), view, step);
    try {
        co_return co_await std::move(written);
    } catch (const std::exception& failure) { unwritten.error->cause = failure.what(); }
    co_return unwritten;
}

/// Where a purchase or release that runs apart from its caller leaves how it ended.
struct Desk {
    std::optional<Receipt> receipt{};
    std::exception_ptr failure{};
    std::shared_ptr<Latch> latch;
};

/// Leaves what `work` comes to at `desk`, itself: who awaits it apart need not wait for what is done without waiting.
inline Task<> file_at(std::shared_ptr<Desk> desk, Task<Receipt> work) {
    try {
        desk->receipt = co_await std::move(work);
    } catch (...) { desk->failure = std::current_exception(); }
    desk->latch->open();
}

/// Runs `carry_out` apart from the caller, who waits at most until the operation's deadline. Runs on the strand.
template <class K, class Step>
Task<Receipt> carry_out_detached(std::shared_ptr<K> kernel, Operation operation, std::optional<Amount> credit,
                                 std::chrono::milliseconds wait, Step step) {
    const boost::asio::any_io_executor strand = kernel->strand;
    auto desk = std::make_shared<Desk>();
    desk->latch = std::make_shared<Latch>(strand);
    const OperationId id = operation.id;
    Receipt unfinished{.number = operation.before, .operation = id, .outcome = Outcome::unknown};
    unfinished.error = Error{.code = errc::outcome_unknown,
                             .message = "not done within the time to wait; recover tells how it ended",
                             .carrier = operation.carrier,
                             .sent = true};
    const Deadline deadline = kernel->environment.now() + bounded_wait(wait);
    OperationView view{.id = id, .price_cap = operation.price_cap, .deadline = deadline};
    boost::asio::co_spawn(strand, file_at(desk, carry_out(kernel, std::move(operation), credit, view, std::move(step))),
                          boost::asio::detached);
    const bool finished = co_await desk->latch->wait(kernel->environment, kernel, deadline + settling_time);
    if (!finished) { co_return unfinished; }
    if (desk->failure) { std::rethrow_exception(desk->failure); }
    if (desk->receipt->outcome == Outcome::refused && desk->receipt->error) { throw Exception(*desk->receipt->error); }
    co_return std::move(*desk->receipt);
}

}  // namespace tandem::detail
