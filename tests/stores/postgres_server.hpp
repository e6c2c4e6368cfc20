// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "folder.hpp"

#include <tandem/core/secret.hpp>
#include <tandem/stores/postgres.hpp>

#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tandem::store_tests {

/// A blocking connection of a test's own.
class Psql {
public:
    explicit Psql(const std::string& url) : connection_(PQconnectdb(url.c_str()), &PQfinish) {
        PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
    }

    bool connected() const { return PQstatus(connection_.get()) == CONNECTION_OK; }
    /// The rows' columns, one text for each row. Errors: throws what the server says.
    std::vector<std::string> operator()(const std::string& sql) {
        const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection_.get(), sql.c_str()), &PQclear);
        const auto status = PQresultStatus(result.get());
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
            throw std::runtime_error(sql + ": " + PQerrorMessage(connection_.get()));
        }
        std::vector<std::string> rows;
        for (int row = 0; row < PQntuples(result.get()); ++row) {
            rows.emplace_back();
            for (int column = 0; column < PQnfields(result.get()); ++column) {
                rows.back() += (column == 0 ? "" : "|") + std::string(PQgetvalue(result.get(), row, column));
            }
        }
        return rows;
    }

private:
    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

/// Who runs servers where this program is root, as which they refuse to.
using ServerUser = std::optional<std::pair<uid_t, gid_t>>;
inline ServerUser server_user() {
    if (geteuid() != 0) { return {}; }
    const passwd* user = getpwnam("postgres");
    if (user == nullptr) { throw std::runtime_error("there is no user postgres"); }
    return std::pair(user->pw_uid, user->pw_gid);
}
inline void give_to(const ServerUser& user, const std::string& path) {
    if (user) { (void)!chown(path.c_str(), user->first, user->second); }
}

/// A server in the background that ends with this program, however that ends; what it says goes to `folder`/log.
inline pid_t start_server(const std::string& path, const std::vector<std::string>& arguments, const std::string& folder,
                          const ServerUser& user) {
    const std::string output = folder + "/log";
    std::vector<char*> texts{const_cast<char*>(path.c_str())};
    for (const std::string& each : arguments) { texts.push_back(const_cast<char*>(each.c_str())); }
    texts.push_back(nullptr);
    std::fflush(nullptr);
    const pid_t parent = getpid(), child = fork();
    if (child != 0) { return child; }
    if (user && (setgroups(0, nullptr) != 0 || setgid(user->second) != 0 || setuid(user->first) != 0)) { _exit(1); }
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (getppid() != parent) { _exit(1); }
    const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, 0);
    dup2(file, 1);
    dup2(file, 2);
    close_range(3, ~0U, 0);  // whatever a test holds open would stay so
    setpgid(0, 0);           // a Ctrl-C is the program's to handle
    (void)!chdir(folder.c_str());
    execv(path.c_str(), texts.data());
    _exit(127);
}

inline int free_port() {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    const bool bound = bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    close(listener);
    if (!bound) { throw std::runtime_error("no free port"); }
    return ntohs(address.sin_port);
}

/// A server of this program's own, in a temporary folder: reached through a socket there, and at 127.0.0.1 with a
/// password. It ends with the program, however that ends.
class PostgresServer {
public:
    static constexpr const char* password = "canary-7f3a";

