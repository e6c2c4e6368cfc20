// SPDX-License-Identifier: BSL-1.0
// Needs libpq 14 or later (-lpq).
#pragma once

#include <tandem/core/error.hpp>
#include <tandem/core/task.hpp>
#include <tandem/core/time.hpp>
#include <tandem/stores/detail/postgres_address.hpp>
#include <tandem/stores/detail/postgres_statement.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace tandem::stores::detail {

/// The answers of a batch, as far as they came. Whole when there is no failure, or when the last one came all the same.
struct Answers {
    std::vector<Rows> rows{};
    std::optional<Failure> failure{};
};

/// Waits for a socket of libpq's on the caller's executor, which is a strand. It waits on a second descriptor of the
/// socket: libpq closes its own whenever it likes, and the number may be another socket's at once.
class SocketWait {
public:
    SocketWait(const boost::asio::any_io_executor& strand, int socket)
        : inside_(std::make_shared<Inside>(strand, fcntl(socket, F_DUPFD_CLOEXEC, 0))) {}

    /// Until there is something to read, or room to write when the caller has something; false at the deadline.
    /// It may also wake for nothing. Errors: `cancelled`.
    Task<bool> ready(bool to_write, Deadline deadline) {
        using Wait = boost::asio::posix::stream_descriptor::wait_type;
        const auto inside = inside_;
        inside->ready = false;
        inside->alarm.expires_at(deadline);
        const auto wake = [inside](boost::system::error_code failed) {
            if (failed == boost::asio::error::operation_aborted) { return; }
            inside->ready = true;  // failed or not, libpq finds out
            inside->alarm.cancel();
        };
        inside->socket.async_wait(Wait::wait_read, wake);
        if (to_write) { inside->socket.async_wait(Wait::wait_write, wake); }
        constexpr auto as_tuple = boost::asio::as_tuple(boost::asio::use_awaitable);
        auto [woken] = co_await inside->alarm.async_wait(as_tuple);
        inside->socket.cancel();
        if (woken && !inside->ready) { errors::raise(errc::cancelled, "the caller gave up"); }
        co_return inside->ready;
    }

private:
    struct Inside {
        Inside(const boost::asio::any_io_executor& strand, int descriptor) : socket(strand), alarm(strand) {
            boost::system::error_code failed;
            socket.assign(descriptor, failed);
            if (!failed) { return; }
            if (descriptor >= 0) { close(descriptor); }
            throw boost::system::system_error(failed);
        }
        Inside(const Inside&) = delete;
        Inside& operator=(const Inside&) = delete;
        /// Asio leaves it to the system to forget a descriptor that is closed, but while libpq has its own of the same
        /// socket the system goes on telling of this one.
        ~Inside() { close(socket.release()); }

        boost::asio::posix::stream_descriptor socket;
        boost::asio::steady_timer alarm;
        bool ready = false;
    };

    std::shared_ptr<Inside> inside_;
};

/// One connection to the server. What waits, waits on the executor of whoever calls: a strand, another each time.
/// Failures are values but `cancelled`, after which the connection is in doubt and only good to be ended.
/// Thread safety: one caller at a time.
class PostgresConnection {
public:
    /// Looks the host up, connects and logs in.
    Task<std::optional<Failure>> open(std::shared_ptr<const PostgresAddress> address, Deadline deadline) {
        const boost::asio::any_io_executor strand = co_await boost::asio::this_coro::executor;
        auto hosts = std::make_unique<Hosts>();
        std::optional<Failure> failure = co_await look_up(strand, address, deadline, hosts.get());
        if (failure) { co_return failure; }
        start(*address, *hosts);
        for (auto step = PGRES_POLLING_WRITING; step != PGRES_POLLING_OK; step = PQconnectPoll(connection_.get())) {
            const bool alive = connection_ && PQstatus(connection_.get()) != CONNECTION_BAD;
            if (!alive || step == PGRES_POLLING_FAILED) { co_return failed(Failure::Kind::unreachable); }
            SocketWait wait(strand, PQsocket(connection_.get()));
            const bool in_time = co_await wait.ready(step == PGRES_POLLING_WRITING, deadline);
            if (!in_time) { co_return late(); }
        }
        const bool set_up = PQsetnonblocking(connection_.get(), 1) == 0 && PQenterPipelineMode(connection_.get()) == 1;
        if (!set_up) { co_return failed(Failure::Kind::unreachable); }
        co_return std::nullopt;
    }

