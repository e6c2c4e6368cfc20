// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/bandwidth.hpp>
#include <tandem/testing/sandbox/other.hpp>
#include <tandem/testing/sandbox/server.hpp>
#include <tandem/testing/sandbox/telnyx.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <string>
#include <thread>

namespace tandem::testing::sandbox {

/// Every carrier's sandbox, each on a port of its own of 127.0.0.1.
class Sandbox {
public:
    /// Ports are `first_port`, `first_port + 1`, … in the order of the members, or any free ones when it is 0.
    /// Requires: what `executor` runs on outlives the sandbox. Errors: `unreachable` when a port is taken.
    explicit Sandbox(const boost::asio::any_io_executor& executor, std::uint16_t first_port = 0)
        : other(executor, Other(), first_port),
          telnyx(executor, Telnyx(), port(first_port, 1)),
          bandwidth(executor, Bandwidth(), port(first_port, 2)) {}

    Server<Other> other;
    Server<Telnyx> telnyx;
    Server<Bandwidth> bandwidth;

    void stop() {
        other.stop();
        telnyx.stop();
        bandwidth.stop();
    }

    /// Kazoo's documents for these carriers and a small tree of accounts: `acme` below `reseller` below `master`.
    boost::json::object config() {
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
        boost::json::object other_settings{{"phonebook_url", other.origin()},
                                           {"endpoints", boost::json::array{"sip.example.com"}}};
        boost::json::object telnyx_settings{{"api_key", telnyx.with([](const Telnyx& site) { return site.api_key(); })},
                                            {"base_url", telnyx.origin() + "/v2"}};
        boost::json::object bandwidth_settings = Bandwidth::settings();
        bandwidth_settings["base_url"] = bandwidth.origin() + "/api/v2";
        return {{"number_manager", {{"default", std::move(general)}}},
                {"number_manager.other", {{"default", std::move(other_settings)}}},
                {"number_manager.telnyx", {{"default", std::move(telnyx_settings)}}},
                {"number_manager.bandwidth", {{"default", std::move(bandwidth_settings)}}}};
    }
    /// The same on one line, as `numbers --config` takes it.
    std::string config_text() { return boost::json::serialize(config()); }

private:
    static std::uint16_t port(std::uint16_t first, unsigned next) {
        return first == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(first + next);
    }
};

/// A sandbox on a thread of its own, for tests and programs that block.
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
    Sandbox sandbox;

private:
    std::thread thread_;
};

}  // namespace tandem::testing::sandbox
