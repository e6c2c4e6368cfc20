// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error.hpp>
#include <tandem/core/task.hpp>
#include <tandem/core/time.hpp>
#include <tandem/transports/detail/timed_socket.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <netdb.h>
#include <pthread.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace tandem::transports::detail {

using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

/// Finds the addresses of a host's name on a thread of its own: nothing can interrupt the system's resolver, and one
/// that hangs holds up no other look-up. At the deadline the thread is left behind, and touches nothing of its
/// caller's.
class LookUp : public std::enable_shared_from_this<LookUp> {
public:
    /// The end of `wait` tells that the answer is there.
    LookUp(std::string host, std::uint16_t port, boost::asio::steady_timer& wait)
        : host_(std::move(host)), port_(port), wait_(&wait) {}

    /// Errors: `unreachable` when there is no thread to be had.
    void start() {
        auto self = std::make_unique<std::shared_ptr<LookUp>>(shared_from_this());
        pthread_t thread{};
        if (const int error = ::pthread_create(&thread, nullptr, &LookUp::run, self.get()); error != 0) {
            errors::raise(errc::unreachable, "the system refuses a look-up", std::generic_category().message(error));
        }
        static_cast<void>(self.release());  // the thread's now
        ::pthread_detach(thread);
    }
    /// Nobody waits any more.
    void leave() {
        const std::scoped_lock lock(mutex_);
        wait_ = nullptr;
    }
    /// Errors: `unreachable` for a name without addresses; `timeout` or, when the caller `gave_up`, `cancelled`.
    Endpoints take(bool gave_up) {
        const std::scoped_lock lock(mutex_);
        if (!answered_) {
            errors::raise(gave_up ? errc::cancelled : errc::timeout,
                          gave_up ? "the caller gave up" : "the host's name was not resolved by the deadline");
        }
        if (!failure_.empty()) { errors::raise(errc::unreachable, "no address of " + host_, failure_); }
        return std::move(endpoints_);
    }

private:
    static void* run(void* self) {
        const std::unique_ptr<std::shared_ptr<LookUp>> owned(static_cast<std::shared_ptr<LookUp>*>(self));
        try {
            (*owned)->ask();
        } catch (const std::exception&) {}  // out of memory: the deadline ends the wait
        return nullptr;
    }
    void ask() {
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* found = nullptr;
        const int error = ::getaddrinfo(host_.c_str(), nullptr, &hints, &found);
        const int why = errno;
        const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, [](addrinfo* list) { ::freeaddrinfo(list); });
        Endpoints endpoints;
        for (const addrinfo* each = error == 0 ? found : nullptr; each != nullptr; each = each->ai_next) {
            if (each->ai_family != AF_INET && each->ai_family != AF_INET6) { continue; }
            boost::asio::ip::tcp::endpoint endpoint;
            std::memcpy(endpoint.data(), each->ai_addr, each->ai_addrlen);
            endpoint.resize(each->ai_addrlen);
            endpoint.port(port_);
            endpoints.push_back(endpoint);
        }
        std::string failure;
        if (error != 0) {
            failure = error == EAI_SYSTEM ? std::generic_category().message(why) : ::gai_strerror(error);
        }
        answer(std::move(endpoints), std::move(failure));
    }
    void answer(Endpoints endpoints, std::string failure) {
        const std::scoped_lock lock(mutex_);
        if (wait_ == nullptr) { return; }
        endpoints_ = std::move(endpoints);
        failure_ = std::move(failure);
        answered_ = true;
        // Under the lock: while somebody waits, there is the context too.
        boost::asio::post(wait_->get_executor(), [self = shared_from_this()] {
            const std::scoped_lock still(self->mutex_);
            if (self->wait_ != nullptr) { self->wait_->cancel(); }
        });
    }

    const std::string host_;
    const std::uint16_t port_;
    std::mutex mutex_;
    boost::asio::steady_timer* wait_;  // null: nobody waits
    bool answered_ = false;
    std::string failure_{};
    Endpoints endpoints_{};
};

/// The addresses of `host`, with `port`. Requires: it runs on a strand.
/// Errors: those of `LookUp`.
inline Task<Endpoints> look_up(std::string host, std::uint16_t port, Deadline deadline) {
    boost::asio::steady_timer wait(co_await boost::asio::this_coro::executor, deadline);
    const auto work = std::make_shared<LookUp>(std::move(host), port, wait);
    const auto leave = [](LookUp* left) { left->leave(); };
    const std::unique_ptr<LookUp, decltype(leave)> waits(work.get(), leave);
    work->start();
    auto [woken] = co_await wait.async_wait(as_tuple);
    co_return work->take(static_cast<bool>(woken));
}

}  // namespace tandem::transports::detail
