// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <memory>
#include <utility>

namespace tandem::transports::detail {

/// Runs `task` on `strand` and gives its result where the caller runs. The caller's cancellation reaches the task.
/// `co_spawn` alone would pass on the cancellation by a pointer that dangles when the task ends on another thread just
/// then (Asio 1.24); here the signal is shared.
template <class T>
Task<T> on_strand(boost::asio::any_io_executor strand, Task<T> task) {
    namespace net = boost::asio;
    const auto start = [strand](auto handler, Task<T> work) {
        auto stop = std::make_shared<net::cancellation_signal>();
        auto slot = net::get_associated_cancellation_slot(handler);
        if (slot.is_connected()) {
            slot.assign(
                [stop, strand](net::cancellation_type type) { net::post(strand, [stop, type] { stop->emit(type); }); });
        }
        auto home = net::make_work_guard(net::get_associated_executor(handler));
        auto done = [stop, slot, home = std::move(home), handler = std::move(handler)](std::exception_ptr failure,
                                                                                       T result) mutable {
            const auto executor = home.get_executor();
            net::post(executor, [slot, home = std::move(home), handler = std::move(handler), failure,
                                 result = std::move(result)]() mutable {
                slot.clear();  // not before: slots are for one thread at a time
                std::move(handler)(failure, std::move(result));
            });
        };
        net::co_spawn(strand, std::move(work), net::bind_cancellation_slot(stop->slot(), std::move(done)));
    };
    return net::async_initiate<const net::use_awaitable_t<>, void(std::exception_ptr, T)>(start, net::use_awaitable,
                                                                                          std::move(task));
}

}  // namespace tandem::transports::detail
