// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/scripted_transport.hpp>
#include <tandem/testing/simulated_environment.hpp>
#include <tandem/transports/recording.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace tandem::test {

namespace json = boost::json;

/// A file that is not there yet, in a folder that goes with the test.
class NewFile {
public:
    NewFile() : folder_((std::filesystem::temp_directory_path() / "tandem-har-XXXXXX").string()) {
        if (mkdtemp(folder_.data()) == nullptr) { throw std::runtime_error("no temporary folder"); }
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    ~NewFile() {
        std::error_code left;
        std::filesystem::remove_all(folder_, left);
    }

    const std::string& folder() const { return folder_; }
    std::string path() const { return folder_ + "/session.har"; }
    std::string content() const {
        std::ifstream file(path(), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }
    /// What any reader of JSON sees.
    json::array entries() const { return json::parse(content()).at("log").at("entries").as_array(); }

private:
    std::string folder_;
};

/// A recording of what a script answers, by a simulated clock.
struct Recorder {
    using Recording = transports::Recording<testing::ScriptedTransport, testing::SimulatedEnvironment>;

    NewFile file{};
    boost::asio::io_context context{};
    testing::SimulatedEnvironment environment{context};
    testing::ScriptedTransport script{environment};
    Recording recording = Recording::open(file.path(), script, environment).value();

    Response send(Request request) { return send(recording, std::move(request)); }
    template <Transport T>
    Response send(T& transport, Request request) {
        return environment.run(transport.send(std::move(request), environment.now() + std::chrono::seconds(30)));
    }
    template <Transport T>
    std::optional<Error> failure(T& transport, Request request) {
        try {
            send(transport, std::move(request));
        } catch (const Exception& failed) { return failed.error(); }
        return {};
    }
};

}  // namespace tandem::test
