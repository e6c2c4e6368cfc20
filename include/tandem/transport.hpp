// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>
#include <tandem/core/task.hpp>
#include <tandem/core/time.hpp>

#include <concepts>

namespace tandem {

/// Sends `request` and gives the final reply, whatever its status; ends by the deadline.
/// Errors: `timeout`, `unreachable`, `malformed_reply`, `reply_too_large`, thrown as `Exception`; `Error::sent` tells
/// whether any byte of the request had left.
template <class T>
concept SendsRequests = requires(T& transport, Request request, Deadline deadline) {
    { transport.send(request, deadline) } -> std::same_as<Task<Response>>;
};

/// How requests reach carriers.
/// Laws: sends a request at most once; a reply never belongs to another request; an error with `sent == false` means
/// that the carrier saw nothing.
/// Thread safety: `send` may be called from any thread.
/// Models: `transports::Https`; `transports::Resilient`, which wraps any; `testing::ScriptedTransport`.
template <class T>
concept Transport = std::move_constructible<T> && SendsRequests<T>;

}  // namespace tandem
