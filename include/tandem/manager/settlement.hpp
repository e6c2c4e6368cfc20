// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/operation.hpp>
#include <tandem/manager/session.hpp>

#include <string>
#include <utility>

/// From what a carrier did to what becomes of the operation.
namespace tandem::detail {

/// What the carrier's call came to.
struct Verdict {
    Operation::Phase phase = Operation::Phase::unknown;  ///< done, pending, unknown or refused
    std::optional<Error> error{};
};

/// Reads the number that a carrier gave back. Sold and released are believed only of the number that was asked for. An
/// order from a group may stay without a number until it is complete.
inline Verdict judge(const Operation& operation, const Number& reply) {
    const Order order = reply.order.value_or(Order());
    const bool is_other = !operation.number.empty() && reply.number != operation.number;
    const bool is_whole = E164::is_valid(reply.number.text().view());
    if (is_other || (!is_whole && order.status == Order::Status::complete)) {
        return {Operation::Phase::unknown, Error{.code = errc::outcome_unknown,
                                                 .message = "the carrier answered for another number",
                                                 .cause = reply.number.str()}};
    }
    switch (order.status) {
        case Order::Status::complete: return {Operation::Phase::done, {}};
        case Order::Status::failed:
            return {Operation::Phase::refused,
                    Error{.code = errc::by_carrier, .message = "the carrier could not do it", .cause = order.reason}};
        case Order::Status::needs_action:
            return {Operation::Phase::pending, Error{.code = errc::needs_action,
                                                     .message = "the carrier wants something from us first",
                                                     .cause = order.reason}};
        case Order::Status::accepted:
        case Order::Status::pending:
        case Order::Status::partial:
        case Order::Status::backordered: return {Operation::Phase::pending, {}};
    }
    return {};
}

/// What a failure says: refused only where the trace of requests proves that nothing happened.
inline Verdict judge(const Trace& trace, Error error) {
    if (trace.proves_refusal(error.code)) { return {Operation::Phase::refused, std::move(error)}; }
    if (error.code != errc::outcome_unknown) {
        error = {.code = errc::outcome_unknown,
                 .message = "the carrier may have acted",
                 .cause = std::string(name_of(error.code)) + ": " + error.message +
                          (error.cause.empty() ? "" : " (" + error.cause + ")")};
    }
    error.sent = true;
    return {Operation::Phase::unknown, std::move(error)};
}

/// `number` becomes what a carrier says of it. What a bought one shall be is the operation's to say, not the carrier's:
/// who finishes it later still has to know.
inline void take_over(const Operation& operation, Number& number, Number reply) {
    const State wanted = number.state;
    number = std::move(reply);
    if (operation.kind == Operation::Kind::acquire) { number.state = wanted; }
}

/// Calls one operation of a carrier and judges what comes of it; `number` becomes the carrier's.
template <class SessionType, class Call>
Task<Verdict> call_carrier(SessionType& session, const Operation& operation, Number& number, Call call) {
    Verdict verdict;
    try {
        Number reply = co_await call(session, number);
        reply = session.without_secrets(std::move(reply));
        verdict = judge(operation, reply);
        if (verdict.phase != Operation::Phase::unknown) { take_over(operation, number, std::move(reply)); }
    } catch (const Exception& failure) {
        verdict = judge(session.trace(), session.without_secrets(failure.error()));
    } catch (const std::exception& failure) {
        verdict = judge(session.trace(), session.without_secrets({.code = errc::unspecified,
                                                                  .message = "the carrier's code failed",
                                                                  .cause = failure.what()}));
    }
    if (verdict.error) { verdict.error->carrier = operation.carrier; }
    co_return verdict;
}

}  // namespace tandem::detail
