// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/task.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace tandem {

namespace detail {

/// Where a task's result waits. Shared with the task, which may outlive whoever ran the context: an allocation that
/// fails inside Asio leaves `run_one`.
template <class T>
struct Ending {
    bool done = false;
    std::exception_ptr failure{};
    std::optional<T> result{};

    void operator()(std::exception_ptr error, T value) {
        done = true;
        failure = error;
        if (!error) { result.emplace(std::move(value)); }
    }
    T take() {
        if (failure) { std::rethrow_exception(failure); }
        return std::move(*result);
    }
};
template <>
struct Ending<void> {
    bool done = false;
    std::exception_ptr failure{};

    void operator()(std::exception_ptr error) {
        done = true;
        failure = error;
    }
    void take() {
        if (failure) { std::rethrow_exception(failure); }
    }
};

}  // namespace detail

/// Runs `task` on `context` until it is done and gives its result: for callers that are no coroutines themselves.
/// What else was started on `context` runs meanwhile, and stays unfinished if it is not done by then.
/// Errors: whatever the task throws.
template <class T>
T run(boost::asio::io_context& context, Task<T> task) {
    const auto ending = std::make_shared<detail::Ending<T>>();
    boost::asio::co_spawn(context, std::move(task),
                          [ending](auto&&... ended) { (*ending)(std::forward<decltype(ended)>(ended)...); });
    context.restart();
    while (!ending->done && context.run_one() != 0) {}
    if (!ending->done) { throw std::logic_error("the task waits for something that nobody will do"); }
    return ending->take();
}

/// The same on a context of its own.
template <class T>
T run(Task<T> task) {
    boost::asio::io_context context(1);
    return run(context, std::move(task));
}

}  // namespace tandem
