// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "process.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::integration {

namespace json = boost::json;
using namespace std::chrono_literals;

/// How a run of the program ended. `document` is what it printed, where that was JSON.
struct Ran {
    int exit = -1;
    std::string out{};
    std::string err{};
    json::value document{};
    std::chrono::milliseconds took{0};

    /// The part of the document at a JSON pointer; null when there is none.
    const json::value& at(std::string_view pointer) const {
        static const json::value nothing;
        boost::system::error_code missing;
        const json::value* found = document.find_pointer(pointer, missing);
        return found == nullptr ? nothing : *found;
    }
    std::string text(std::string_view pointer) const {
        const json::value& value = at(pointer);
        return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
    }
};

inline std::ostream& operator<<(std::ostream& out, const Ran& ran) {
    return out << "exit " << ran.exit << " after " << ran.took.count() << " ms\n" << ran.out << ran.err;
}

/// `numbers sandbox` as a process of its own, and its control interface.
class Carriers {
public:
    Carriers() : process_({TANDEM_NUMBERS, "sandbox"}) {
        process_.read_until([](const std::string& out, const std::string&) { return out.find('\n') != out.npos; }, 60s);
        BOOST_TEST_REQUIRE(process_.out.find('\n') != std::string::npos, process_.err);
        config_ = json::parse(process_.out).as_object();
    }

    const json::object& config() const { return config_; }
    const std::string& line() const { return process_.out; }
    Process& process() { return process_; }

    json::value ledger(const std::string& carrier) const { return ask(carrier, "GET", "/_sandbox/ledger", ""); }
    /// One fault or a list of them; `[]` clears.
    void fault(const std::string& carrier, const std::string& fault) const {
        ask(carrier, "POST", "/_sandbox/faults", fault);
    }
    void stock(const std::string& carrier, const std::string& numbers) const {
        ask(carrier, "POST", "/_sandbox/stock", "{\"numbers\": " + numbers + "}");
    }
    bool owns(const std::string& carrier, std::string_view number) const {
        const auto ledger_now = ledger(carrier);
        for (const auto& each : ledger_now.at("owned").as_array()) {
            if (each.as_string() == number) { return true; }
        }
        return false;
    }
    /// How often a number was sold.
    std::int64_t purchases(const std::string& carrier, std::string_view number) const {
        const auto ledger_now = ledger(carrier);
        const auto* times = ledger_now.at("purchases").as_object().if_contains(number);
        return times == nullptr ? 0 : times->as_int64();
    }

private:
    /// Where the carrier's settings say that it is, whatever key says so.
    std::string url_of(const std::string& carrier) const {
        for (const auto& [key, value] : config_.at("number_manager." + carrier).at("default").as_object()) {
            const std::string text = value.is_string() ? std::string(value.get_string()) : std::string();
            if (text.starts_with("http://")) { return text; }
        }
        BOOST_FAIL("the sandbox's settings of " << carrier << " name no address");
        return {};
    }
    json::value ask(const std::string& carrier, const std::string& method, const std::string& target,
                    const std::string& body) const {
        const std::string text = url_of(carrier);
        const std::size_t host = text.find("//") + 2;
        const std::size_t colon = text.find(':', host);
        boost::asio::ip::tcp::iostream stream;
        stream.expires_after(std::chrono::seconds(20));
        stream.connect(text.substr(host, colon - host), std::to_string(std::stoi(text.substr(colon + 1))));
        stream << method << ' ' << target
               << " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " << body.size() << "\r\n\r\n"
               << body << std::flush;
        std::ostringstream reply;
        reply << stream.rdbuf();
        const std::string all = reply.str();
        BOOST_TEST_REQUIRE(all.starts_with("HTTP/1.1 200"), "the sandbox says: " << all << " to " << body);
        const std::string content = all.substr(all.find("\r\n\r\n") + 4);
        return content.empty() ? json::value() : json::parse(content);
    }

    Process process_;
    json::object config_;
};

/// A folder with settings and a store, and the program run in it.
class Desk {
public:
    explicit Desk(const Carriers& carriers, std::string store = {}) : Desk(carriers.config(), std::move(store)) {}
    /// `store`: what `--store` names; empty: a file of SQLite in the folder.
    explicit Desk(const json::object& config, std::string store = {})
        : folder_(new_folder()), store_(store.empty() ? "sqlite:" + path("store.db") : std::move(store)) {
        write("config.json", json::serialize(config));
    }
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;
    ~Desk() {
        std::error_code left;  // nothing hangs on a folder that stays
        std::filesystem::remove_all(folder_, left);
    }

    std::string path(std::string_view file) const { return (folder_ / file).string(); }
    void write(std::string_view file, std::string_view text) const {
        std::ofstream(path(file), std::ios::binary) << text;
    }

    /// The command line of a run with `--json`.
    std::vector<std::string> command(std::vector<std::string> arguments,
                                     const std::string& program = TANDEM_NUMBERS) const {
        std::vector<std::string> all{program, "--config", path("config.json"), "--store", store_, "--json"};
        all.insert(all.end(), arguments.begin(), arguments.end());
        return all;
    }
    Ran numbers(std::vector<std::string> arguments, const std::vector<std::string>& variables = {}) const {
        return run(command(std::move(arguments)), variables);
    }
    static Ran run(const std::vector<std::string>& command, const std::vector<std::string>& variables = {}) {
        const auto start = std::chrono::steady_clock::now();
        Process process(command, variables);
        process.finish(60s);
        return ran(process, std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start));
    }
    static Ran ran(const Process& process, std::chrono::milliseconds took) {
        Ran ran{process.exit_code(), process.out, process.err, {}, took};
        boost::system::error_code no_json;
        ran.document = json::parse(ran.out, no_json);
        return ran;
    }

private:
    static std::filesystem::path new_folder() {
        static std::atomic<unsigned> count = 0;
        const auto folder = std::filesystem::temp_directory_path() /
                            ("tandem-numbers-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
        std::filesystem::create_directories(folder);
        return folder;
    }

    std::filesystem::path folder_;
    std::string store_;
};

/// Carriers that no other test has touched, and a desk at them.
struct Office {
    Carriers carriers;
    Desk desk{carriers};
};

}  // namespace tandem::integration
