// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/stores/detail/couchdb_client.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace tandem::stores::detail {

/// A document for each search. Of those of one second the one remembered later has the greater `turn`.
template <class T>
class CouchDbSearches {
public:
    CouchDbSearches(CouchDbClient<T>& client, CouchDbWriter& writer) : client_(client), writer_(writer) {}

    Task<void> remember(CachedSearch search) {
        const std::int64_t created = seconds_of(search.created);
        boost::json::array second, behind;
        second.emplace_back(created);
        behind = second;
        behind.emplace_back(boost::json::object());
        const Query newest{
            {"startkey", write_json(behind)}, {"endkey", write_json(second)}, {"descending", "true"}, {"limit", "1"}};
        const CouchDbRows before = co_await view("by_age", newest);
        const std::int64_t turn = before.rows.empty() ? 0 : turn_of(before.rows.front()) + 1;
        co_await write(std::move(search), turn);

        const Query ended{{"endkey", std::to_string(created)}};
        const CouchDbRows expired = co_await view("by_end", ended);
        co_await forget(expired);
        const std::uint64_t kept = before.total + 1 - std::min<std::uint64_t>(expired.rows.size(), before.total);
        if (kept <= max_searches) { co_return; }
        const Query oldest{{"limit", std::to_string(kept - max_searches)}};
        const CouchDbRows surplus = co_await view("by_age", oldest);
        if (surplus.total > max_searches) { co_await forget(surplus); }  // or it replaced itself
    }

    Task<std::optional<CachedPage>> recall(std::string query_id, std::string account, std::uint32_t offset,
                                           std::uint32_t quantity, UnixTime now) {
        std::optional<CachedPage> found;
        const std::string id = id_of({query_id});
        const CouchDbDocument document = co_await client_.read(searches_database, id);
        const JsonFields fields(document.content, "search", errc::store);
        if (!document.exists || fields.text("account") != account || fields.integer("expires") <= seconds_of(now)) {
            co_return found;
        }
        found = client_.reading(searches_database, [&] {
            const auto& offers = document.content.at("offers").as_array();
            CachedPage page;
            page.total = offers.size();
            for (std::size_t i = offset; i < offers.size() && page.offers.size() < quantity; ++i) {
                page.offers.push_back(text_of(offers[i].as_object(), "json"));
            }
            return page;
        });
        co_return found;
    }

    Task<std::optional<std::string>> newest_offer(std::string key, std::string account, UnixTime now) {
        std::optional<std::string> found;
        boost::json::array begin, end;
        begin.emplace_back(account);
        begin.emplace_back(key);
        end = begin;
        begin.emplace_back(boost::json::object());
        const Query query{{"startkey", write_json(begin)}, {"endkey", write_json(end)}, {"descending", "true"}};
        const CouchDbRows rows = co_await view("by_offer", query);
        for (const auto& row : rows.rows) {
            const Place place = place_of(row);
            if (place.expires <= seconds_of(now)) { continue; }
            const std::string id = text_of(row.as_object(), "id");
            const CouchDbDocument document = co_await client_.read(searches_database, id);
            if (!document.exists) { continue; }  // gone since
            found = client_.reading(searches_database, [&] {
                const auto& offers = document.content.at("offers").as_array();
                std::optional<std::string> json;
                if (place.offer < offers.size() && text_of(offers[place.offer].as_object(), "key") == key) {
                    json = text_of(offers[place.offer].as_object(), "json");
                }
                return json;
            });
            if (found) { break; }
        }
        co_return found;
    }

private:
    using Query = typename CouchDbClient<T>::Query;

    static std::int64_t seconds_of(UnixTime time) { return time.time_since_epoch().count(); }
    std::int64_t turn_of(const boost::json::value& row) const {
        return client_.reading(searches_database,
                               [&] { return row.as_object().at("key").as_array().at(1).as_int64(); });
    }
    /// Where an offer stands, and until when.
    struct Place {
        std::size_t offer = 0;
        std::int64_t expires = 0;
    };
    Place place_of(const boost::json::value& row) const {
        return client_.reading(searches_database, [&] {
            const auto& value = row.as_object().at("value").as_array();
            Place place;
            place.offer = static_cast<std::size_t>(value.at(0).as_int64());
            place.expires = value.at(1).as_int64();
            return place;
        });
    }
    Task<CouchDbRows> view(std::string name, Query query) {
        return client_.view(searches_database, searches_design, std::move(name), std::move(query));
    }

    Task<void> write(CachedSearch search, std::int64_t turn) {
        const std::string id = id_of({search.query_id});
        boost::json::array offers;
        for (const auto& each : search.offers) {
            boost::json::object offer;
            offer["key"] = readable_text(each.key);
            offer["json"] = readable_text(each.json);
            offers.push_back(std::move(offer));
        }
        boost::json::object content;
        content["_id"] = id;
        content["account"] = readable_text(search.account);
        content["created"] = seconds_of(search.created);
        content["expires"] = seconds_of(search.expires);
        content["turn"] = turn;
        content["written_by"] = writer_.next();
        content["offers"] = std::move(offers);
        std::string rev;
        for (int attempt = 0; attempt < max_attempts; ++attempt) {
            const CouchDbWritten written = co_await client_.write(searches_database, id, content, rev);
            if (written) { co_return; }
            const CouchDbDocument same = co_await client_.read(searches_database, id);
            rev = same.rev;
        }
        client_.fail(searches_database, "others write one search all the time", search.query_id);
    }

    Task<void> forget(const CouchDbRows& rows) {
        if (rows.rows.empty()) { co_return; }
        boost::json::array gone;
        for (const auto& row : rows.rows) {
            boost::json::object each;
            each["_id"] = text_of(row.as_object(), "id");
            each["_rev"] = text_of(row.as_object(), "value");
            each["_deleted"] = true;
            gone.push_back(std::move(each));
        }
        co_await client_.write_all(searches_database, std::move(gone));
    }

    static constexpr int max_attempts = 20;

    CouchDbClient<T>& client_;
    CouchDbWriter& writer_;
};

}  // namespace tandem::stores::detail
