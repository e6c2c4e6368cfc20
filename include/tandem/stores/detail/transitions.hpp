// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/number_json.hpp>
#include <tandem/core/operation.hpp>
#include <tandem/store.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// What each change makes of a record and an operation, and when it is refused: the rules of the concept `Store` as
/// pure functions. A store reads, calls one, and writes what it gives in the same commit.
namespace tandem::stores::detail {

/// How many searches a store keeps.
inline constexpr std::size_t max_searches = 1'000;

/// What a store has of a number.
struct Slot {
    std::optional<Number> record{};
    /// Of the record, or of its last one: revisions go on where a number was removed, so that no old one fits again.
    Revision last = 0;

    Revision revision() const { return record ? record->revision : 0; }
};

/// What a change writes.
struct Change {
    std::optional<Operation> operation{};
    std::optional<Number> record{};
    bool removes = false;  ///< the record goes; `record` says with which revision
};

/// `record` as every store gives it back: JSON in the writer's own form, checked to fit a document.
inline Number canonical(Number record) {
    const auto rewrite = [](JsonText& text, std::string_view field, auto check) {
        if (text.empty()) { return; }
        auto object = object_of(text, field);
        if (field == "private_fields") { object.erase("_rev"); }  // CouchDB's, of another place and time
        for (const auto& [key, value] : object) { check(std::string_view(key)); }
        text = to_json_text(std::move(object));
    };
    const auto any = [](std::string_view) {};
    rewrite(record.features, "features", any);
    rewrite(record.carrier_data, "carrier_data", any);
    rewrite(record.public_fields, "public_fields", [](std::string_view key) {
        if (tandem::detail::is_private_key(key)) {
            errors::invalid("public fields begin neither with '_' nor with 'pvt_'", std::string(key));
        }
    });
    rewrite(record.private_fields, "private_fields", [](std::string_view key) {
        const auto& known = tandem::detail::number_keys;
        const bool member = std::find(known.begin(), known.end(), key) != known.end();
        if (member || !tandem::detail::is_private_key(key)) {
            errors::invalid("private fields begin with 'pvt_' and are none of a record's own", std::string(key));
        }
    });
    tandem::detail::checked_kazoo_seconds(record.created, "created");
    tandem::detail::checked_kazoo_seconds(record.modified, "modified");
    return record;
}

[[noreturn]] inline void refuse_conflict(E164 number, Revision given, Revision stored) {
    errors::raise(errc::conflict, "the record of " + number.str() + " was changed by someone else",
                  "its revision is " + std::to_string(stored) + ", not " + std::to_string(given));
}

inline void refuse_fenced(const Slot& slot, E164 number) {
    if (slot.record && !slot.record->fence.empty()) {
        errors::raise(errc::in_progress, "an operation on " + number.str() + " is still open",
                      slot.record->fence.str());
    }
}

inline Number next_record(const Slot& slot, Number record, OperationId fence) {
    record.fence = fence;
    record.revision = slot.last + 1;
    return record;
}

/// A record of fewer digits could not be read again.
inline void require_whole_number(E164 number) {
    if (!E164::is_valid(number.text().view())) {
        errors::invalid("a record needs a number of 3 to 15 digits", number.str());
    }
}

/// `put`: fences are claims' alone, so a record's own is dropped.
inline Change put(const Slot& slot, Number record) {
    require_whole_number(record.number);
    refuse_fenced(slot, record.number);
    if (record.revision != slot.revision()) { refuse_conflict(record.number, record.revision, slot.revision()); }
    return {.record = next_record(slot, canonical(std::move(record)), {})};
}

/// `remove`: nothing to write where nothing was and nothing was expected.
inline Change remove(const Slot& slot, E164 number, Revision revision) {
    refuse_fenced(slot, number);
    if (revision != slot.revision()) { refuse_conflict(number, revision, slot.revision()); }
    if (!slot.record) { return {}; }
    return {.record = next_record(slot, *slot.record, {}), .removes = true};
}

/// What an operation takes from its account's credit.
inline Amount charge_of(const Operation& operation) {
    const bool counts = operation.kind == Operation::Kind::acquire && operation.phase != Operation::Phase::refused;
    return counts && operation.charge.known() ? operation.charge : Amount::zero();
}

/// Errors: `not_enough_credit`, also when the charge of an acquisition is unknown, for unknown is not zero. What costs
/// nothing is nobody's who has spent too much.
inline void check_credit(const Operation& operation, Amount credit, Amount spent) {
    const auto refuse = [&](std::string cause) {
        errors::raise(errc::not_enough_credit, "the charges exceed the account's credit of " + credit.str(),
                      std::move(cause));
    };
    if (!credit.known()) { errors::invalid("a credit is an amount, or absent where there is no limit"); }
    const bool release = operation.kind == Operation::Kind::release;
    if (!operation.charge.known() && !release) { refuse("what it costs is not known"); }
    const auto own = operation.charge.known() ? operation.charge : Amount::zero();
    if (own == Amount::zero()) { return; }  // though more is spent already than the credit came to be
    std::int64_t sum = 0;
    if (__builtin_add_overflow(own.count(), spent.count(), &sum) || sum > credit.count()) {
        refuse("it costs " + own.str() + ", and " + spent.str() + " are spent");
    }
}

[[noreturn]] inline void refuse_id(const Operation& operation) {
    errors::raise(errc::conflict, "there is an operation of this id", operation.id.str());
}

[[noreturn]] inline void refuse_key(const Operation& operation) {
    errors::raise(errc::key_reused, "the account has used this key for an operation before", operation.key);
}

/// `claim`, once id and key are known to be new: `slot` is the number's, nothing for an offer whose number is not
/// known.
inline Change claim(const std::optional<Slot>& slot, Operation operation) {
    if (operation.id.empty()) { errors::invalid("an operation needs an id"); }
    if (!operation.open()) { errors::invalid("a claim begins an operation; this one is over"); }
    operation.revision = 1;
    operation.after = canonical(std::move(operation.after));
    operation.after.fence = {};
    if (!slot) {
        operation.before.revision = operation.after.revision = 0;
        return {.operation = std::move(operation)};
    }
    const auto number = operation.number;
    require_whole_number(number);
    if (operation.after.number.empty()) { operation.after.number = number; }
    if (operation.after.number != number) {
        errors::invalid("an operation's record is of another number than the operation",
                        operation.after.number.str() + ", " + number.str());
    }
    refuse_fenced(*slot, number);
    if (operation.before.revision != slot->revision()) {
        refuse_conflict(number, operation.before.revision, slot->revision());
    }
    Number record;
    if (slot->record) {
        record = operation.before = *slot->record;
    } else {
        record = operation.after;
        record.state = State::discovery;
        record.assigned_to.clear();
        operation.before = {};
    }
    record = next_record(*slot, std::move(record), operation.id);
    operation.after.revision = record.revision;
    return {.operation = std::move(operation), .record = std::move(record)};
}

/// Whether a claim fenced a number: otherwise it was on an offer from a group.
inline bool fenced_a_number(const Operation& stored) { return stored.after.revision != 0; }

/// `next` as the newest step of `stored`, with what no step may change.
/// Errors: `conflict` unless `next.revision` is the stored one and the operation is not over.
inline Operation next_step(const std::optional<Operation>& stored, Operation next) {
    if (!stored) { errors::raise(errc::conflict, "there is no such operation", next.id.str()); }
    if (next.revision != stored->revision || !stored->open()) {
        errors::raise(errc::conflict, "the operation was changed by someone else",
                      "its revision is " + std::to_string(stored->revision) + ", not " + std::to_string(next.revision) +
                          (stored->open() ? "" : ", and it is over"));
    }
    if (fenced_a_number(*stored) && next.number != stored->number) {
        errors::raise(errc::conflict, "an operation keeps its number",
                      next.number.str() + ", not " + stored->number.str());
    }
    next.kind = stored->kind;
    next.account = stored->account;
    next.key = stored->key;
    next.before = stored->before;
    next.revision = stored->revision + 1;
    return next;
}

inline Change advance(const std::optional<Operation>& stored, Operation operation) {
    if (!operation.open()) { errors::invalid("a step that is final is settled or abandoned"); }
    auto next = next_step(stored, std::move(operation));
    next.after = canonical(std::move(next.after));
    next.after.revision = stored->after.revision;
    return {.operation = std::move(next)};
}

inline void check_claimed(const Slot& slot, const Operation& operation) {
    const bool held = slot.record && slot.record->fence == operation.id;
    if (!held || slot.record->revision != operation.after.revision) {
        errors::raise(errc::conflict, "the operation does not hold " + operation.number.str() + " any more",
                      slot.record ? slot.record->fence.str() : "no record");
    }
}

/// The number whose record a settle writes: what the order named, for an offer from a group.
inline E164 settled_number(const Operation& operation) {
    return operation.number.empty() ? operation.after.number : operation.number;
}

/// `settle`, where `slot` is that of `settled_number`.
inline Change settle(const std::optional<Operation>& stored, const Slot& slot, Operation operation) {
    auto next = next_step(stored, std::move(operation));
    next.phase = Operation::Phase::done;
    next.number = settled_number(next);
    if (next.number.empty()) { errors::invalid("a settle needs the number that the order named"); }
    require_whole_number(next.number);
    if (next.after.number.empty()) { next.after.number = next.number; }
    if (next.after.number != next.number) {
        errors::invalid("an operation's record is of another number than the operation",
                        next.after.number.str() + ", " + next.number.str());
    }
    if (fenced_a_number(*stored)) {
        check_claimed(slot, next);
    } else if (slot.record && !(slot.record->assigned_to.empty() && slot.record->fence.empty())) {
        errors::raise(errc::conflict, next.number.str() + " has an owner already", slot.record->assigned_to);
    }
    next.after = canonical(std::move(next.after));
    const bool removes = next.after.state == State::deleted;
    auto record = next_record(slot, next.after, {});
    next.after.revision = record.revision;  // who asks for the operation later gets the record that was settled
    return {.operation = std::move(next), .record = std::move(record), .removes = removes};
}

/// `abandon`, where `slot` is that of the stored operation's number; an offer from a group has none.
inline Change abandon(const std::optional<Operation>& stored, const std::optional<Slot>& slot, Operation operation) {
    auto next = next_step(stored, std::move(operation));
    next.phase = Operation::Phase::refused;
    if (!slot || !fenced_a_number(*stored)) { return {.operation = std::move(next)}; }
    check_claimed(*slot, next);
    const bool removes = next.before.revision == 0;
    auto record = next_record(*slot, removes ? *slot->record : next.before, {});
    return {.operation = std::move(next), .record = std::move(record), .removes = removes};
}

/// Whether `number` is one that `query` asks for, its place in the order aside.
inline bool fits(const NumberQuery& query, const Number& number) {
    return (!query.state || *query.state == number.state) &&
           (query.account.empty() || query.account == std::string_view(number.assigned_to)) &&
           (query.carrier.empty() || query.carrier == std::string_view(number.carrier));
}

/// Whether a number counts in `quantities`.
inline bool is_billed(const Number& number) {
    return !number.billing_class.empty() &&
           (number.state == State::reserved || number.state == State::in_service || number.state == State::port_in);
}

}  // namespace tandem::stores::detail
