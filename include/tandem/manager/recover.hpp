// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/manager/release.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Finishing what a crash, a cut connection or a slow carrier left open.
namespace tandem::detail {

/// What a look at the carrier told of an order.
struct Finding {
    enum class Kind : std::uint8_t { judged, absent, cannot_tell };

    Kind kind = Kind::cannot_tell;
    Verdict verdict{};
};

/// What a repeat tells of a request that may have been carried out before. That it was refused, or never left, is said of the
/// repeat alone, unless the carrier answers every repeat as it answered the first.
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

/// Gives a number back once more. Where the carrier refuses that, whether the number is ours still tells what came before.
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

/// Asks the carrier what became of a purchase: by our reference where it can, else among our numbers there. A carrier with
/// neither is asked again where that is harmless. Nothing else is ever repeated.
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

/// What becomes of an operation by what was found. Where nothing was, it stays as it is.
inline Verdict concluded(const Operation& operation, Finding finding) {
    if (is_given_back(operation)) { return undone(operation, finding.verdict); }
    switch (finding.kind) {
        case Finding::Kind::judged: return std::move(finding.verdict);
        case Finding::Kind::absent:
            return {Operation::Phase::refused, Error{.code = errc::cancelled,
                                                     .message = "the order never reached the carrier",
                                                     .carrier = operation.carrier}};
        case Finding::Kind::cannot_tell: break;
    }
    const bool is_pending = operation.phase == Operation::Phase::pending;
    return {is_pending ? Operation::Phase::pending : Operation::Phase::unknown,
            finding.verdict.error ? std::move(finding.verdict.error) : operation.error};
}

/// Makes the record that an operation leaves which its carrier has done.
template <class K>
void complete_record(K& kernel, Operation& operation) {
    if (operation.kind == Operation::Kind::acquire) {
        AcquireStep::complete_acquisition(kernel, operation);
    } else {
        const ReleaseStep step{.contacts_carrier = true, .carrier = K::index_of(operation.carrier)};
        step.complete(kernel, operation);
    }
}

/// Writes down that a number is released whose carrier has sold it again, to us, before its answer was: lest the release be
/// repeated, and take the number from its new owner. Whether a release was waiting for that.
template <class K>
Task<bool> end_release_of(K& kernel, E164 number) {
    const auto record = co_await kernel.store.get(number);
    if (!record) { co_return true; }
    if (record->fence.empty()) { co_return false; }
    auto release = co_await kernel.store.operation(record->fence);
    const bool is_release = release && release->kind != Operation::Kind::acquire;
    if (!is_release || release->phase == Operation::Phase::prepared) { co_return false; }
    complete_record(kernel, *release);
    Task<Receipt> written = write_down(kernel, std::move(*release), Verdict{Operation::Phase::done, {}});
    const Receipt receipt = co_await std::move(written);
    co_return receipt.outcome == Outcome::released;
}

/// How long a request of `operation` may still be on its way, from the moment at which its record was seen as it is.
/// Calendars of several machines differ, and are set anew: of another's only differences count.
inline std::chrono::seconds time_on_the_way(const Operation& operation) {
    return std::max<std::chrono::seconds>(operation.deadline - operation.modified, std::chrono::seconds(0)) +
           late_arrival;
}

/// Whether recovery may look at once: a look changes nothing. What acts again waits until nothing that was sent before can
/// arrive behind it, and what nobody can be asked about is left to its owner until then.
template <class K>
bool only_looks(const Operation& operation) {
    if (operation.phase == Operation::Phase::pending) { return true; }
    if (operation.kind != Operation::Kind::acquire || is_given_back(operation)) { return false; }
    const std::size_t carrier = K::index_of(operation.carrier);
    const CarrierOperations& can = K::operations(carrier);
    const bool looks = can.finds_orders || (can.owns_numbers && !operation.number.empty());
    return looks || (K::info(carrier).retry == RetryClass::never && operation.phase == Operation::Phase::unknown);
}

/// Brings one open operation as far as the carrier's answers allow. From `quiet` on nothing that was sent for it before can
/// arrive: until then absence proves nothing, and its owner may be at work on it.
template <class K>
Task<Receipt> recover_one(K& kernel, Operation operation, Moment quiet) {
    if (operation.phase == Operation::Phase::prepared) {  // the carrier was never called
        Verdict nothing{Operation::Phase::refused, Error{.code = errc::cancelled,
                                                         .message = "interrupted before the carrier was called",
                                                         .carrier = operation.carrier}};
        Task<Receipt> written = write_down(kernel, std::move(operation), std::move(nothing));
        co_return co_await std::move(written);
    }
    const bool looks = only_looks<K>(operation);
    Number number = operation.after;
    Finding finding;
    if (looks) { finding = co_await look_safely(kernel, operation, number); }
    if (!looks || finding.kind == Finding::Kind::absent) {
        if (const Moment now = kernel.environment.now(); now < quiet) {
            co_await kernel.environment.sleep(quiet - now);
            auto newest = co_await kernel.store.operation(operation.id);
            if (!newest) { errors::raise(errc::store, "an operation vanished from the store", operation.id.str()); }
            if (newest->revision != operation.revision) { co_return receipt_of(*newest); }  // somebody is at work on it
        }
        if (!looks) {
            have_unattended_time(kernel, operation);
            operation = co_await kernel.store.advance(std::move(operation));  // nobody else does it at the same time
        }
        finding = co_await look_safely(kernel, operation, number);
    }
    const Revision claimed = operation.after.revision;
    Verdict verdict = concluded(operation, std::move(finding));
    auto why = price_beyond_cap(operation, number);
    if (why && operation.kind == Operation::Kind::acquire && verdict.phase == Operation::Phase::done) {
        Task<Verdict> undoing = give_back(kernel, K::index_of(operation.carrier), operation, number, std::move(*why));
        verdict = co_await std::move(undoing);
    }
    operation.after = std::move(number);
    operation.after.revision = claimed;
    if (operation.number.empty()) { operation.number = operation.after.number; }
    if (verdict.phase == Operation::Phase::done) { complete_record(kernel, operation); }
    Task<Receipt> written = write_down(kernel, std::move(operation), std::move(verdict));
    co_return co_await std::move(written);
}

/// Which of the open operations are looked at now, by the calendar.
using WhichOperations = bool (*)(const Operation&, UnixTime now);

/// For a person, who wants to know now: all of them.
constexpr bool every_operation(const Operation&, UnixTime) { return true; }

/// How far the calendars of machines that share a store may be apart.
inline constexpr std::chrono::minutes calendars_apart{2};

/// For a scheduler: what is open is looked at again after an eighth of its age, at least half a minute and at most six hours
/// later; what the carrier has not accepted, not before its deadline proves that nobody is at work on it.
constexpr bool due_operation(const Operation& operation, UnixTime now) {
    using namespace std::chrono_literals;
    const bool is_accepted = operation.phase == Operation::Phase::pending;
    if (!is_accepted && now < operation.deadline + late_arrival + calendars_apart) { return false; }
    const std::chrono::seconds age = operation.modified - operation.created;
    return now >= operation.modified + std::clamp<std::chrono::seconds>(age / 8, 30s, 6h);
}

/// `NumberManager::recover` and `follow_orders` on the strand: the chosen operations that are still open, one after
/// another.
template <class K>
Task<std::vector<Recovered>> recover(std::shared_ptr<K> kernel, WhichOperations which) {
    const bool waits =
        which == every_operation;  // a scheduler comes again, once the calendar says that the time is over
    std::vector<Recovered> report;
    OperationId after;
    for (;;) {
        const std::vector<Operation> open = co_await kernel->store.open_operations(after, 100);
        if (open.empty()) { co_return report; }
        const Moment seen = kernel->environment.now();
        for (const Operation& operation : open) {
            after = operation.id;
            if (!which(operation, kernel->environment.time())) { continue; }
            Recovered one{.operation = operation.id, .number = operation.number};
            try {
                const Moment quiet = waits ? seen + time_on_the_way(operation) : seen;
                const Receipt receipt = co_await recover_one(*kernel, operation, quiet);
                one.outcome = receipt.outcome;
                one.error = receipt.error;
                if (one.number.empty()) { one.number = receipt.number.number; }
            } catch (const Exception& failure) {
                one.outcome = Outcome::unknown;
                one.error = failure.error();
            }
            report.push_back(std::move(one));
        }
    }
}

}  // namespace tandem::detail
