// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/json.hpp>
#include <tandem/core/task.hpp>
#include <tandem/stores/detail/couchdb_address.hpp>
#include <tandem/stores/detail/couchdb_documents.hpp>
#include <tandem/transport.hpp>
#include <tandem/wire/url.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::stores::detail {

/// What became of a write.
struct CouchDbWritten {
    std::string rev{};  ///< the document's new one; empty when somebody else was first

    explicit operator bool() const { return !rev.empty(); }
};

/// Part of a view, or of a database in the order of its ids.
struct CouchDbRows {
    boost::json::array rows{};
    std::uint64_t total = 0;  ///< of all that there are
};

/// Many may change one document at once, of whom one always succeeds: so often it is tried.
inline constexpr int couchdb_attempts = 200;

/// The server's documents, one request each. Databases are made when first written, views when first asked; what is not
/// there is empty.
/// Errors: `store`, naming server and database. `Error::sent` tells that a change may have been made all the same.
/// Thread safety: any member from any thread, as the transport's.
template <class T>
class CouchDbClient {
public:
    using Query = std::vector<std::pair<std::string, std::string>>;

    /// Errors: `settings` for a URL with user, password, query or fragment.
    CouchDbClient(CouchDbOptions options, T transport)
        : options_(std::move(options)), transport_(std::move(transport)) {
        server_ = server_of(options_.url);
    }

    /// All tips of a document's history.
    Task<CouchDbDocument> read(std::string database, std::string id) {
        Request request = get(at(database, id).query("open_revs", "all"));
        const Reply reply = co_await send(database, std::move(request));
        if (reply.status == 404) { co_return CouchDbDocument(); }
        if (reply.status != 200 || !reply.body.is_array()) { refuse(database, reply); }
        co_return couchdb_document(reply.body.get_array());
    }

    /// Puts `content`, which replaces the revision `rev` (empty: nothing ever written). A write whose answer was lost
    /// is looked for; content that differs from every other writer's tells whose it is.
    Task<CouchDbWritten> write(std::string database, std::string id, boost::json::object content, std::string rev) {
        const auto stored = content;
        if (!rev.empty()) { content["_rev"] = rev; }
        const std::string body = write_json(content);
        CouchDbWritten written;
        std::optional<Exception> lost;
        for (int attempt = 0; attempt < max_attempts; ++attempt) {
            Reply reply;
            try {
                Request request = Request::put(at(database, id).str()).body("application/json", body);
                reply = co_await send(database, std::move(request));
                if (reply.status == 404 && !names_document(reply)) {
                    co_await make_database(database);
                    continue;
                }
            } catch (const Exception& failure) {
                if (!failure.error().sent) { throw; }
                lost = failure;
            }
            if (is_done(reply.status)) {
                written.rev = text_at(reply.body, "rev");
                if (written.rev.empty()) { refuse(database, reply); }
                co_return written;
            }
            if (reply.status != 0 && reply.status != 409) { refuse(database, reply); }
            if (!lost) { co_return written; }
            const CouchDbDocument found = co_await read(database, id);  // this attempt or one before may have arrived
            if (found.rev != rev && found.content == stored) {
                written.rev = found.rev;
                co_return written;
            }
            if (found.rev != rev) { co_return written; }
        }
        if (lost) { throw Exception(lost->error()); }
        fail(database, "it goes as soon as it is made");
    }

    /// Several documents at once, each with its `_rev`; those that somebody else has changed stay.
    Task<void> write_all(std::string database, boost::json::array documents) {
        boost::json::object body;
        body["docs"] = std::move(documents);
        Request request = Request::post(base(database, "_bulk_docs").str()).body("application/json", write_json(body));
        const Reply reply = co_await send(database, std::move(request).limit(largest_reply));
        if (!is_done(reply.status)) { refuse(database, reply); }
    }

    /// The documents of these ids that there are.
    Task<std::vector<boost::json::object>> read_all(std::string database, std::vector<std::string> ids) {
        boost::json::object body;
        body["keys"] = boost::json::array(ids.begin(), ids.end());
        Request request = Request::post(base(database, "_all_docs").query("include_docs", "true").str())
                              .body("application/json", write_json(body))
                              .reads()
                              .limit(largest_reply);
        const CouchDbRows found = co_await rows(database, std::move(request));
        std::vector<boost::json::object> documents;
        for (const auto& row : found.rows) {
            if (const auto* document = couchdb_row_document(row)) { documents.push_back(*document); }
        }
        co_return documents;
    }

