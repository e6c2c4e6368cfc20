// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/stores/detail/couchdb_numbers.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tandem::stores::detail {

/// One order of the changes of all databases, whoever made them, Kazoo too. The truth is each database's own feed; who
/// asks for changes writes down what is new there. The log is a chain of documents, each of which begins where the one
/// before ends, so that only one of those who go on with it can; the last knows how far every feed was read. Thus
/// writers pay nothing and a crash loses nothing. Asking costs a request for each database. Changes stand in the order
/// in which they were noticed; those of one database in its own. The log's oldest documents may be deleted once
/// everybody has read them.
template <class T>
class CouchDbChanges {
public:
    CouchDbChanges(CouchDbClient<T>& client, CouchDbNumbers<T>& numbers, CouchDbWriter& writer)
        : client_(client), numbers_(numbers), writer_(writer) {}

    Task<std::vector<tandem::Change>> since(std::uint64_t sequence, std::uint32_t limit) {
        std::vector<tandem::Change> found = co_await logged(sequence, limit);
        if (found.size() == limit) { co_return found; }
        const bool more = co_await log();
        if (more) { found = co_await logged(sequence, limit); }
        co_return found;
    }

private:
    using Query = typename CouchDbClient<T>::Query;

    /// A document of the log.
    struct Part {
        std::uint64_t begin = 0;  ///< the sequence before its first
        std::vector<E164> numbers{};
        boost::json::object feeds{};
        std::string rev{};

        std::uint64_t end() const { return begin + numbers.size(); }
    };

    static std::string id_at(std::uint64_t sequence) {
        const std::string digits = std::to_string(sequence);
        return std::string(std::numeric_limits<std::uint64_t>::digits10 + 1 - digits.size(), '0') + digits;
    }

    Part read(const boost::json::object& content) const {
        return client_.reading(changes_database, [&] { return part_of(content); });
    }
    static Part part_of(const boost::json::object& content) {
        Part part;
        part.begin = std::stoull(text_of(content, "_id"));
        part.rev = text_of(content, "_rev");
        if (const auto* numbers = content.if_contains("numbers"); numbers != nullptr && numbers->is_array()) {
            for (const auto& each : numbers->get_array()) {
                part.numbers.push_back(E164::parse_or_empty(std::string_view(each.as_string())));
            }
        }
        if (const auto* feeds = content.if_contains("feeds"); feeds != nullptr && feeds->is_object()) {
            part.feeds = feeds->get_object();
        }
        return part;
    }

    /// The last part that begins at `sequence` or before.
    Task<std::optional<Part>> part_at(std::uint64_t sequence) {
        const Query query{{"startkey", write_json(boost::json::value(id_at(sequence)))},
                          {"descending", "true"},
                          {"limit", "1"},
                          {"include_docs", "true"}};
        const CouchDbRows found = co_await client_.all(changes_database, query);
        std::optional<Part> part;
        if (!found.rows.empty()) {
            if (const auto* content = couchdb_row_document(found.rows.front())) { part = read(*content); }
        }
        co_return part;
    }

    Task<std::vector<tandem::Change>> logged(std::uint64_t sequence, std::uint32_t limit) {
        constexpr std::size_t parts = 20;
        std::vector<tandem::Change> found;
        const std::optional<Part> first = co_await part_at(sequence);
        for (std::uint64_t begin = first ? first->begin : 0; found.size() < limit;) {
            const Query query{{"startkey", write_json(boost::json::value(id_at(begin)))},
                              {"limit", std::to_string(parts)},
                              {"include_docs", "true"}};
            const CouchDbRows rows = co_await client_.all(changes_database, query);
            for (const auto& row : rows.rows) {
                const auto* content = couchdb_row_document(row);
                if (content == nullptr) { continue; }
                const Part part = read(*content);
                begin = part.begin + 1;
                for (std::size_t i = 0; i < part.numbers.size() && found.size() < limit; ++i) {
                    const std::uint64_t own = part.begin + i + 1;
                    if (own > sequence) { found.push_back({.sequence = own, .number = part.numbers[i]}); }
                }
            }
            if (rows.rows.size() < parts) { break; }
        }
        co_return found;
    }

    /// Writes down what the feeds have. False when there is nothing new.
    Task<bool> log() {
        const auto last = std::numeric_limits<std::uint64_t>::max();
        for (int attempt = 0; attempt < couchdb_attempts; ++attempt) {
            const std::optional<Part> tail = co_await part_at(last);
            Part next;
            if (tail) {
                next.begin = tail->end();
                next.feeds = tail->feeds;
            }
            const std::vector<std::string> databases = co_await numbers_.all_databases();
            for (const std::string& database : databases) { co_await follow(database, next); }
            if (next.numbers.empty()) { co_return false; }
            const CouchDbWritten written = co_await append(next);
            if (!written) { continue; }
            if (tail) { co_await strip(*tail); }
            co_return true;
        }
        client_.fail(changes_database, "others go on with the log all the time");
    }

    /// Adds what the feed of one database has beyond where it was read.
    Task<void> follow(const std::string& database, Part& part) {
        constexpr const char* most = "1000";
        std::string since = "0";
        if (const auto* read = part.feeds.if_contains(database)) {
            since = read->is_string() ? std::string(std::string_view(read->get_string())) : write_json(*read);
        }
        const Query query{{"since", since}, {"limit", most}};
        const boost::json::object feed = co_await client_.changes(database, query);
        const auto* results = feed.if_contains("results");
        const auto* reached = feed.if_contains("last_seq");
        if (results == nullptr || reached == nullptr || !results->is_array() || results->get_array().empty()) {
            co_return;
        }
        part.feeds[database] = *reached;
        for (const auto& each : results->get_array()) {
            const auto number = each.is_object() ? text_of(each.get_object(), "id") : std::string();
            if (E164::is_valid(number)) { part.numbers.push_back(E164::parse_or_empty(number)); }
        }
    }

    Task<CouchDbWritten> append(const Part& part) {
        boost::json::object content;
        content["_id"] = id_at(part.begin);
        content["feeds"] = part.feeds;
        content["written_by"] = writer_.next();
        content["numbers"] = numbers_of(part);
        const std::string never_written;
        const CouchDbWritten written =
            co_await client_.write(changes_database, id_at(part.begin), content, never_written);
        co_return written;
    }
    /// Only the last part needs to know how far the feeds were read.
    Task<void> strip(const Part& part) {
        boost::json::object content;
        content["_id"] = id_at(part.begin);
        content["numbers"] = numbers_of(part);
        (void)co_await client_.write(changes_database, id_at(part.begin), content, part.rev);
    }
    static boost::json::array numbers_of(const Part& part) {
        boost::json::array numbers;
        for (const E164 number : part.numbers) { numbers.emplace_back(number.text().view()); }
        return numbers;
    }

    CouchDbClient<T>& client_;
    CouchDbNumbers<T>& numbers_;
    CouchDbWriter& writer_;
};

}  // namespace tandem::stores::detail
