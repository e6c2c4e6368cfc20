// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/stores/detail/couchdb_ledgers.hpp>
#include <tandem/stores/detail/couchdb_numbers.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tandem::stores::detail {

/// Operations in a database that writes one document at a time. What each of them says is true by itself:
///
/// - A *claim* writes the operation (phase prepared), then the key's document, then the account's ledger, and last the
///   number's fence, which is what it compares. So a key never names an operation that is still to come. A crash on the
///   way leaves an open operation that holds nothing: it is among `open_operations`, its charge counts, its key is
///   used; abandoning it ends that. Who lost gives the key back, and the operation says that it was refused.
/// - A fence is good while its operation is open. One that came after its operation was abandoned (whoever claimed was
///   slower than whoever recovers) is taken off by the next `get`, `put`, `remove` or `claim` of that number.
/// - A *settle* or *abandon* is decided by one write: the operation's document gets the `outcome`, the operation as it
///   will
///   be. Then the number is written, which names the operation (`pvt_last_operation`), read back, and last the outcome
///   becomes the operation. After a crash on the way whoever changes the operation, claims its number or asks for
///   `open_operations` goes on from there: the number's mark tells whether it was written, however often it was written
///   since, because no other operation ends on a number before the one that is named there is final.
/// - An outcome that cannot be written, since somebody without regard for fences changed the number, is taken back with
///   `conflict`. Where two servers took two writes (siblings) it waits until a person chose one.
/// - The *ledger* of an account is never less than what the operations say: an entry is raised before its operation and
///   lowered after it.
template <class T>
class CouchDbOperations {
public:
    CouchDbOperations(CouchDbClient<T>& client, CouchDbNumbers<T>& numbers, CouchDbWriter& writer)
        : client_(client), numbers_(numbers), writer_(writer), ledgers_(client, writer) {}

    Task<CouchDbOperation> find(OperationId id) {
        CouchDbOperation stored;
        if (id.empty()) { co_return stored; }
        const CouchDbDocument document = co_await client_.read(operations_database, id.str());
        if (document.exists) { stored = read_operation(client_, document.content, document.rev, document.siblings); }
        co_return stored;
    }

    Task<std::optional<Operation>> find_by_key(std::string account, std::string key) {
        std::optional<Operation> found;
        if (key.empty()) { co_return found; }
        const std::string id = id_of({account, key});
        const CouchDbDocument document = co_await client_.read(keys_database, id);
        if (!document.exists) { co_return found; }
        const CouchDbOperation stored = co_await find(operation_named_in(document));
        if (!stored.rev.empty()) { found = stored.operation; }
        co_return found;
    }

    Task<std::vector<Operation>> open(OperationId after, std::uint32_t limit) {
        constexpr std::uint32_t most = 200;
        std::vector<Operation> found;
        for (std::string begin = after.str(); found.size() < limit;) {
            const auto wanted = std::min(limit - static_cast<std::uint32_t>(found.size()), most) + 1;
            const typename CouchDbClient<T>::Query query{{"startkey", write_json(boost::json::value(begin))},
                                                         {"limit", std::to_string(wanted)},
                                                         {"include_docs", "true"}};
            const CouchDbRows part = co_await client_.view(operations_database, operations_design, "open", query);
            for (const auto& row : part.rows) {
                const std::string id = text_of(row.as_object(), "id");
                const auto* content = couchdb_row_document(row);
                if (id == after.view() || id == begin || found.size() == limit) { continue; }
                begin = id;
                if (content == nullptr) { continue; }
                CouchDbOperation stored = read_operation(client_, *content, text_of(*content, "_rev"), false);
                if (stored.outcome) { stored = co_await finished(stored.operation.id); }
                if (!stored.rev.empty() && stored.operation.open()) { found.push_back(std::move(stored.operation)); }
            }
            if (part.rows.size() < wanted) { break; }
        }
        co_return found;
    }

