// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/run.hpp>
#include <tandem/transports/https.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <utility>

namespace tandem::test {

inline Deadline in(Duration duration) { return std::chrono::steady_clock::now() + duration; }

/// A context and a transport on it; requests one after another.
struct Client {
    explicit Client(const transports::Https::Options& options = {}) : https(context.get_executor(), options) {}

    Response send(Request request, Duration time = std::chrono::seconds(5)) {
        return run(context, https.send(std::move(request), in(time)));
    }
    Response get(const std::string& url, Duration time = std::chrono::seconds(5)) {
        return send(Request::get(url), time);
    }
    Error fails(Request request, Duration time = std::chrono::seconds(5)) {
        try {
            const Response response = send(std::move(request), time);
            BOOST_ERROR("status " << response.status << " instead of an error");
        } catch (const Exception& failure) { return failure.error(); }
        return {};
    }

    boost::asio::io_context context{1};
    transports::Https https;
};

inline std::string code(const Error& error) { return std::string(name_of(error.code)); }

/// Waits for what another thread does.
template <class Condition>
bool eventually(Condition condition) {
    for (int i = 0; i < 500 && !condition(); ++i) { std::this_thread::sleep_for(std::chrono::milliseconds(10)); }
    return condition();
}

}  // namespace tandem::test
