// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/task.hpp>
#include <tandem/testing/sandbox/faults.hpp>
#include <tandem/testing/sandbox/site.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace tandem::testing::sandbox {

namespace detail {

/// What a server needs of its site, whatever that is: so all sites share one server's code.
struct AnySite {
    std::function<Reply(const Call&)> answer;
    std::function<Reply(const Refusal&)> error;
    std::function<Ledger&()> ledger;
};

/// Serves a site on 127.0.0.1, with its control interface under `/_sandbox/`, until `stop()`.
class AnyServer {
public:
    AnyServer(boost::asio::any_io_executor executor, AnySite site, std::uint16_t port)
        : state_(std::make_shared<State>(boost::asio::make_strand(executor), std::move(site))) {
        using boost::asio::ip::tcp;
        const tcp::endpoint place(boost::asio::ip::address_v4::loopback(), port);
        try {
            state_->acceptor.open(place.protocol());
            state_->acceptor.set_option(tcp::acceptor::reuse_address(true));
            state_->acceptor.bind(place);
            state_->acceptor.listen();
            port_ = state_->acceptor.local_endpoint().port();
        } catch (const boost::system::system_error& error) {
            errors::raise(errc::unreachable, "the sandbox cannot listen on 127.0.0.1 port " + std::to_string(port),
                          error.code().message());
        }
        boost::asio::co_spawn(state_->executor, accept(state_), boost::asio::detached);
    }
    AnyServer(AnyServer&& other) noexcept = default;
    AnyServer& operator=(AnyServer&&) = delete;
    ~AnyServer() { stop(); }

    std::uint16_t port() const { return port_; }

    /// Closes the port and every connection; what was being served ends there.
    void stop() {
        if (!state_) { return; }
        boost::asio::dispatch(state_->executor, [state = state_] {
            boost::system::error_code ignored;  // it may be closed already
            state->stopped = true;
            state->acceptor.close(ignored);
            for (Connection* each : state->connections) { each->close(); }
        });
    }

    /// Held while the site acts.
    std::mutex& mutex() { return state_->mutex; }
    void set_faults(const boost::json::value& faults) {
        const std::scoped_lock lock(state_->mutex);
        state_->faults.set(faults);
    }

private:
    static constexpr std::size_t most_connections = 256;
    static constexpr std::uint64_t most_body = 1U << 20U;
    static constexpr auto idle = std::chrono::minutes(2);

    struct Connection {
        explicit Connection(boost::asio::ip::tcp::socket socket)
            : stream(std::move(socket)), timer(stream.get_executor()) {}
        void close() {
            stream.close();
            timer.cancel();
        }

        boost::beast::tcp_stream stream;
        boost::asio::steady_timer timer;
    };

    struct State {
        State(boost::asio::any_io_executor where, AnySite what)
            : executor(std::move(where)), acceptor(executor), site(std::move(what)) {}

        boost::asio::any_io_executor executor;
        boost::asio::ip::tcp::acceptor acceptor;
        std::mutex mutex;  // guards site and faults, which tests reach from threads of their own
        AnySite site;
        Faults faults;
        std::set<Connection*> connections;
        bool stopped = false;

        Reply act(const Call& call) {
            const std::scoped_lock lock(mutex);
            try {
                return call.path.front() == "_sandbox" ? control(call) : site.answer(call);
            } catch (const Refusal& refusal) {
                return call.path.front() == "_sandbox" ? Reply(refusal.status, {{"error", refusal.what()}})
                                                       : site.error(refusal);
            }
        }
        Reply error(const Refusal& refusal) {
            const std::scoped_lock lock(mutex);
            return site.error(refusal);
        }
        std::optional<Fault> fault(const Call& call) {
            const std::scoped_lock lock(mutex);
            return call.path.front() == "_sandbox" ? std::nullopt : faults.next(call);
        }

        Reply control(const Call& call) {
            if (call.is("GET", {"_sandbox", "ledger"})) { return {200, site.ledger().to_json()}; }
            boost::system::error_code failed;
            const auto body = boost::json::parse(call.body, failed);
            if (call.is("POST", {"_sandbox", "faults"})) {
                if (failed) { throw Refusal(400, "the body is not JSON"); }
                faults.set(body);
                return {200, boost::json::object{}};
            }
            if (call.is("POST", {"_sandbox", "stock"})) {
                stock(call.object(400, {"numbers", "replace"}));
                return {200, boost::json::object{}};
            }
            throw Refusal(404, "POST /_sandbox/faults, POST /_sandbox/stock and GET /_sandbox/ledger are known");
        }
        void stock(const boost::json::object& body) {
            const auto* numbers = body.if_contains("numbers");
            const auto* replace = body.if_contains("replace");
            if (numbers == nullptr || !numbers->is_array()) { throw Refusal(400, "numbers is a list"); }
            if (replace != nullptr && !replace->is_bool()) { throw Refusal(400, "replace is true or false"); }
            std::vector<Item> items;
            for (const auto& each : numbers->get_array()) { items.push_back(to_item(each)); }
            if (replace != nullptr && replace->get_bool()) { site.ledger().empty_stock(); }
            for (Item& item : items) { site.ledger().stock_up(std::move(item)); }
        }
    };

    static Task<> accept(std::shared_ptr<State> state) {
        while (!state->stopped) {
            boost::system::error_code failed;
            auto socket =
                co_await state->acceptor.async_accept(boost::asio::redirect_error(boost::asio::use_awaitable, failed));
            if (!failed && state->connections.size() < most_connections) {
                boost::asio::co_spawn(state->executor, serve(state, std::move(socket)), boost::asio::detached);
            }
        }
    }