    Task<Operation> claim(Operation asked, std::optional<Amount> credit) {
        if (!asked.key.empty()) {
            const auto same = co_await find_by_key(asked.account, asked.key);
            if (same) { refuse_key(asked); }
        }
        CouchDbNumber number;
        std::optional<Slot> slot;
        if (!asked.number.empty()) {
            number = co_await number_to_claim(asked.number);
            slot = number.slot;
        }
        detail::Change change = detail::claim(slot, asked);
        CouchDbOperation stored;
        stored.operation = plain(*change.operation);
        if (credit) { co_await ledgers_.check(stored.operation, *credit); }
        const bool new_id = co_await write(stored);
        if (!new_id) { errors::raise(errc::conflict, "there is an operation of this id", asked.id.str()); }
        std::optional<Exception> lost;
        try {
            co_await take_key(stored.operation);
            co_await ledgers_.charge(stored.operation, credit);
            if (change.record) { co_await fence(asked, number, *change.record); }
        } catch (const Exception& failure) { lost = failure; }
        if (lost) {
            co_await take_back(stored, lost->error());
            throw Exception(lost->error());
        }
        co_return stored.operation;
    }

    Task<Operation> advance(Operation operation) {
        for (;;) {
            CouchDbOperation stored = co_await finished(operation.id);
            const auto before = known(stored);
            const detail::Change change = detail::advance(before, operation);
            stored.operation = plain(*change.operation);
            const Amount was = charge_of(*before), is = charge_of(stored.operation);
            if (was < is) { co_await ledgers_.charge(stored.operation); }
            const bool written = co_await write(stored);
            if (!written) { continue; }
            if (is < was) { co_await ledgers_.charge(stored.operation); }
            co_return stored.operation;
        }
    }

    Task<Number> settle(Operation operation) {
        for (;;) {
            CouchDbOperation stored = co_await finished(operation.id);
            const auto before = known(stored);
            const E164 settled = settled_number(operation);
            CouchDbNumber number;
            if (before && !settled.empty()) { number = co_await number_to_end(*before, settled); }
            detail::Change change = detail::settle(before, number.slot, operation);
            if (charge_of(*before) < charge_of(*change.operation)) { co_await ledgers_.charge(*change.operation); }
            const bool decided = co_await decide(stored, std::move(*change.operation));
            if (decided) { co_return co_await finish(std::move(stored)); }
        }
    }

    Task<void> abandon(Operation operation) {
        for (;;) {
            CouchDbOperation stored = co_await finished(operation.id);
            const auto before = known(stored);
            CouchDbNumber number;
            std::optional<Slot> slot;
            if (before && !before->number.empty() && fenced_a_number(*before)) {
                number = co_await number_to_end(*before, before->number);
                const bool never_fenced =
                    before->phase == Operation::Phase::prepared && !number.is_fenced_by(before->id);
                if (!never_fenced) { slot = number.slot; }
            }
            detail::Change change = detail::abandon(before, slot, operation);
            bool decided = false;
            if (change.record) {
                decided = co_await decide(stored, std::move(*change.operation));
                if (decided) { (void)co_await finish(stored); }
            } else {
                stored.operation = plain(*change.operation);
                decided = co_await write(stored);
            }
            if (decided) { co_return; }
        }
    }

