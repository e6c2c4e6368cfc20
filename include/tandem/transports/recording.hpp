// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/redaction.hpp>
#include <tandem/environment.hpp>
#include <tandem/environments/system.hpp>
#include <tandem/transport.hpp>
#include <tandem/transports/detail/har.hpp>
#include <tandem/transports/detail/har_file.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace tandem::transports {

/// Keeps every exchange of another transport in a HAR 1.2 file, for bug reports and for `Replay`; put it next to the
/// wire, so that each attempt is an entry of its own. An exchange without a reply is kept with its error.
/// Secrets never get to the file: what `Request::secrets()` names is redacted wherever it stands, in the replies too,
/// in base64, hexadecimal and escaped; of headers that are credentials by their name the value is left out. A secret
/// that first comes up later (a token that a reply handed out) is taken out of the earlier entries then.
/// The file is a whole document after every exchange. Copies record to the same file.
/// Errors: those of the transport. A file that takes nothing never fails a request: `save` tells, and nothing more is
/// recorded from there on. The file has at most 32 MB.
/// Thread safety: that of the transport. Entries are written by the thread that got the reply.
template <Transport TransportPolicy, Environment EnvironmentPolicy = environments::System>
class Recording {
public:
    /// Makes the file; one that is there already stays as it is.
    /// Errors: `settings` when the file is there already or cannot be made.
    static Result<Recording> open(const std::string& path, TransportPolicy transport,
                                  EnvironmentPolicy environment = {}) try {
        return Recording(std::make_shared<State>(detail::HarFile(path), std::move(transport), std::move(environment)));
    } catch (const Exception& failure) { return failure.error(); }

    Task<Response> send(Request request, Deadline deadline) { return exchange(state_, std::move(request), deadline); }

    /// Makes what was recorded outlive the machine's end.
    /// Errors: `unspecified` when not everything could be recorded: the first reason.
    Result<void> save() { return state_->save(); }

private:
    struct State {
        State(detail::HarFile where, TransportPolicy what, EnvironmentPolicy clocks)
            : file(std::move(where)), transport(std::move(what)), environment(std::move(clocks)) {
            opened = environment.now();
            last_start = opened - Duration(1);
            calendar = environment.time();
        }

        std::mutex mutex;
        detail::HarFile file;
        Redaction redaction{};
        std::optional<Error> failure{};
        [[no_unique_address]] TransportPolicy transport;
        [[no_unique_address]] EnvironmentPolicy environment;
        Moment opened{};
        Moment last_start{};
        UnixTime calendar{};

        /// When the request starts: each a little later than the one before, so that the times tell the order.
        Moment start(const Request& request) {
            const std::scoped_lock lock(mutex);
            if (redaction.learn(request)) {
                attempt([&] { file.rewrite([&](const detail::HarEntry& entry) { return text_of(entry); }); });
            }
            last_start = std::max(last_start + Duration(1), environment.now());
            return last_start;
        }
        void finish(detail::HarEntry entry, Moment started) {
            const std::scoped_lock lock(mutex);
            entry.started = calendar + (started - opened);
            entry.took = std::max(environment.now() - started, Duration::zero());
            attempt([&] { file.append(text_of(entry)); });
        }
        Result<void> save() {
            const std::scoped_lock lock(mutex);
            attempt([&] { file.sync(); });
            if (failure) { return *failure; }
            return {};
        }

        std::string text_of(const detail::HarEntry& entry) const {
            return boost::json::serialize(detail::to_har(entry, redaction));
        }
        /// Once something is missing, what follows would make no session any more.
        template <class Write>
        void attempt(Write write) {
            if (failure) { return; }
            try {
                write();
            } catch (const Exception& why) { failure = why.error(); } catch (const std::exception& why) {
                failure = Error{.message = "the recording cannot be written", .cause = why.what()};
            }
        }
    };

    explicit Recording(std::shared_ptr<State> state) : state_(std::move(state)) {}

    static Task<Response> exchange(std::shared_ptr<State> state, Request request, Deadline deadline) {
        const Moment started = state->start(request);
        detail::HarEntry entry;
        entry.method = name_of(request.method());
        entry.url = request.url();
        entry.fields = request.fields();
        entry.body = request.body();
        entry.request_size = static_cast<std::int64_t>(entry.body.size());
        std::exception_ptr failure;
        try {
            Task<Response> sending = state->transport.send(std::move(request), deadline);
            entry.response = co_await std::move(sending);
        } catch (...) {
            failure = std::current_exception();
            entry.error = error_of(failure);
        }
        if (failure) {
            state->finish(std::move(entry), started);
            std::rethrow_exception(failure);
        }
        entry.response_size = static_cast<std::int64_t>(entry.response.body.size());
        Response response = entry.response;
        state->finish(std::move(entry), started);
        co_return response;
    }

    static Error error_of(const std::exception_ptr& failure) {
        try {
            std::rethrow_exception(failure);
        } catch (const Exception& known) { return known.error(); } catch (const std::exception& unknown) {
            return {.message = "the transport failed", .cause = unknown.what(), .sent = true};
        }
    }

    std::shared_ptr<State> state_;
};

}  // namespace tandem::transports
