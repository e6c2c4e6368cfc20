// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/entropy.hpp>
#include <tandem/stores/detail/couchdb_client.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tandem::stores::detail {

/// Names each write of our own documents, so that one whose answer was lost is known again.
class CouchDbWriter {
public:
    std::string next() { return name_ + "-" + std::to_string(++writes_); }

private:
    std::string name_ = tandem::detail::random_name();
    std::atomic<std::uint64_t> writes_ = 0;
};

/// The numbers' documents in Kazoo's databases.
template <class T>
class CouchDbNumbers {
public:
    explicit CouchDbNumbers(CouchDbClient<T>& client) : client_(client) {}

    Task<CouchDbNumber> find(E164 number) {
        CouchDbNumber found;
        if (number.empty()) { co_return found; }
        const std::string database = numbers_database(number);
        const CouchDbDocument document = co_await client_.read(database, number.str());
        try {
            found = couchdb_number(document);
        } catch (const Exception& failure) { client_.refuse_document(database, number.str(), failure); }
        co_return found;
    }

    /// Writes `record` over what was found. False when somebody else was first.
    Task<bool> write(CouchDbNumber found, Number record, Ending last, bool removes) {
        boost::json::object content = couchdb_content(record, last, removes);
        const CouchDbWritten written =
            co_await client_.write(numbers_database(record.number), record.number.str(), content, found.rev);
        co_return static_cast<bool>(written);
    }

    Task<NumberPage> scan(NumberQuery query) {
        NumberPage page;
        if (query.limit == 0 || query.after >= query.prefix.last_under()) { co_return page; }
        const std::vector<std::string> databases = co_await databases_of(query.prefix, query.after);
        for (const std::string& database : databases) {
            const bool full = co_await scan_one(database, query, page);
            if (full) { break; }
        }
        co_return page;
    }

    Task<Quantities> quantities(std::string account) {
        Quantities counts;
        boost::json::array first, last;
        first.emplace_back(account);
        last = first;
        last.emplace_back(boost::json::object());
        const typename CouchDbClient<T>::Query query{
            {"startkey", write_json(first)}, {"endkey", write_json(last)}, {"group_level", "2"}};
        const std::vector<std::string> databases = co_await all_databases();
        for (const std::string& database : databases) {
            const CouchDbRows found = co_await client_.view(database, numbers_design, "billed", query);
            client_.reading(database, [&] {
                for (const auto& row : found.rows) {
                    const auto& key = row.as_object().at("key").as_array();
                    counts[std::string(std::string_view(key.at(1).as_string()))] +=
                        row.as_object().at("value").as_int64();
                }
            });
        }
        co_return counts;
    }

    /// The databases that hold numbers under `prefix` behind `after`, in the numbers' order.
    Task<std::vector<std::string>> databases_of(E164 prefix, E164 after) {
        constexpr std::size_t whole = 4;  // digits in the name of a database
        std::vector<std::string> found;
        if (prefix.digit_count() >= whole) {
            found.push_back(numbers_database(prefix));
            co_return found;
        }
        const std::string begin = std::string(numbers_databases) + (prefix.empty() ? "+" : prefix.str());
        found = co_await client_.databases(begin);
        std::erase_if(found, [&](const std::string& name) {
            const E164 own = prefix_of_database(name);
            return own.empty() || (!after.empty() && own.last_under() <= after);
        });
        co_return found;
    }

    Task<std::vector<std::string>> all_databases() { return databases_of(E164(), E164()); }

    static void refuse_siblings(const CouchDbNumber& number, E164 asked) {
        if (number.siblings) { raise_siblings(asked); }
    }
    [[noreturn]] static void raise_siblings(E164 number) {
        errors::raise(errc::conflict,
                      "two servers have written the record of " + number.str() + "; one must be chosen first");
    }

private:
    /// Adds what `database` has to the page. True when the page is full.
    Task<bool> scan_one(std::string database, NumberQuery query, NumberPage& page) {
        constexpr std::size_t most = 500;
        std::string begin = first_key(query.prefix, query.after);
        for (;;) {
            const std::size_t wanted = std::min<std::size_t>(query.limit + std::size_t{1} - page.numbers.size(), most);
            const CouchDbRows part = co_await rows(database, query, begin, wanted);
            for (const auto& row : part.rows) {
                begin = text_of(row.as_object(), "id") + "0";
                const auto* document = couchdb_row_document(row);
                if (document == nullptr) { continue; }  // removed since
                Number number = read(database, *document);
                if (!fits(query, number)) { continue; }
                if (page.numbers.size() == query.limit) {
                    page.next = page.numbers.back().number;
                    co_return true;
                }
                page.numbers.push_back(std::move(number));
            }
            if (part.rows.size() < wanted) { co_return false; }
        }
    }

    /// From `begin` on, what the narrowest index has; `fits` does the rest.
    Task<CouchDbRows> rows(const std::string& database, const NumberQuery& query, const std::string& begin,
                           std::size_t limit) {
        boost::json::array key;
        std::string view;
        if (!query.account.empty()) {
            view = "by_account";
            key.emplace_back(query.account.view());
        } else if (query.state) {
            view = "by_state";
            if (!query.carrier.empty()) {
                view = "by_carrier";
                key.emplace_back(std::string(tandem::detail::carrier_prefix) + query.carrier.str());
            }
            key.emplace_back(name_of(*query.state));
        }
        typename CouchDbClient<T>::Query parameters{{"limit", std::to_string(limit)}, {"include_docs", "true"}};
        const auto bound = [&](const char* name, const std::string& number) {
            auto whole = key;
            whole.emplace_back(number);
            parameters.emplace_back(name, view.empty() ? write_json(whole.front()) : write_json(whole));
        };
        bound("startkey", begin);
        bound("endkey", last_key(query.prefix));
        CouchDbRows found;
        if (view.empty()) {
            found = co_await client_.all(database, parameters);
        } else {
            found = co_await client_.view(database, numbers_design, view, parameters);
        }
        co_return found;
    }

    Number read(const std::string& database, const boost::json::object& content) {
        Number number;
        try {
            number = couchdb_number(content, text_of(content, "_rev"));
        } catch (const Exception& failure) { client_.refuse_document(database, text_of(content, "_id"), failure); }
        return number;
    }

    CouchDbClient<T>& client_;
};

}  // namespace tandem::stores::detail