    /// The record as it is once a fence that came too late is taken off.
    Task<CouchDbNumber> without_void_fence(CouchDbNumber number) {
        for (int attempt = 0; number.slot.record && !number.slot.record->fence.empty(); ++attempt) {
            const CouchDbOperation holder = co_await find(number.slot.record->fence);
            if (holder.rev.empty() || holder.operation.open() || number.siblings) { break; }
            const E164 asked = number.slot.record->number;
            const Number record = ended_record(holder.operation, number.slot);
            const Ending ending = ending_of(holder.operation);
            (void)co_await numbers_.write(number, record, ending, ended_removes(holder.operation));
            number = co_await numbers_.find(asked);
            if (attempt == couchdb_attempts) { client_.fail(numbers_database(asked), "the fence cannot be taken off"); }
        }
        co_return number;
    }

private:
    static std::optional<Operation> known(const CouchDbOperation& stored) {
        return stored.rev.empty() ? std::nullopt : std::optional(stored.operation);
    }
    static OperationId operation_named_in(const CouchDbDocument& document) {
        const std::string id = text_of(document.content, "operation");
        return id.size() > OperationId::capacity() ? OperationId() : OperationId(id);
    }
    /// False when somebody else was first.
    /// Errors: `conflict` where there are siblings.
    Task<bool> write(CouchDbOperation& stored) {
        if (stored.siblings) {
            errors::raise(errc::conflict,
                          "two servers have written the operation or its number; one must be chosen first",
                          stored.operation.id.str());
        }
        boost::json::object content = couchdb_content(stored, writer_.next());
        const CouchDbWritten written =
            co_await client_.write(operations_database, stored.operation.id.str(), content, stored.rev);
        if (written) { stored.rev = written.rev; }
        co_return static_cast<bool>(written);
    }

    /// A number without siblings, void fence and unfinished end.
    Task<CouchDbNumber> number_to_claim(E164 asked) {
        CouchDbNumber number = co_await numbers_.find(asked);
        number = co_await without_void_fence(std::move(number));
        numbers_.refuse_siblings(number, asked);
        if (!number.last.operation.empty()) { (void)co_await finished(number.last.operation); }
        co_return number;
    }
    /// The number that an operation ends on.
    Task<CouchDbNumber> number_to_end(const Operation& stored, E164 asked) {
        CouchDbNumber number;
        if (fenced_a_number(stored)) {
            number = co_await numbers_.find(asked);
            numbers_.refuse_siblings(number, asked);
        } else {
            number = co_await number_to_claim(asked);
        }
        co_return number;
    }

    Task<void> take_key(const Operation& operation) {
        if (operation.key.empty()) { co_return; }
        const std::string id = id_of({operation.account, operation.key});
        boost::json::object content{{"_id", id}, {"operation", operation.id.view()}, {"written_by", writer_.next()}};
        std::string rev;
        for (int attempt = 0; attempt < couchdb_attempts; ++attempt) {
            const CouchDbWritten written = co_await client_.write(keys_database, id, content, rev);
            if (written) { co_return; }
            const CouchDbDocument found = co_await client_.read(keys_database, id);
            if (found.exists) {
                const CouchDbOperation holder = co_await find(operation_named_in(found));
                if (!holder.rev.empty()) { refuse_key(operation); }
            }
            rev = found.rev;
        }
        client_.fail(keys_database, "others change one key all the time");
    }

    /// Puts the fence on. Errors: as a claim's.
    Task<void> fence(const Operation& asked, CouchDbNumber number, Number record) {
        const bool written = co_await numbers_.write(number, record, number.last, false);
        if (written) { co_return; }
        number = co_await numbers_.find(asked.number);
        if (number.is_fenced_by(asked.id)) { co_return; }
        (void)detail::claim(number.slot, asked);
        refuse_conflict(asked.number, asked.before.revision, number.slot.last);
    }

    /// Gives the key of a claim that lost back, and says so in its operation. Where it is not known what was done, or
    /// where this fails, the operation stays open for whoever recovers.
    Task<void> take_back(CouchDbOperation stored, const Error& error) {
        const bool known_lost = error.code == errc::conflict || error.code == errc::in_progress ||
                                error.code == errc::key_reused || error.code == errc::not_enough_credit;
        if (!known_lost) { co_return; }
        try {
            if (!stored.operation.key.empty()) {
                const std::string id = id_of({stored.operation.account, stored.operation.key});
                const CouchDbDocument key = co_await client_.read(keys_database, id);
                if (key.exists && operation_named_in(key) == stored.operation.id) {
                    boost::json::object gone{{"_id", id}, {"_deleted", true}};
                    (void)co_await client_.write(keys_database, id, gone, key.rev);
                }
            }
            stored.operation.phase = Operation::Phase::refused;
            stored.operation.error = error;
            ++stored.operation.revision;
            (void)co_await write(stored);
        } catch (const Exception&) {}
    }

