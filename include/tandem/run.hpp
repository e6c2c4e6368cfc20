// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/task.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>

namespace tandem {

/// Runs `task` on `context` until it is done and gives its result: for callers that are no coroutines themselves.
/// What else was started on `context` runs meanwhile, and stays unfinished if it is not done by then.
/// Errors: whatever the task throws.
template <class T>
T run(boost::asio::io_context& context, Task<T> task) {
    std::exception_ptr failure;
    bool done = false;
    const auto go_on = [&] {
        context.restart();
        while (!done && context.run_one() != 0) {}
        if (failure) { std::rethrow_exception(failure); }
        if (!done) { throw std::logic_error("the task waits for something that nobody will do"); }
    };
    if constexpr (std::is_void_v<T>) {
        boost::asio::co_spawn(context, std::move(task),
                              [&](std::exception_ptr error) { failure = error, done = true; });
        go_on();
    } else {
        std::optional<T> result;
        boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr error, T value) {
            failure = error;
            done = true;
            if (!error) { result.emplace(std::move(value)); }
        });
        go_on();
        return std::move(*result);
    }
}

/// The same on a context of its own.
template <class T>
T run(Task<T> task) {
    boost::asio::io_context context(1);
    return run(context, std::move(task));
}

}  // namespace tandem
