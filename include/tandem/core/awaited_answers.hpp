// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/execution_context.hpp>

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>

namespace tandem::detail {

/// The answers that other threads are giving to callers on one context. A context that ends waits for them: who has
/// handed an answer over is still inside the context for a moment, while its caller may be done with it.
class AwaitedAnswers final : public boost::asio::execution_context::service {
public:
    using key_type = AwaitedAnswers;

    explicit AwaitedAnswers(boost::asio::execution_context& context) : service(context) {}

    static AwaitedAnswers& of(boost::asio::execution_context& context) {
        return boost::asio::use_service<AwaitedAnswers>(context);
    }

    /// One of them, until it is given.
    class Answer {
    public:
        /// Null: nobody has to wait for it.
        explicit Answer(AwaitedAnswers* all) : all_(all) {
            if (all_ == nullptr) { return; }
            const std::scoped_lock lock(all_->mutex_);
            ++all_->count_;
        }
        Answer(Answer&& other) noexcept : all_(std::exchange(other.all_, nullptr)) {}
        Answer& operator=(Answer&&) = delete;
        ~Answer() {
            if (all_ == nullptr) { return; }
            const std::scoped_lock lock(all_->mutex_);
            if (--all_->count_ == 0) { all_->none_.notify_all(); }
        }

    private:
        AwaitedAnswers* all_;
    };

private:
    void shutdown() override {
        std::unique_lock lock(mutex_);
        none_.wait(lock, [&] { return count_ == 0; });
    }

    std::mutex mutex_;
    std::condition_variable none_;
    std::size_t count_ = 0;
};

}  // namespace tandem::detail