    static Task<> serve(std::shared_ptr<State> state, boost::asio::ip::tcp::socket socket) {
        namespace http = boost::beast::http;
        Connection connection(std::move(socket));
        state->connections.insert(&connection);
        const std::shared_ptr<void> farewell(nullptr, [&](void*) { state->connections.erase(&connection); });
        boost::beast::flat_buffer buffer;
        for (bool go_on = !state->stopped; go_on;) {
            http::request_parser<http::string_body> parser;
            parser.body_limit(most_body);
            connection.stream.expires_after(idle);
            boost::system::error_code failed;
            co_await http::async_read(connection.stream, buffer, parser,
                                      boost::asio::redirect_error(boost::asio::use_awaitable, failed));
            if (failed && failed.category() != make_error_code(http::error::bad_method).category()) { co_return; }
            if (failed == http::error::end_of_stream || failed == http::error::partial_message) { co_return; }
            if (failed) {
                const Refusal refusal(400, "not an HTTP request: " + failed.message());
                co_await write(connection, raw(state->error(refusal), false));
                co_return;
            }
            go_on = co_await reply(state, connection, parser.release());
        }
    }

    /// Whether the connection is to be kept.
    static Task<bool> reply(std::shared_ptr<State> state, Connection& connection,
                            boost::beast::http::request<boost::beast::http::string_body> request) {
        Call call;
        call.method = request.method_string();
        call.target = request.target();
        call.body = std::move(request.body());
        for (const auto& field : request) { call.fields.emplace_back(field.name_string(), field.value()); }
        bool keep = request.keep_alive();
        std::optional<Reply> answer;
        try {
            call.take_apart();
        } catch (const Refusal& refusal) { answer = state->error(refusal); }
        const std::optional<Fault> fault = answer ? std::nullopt : state->fault(call);
        if (!answer && !(fault && !fault->after)) { answer = state->act(call); }
        if (fault) {
            if (fault->delay.count() > 0) {
                boost::system::error_code stopped;
                connection.timer.expires_after(fault->delay);
                co_await connection.timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, stopped));
                if (stopped) { co_return false; }
            }
            if (fault->silent) {
                co_await listen_only(connection);
                co_return false;
            }
            if (fault->status != 0) {
                answer = state->error(Refusal(fault->status, "a fault that the sandbox was told to make"));
                if (fault->retry_after) {
                    answer->fields.emplace_back("Retry-After", std::to_string(*fault->retry_after));
                }
            }
            if (!answer) { answer = state->act(call); }
            if (fault->garbage == Fault::Garbage::body) { answer->body = "}{ \x01\xFF no JSON <<<"; }
        }
        std::string bytes = raw(*answer, keep);
        if (fault && fault->garbage == Fault::Garbage::wire) {
            bytes = "\x16\x03 this is no HTTP\r\n\r\n";
            keep = false;
        }
        if (fault && fault->cut_at) {
            bytes.resize(std::min(bytes.size(), *fault->cut_at));
            keep = false;
        }
        const bool written = co_await write(connection, std::move(bytes));
        co_return written&& keep;
    }

    /// Reads and drops, until the other side gives up.
    static Task<> listen_only(Connection& connection) {
        boost::system::error_code ended;
        std::array<char, 1024> dropped;
        connection.stream.expires_never();
        while (!ended) {
            co_await connection.stream.async_read_some(boost::asio::buffer(dropped),
                                                       boost::asio::redirect_error(boost::asio::use_awaitable, ended));
        }
    }

    static Task<bool> write(Connection& connection, std::string bytes) {
        boost::system::error_code failed;
        connection.stream.expires_after(idle);
        co_await boost::asio::async_write(connection.stream, boost::asio::buffer(bytes),
                                          boost::asio::redirect_error(boost::asio::use_awaitable, failed));
        co_return !failed;
    }

    static std::string raw(const Reply& reply, bool keep) {
        const auto reason =
            boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(static_cast<unsigned>(reply.status)));
        std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " " + std::string(reason) + "\r\n";
        for (const auto& [name, value] : reply.fields) { text += name + ": " + value + "\r\n"; }
        text += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
        if (!keep) { text += "Connection: close\r\n"; }
        return text + "\r\n" + reply.body;
    }

    std::shared_ptr<State> state_;
    std::uint16_t port_ = 0;
};

}  // namespace detail

/// Serves one site on 127.0.0.1, with its control interface under `/_sandbox/`, until `stop()`.
/// Thread safety: any member from any thread; the destructor does not wait for what is still running on the executor.
template <Site S>
class Server {
public:
    /// Port 0 takes any that is free. Errors: `unreachable` when the port is taken.
    Server(boost::asio::any_io_executor executor, S site, std::uint16_t port = 0)
        : site_(std::make_shared<S>(std::move(site))),
          server_(std::move(executor),
                  {.answer = [site = site_](const Call& call) { return site->answer(call); },
                   .error = [site = site_](const Refusal& refusal) { return site->error(refusal); },
                   .ledger = [site = site_]() -> Ledger& { return site->ledger(); }},
                  port) {}

    std::uint16_t port() const { return server_.port(); }
    std::string origin() const { return "http://127.0.0.1:" + std::to_string(port()); }
    /// The carrier's document for a client of this server.
    boost::json::object settings() const { return S::settings(origin()); }

    /// Closes the port and every connection; what was being served ends there.
    void stop() { server_.stop(); }

    /// Calls `look` with the site while nothing else touches it.
    template <class F>
    auto with(F look) {
        const std::scoped_lock lock(server_.mutex());
        return look(*site_);
    }
    void set_faults(const boost::json::value& faults) { server_.set_faults(faults); }

private:
    std::shared_ptr<S> site_;
    detail::AnyServer server_;
};

}  // namespace tandem::testing::sandbox