    /// Whether it still stands, as far as this end knows.
    bool stands() { return PQconsumeInput(connection_.get()) == 1 && PQstatus(connection_.get()) == CONNECTION_OK; }

    /// Sends a batch and reads what the server says to it. What follows a refused statement is not done.
    /// `prepares`: what lasts is parsed and planned by the server the first time only.
    Task<Answers> exchange(Batch batch, Deadline deadline, bool prepares = false) {
        const boost::asio::any_io_executor strand = co_await boost::asio::this_coro::executor;
        Answers answers;
        asked_.clear();
        bool sent = true;
        for (const Statement& each : batch) {
            sent = sent && (prepares && each.lasts ? send_prepared(each) : send(each));
        }
        sent = sent && PQpipelineSync(connection_.get()) == 1;
        if (!sent) {
            answers.failure = failed(Failure::Kind::broken);
            co_return answers;
        }
        SocketWait wait(strand, PQsocket(connection_.get()));
        for (;;) {
            const int unsent = PQflush(connection_.get());
            if (collect(answers)) { break; }
            const bool alive = unsent >= 0 && PQstatus(connection_.get()) == CONNECTION_OK;
            if (!alive && !answers.failure) { answers.failure = failed(Failure::Kind::broken); }
            if (!alive) { break; }
            const bool in_time = co_await wait.ready(unsent > 0, deadline);
            if (!in_time) {
                answers.failure = late();
                break;
            }
            PQconsumeInput(connection_.get());  // what came before an end is still read
        }
        if (answers.failure && answers.failure->kind == Failure::Kind::refused &&
            PQstatus(connection_.get()) != CONNECTION_OK) {
            answers.failure->kind = Failure::Kind::broken;
        }
        co_return answers;
    }

private:
    /// As libpq takes them: equally long lists.
    struct Hosts {
        std::string hosts{}, addresses{}, ports{};
        bool known = false;

        void add(std::string_view host, std::string_view address, std::string_view port) {
            if (known) {
                for (std::string* each : {&hosts, &addresses, &ports}) { *each += ','; }
            }
            known = true;
            hosts += host;
            addresses += address;
            ports += port;
        }
    };

    /// libpq itself would hold up the executor while it looks a host up.
    static Task<std::optional<Failure>> look_up(boost::asio::any_io_executor strand,
                                                std::shared_ptr<const PostgresAddress> address, Deadline deadline,
                                                Hosts* found) {
        using Resolver = boost::asio::ip::tcp::resolver;
        const Secret* listed = address->find("host");
        if (listed == nullptr || address->find("hostaddr") != nullptr) { co_return std::nullopt; }
        const Secret* port_list = address->find("port");
        const auto hosts = split_list(listed->reveal());
        const auto ports = split_list(port_list == nullptr ? "" : port_list->reveal());
        std::string unknown;
        for (std::size_t i = 0; i < hosts.size(); ++i) {
            const std::string_view host = hosts[i];
            const std::string_view port = ports[i < ports.size() ? i : 0];
            if (is_socket(host) || is_address(host)) {
                found->add(host, "", port);
                continue;
            }
            // Shared with the resolver, which nothing can interrupt: at the deadline its answer is left behind.
            struct LookUp {
                explicit LookUp(const boost::asio::any_io_executor& executor) : resolver(executor), wait(executor) {}

                Resolver resolver;
                boost::asio::steady_timer wait;
                bool answered = false;
                boost::system::error_code error{};
                Resolver::results_type results{};
            };
            const auto work = std::make_shared<LookUp>(strand);
            work->wait.expires_at(deadline);
            work->resolver.async_resolve(host, "", [work](boost::system::error_code error, const auto& results) {
                work->answered = true;
                work->error = error;
                work->results = results;
                work->wait.cancel();
            });
            constexpr auto as_tuple = boost::asio::as_tuple(boost::asio::use_awaitable);
            auto [woken] = co_await work->wait.async_wait(as_tuple);
            if (!work->answered) {
                if (woken) { errors::raise(errc::cancelled, "the caller gave up"); }
                co_return late();
            }
            for (const auto& each : work->results) { found->add(host, each.endpoint().address().to_string(), port); }
            if (work->error) { unknown = std::string(host) + ": " + work->error.message(); }
        }
        if (found->known) { co_return std::nullopt; }
        Failure failure{Failure::Kind::unreachable, {}, unknown};
        co_return failure;
    }

