// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/file.hpp>
#include <tandem/core/redaction.hpp>
#include <tandem/transport.hpp>
#include <tandem/transports/detail/har.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::transports {

namespace detail {

/// Which ids of the running program stand for which of a recording: 32 hexadecimal digits, the form of an
/// `OperationId`, which is another one in every run. Each stands for one other, in requests and in replies.
class IdRenaming {
public:
    /// Whether the texts are the same but for ids; which then stand for each other from here on.
    bool matches(std::string_view recorded, std::string_view live) {
        const auto theirs = ids_in(recorded);
        const auto ours = ids_in(live);
        if (masked(recorded, theirs) != masked(live, ours) || theirs != ours) { return false; }
        auto to_live = to_live_;
        auto to_recorded = to_recorded_;
        for (const std::size_t at : ours) {
            const std::string from(recorded.substr(at, id_size));
            const std::string to(live.substr(at, id_size));
            if (to_live.emplace(from, to).first->second != to || to_recorded.emplace(to, from).first->second != from) {
                return false;
            }
        }
        to_live_ = std::move(to_live);
        to_recorded_ = std::move(to_recorded);
        return true;
    }

    /// A text of a recorded reply as this run would have got it.
    std::string renamed(std::string text) const {
        for (const std::size_t at : ids_in(text)) {
            const auto found = to_live_.find(text.substr(at, id_size));
            if (found != to_live_.end()) { text.replace(at, id_size, found->second); }
        }
        return text;
    }

private:
    static constexpr std::size_t id_size = 32;

    static std::vector<std::size_t> ids_in(std::string_view text) {
        const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
        std::vector<std::size_t> places;
        for (auto at = text.begin(); at != text.end();) {
            const auto end = std::find_if_not(at, text.end(), is_hex);
            if (end - at == id_size) { places.push_back(static_cast<std::size_t>(at - text.begin())); }
            at = std::find_if(end, text.end(), is_hex);
        }
        return places;
    }
    static std::string masked(std::string_view text, const std::vector<std::size_t>& ids) {
        std::string rest(text);
        for (const std::size_t at : ids) { rest.replace(at, id_size, id_size, '\0'); }
        return rest;
    }

    std::map<std::string, std::string> to_live_;
    std::map<std::string, std::string> to_recorded_;
};

}  // namespace detail

/// Answers from a HAR 1.2 file, recorded by `Recording` or saved by a browser or a proxy, without a network: replies,
/// and failures where there was no reply. Requests are compared as a recording has them: without secrets, so that
/// nobody needs those of the recorded session; operation ids may differ, and the replies then have this run's.
/// Errors: `unspecified` for a request that the recording does not have, naming the difference; what was recorded;
/// `reply_too_large` as any transport.
/// Thread safety: any member from any thread. Copies share what was answered.
class Replay {
public:
    enum class Match : std::uint8_t {
        strict,  ///< method, URL and body are those of the host's next entry; hosts are independent of each other
        order,   ///< the next entry answers whatever is asked
    };

    /// Errors: `settings` for a file that cannot be read; `invalid` for one that is no HAR, naming the entry.
    static Result<Replay> open(const std::string& path, Match match = Match::strict) {
        const auto text = read_file(path, detail::max_har_size);
        if (!text) { return text.error(); }
        auto replay = parse(*text, match);
        if (replay) { return replay; }
        Error error = replay.error();
        error.message = "the file " + path + ": " + error.message;
        return error;
    }
    /// Errors: `invalid` for what is no HAR, naming the entry.
    static Result<Replay> parse(std::string_view har, Match match = Match::strict) {
        auto entries = detail::read_har(har);
        if (!entries) { return entries.error(); }
        return Replay(std::make_shared<State>(std::move(*entries), match));
    }

    Task<Response> send(Request request, Deadline) { return answer(state_, std::move(request)); }

    /// Entries that nobody has asked for.
    std::size_t unanswered() const {
        const std::scoped_lock lock(state_->mutex);
        return static_cast<std::size_t>(std::count(state_->answered.begin(), state_->answered.end(), false));
    }

private:
    struct State {
        State(std::vector<detail::HarEntry> recorded, Match how)
            : entries(std::move(recorded)), answered(entries.size()), match(how) {}

        std::mutex mutex;
        std::vector<detail::HarEntry> entries;
        std::vector<bool> answered;
        Redaction redaction{};
        detail::IdRenaming ids{};
        Match match;

        Response answer(const Request& request) {
            const std::scoped_lock lock(mutex);
            redaction.learn(request);
            const std::string url = redaction(request.url());
            const std::size_t n = next(url);
            const detail::HarEntry& entry = entries[n];
            compare("method", entry.method, std::string(name_of(request.method())), n);
            compare("URL", redaction(entry.url), url, n);
            compare("body", redaction(entry.body), redaction(request.body()), n);
            answered[n] = true;
            if (entry.error) { throw Exception(*entry.error); }
            if (entry.response.body.size() > request.limit()) {
                throw Exception({.code = errc::reply_too_large,
                                 .message = "the reply exceeds the operation's limit",
                                 .cause = {},
                                 .sent = true});
            }
            Response response = entry.response;
            response.body = ids.renamed(std::move(response.body));
            for (Field& field : response.fields) { field.value = ids.renamed(std::move(field.value)); }
            return response;
        }

        std::size_t next(const std::string& url) const {
            for (std::size_t n = 0; n < entries.size(); ++n) {
                if (!answered[n] && (match == Match::order || host_of(redaction(entries[n].url)) == host_of(url))) {
                    return n;
                }
            }
            errors::raise(errc::unspecified,
                          "the recording has no further request" +
                              (match == Match::order ? "" : " to " + std::string(host_of(url))),
                          shortened(url, 0));
        }

        void compare(std::string_view what, const std::string& recorded, const std::string& live, std::size_t n) {
            if (ids.matches(recorded, live) || match == Match::order) { return; }
            const auto differs = std::mismatch(recorded.begin(), recorded.end(), live.begin(), live.end()).first;
            const auto at = static_cast<std::size_t>(differs - recorded.begin());
            errors::raise(errc::unspecified,
                          "the request is not that of entry " + std::to_string(n + 1) + ": its " + std::string(what) +
                              " differs at byte " + std::to_string(at + 1),
                          "recorded " + shortened(recorded, at) + ", asked " + shortened(live, at));
        }

        /// Scheme, host and port.
        static std::string_view host_of(std::string_view url) {
            const auto scheme = url.find("://");
            return scheme == url.npos ? url : url.substr(0, url.find_first_of("/?#", scheme + 3));
        }
        /// What stands around byte `at`.
        static std::string shortened(std::string_view text, std::size_t at) {
            constexpr std::size_t around = 60;
            const std::size_t begin = at > around ? at - around : 0;
            std::string part(text.substr(begin, 2 * around));
            return "'" + std::string(begin > 0 ? "…" : "") + part + (begin + part.size() < text.size() ? "…" : "") +
                   "'";
        }
    };

    explicit Replay(std::shared_ptr<State> state) : state_(std::move(state)) {}

    static Task<Response> answer(std::shared_ptr<State> state, Request request) { co_return state->answer(request); }

    std::shared_ptr<State> state_;
};
static_assert(Transport<Replay>);

}  // namespace tandem::transports
