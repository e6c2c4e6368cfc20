// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/json.hpp>
#include <tandem/stores/couchdb.hpp>

#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::store_tests {

/// The way to the server: Https, which only `couchdb_server.cpp` includes, since that takes seconds.
class CouchDbWire {
public:
    using Send = std::function<Task<Response>(Request, Deadline)>;

    explicit CouchDbWire(Send send) : send_(std::move(send)) {}
    Task<Response> send(Request request, Deadline deadline) { return send_(std::move(request), deadline); }

private:
    Send send_;
};

/// A server that speaks CouchDB's protocol, for the whole of this program: the one at `COUCHDB_URL`
/// (`couchdb://USER:PASSWORD@HOST:PORT`), else PouchDB's, which npm fetches once into the build folder. It is started
/// when first needed and ends with the program.
/// Why there is none; empty when there is one.
const std::string& missing_couchdb();

/// Databases of one test, gone with it.
struct InCouchDb {
    InCouchDb();
    InCouchDb(const InCouchDb&) = delete;
    InCouchDb& operator=(const InCouchDb&) = delete;
    ~InCouchDb();

    CouchDbWire wire() const;
    stores::CouchDb<CouchDbWire> open() const { return {options, wire()}; }

    /// What somebody beside us does: Kazoo, another server's replication, an operator. Null where the answer is no
    /// JSON.
    boost::json::value ask(Method method, const std::string& database, const std::string& rest = {},
                           const boost::json::value& content = nullptr) const;
    boost::json::value read(const std::string& database, std::string_view id) const;
    /// Gives the new `_rev`; fails the test when it is refused.
    std::string write(const std::string& database, std::string_view id, const boost::json::object& content) const;
    void remove(const std::string& database, std::string_view id, const std::string& rev) const;
    /// As replication does: the document comes with its `_rev`.
    void inject(const std::string& database, const boost::json::object& content) const;

    stores::detail::CouchDbOptions options;
    std::shared_ptr<boost::asio::thread_pool> threads = std::make_shared<boost::asio::thread_pool>(1);
    mutable CouchDbWire own = wire();
};

}  // namespace tandem::store_tests

extern template class tandem::stores::CouchDb<tandem::store_tests::CouchDbWire>;
