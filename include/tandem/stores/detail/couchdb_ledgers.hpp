// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/stores/detail/couchdb_numbers.hpp>
#include <tandem/stores/detail/transitions.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tandem::stores::detail {

/// An operation's document, as the server gave it.
template <class T>
CouchDbOperation read_operation(const CouchDbClient<T>& client, const boost::json::object& content, std::string rev,
                                bool siblings) {
    CouchDbOperation stored;
    try {
        stored = couchdb_operation(content);
    } catch (const Exception& failure) {
        client.refuse_document(operations_database, text_of(content, "_id"), failure);
    }
    stored.rev = std::move(rev);
    stored.siblings = siblings;
    return stored;
}

/// What each account's operations charge, in one document for each account, which is compared by its revision: with a
/// credit, the claims on it come one after another. An operation's charge stands there by itself until that is final.
template <class T>
class CouchDbLedgers {
public:
    CouchDbLedgers(CouchDbClient<T>& client, CouchDbWriter& writer) : client_(client), writer_(writer) {}

    /// Errors: `not_enough_credit` when the account has no room for what `operation` charges.
    Task<void> check(const Operation& operation, Amount credit) {
        const Entry ledger = co_await find(operation, credit);
        check_credit(operation, credit, ledger.value.spent_beside(operation.id.view()));
    }

    /// Writes what `operation` charges into its account's ledger. Without a credit there is room for all.
    /// Errors: `not_enough_credit`.
    Task<void> charge(const Operation& operation, std::optional<Amount> credit = {}) {
        const Amount own = charge_of(operation);
        const std::string id = id_of({operation.account});
        for (int attempt = 0; attempt < couchdb_attempts; ++attempt) {
            Entry ledger = co_await find(operation, credit);
            if (credit) { check_credit(operation, *credit, ledger.value.spent_beside(operation.id.view())); }
            const auto entry = ledger.value.open.find(operation.id.str());
            if (entry == ledger.value.open.end() ? own == Amount::zero() : entry->second == own) { co_return; }
            ledger.value.open[operation.id.str()] = own;
            boost::json::object content = couchdb_content(ledger.value, id, writer_.next());
            const CouchDbWritten written = co_await client_.write(ledgers_database, id, content, ledger.rev);
            if (written) { co_return; }
        }
        client_.fail(ledgers_database, "others change the account's ledger all the time", operation.account);
    }

private:
    struct Entry {
        Ledger value{};
        std::string rev{};
    };

    /// The account's ledger. Where the credit falls short, or many operations stand there, those that are final are
    /// summed up and those that are gone are dropped.
    Task<Entry> find(const Operation& operation, std::optional<Amount> credit) {
        constexpr std::size_t many = 64;
        const std::string account = id_of({operation.account});
        const CouchDbDocument document = co_await client_.read(ledgers_database, account);
        Entry ledger;
        ledger.rev = document.rev;
        if (document.exists) { ledger.value = couchdb_ledger(document.content); }
        const auto sum = ledger.value.spent_beside(operation.id.view()) + charge_of(operation);
        if (ledger.value.open.size() < many && (!credit || sum <= *credit)) { co_return ledger; }
        std::vector<std::string> ids;
        for (const auto& [id, charge] : ledger.value.open) { ids.push_back(id); }
        const std::vector<boost::json::object> documents = co_await client_.read_all(operations_database, ids);
        std::map<std::string, Amount> open;
        for (const auto& content : documents) {
            const CouchDbOperation each = read_operation(client_, content, text_of(content, "_rev"), false);
            const std::string id = each.operation.id.str();
            if (each.operation.open()) {
                open[id] = ledger.value.open[id];
            } else {
                ledger.value.total += charge_of(each.operation);
            }
        }
        ledger.value.open = std::move(open);
        co_return ledger;
    }

    CouchDbClient<T>& client_;
    CouchDbWriter& writer_;
};

}  // namespace tandem::stores::detail
