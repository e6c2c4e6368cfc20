// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/awaited_answers.hpp>
#include <tandem/core/task.hpp>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

namespace tandem::stores::detail {

/// A resource and the one thread that uses it. The calls are done in the order in which they came, every one of them:
/// who is cancelled while waiting gets the answer all the same.
/// Thread safety: `call` from any thread.
template <class Resource>
class Worker {
public:
    template <class... Arguments>
    explicit Worker(Arguments&&... arguments)
        : inside_(std::make_shared<Inside>(std::forward<Arguments>(arguments)...)),
          more_may_come_(boost::asio::make_work_guard(inside_->calls)),
          thread_([inside = inside_] { inside->calls.run(); }) {}

    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    ~Worker() {
        more_may_come_.reset();
        if (thread_.get_id() == std::this_thread::get_id()) {
            thread_
                .detach();  // the last owner was a caller who is given up here; `inside_` stays until the thread ends
        } else {
            thread_.join();
        }
    }

    /// What `work(resource)` gives or throws, on the caller's executor.
    template <class Work>
    auto call(Work work) -> Task<std::invoke_result_t<Work&, Resource&>> {
        using Value = std::invoke_result_t<Work&, Resource&>;
        return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, typename Reply<Value>::Signature>(
            [this](auto handler, auto handed) {
                auto executor = boost::asio::get_associated_executor(handler);
                using tandem::detail::AwaitedAnswers;
                AwaitedAnswers::Answer answer(
                    &AwaitedAnswers::of(boost::asio::query(executor, boost::asio::execution::context)));
                boost::asio::post(inside_->calls, [&resource = inside_->resource, answer = std::move(answer), executor,
                                                   handed = std::move(handed), handler = std::move(handler)]() mutable {
                    const auto last = std::move(answer);  // outlives what refers to the caller's context
                    const auto guard = boost::asio::make_work_guard(std::exchange(executor, {}));
                    Reply<Value> reply;
                    try {
                        reply.take(handed, resource);
                    } catch (...) { reply.failure = std::current_exception(); }
                    boost::asio::post(guard.get_executor(),
                                      [handler = std::move(handler), reply = std::move(reply)]() mutable {
                                          std::move(reply).give(handler);
                                      });
                });
            },
            boost::asio::use_awaitable, std::move(work));
    }

private:
    template <class Value>
    struct Reply {
        using Signature = void(std::exception_ptr, Value);

        std::exception_ptr failure{};
        Value value{};

        template <class Work>
        void take(Work& work, Resource& resource) {
            value = work(resource);
        }
        template <class Handler>
        void give(Handler& handler) && {
            std::move(handler)(std::move(failure), std::move(value));
        }
    };

    template <class Value>
        requires std::is_void_v<Value>
    struct Reply<Value> {
        using Signature = void(std::exception_ptr);

        std::exception_ptr failure{};

        template <class Work>
        void take(Work& work, Resource& resource) {
            work(resource);
        }
        template <class Handler>
        void give(Handler& handler) && {
            std::move(handler)(std::move(failure));
        }
    };

    struct Inside {
        template <class... Arguments>
        explicit Inside(Arguments&&... arguments) : resource(std::forward<Arguments>(arguments)...) {}

        Resource resource;
        boost::asio::io_context calls{1};
    };

    std::shared_ptr<Inside> inside_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> more_may_come_;
    std::thread thread_;
};

}  // namespace tandem::stores::detail
