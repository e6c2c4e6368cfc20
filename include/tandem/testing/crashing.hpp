// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/hooked_store.hpp>
#include <tandem/transport.hpp>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include <unistd.h>
#include <csignal>

namespace tandem::testing {

/// Where a process dies.
struct CrashPoint {
    enum class When { before, after };

    unsigned nth = 0;  ///< which call, counted from 1; 0: none
    When when = When::before;
};

/// Kills its own process, as a power cut would: no destructor, no flush, no handler runs.
class Crash {
public:
    Crash() = default;
    explicit Crash(CrashPoint point) : point_(point) {}

    void before(std::string_view) {
        if (++*calls_ == point_.nth && point_.when == CrashPoint::When::before) { die(); }
    }
    void after(std::string_view) {
        if (*calls_ == point_.nth && point_.when == CrashPoint::When::after) { die(); }
    }
    unsigned calls() const { return *calls_; }

private:
    [[noreturn]] static void die() {
        ::kill(::getpid(), SIGKILL);
        std::_Exit(137);  // what a shell says of a killed process, where the signal did not arrive
    }

    CrashPoint point_{};
    std::shared_ptr<std::atomic<unsigned>> calls_ = std::make_shared<std::atomic<unsigned>>(0);
};

/// A store whose process dies before or after its n-th call.
template <Store S>
using CrashingStore = HookedStore<S, Crash>;

/// A transport whose process dies before its n-th request leaves, or once the reply is there.
template <Transport T>
class CrashingTransport {
public:
    CrashingTransport(T transport, CrashPoint point) : transport_(std::move(transport)), crash_(point) {}

    Task<Response> send(Request request, Deadline deadline) {
        crash_.before("send");
        Response response = co_await transport_.send(std::move(request), deadline);
        crash_.after("send");
        co_return response;
    }

    T& inner() { return transport_; }

private:
    T transport_;
    Crash crash_;
};

}  // namespace tandem::testing
