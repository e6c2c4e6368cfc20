// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/manager/give_back.hpp>

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <utility>

/// Asking a carrier what became of an operation.
namespace tandem::detail {

/// What a look at the carrier told of an order.
struct Finding {
    enum class Kind : std::uint8_t { judged, absent, cannot_tell };

    Kind kind = Kind::cannot_tell;
    Verdict verdict{};
};

/// What a repeat tells of a request that may have been carried out before. That it was refused, or never left, is said
/// of the repeat alone, unless the carrier answers every repeat as it answered the first.
inline Verdict judge_repeat(Verdict verdict, const Number& reply, bool is_answered_alike) {
    if (verdict.phase != Operation::Phase::refused) { return verdict; }
    const bool is_failed_order = reply.order && reply.order->status == Order::Status::failed;
    const bool is_sold_out = verdict.error && verdict.error->code == errc::number_unavailable;
    if (is_answered_alike && (is_failed_order || is_sold_out)) { return verdict; }
    Error error{.code = errc::outcome_unknown, .message = "the repeat was refused, which says nothing of the first"};
    if (verdict.error) {
        error.cause = std::string(name_of(verdict.error->code)) + ": " + verdict.error->message;
        error.carrier = verdict.error->carrier;
    }
    return {Operation::Phase::unknown, std::move(error)};
}

/// Gives a number back once more. Where the carrier refuses that, whether the number is ours still tells what came
/// before.
template <class K>
Task<Verdict> release_again(K& kernel, std::size_t carrier, Session<K>& session, const Operation& operation,
                            Number& number) {
    const auto call = [&kernel, carrier](Session<K>& open_session, Number given) {
        return disconnect_number_at(kernel, carrier, open_session, std::move(given));
    };
    Task<Verdict> judged = call_carrier(session, operation, number, call);
    Verdict verdict = co_await std::move(judged);
    if (verdict.phase == Operation::Phase::refused && K::operations(carrier).owns_numbers) {
        const bool owned = co_await owns_number_at(kernel, carrier, session, number.number);
        if (!owned) { verdict = {Operation::Phase::done, {}}; }
        co_return verdict;
    }
    co_return judge_repeat(std::move(verdict), number, false);
}

/// Asks the carrier what became of a purchase: by our reference where it can, else among our numbers there. A carrier
/// with neither is asked again where that is harmless. Nothing else is ever repeated.
template <class K>
Task<Finding> find_purchase(K& kernel, std::size_t carrier, Session<K>& session, const Operation& operation,
                            Number& number) {
    Finding finding;
    if (K::operations(carrier).finds_orders) {
        auto found = co_await find_order_at(kernel, carrier, session, number);
        finding.kind = found ? Finding::Kind::judged : Finding::Kind::absent;
        if (found) {
            take_over(operation, number, session.without_secrets(std::move(*found)));
            finding.verdict = judge(operation, number);
        }
    } else if (K::operations(carrier).owns_numbers && !operation.number.empty()) {
        const bool owned = co_await owns_number_at(kernel, carrier, session, operation.number);
        finding.kind = owned ? Finding::Kind::judged : Finding::Kind::absent;
        finding.verdict.phase = Operation::Phase::done;
    } else if (const RetryClass retry = K::info(carrier).retry;
               retry == RetryClass::safe || (retry == RetryClass::safe_for_number && !operation.number.empty())) {
        const auto call = [&kernel, carrier](Session<K>& open_session, Number asked) {
            return acquire_number_at(kernel, carrier, open_session, std::move(asked));
        };
        Task<Verdict> judged = call_carrier(session, operation, number, call);
        finding.kind = Finding::Kind::judged;
        finding.verdict = co_await std::move(judged);
        finding.verdict = judge_repeat(std::move(finding.verdict), number, retry == RetryClass::safe);
    }
    co_return finding;
}

/// Follows an accepted order one step.
/// Errors: those of the question, whatever was answered. They tell nothing of the order, which stays as it was.
template <class K>
Task<Finding> follow(K& kernel, std::size_t carrier, Session<K>& session, const Operation& operation, Number& number) {
    Finding finding;
    if (!number.number.empty() && number.order && number.order->status == Order::Status::complete) {
        finding = {Finding::Kind::judged, {Operation::Phase::done, {}}};  // it only could not be written down
        co_return finding;
    }
    if (!K::operations(carrier).follows_orders) { co_return finding; }
    Number reply = co_await follow_order_at(kernel, carrier, session, number);
    reply = session.without_secrets(std::move(reply));
    finding.kind = Finding::Kind::judged;
    finding.verdict = judge(operation, reply);
    if (finding.verdict.error) { finding.verdict.error->carrier = operation.carrier; }
    if (finding.verdict.phase != Operation::Phase::unknown) { take_over(operation, number, std::move(reply)); }
    co_return finding;
}

/// One look at the carrier about `operation`; `number` becomes what it says.
template <class K>
Task<Finding> look(K& kernel, const Operation& operation, Number& number) {
    const std::size_t carrier = K::index_of(operation.carrier);
    const OperationView view{
        .id = operation.id, .price_cap = operation.price_cap, .deadline = kernel.environment.now() + unattended_wait};
    Session<K> session(kernel, K::info(carrier), kernel.terms(carrier).remote, view);
    try {
        if (operation.phase == Operation::Phase::pending) {
            co_return co_await follow(kernel, carrier, session, operation, number);
        }
        if (operation.kind != Operation::Kind::acquire || is_given_back(operation)) {
            // Releasing twice is harmless: a law of carriers.
            Finding finding;
            finding.kind = Finding::Kind::judged;
            Task<Verdict> judged = release_again(kernel, carrier, session, operation, number);
            finding.verdict = co_await std::move(judged);
            co_return finding;
        }
        co_return co_await find_purchase(kernel, carrier, session, operation, number);
    } catch (const Exception& failure) { throw Exception(session.without_secrets(failure.error())); }
}

/// `look`, with a failure as a finding that tells nothing.
template <class K>
Task<Finding> look_safely(K& kernel, const Operation& operation, Number& number) {
    Finding finding;
    try {
        finding = co_await look(kernel, operation, number);
    } catch (const Exception& failure) {
        finding.verdict.error = failure.error();
    } catch (const std::exception& failure) {
        finding.verdict.error = Error{.code = errc::unspecified, .message = "recovery failed", .cause = failure.what()};
    }
    co_return finding;
}

}  // namespace tandem::detail
