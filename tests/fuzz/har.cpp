// SPDX-License-Identifier: BSL-1.0
#include "fuzz.hpp"

#include <tandem/testing/simulated_environment.hpp>
#include <tandem/transports/replay.hpp>

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace tandem;
using fuzz::require;
using transports::Replay;
using transports::detail::HarEntry;

namespace {

/// The reply to `request`, or nothing and the failure.
std::optional<Response> ask(Replay& replay, Request request, Error& failure) {
    boost::asio::io_context context;
    testing::SimulatedEnvironment environment(context);
    try {
        return environment.run(replay.send(std::move(request), Deadline::max()));
    } catch (const Exception& thrown) {
        failure = thrown.error();
        return {};
    }
}

std::optional<Request> request_of(const HarEntry& entry) {
    constexpr std::array<Method, 5> methods{Method::get, Method::post, Method::put, Method::patch, Method::delete_};
    for (const Method method : methods) {
        if (entry.method != name_of(method)) { continue; }
        try {
            return Request(method, entry.url).body("text/plain", entry.body);
        } catch (const Exception&) { return {}; }  // a URL that nobody asks for
    }
    return {};
}

/// Whoever asks what was asked then gets what was answered then.
void replay(std::string_view text, const std::vector<HarEntry>& entries, Replay::Match match) {
    Replay replay = Replay::parse(text, match).value();
    for (const HarEntry& entry : entries) {
        const auto request =
            match == Replay::Match::order ? Request::get("https://carrier.example/") : request_of(entry);
        if (!request) { return; }
        Error failure;
        const auto response = ask(replay, *request, failure);
        if (!response) {
            const bool is_too_large = entry.response.body.size() > request->limit();
            require(entry.error ? failure == *entry.error : is_too_large, "a recorded failure is that failure");
            continue;
        }
        require(!entry.error && response->status == entry.response.status, "a recorded reply is that reply");
        require(response->body == entry.response.body, "a recorded body is that body");
    }
    require(replay.unanswered() == 0, "all was asked for");
}

std::string written(const std::vector<HarEntry>& entries) {
    boost::json::array list;
    for (const HarEntry& entry : entries) { list.push_back(to_har(entry, Redaction())); }
    return write_json(boost::json::object{{"log", {{"version", "1.2"}, {"entries", std::move(list)}}}});
}

void compare(const HarEntry& ours, const HarEntry& theirs) {
    require(ours.method == theirs.method && ours.url == theirs.url, "a recording keeps what was asked");
    require(ours.body == theirs.body && ours.response.body == theirs.response.body, "a recording keeps every byte");
    require(ours.response.status == theirs.response.status && ours.error == theirs.error, "a recording keeps the end");
    require(ours.started == theirs.started, "a recording keeps the time");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const auto entries = transports::detail::read_har(text);
    require(Replay::parse(text).has_value() == entries.has_value(), "a recording is one to everybody");
    if (!entries) {
        require(entries.error().code == errc::invalid, "what is no recording is invalid");
        return 0;
    }
    for (const auto match : {Replay::Match::order, Replay::Match::strict}) { replay(text, *entries, match); }
    const std::string once = written(*entries);
    const auto again = transports::detail::read_har(once);
    require(again && again->size() == entries->size() && written(*again) == once, "what is written reads the same");
    for (std::size_t i = 0; i < entries->size(); ++i) { compare((*again)[i], (*entries)[i]); }
    return 0;
}
