// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/server.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>

namespace tandem::testing::sandbox {

/// Servers of the sites in a `SiteList`, each on a port of its own of 127.0.0.1.
template <class List>
class Sandbox;

template <Site... Sites>
class Sandbox<SiteList<Sites...>> {
public:
    /// Ports are `first_port`, `first_port + 1`, … in the order of the sites, or any free ones when it is 0.
    /// Requires: what `executor` runs on outlives the sandbox. Errors: `unreachable` when a port is taken.
    explicit Sandbox(const boost::asio::any_io_executor& executor, std::uint16_t first_port = 0)
        : Sandbox(executor, first_port, std::index_sequence_for<Sites...>()) {}

    /// The server of one of the sites.
    template <Site S>
    Server<S>& of() {
        return std::get<Server<S>>(servers_);
    }

    void stop() {
        std::apply([](auto&... server) { (server.stop(), ...); }, servers_);
    }

    /// Kazoo's documents for these carriers and a small tree of accounts: `acme` below `reseller` below `master`.
    boost::json::object config() const {
        const auto account = [](std::string_view parent, std::string_view credit) {
            boost::json::object settings{{"service_plan", "basic"}, {"credit", credit}, {"may_add_numbers", true}};
            if (!parent.empty()) { settings["parent"] = parent; }
            return settings;
        };
        const auto price = [](int rate, int activation) {
            return boost::json::object{{"rate", rate}, {"activation_charge", activation}};
        };
        boost::json::object general{
            {"master_account", "master"},
            {"accounts",
             {{"master", account("", "1000.00")},
              {"reseller", account("master", "250.00")},
              {"acme", account("reseller", "25.00")}}},
            {"service_plans",
             {{"basic", {{"phone_numbers", {{"did_us", price(1, 2)}, {"tollfree_us", price(3, 5)}}}}}}}};
        boost::json::object documents{{"number_manager", {{"default", std::move(general)}}}};
        const auto add = [&](const auto& server, std::string_view carrier) {
            documents["number_manager." + std::string(carrier)] = {{"default", server.settings()}};
        };
        (add(std::get<Server<Sites>>(servers_), Sites::carrier), ...);
        return documents;
    }
    /// The same on one line, as `numbers --config` takes it.
    std::string config_text() const { return boost::json::serialize(config()); }

private:
    template <std::size_t... place>
    Sandbox(const boost::asio::any_io_executor& executor, std::uint16_t first_port, std::index_sequence<place...>)
        : servers_{Server<Sites>(executor, Sites(),
                                 first_port == 0 ? first_port : static_cast<std::uint16_t>(first_port + place))...} {}

    std::tuple<Server<Sites>...> servers_;
};

/// A sandbox on a thread of its own, for tests and programs that block.
template <class List>
class SandboxThread {
public:
    explicit SandboxThread(std::uint16_t first_port = 0)
        : sandbox(context_.get_executor(), first_port), thread_([this] { context_.run(); }) {}
    SandboxThread(const SandboxThread&) = delete;
    SandboxThread& operator=(const SandboxThread&) = delete;
    ~SandboxThread() {
        context_.stop();
        thread_.join();
    }

private:
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};

public:
    Sandbox<List> sandbox;

private:
    std::thread thread_;
};

}  // namespace tandem::testing::sandbox