    /// Where Debian puts them; empty where there are none.
    static std::string programs() {
        std::vector<std::string> found;
        std::error_code ignored;
        for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored)) {
            const auto folder = version.path() / "bin";
            if (std::filesystem::exists(folder / "postgres", ignored)) { found.push_back(folder.string()); }
        }
        std::sort(found.begin(), found.end());
        return found.empty() ? std::string() : found.back();
    }

    PostgresServer() : programs_(programs()), port_(free_port()) {
        if (programs_.empty()) { throw std::runtime_error("there is no PostgreSQL server on this machine"); }
        give_to(user_, folder_.path());
        const std::string secret = folder_.file("password");
        std::ofstream(secret) << password;
        give_to(user_, secret);
        const pid_t initdb =
            start("initdb", {"-D", data(), "-U", "tandem", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
                             "--auth-local=trust", "--auth-host=scram-sha-256", "--pwfile=" + secret});
        int status = 0;
        waitpid(initdb, &status, 0);
        if (status != 0) { throw std::runtime_error("initdb failed: " + log()); }
        run();
    }
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;
    ~PostgresServer() {
        if (owner_ == getpid()) { end(SIGQUIT); }
    }

    /// Starts it and waits until it answers.
    void run() {
        server_ =
            start("postgres", {"-D", data(), "-k", folder_.path(), "-p", std::to_string(port_), "-F", "-c",
                               "listen_addresses=127.0.0.1", "-c", "full_page_writes=off", "-c", "autovacuum=off", "-c",
                               "max_connections=150", "-c", "shared_buffers=32MB", "-c", "deadlock_timeout=100ms"});
        for (int attempts_left = 600; !Psql(url("postgres")).connected(); --attempts_left) {
            if (attempts_left == 0 || waitpid(server_, nullptr, WNOHANG) != 0) {
                throw std::runtime_error("the PostgreSQL server does not start: " + log());
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    }
    /// `signal`: SIGINT ends connections in order, SIGQUIT as a crash does.
    void end(int signal) {
        if (server_ <= 0) { return; }
        kill(server_, signal);
        waitpid(server_, nullptr, 0);
        server_ = -1;
    }

    std::string url(const std::string& database) const {
        return "postgresql://tandem@/" + database + "?host=" + folder_.path() + "&port=" + std::to_string(port_);
    }
    std::string tcp_url(const std::string& database, const std::string& secret = password) const {
        return "postgresql://tandem:" + secret + "@127.0.0.1:" + std::to_string(port_) + "/" + database;
    }
    std::string folder() const { return folder_.path(); }
    int port() const { return port_; }
    std::string socket() const { return folder_.file(".s.PGSQL." + std::to_string(port_)); }

private:
    std::string data() const { return folder_.file("data"); }
    std::string log() const { return content_of(folder_.file("log")); }

    pid_t start(const std::string& program, const std::vector<std::string>& arguments) const {
        return start_server(programs_ + "/" + program, arguments, folder_.path(), user_);
    }

    std::string programs_;
    TemporaryFolder folder_{};
    int port_;
    ServerUser user_ = server_user();
    pid_t server_ = -1;
    pid_t owner_ = getpid();  // of the folder too: a test's child process leaves both alone
};

/// The databases of this program's tests: on its own server, or on the one that TANDEM_POSTGRES_URL names, where all
/// are made anew and dropped at the end.
class PostgresDatabases {
public:
    static PostgresDatabases& all() {
        static PostgresDatabases instance;
        return instance;
    }
    /// The server given by hand; empty: none.
    static std::string given() {
        const char* url = std::getenv("TANDEM_POSTGRES_URL");
        return url == nullptr ? "" : url;
    }
    static bool there_are() { return !given().empty() || !PostgresServer::programs().empty(); }

    /// One with nothing in it but the schema.
    std::string take() {
        const std::scoped_lock lock(mutex_);
        if (free_.empty()) {
            names_.push_back("tandem_test_" + std::to_string(getpid()) + "_" + std::to_string(names_.size()));
            admin_("CREATE DATABASE " + names_.back());
            return names_.back();
        }
        std::string name = std::move(free_.back());
        free_.pop_back();
        Psql database(url(name));
        if (database("SELECT to_regclass('tandem.store')")[0].empty()) { return name; }  // nobody used it
        database(
            "BEGIN; DELETE FROM tandem.search_offers; DELETE FROM tandem.searches; DELETE FROM tandem.operations; "
            "DELETE FROM tandem.accounts; DELETE FROM tandem.changes; DELETE FROM tandem.numbers; "
            "UPDATE tandem.counters SET value = 0; COMMIT");
        return name;
    }
    void give_back(std::string name) {
        const std::scoped_lock lock(mutex_);
        free_.push_back(std::move(name));
    }
    std::string url(const std::string& database) const {
        if (server_) { return server_->url(database); }
        const std::string whole = given();
        const auto host = whole.find("//") + 2;
        const auto path = std::min(whole.find('/', host), whole.find('?', host));
        const auto rest = whole.find('?', host);
        return whole.substr(0, path) + "/" + database + (rest == whole.npos ? "" : whole.substr(rest));
    }
    /// Where databases are made.
    std::string admin_url() const { return server_ ? server_->url("postgres") : given(); }
    /// This program's own; nothing where the server is another's.
    PostgresServer* server() { return server_.get(); }

private:
    PostgresDatabases() : server_(given().empty() ? std::make_unique<PostgresServer>() : nullptr), admin_(admin_url()) {
        if (!admin_.connected()) { throw std::runtime_error("TANDEM_POSTGRES_URL leads to no server"); }
    }
    ~PostgresDatabases() {
        if (server_) { return; }
        for (const std::string& each : names_) {
            try {
                admin_("DROP DATABASE " + each);
            } catch (const std::exception& failure) { std::fprintf(stderr, "%s\n", failure.what()); }
        }
    }

    std::unique_ptr<PostgresServer> server_;
    Psql admin_;
    std::mutex mutex_;
    std::vector<std::string> names_, free_;
};

/// A database of one test.
struct InPostgres {
    InPostgres() = default;
    InPostgres(const InPostgres&) = delete;
    InPostgres& operator=(const InPostgres&) = delete;
    ~InPostgres() { PostgresDatabases::all().give_back(name); }

    stores::Postgres open() const { return stores::Postgres(Secret(url())); }
    std::string url() const { return PostgresDatabases::all().url(name); }

    std::string name = PostgresDatabases::all().take();
};

}  // namespace tandem::store_tests
