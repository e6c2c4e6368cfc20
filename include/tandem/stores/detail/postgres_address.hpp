// SPDX-License-Identifier: BSL-1.0
// Needs libpq 14 or later (-lpq).
#pragma once

#include <tandem/core/error.hpp>
#include <tandem/core/redaction.hpp>
#include <tandem/core/secret.hpp>
#include <tandem/stores/detail/libpq.hpp>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::stores::detail {

inline std::vector<std::string_view> split_list(std::string_view list) {
    std::vector<std::string_view> parts;
    for (auto comma = list.find(','); comma != list.npos; comma = list.find(',')) {
        parts.push_back(list.substr(0, comma));
        list.remove_prefix(comma + 1);
    }
    parts.push_back(list);
    return parts;
}

/// Whether `host` is a folder of a socket of this machine: those have no network.
inline bool is_socket(std::string_view host) { return host.empty() || host.front() == '/' || host.front() == '@'; }

inline bool is_address(std::string_view host) {
    boost::system::error_code failed;
    boost::asio::ip::make_address(std::string(host), failed);
    return !failed;
}

inline bool stays_here(std::string_view host) {
    if (is_socket(host) || host == "localhost") { return true; }
    boost::system::error_code failed;
    const auto address = boost::asio::ip::make_address(std::string(host), failed);
    return !failed && address.is_loopback();
}

/// Where a database is and how to log in, as libpq's settings. Its values print nowhere; `name` does.
class PostgresAddress {
public:
    struct Setting {
        std::string name;
        Secret value;
    };

    /// Reads `postgresql://USER:PASSWORD@HOST:PORT/DATABASE?SETTING=VALUE` (libpq's documentation, §34.1.1.2).
    /// Errors: `settings`, without a word of the text: it may hold a password in any place.
    explicit PostgresAddress(const Secret& url) {
        const std::string_view text = url.reveal();
        const bool is_url = text.starts_with("postgresql://") || text.starts_with("postgres://");
        const Options options(is_url && text.find('\0') == text.npos ? PQconninfoParse(text.data(), nullptr) : nullptr);
        if (!options) { refuse("it is postgresql://USER:PASSWORD@HOST:PORT/DATABASE"); }
        for (const auto* each = options.get(); each->keyword != nullptr; ++each) {
            if (each->val == nullptr) { continue; }
            Secret value{std::string(each->val)};
            if (is_password(*each)) { redaction_.learn(value); }
            settings_.push_back({each->keyword, std::move(value)});
        }
        check_places();
        const Options defaults(PQconndefaults());  // of the environment
        for (const auto* each = defaults.get(); each != nullptr && each->keyword != nullptr; ++each) {
            if (each->val != nullptr && is_password(*each)) { redaction_.learn(Secret(std::string(each->val))); }
        }
        const auto known = [&](std::string_view setting) {
            if (const auto* own = find(setting)) { return std::string(own->reveal()); }
            for (const auto* each = defaults.get(); each != nullptr && each->keyword != nullptr; ++each) {
                if (each->keyword == setting && each->val != nullptr) { return std::string(each->val); }
            }
            return std::string();
        };
        const std::string service = known("service");
        const std::string host = known("host").empty() ? known("hostaddr") : known("host");
        name_ = host.empty() ? (service.empty() ? "local socket" : "service " + service) : host;
        if (const auto* port = find("port")) { name_ += ":" + std::string(port->reveal()); }
        const std::string database = known("dbname");
        name_ += "/" + (database.empty() ? known("user") : database);

        const auto hosts = split_list(host);
        const bool here = std::all_of(hosts.begin(), hosts.end(), stays_here);
        const bool says_how = find("sslmode") != nullptr || known("sslmode") != "prefer";  // libpq's own default
        if (!here && !says_how) { settings_.push_back({"sslmode", Secret("verify-full")}); }
        settings_.push_back({"client_encoding", Secret("UTF8")});
        settings_.push_back({"fallback_application_name", Secret("tandem")});
    }

    /// HOST:PORT/DATABASE, for people.
    const std::string& name() const { return name_; }
    const std::vector<Setting>& settings() const { return settings_; }
    const Secret* find(std::string_view setting) const {
        const auto found =
            std::find_if(settings_.begin(), settings_.end(), [&](const Setting& each) { return each.name == setting; });
        return found == settings_.end() ? nullptr : &found->value;
    }
    /// What may be told of a text of libpq's or the server's.
    std::string redacted(std::string_view text) const { return redaction_(text); }

private:
    struct FreeOptions {
        void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
    };
    using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

    [[noreturn]] static void refuse(std::string_view why) {
        errors::raise(errc::settings, "the store's URL cannot be read; " + std::string(why));
    }
    /// A password with '@', '/' or ':' in it would stand in what is taken for another part, and so in the name.
    void check_places() const {
        const auto text_of = [&](std::string_view setting) {
            const auto* value = find(setting);
            return value == nullptr ? std::string_view() : value->reveal();
        };
        const bool wrong = text_of("host").find('@', 1) != std::string_view::npos ||
                           text_of("dbname").find('@') != std::string_view::npos ||
                           text_of("port").find_first_not_of("0123456789,") != std::string_view::npos;
        if (wrong) { refuse("a '@', '/' or ':' within a part of it is written %40, %2F or %3A"); }
    }
    static bool is_password(const PQconninfoOption& option) {
        return std::string_view(option.dispchar) == "*";  // libpq's own mark
    }

    std::vector<Setting> settings_;
    Redaction redaction_;
    std::string name_;
};

}  // namespace tandem::stores::detail
