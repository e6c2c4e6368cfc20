// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/sleep.hpp>
#include <tandem/manager/look.hpp>
#include <tandem/manager/release.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Finishing what a crash, a cut connection or a slow carrier left open.
namespace tandem::detail {

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

/// Writes down that a number is released whose carrier has sold it again, to us, before its answer was: lest the
/// release be repeated, and take the number from its new owner. Whether a release was waiting for that.
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

/// Whether recovery may look at once: a look changes nothing. What acts again waits until nothing that was sent before
/// can arrive behind it, and what nobody can be asked about is left to its owner until then.
template <class K>
bool only_looks(const Operation& operation) {
    if (operation.phase == Operation::Phase::pending) { return true; }
    if (operation.kind != Operation::Kind::acquire || is_given_back(operation)) { return false; }
    const std::size_t carrier = K::index_of(operation.carrier);
    const CarrierOperations& can = K::operations(carrier);
    const bool looks = can.finds_orders || (can.owns_numbers && !operation.number.empty());
    return looks || (K::info(carrier).retry == RetryClass::never && operation.phase == Operation::Phase::unknown);
}

/// Brings one open operation as far as the carrier's answers allow. From `quiet` on nothing that was sent for it before
/// can arrive: until then absence proves nothing, and its owner may be at work on it.
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
            co_await sleep_whole(kernel.environment, quiet - now);
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

/// Which of the open operations are looked at: all of them, for a person who wants to know now; those that are due, for
/// a scheduler, who comes again.
enum class Sweep : std::uint8_t { all, due };

/// How far the calendars of machines that share a store may be apart.
inline constexpr std::chrono::minutes calendars_apart{2};

/// What is open is due again after an eighth of its age, at least half a minute and at most six hours later; what the
/// carrier has not accepted, not before its deadline proves that nobody is at work on it.
constexpr bool is_due(const Operation& operation, UnixTime now) {
    using namespace std::chrono_literals;
    const bool is_accepted = operation.phase == Operation::Phase::pending;
    if (!is_accepted && now < operation.deadline + late_arrival + calendars_apart) { return false; }
    const std::chrono::seconds age = operation.modified - operation.created;
    return now >= operation.modified + std::clamp<std::chrono::seconds>(age / 8, 30s, 6h);
}

/// `NumberManager::recover` and `follow_orders` on the strand: operations that are still open, one after another.
template <class K>
Task<std::vector<Recovered>> recover(std::shared_ptr<K> kernel, Sweep sweep) {
    std::vector<Recovered> report;
    OperationId after;
    for (;;) {
        const std::vector<Operation> open = co_await kernel->store.open_operations(after, 100);
        if (open.empty()) { co_return report; }
        const Moment seen = kernel->environment.now();
        for (const Operation& operation : open) {
            after = operation.id;
            if (sweep == Sweep::due && !is_due(operation, kernel->environment.time())) { continue; }
            Recovered one{.operation = operation.id, .number = operation.number};
            try {
                const Moment quiet = sweep == Sweep::all ? seen + time_on_the_way(operation) : seen;
                const Receipt receipt = co_await recover_one(*kernel, operation, quiet);
                one.outcome = receipt.outcome;
                one.error = receipt.error;
                if (one.number.empty()) { one.number = receipt.number.number; }
            } catch (const Exception& failure) {
                one.outcome = Outcome::unknown;
                one.error = failure.error();
            } catch (const std::exception& failure) {
                one.outcome = Outcome::unknown;
                one.error = Error{.code = errc::unspecified, .message = "recovery failed", .cause = failure.what()};
            }
            report.push_back(std::move(one));
        }
    }
}

}  // namespace tandem::detail