    /// `_all_docs`.
    Task<CouchDbRows> all(std::string database, Query query) {
        auto url = base(database, "_all_docs");
        for (const auto& [name, value] : query) { url = std::move(url).query(name, value); }
        co_return co_await rows(database, get(std::move(url)));
    }

    /// A view of `design`, which is put in place where it is missing.
    Task<CouchDbRows> view(std::string database, const CouchDbDesign& design, std::string name, Query query) {
        for (int attempt = 0;; ++attempt) {
            auto url = base(database, "_design") / design.name / "_view" / name;
            for (const auto& [key, value] : query) { url = std::move(url).query(key, value); }
            const Reply reply = co_await send(database, get(std::move(url)));
            if (reply.status == 404 && names_document(reply) && attempt == 0) {
                Request request = Request::put((base(database, "_design") / design.name).str())
                                      .body("application/json", write_json(design.document()));
                const Reply put = co_await send(database, std::move(request));
                if (!is_done(put.status) && put.status != 409) { refuse(database, put); }
                continue;
            }
            co_return rows_of(database, reply);
        }
    }

    /// What has changed since; nothing for a database that is not there.
    Task<boost::json::object> changes(std::string database, Query query) {
        auto url = base(database, "_changes");
        for (const auto& [name, value] : query) { url = std::move(url).query(name, value); }
        Reply reply = co_await send(database, get(std::move(url)));
        if (reply.status == 404) { co_return boost::json::object(); }
        if (reply.status != 200 || !reply.body.is_object()) { refuse(database, reply); }
        co_return std::move(reply.body.get_object());
    }

    /// The names of all databases that begin with `begin`, without the prefix of ours, in their order. PouchDB's
    /// servers list names without their slashes.
    Task<std::vector<std::string>> databases(std::string begin) {
        const std::string first = options_.prefix + begin;
        auto url = wire::Url(options_.url) / "_all_dbs";
        url = std::move(url).query("startkey", write_json(boost::json::value(first)));
        url = std::move(url).query("endkey", write_json(boost::json::value(first + "\xEF\xBF\xB0")));
        const std::string all;
        const Reply reply = co_await send(all, get(std::move(url)));
        if (reply.status != 200 || !reply.body.is_array()) { refuse(all, reply); }
        std::vector<std::string> names;
        for (const auto& each : reply.body.get_array()) {
            if (!each.is_string()) { continue; }
            const std::string_view name = each.get_string();
            if (name.starts_with(first)) {
                names.emplace_back(name.substr(options_.prefix.size()));
            } else if (const std::string bare = without_slashes(first); name.starts_with(bare)) {
                names.push_back(begin + std::string(name.substr(bare.size())));
            }
        }
        std::sort(names.begin(), names.end());
        co_return names;
    }

    /// What `read` makes of an answer; where that is of another shape, the store's failure.
    template <class Read>
    auto reading(std::string_view database, Read read) const {
        try {
            return read();
        } catch (const Exception&) { throw; } catch (const std::exception& failure) {
            fail(database, "it answers what it never should", failure.what());
        }
    }

    [[noreturn]] void refuse_document(std::string_view database, const std::string& id, const Exception& why) const {
        fail(database, "it holds a document that cannot be read", id + ": " + why.error().message);
    }
    [[noreturn]] void fail(std::string_view database, std::string_view what, std::string cause = {},
                           bool sent = false) const {
        throw Exception({.code = errc::store,
                         .message = place(database) + ": " + std::string(what),
                         .cause = std::move(cause),
                         .sent = sent});
    }

private:
    static constexpr int max_attempts = 4;
    static constexpr std::size_t largest_reply = std::size_t{64} << 20U;

    struct Reply {
        int status = 0;  ///< 0: none
        boost::json::value body{};
    };

    static bool is_done(int status) { return status == 200 || status == 201 || status == 202; }
    static std::string text_at(const boost::json::value& body, std::string_view key) {
        const auto* object = body.if_object();
        const auto* value = object == nullptr ? nullptr : object->if_contains(key);
        return value != nullptr && value->is_string() ? std::string(std::string_view(value->get_string())) : "";
    }
    /// Whether a 404 is of a document, not of its database.
    static bool names_document(const Reply& reply) {
        const auto reason = text_at(reply.body, "reason");
        return reason == "missing" || reason == "deleted";
    }
    static std::string without_slashes(std::string text) {
        std::erase(text, '/');
        return text;
    }