    void start(const PostgresAddress& address, const Hosts& hosts) {
        std::vector<const char*> names, values;
        const auto add = [&](const char* name, const char* value) {
            names.push_back(name);
            values.push_back(value);
        };
        for (const auto& [name, value] : address.settings()) {
            const bool replaced = hosts.known && (name == "host" || name == "port");
            if (!replaced) { add(name.c_str(), value.reveal().data()); }
        }
        if (hosts.known) {
            add("host", hosts.hosts.c_str());
            add("hostaddr", hosts.addresses.c_str());
            add("port", hosts.ports.c_str());
        }
        add(nullptr, nullptr);
        connection_.reset(PQconnectStartParams(names.data(), values.data(), 0));
        const auto silent = [](void*, const PGresult*) {};  // libpq would print the server's notices
        if (connection_) { PQsetNoticeReceiver(connection_.get(), silent, nullptr); }
    }

    static std::vector<const char*> values_of(const Statement& statement) {
        std::vector<const char*> values;
        for (const std::string& each : statement.values) { values.push_back(each.c_str()); }
        return values;
    }
    bool send(const Statement& statement) {
        const auto values = values_of(statement);
        asked_.emplace_back();
        return PQsendQueryParams(connection_.get(), statement.sql.c_str(), static_cast<int>(values.size()), nullptr,
                                 values.data(), nullptr, nullptr, 0) == 1;
    }
    /// Named after its text: behind a pooler, where sessions are shared, one name never stands for two statements.
    bool send_prepared(const Statement& statement) {
        const std::string name = "tandem_" + std::to_string(std::hash<std::string>()(statement.sql));
        if (prepared_.insert(name).second) {
            asked_.push_back(name);
            if (PQsendPrepare(connection_.get(), name.c_str(), statement.sql.c_str(), 0, nullptr) != 1) {
                return false;
            }
        }
        const auto values = values_of(statement);
        asked_.emplace_back();
        return PQsendQueryPrepared(connection_.get(), name.c_str(), static_cast<int>(values.size()), values.data(),
                                   nullptr, nullptr, 0) == 1;
    }

    /// Takes what has come; whether it was the last of the batch.
    bool collect(Answers& answers) {
        for (int ends = 0; PQisBusy(connection_.get()) == 0 && ends < 2;) {
            PGresult* result = PQgetResult(connection_.get());
            if (result == nullptr) {  // of one statement's answer, or of the connection
                ++ends;
                continue;
            }
            ends = 0;
            Rows rows(result);
            const ExecStatusType status = PQresultStatus(result);
            if (status == PGRES_PIPELINE_SYNC) { return true; }
            const std::string prepared = asked_.empty() ? std::string() : std::move(asked_.front());
            if (!asked_.empty()) { asked_.pop_front(); }
            const bool done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
            if (!done && !prepared.empty()) { prepared_.erase(prepared); }
            if (done && prepared.empty()) {
                answers.rows.push_back(std::move(rows));
            } else if (!done && status != PGRES_PIPELINE_ABORTED && !answers.failure) {
                answers.failure = failure_in(result);
            }
        }
        return false;
    }

    static Failure failure_in(const PGresult* result) {
        const auto field = [&](int which) {
            const char* text = PQresultErrorField(result, which);
            return std::string(text == nullptr ? "" : text);
        };
        std::string severity = field(PG_DIAG_SEVERITY_NONLOCALIZED);
        if (severity.empty()) { severity = field(PG_DIAG_SEVERITY); }  // of servers that are none of PostgreSQL's own
        const bool goes_on = severity == "ERROR";
        std::string why = field(PG_DIAG_MESSAGE_PRIMARY);
        if (why.empty()) { why = PQresultErrorMessage(result); }
        return {goes_on ? Failure::Kind::refused : Failure::Kind::broken, field(PG_DIAG_SQLSTATE), std::move(why)};
    }
    Failure failed(Failure::Kind kind) const {
        return {kind, {}, connection_ ? PQerrorMessage(connection_.get()) : "out of memory"};
    }
    static Failure late() { return {Failure::Kind::late, {}, {}}; }

    struct Finish {
        void operator()(PGconn* connection) const { PQfinish(connection); }
    };
    std::unique_ptr<PGconn, Finish> connection_;
    std::set<std::string> prepared_;  ///< names of statements
    std::deque<std::string> asked_;   ///< what is to be answered: a statement, or the preparing of the one named
};

}  // namespace tandem::stores::detail