    /// Writes how the operation ends. False when somebody else has changed it meanwhile.
    Task<bool> decide(CouchDbOperation& stored, Operation outcome) {
        stored.outcome = plain(outcome);
        stored.decided_by = writer_.next();
        bool decided = co_await write(stored);
        if (!decided) {  // or was it finished by somebody else before our answer came?
            const std::string ours = stored.decided_by;
            const CouchDbOperation now = co_await find(stored.operation.id);
            decided = now.decided_by == ours;
            stored = now;
        }
        co_return decided;
    }

    /// The operation, with an end that was begun brought to its end, where that can be.
    Task<CouchDbOperation> finished(OperationId id) {
        CouchDbOperation stored = co_await find(id);
        if (!stored.outcome) { co_return stored; }
        bool hindered = false;
        try {
            (void)co_await finish(stored);
        } catch (const Exception& failure) {
            if (failure.error().code != errc::conflict) { throw; }
            hindered = true;
        }
        stored = co_await find(id);
        if (hindered && stored.outcome) {  // siblings: it is decided, and waits
            stored.outcome.reset();
            stored.siblings = true;
        }
        co_return stored;
    }

    /// Writes the number of an outcome, then the outcome as the operation. Gives the record.
    /// Errors: `conflict` when the number cannot be written any more, or has siblings.
    Task<Number> finish(CouchDbOperation stored) {
        const OperationId id = stored.operation.id;
        const std::string decision = stored.decided_by;
        for (int attempt = 0; stored.outcome && stored.decided_by == decision; ++attempt) {
            const Operation outcome = *stored.outcome;
            const Ending ending = ending_of(outcome);
            const CouchDbNumber number = co_await numbers_.find(outcome.number);
            if (number.is_written_by(ending)) {
                const bool stands_beside = ended_removes(outcome) && number.last != ending;
                if (number.siblings || stands_beside) { numbers_.raise_siblings(outcome.number); }
                stored.operation = outcome;
                stored.outcome.reset();
            } else if (numbers_.refuse_siblings(number, outcome.number); !may_end(stored.operation, number)) {
                stored.outcome.reset();
                stored.decided_by.clear();
            } else {
                const Number record = ended_record(outcome, number.slot);
                (void)co_await numbers_.write(number, record, ending, ended_removes(outcome));
                if (attempt == couchdb_attempts) {
                    client_.fail(numbers_database(outcome.number), "it cannot be written");
                }
                continue;
            }
            const bool written = co_await write(stored);
            if (!written) { stored = co_await find(id); }  // somebody else has finished it
        }
        if (stored.operation.open() || stored.decided_by != decision) {
            errors::raise(errc::conflict, "the operation does not hold its number any more", id.str());
        }
        Number record = ended_record(stored.operation, Slot());
        record.revision = stored.operation.after.revision;
        co_return record;
    }

    static bool may_end(const Operation& open, const CouchDbNumber& number) {
        if (!fenced_a_number(open)) {
            return !number.slot.record ||
                   (number.slot.record->assigned_to.empty() && number.slot.record->fence.empty());
        }
        return number.is_fenced_by(open.id) && number.slot.record->revision == open.after.revision;
    }
    static bool ended_removes(const Operation& ended) {
        return ended.phase == Operation::Phase::done ? ended.after.state == State::deleted : ended.before.revision == 0;
    }
    static Number ended_record(const Operation& ended, const Slot& slot) {
        Number record = ended.phase == Operation::Phase::done ? ended.after : ended.before;
        if (record.number.empty()) { record.number = ended.number; }
        return next_record(slot, std::move(record), {});
    }

    CouchDbClient<T>& client_;
    CouchDbNumbers<T>& numbers_;
    CouchDbWriter& writer_;
    CouchDbLedgers<T> ledgers_;
};

}  // namespace tandem::stores::detail
