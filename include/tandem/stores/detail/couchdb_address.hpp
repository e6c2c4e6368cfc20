// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error.hpp>
#include <tandem/core/secret.hpp>
#include <tandem/core/time.hpp>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace tandem::stores::detail {

/// Where the server is and how it is asked.
struct CouchDbOptions {
    std::string url = "http://127.0.0.1:5984";  ///< without user and password
    std::string user{};                         ///< empty: no credentials are sent
    Secret password{};
    std::string prefix{};  ///< stands before the name of every database, so that several can share one server
    Duration timeout = std::chrono::seconds(10);  ///< of each request
};

/// The part of a server's URL that names it.
/// Errors: `settings` for a URL with user, password, query or fragment.
inline std::string server_of(std::string_view url) {
    const auto scheme = url.find("://");
    const auto host = scheme == url.npos ? std::string_view() : url.substr(scheme + 3);
    const auto server = host.substr(0, host.find('/'));
    if (server.empty() || url.find_first_of("@?#") != url.npos) {
        errors::raise(errc::settings, "a CouchDB server's URL is a scheme, a host and a path, without user");
    }
    return std::string(server);
}

/// Reads `couchdb://USER:PASSWORD@HOST:PORT`, or `couchdbs://…` for TLS. User and password may be left out, the port
/// too (5984, over TLS 6984); a path is where a proxy has the server.
/// Errors: `invalid` for anything else. It holds nothing of the text, which may hold a password.
inline CouchDbOptions couchdb_options(std::string_view uri) {
    const auto parsed = boost::urls::parse_uri({uri.data(), uri.size()});
    const bool secure = parsed && parsed->scheme() == "couchdbs";
    if (!parsed || (!secure && parsed->scheme() != "couchdb") || parsed->encoded_host().empty() ||
        parsed->has_query() || parsed->has_fragment()) {
        errors::invalid("a CouchDB server is couchdb://USER:PASSWORD@HOST:PORT, or couchdbs:// for TLS");
    }
    const auto text = [](boost::urls::string_view view) { return std::string(view.data(), view.size()); };
    const std::string port = parsed->has_port() ? text(parsed->port()) : secure ? "6984" : "5984";
    CouchDbOptions options;
    options.url =
        (secure ? "https://" : "http://") + text(parsed->encoded_host()) + ":" + port + text(parsed->encoded_path());
    options.user = parsed->user();
    options.password = Secret(parsed->password());
    return options;
}

}  // namespace tandem::stores::detail