    std::string place(std::string_view database) const {
        std::string text = "CouchDB at " + server_;
        if (!database.empty()) { text += ", database " + options_.prefix + std::string(database); }
        return text;
    }
    wire::Url base(std::string_view database, std::string_view part) const {
        return wire::Url(options_.url) / (options_.prefix + std::string(database)) / part;
    }
    wire::Url at(std::string_view database, std::string_view id) const { return base(database, id); }
    static Request get(wire::Url url) { return Request::get(std::move(url).str()).limit(largest_reply); }

    Task<void> make_database(std::string database) {
        Request request = Request::put((wire::Url(options_.url) / (options_.prefix + database)).str());
        const Reply reply = co_await send(database, std::move(request));
        if (!is_done(reply.status) && reply.status != 412) { refuse(database, reply); }
    }

    Task<CouchDbRows> rows(std::string database, Request request) {
        const Reply reply = co_await send(database, std::move(request));
        co_return rows_of(database, reply);
    }
    CouchDbRows rows_of(const std::string& database, const Reply& reply) const {
        CouchDbRows found;
        if (reply.status == 404 && !names_document(reply)) { return found; }
        const auto* object = reply.body.if_object();
        const auto* listed = object == nullptr ? nullptr : object->if_contains("rows");
        if (reply.status != 200 || listed == nullptr || !listed->is_array()) { refuse(database, reply); }
        found.rows = listed->get_array();
        const auto is_object = [](const boost::json::value& row) { return row.is_object(); };
        if (!std::all_of(found.rows.begin(), found.rows.end(), is_object)) { refuse(database, reply); }
        if (const auto* total = object->if_contains("total_rows"); total != nullptr && total->is_int64()) {
            found.total = static_cast<std::uint64_t>(total->get_int64());
        }
        return found;
    }

    /// A question that got no answer is asked once more: a kept connection may have been closed by the server.
    Task<Reply> send(std::string database, Request request) {
        for (bool again = !request.changes();; again = false) {
            Request copy = request;
            try {
                co_return co_await send_once(database, std::move(copy));
            } catch (const Exception& failure) {
                const bool cut = failure.error().code == errc::store && failure.error().sent;
                if (!cut || !again) { throw; }
            }
        }
    }

    Task<Reply> send_once(std::string database, Request request) {
        Request asked = std::move(request).header("Accept", "application/json");
        if (!options_.user.empty()) {
            asked = Request(std::move(asked).basic_authorization(options_.user, options_.password));
        }
        Response response;
        try {
            const Deadline deadline = std::chrono::steady_clock::now() + options_.timeout;
            response = co_await transport_.send(std::move(asked), deadline);
        } catch (const Exception& failure) {
            const Error& error = failure.error();
            if (error.code == errc::cancelled || error.code == errc::settings) { throw; }
            fail(database, "it did not answer", failure.what(), error.sent);
        }
        Reply reply;
        reply.status = response.status;
        if (response.status >= 500) {
            fail(database, "it failed", "status " + std::to_string(response.status) + ": " + beginning(response.body),
                 true);
        }
        auto body = parse_json(response.body, max_depth);
        if (!body) {
            fail(database, "its answer is no JSON",
                 "status " + std::to_string(response.status) + ": " + beginning(response.body), response.status < 300);
        }
        reply.body = std::move(*body);
        co_return reply;
    }

    [[noreturn]] void refuse(std::string_view database, const Reply& reply) const {
        const bool denied = reply.status == 401 || reply.status == 403;
        fail(database, denied ? "it refuses these credentials" : "it answers what it never should",
             "status " + std::to_string(reply.status) + ": " + beginning(boost::json::serialize(reply.body)));
    }
    static std::string beginning(std::string_view text) { return std::string(text.substr(0, 256)); }

    /// An operation holds records, which hold JSON of its own; a row holds the operation.
    static constexpr std::size_t max_depth = max_json_depth + 8;

    CouchDbOptions options_;
    T transport_;
    std::string server_;
};

}  // namespace tandem::stores::detail
