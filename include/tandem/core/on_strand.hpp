// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/awaited_answers.hpp>
#include <tandem/core/error.hpp>
#include <tandem/core/task.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <memory>
#include <utility>

namespace tandem::detail {

/// A new strand over `executor`; its copies are the same strand. Asio copies an executor dozens of times for each
/// coroutine: a strand over an `io_context`'s own is small enough to need no memory for that, one over a type erased
/// executor needs some each time.
inline boost::asio::any_io_executor make_strand_over(const boost::asio::any_io_executor& executor) {
    if (const auto* own = executor.target<boost::asio::io_context::executor_type>()) {
        return boost::asio::make_strand(*own);
    }
    return boost::asio::make_strand(executor);
}

/// What `task` gives, its failure as a value.
/// Errors: what is no `Exception`, as it is.
template <class T>
Task<Result<T>> with_failure_as_value(Task<T> task) {
    try {
        T value = co_await std::move(task);
        co_return Result<T>(boost::system::in_place_value, std::move(value));
    } catch (const Exception& failure) { co_return Result<T>(boost::system::in_place_error, failure.error()); }
}

/// Runs `task` on `strand` and gives its result where the caller runs. The caller's cancellation reaches the task.
/// `co_spawn` alone would pass on the cancellation by a pointer that dangles when the task ends on another thread just
/// then (Asio 1.24); here the signal is shared. No `Exception` goes from thread to thread: its copy does. The caller's
/// context may end as soon as it has the result: it waits for the thread that gave it.
template <class T>
Task<T> on_strand(boost::asio::any_io_executor strand, Task<T> task) {
    namespace net = boost::asio;
    const auto start = [strand](auto handler, Task<Result<T>> work) {
        auto stop = std::make_shared<net::cancellation_signal>();
        auto slot = net::get_associated_cancellation_slot(handler);
        if (slot.is_connected()) {
            slot.assign(
                [stop, strand](net::cancellation_type type) { net::post(strand, [stop, type] { stop->emit(type); }); });
        }
        auto home = net::make_work_guard(net::get_associated_executor(handler));
        auto& context = net::query(home.get_executor(), net::execution::context);
        const bool is_elsewhere = &context != &net::query(strand, net::execution::context);
        AwaitedAnswers* const answers = is_elsewhere ? &AwaitedAnswers::of(context) : nullptr;
        auto done = [stop, slot, answers, home = std::move(home), handler = std::move(handler)](
                        std::exception_ptr failure, Result<T> result) mutable {
            const AwaitedAnswers::Answer last(answers);
            const auto executor = home.get_executor();
            net::post(executor, [slot, home = std::move(home), handler = std::move(handler), failure,
                                 result = std::move(result)]() mutable {
                slot.clear();  // not before: slots are for one thread at a time
                std::move(handler)(failure, std::move(result));
            });
        };
        net::co_spawn(strand, std::move(work), net::bind_cancellation_slot(stop->slot(), std::move(done)));
    };
    Result<T> result = co_await net::async_initiate<const net::use_awaitable_t<>, void(std::exception_ptr, Result<T>)>(
        start, net::use_awaitable, with_failure_as_value(std::move(task)));
    if (!result) { throw Exception(result.error()); }
    co_return std::move(*result);
}

}  // namespace tandem::detail
