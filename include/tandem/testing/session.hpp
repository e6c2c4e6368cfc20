// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/carrier.hpp>
#include <tandem/transport.hpp>

#include <algorithm>
#include <concepts>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace tandem::testing {

/// Numbers in memory as a carrier sees a store's. Copies share them.
class Numbers {
public:
    Numbers() = default;
    explicit Numbers(std::vector<Number> numbers)
        : numbers_(std::make_shared<std::vector<Number>>(std::move(numbers))) {
        std::sort(numbers_->begin(), numbers_->end(),
                  [](const Number& a, const Number& b) { return a.number < b.number; });
    }

    Task<NumberPage> scan(NumberQuery query) {
        NumberPage page;
        for (const Number& each : *numbers_) {
            const bool wanted = each.number > query.after && each.number.starts_with(query.prefix) &&
                                query.state.value_or(each.state) == each.state &&
                                (query.account.empty() || query.account.view() == each.assigned_to) &&
                                (query.carrier.empty() || query.carrier.view() == each.carrier);
            if (!wanted) { continue; }
            if (page.numbers.size() == query.limit) {
                page.next = page.numbers.empty() ? query.after : page.numbers.back().number;
                break;
            }
            page.numbers.push_back(each);
        }
        co_return page;
    }

private:
    std::shared_ptr<std::vector<Number>> numbers_ = std::make_shared<std::vector<Number>>();
};
static_assert(NumbersView<Numbers>);

/// A session outside any manager, for testing a carrier over a transport of one's choice. Its clock stands still but
/// for `wait`, which returns at once and puts it forward: following an order for hours takes no time.
/// `Session session(transport)` takes the transport; `Session<T&> session(transport)` refers to it.
template <class T>
    requires Transport<std::remove_reference_t<T>>
class Session {
public:
    explicit Session(T transport, Numbers numbers = {})
        : transport_(std::forward<T>(transport)), numbers_(std::move(numbers)) {}

    /// What the carrier is part of. A deadline that is not set leaves each request `timeout()`.
    void set_operation(OperationView operation) { operation_ = std::move(operation); }
    void set_operation_id(std::string_view id) { operation_.id = OperationId(id); }
    void set_price_cap(Money cap) { operation_.price_cap = cap; }
    /// The deadline, `left` from `now()` on.
    void set_deadline(Duration left) { operation_.deadline = now_ + left; }
    void set_gateways(std::vector<std::string> gateways) { gateways_ = std::move(gateways); }
    void set_numbers(Numbers numbers) { numbers_ = std::move(numbers); }
    void set_timeout(Duration timeout) { timeout_ = timeout; }

    /// Every duration that the carrier waited.
    const std::vector<Duration>& waits() const { return waits_; }
    std::remove_reference_t<T>& transport() { return transport_; }

    Task<Response> send(Request request) {
        Duration left = timeout_;
        if (bounded()) { left = std::min(left, operation_.deadline - now_); }
        // The transport lives by the machine's clock, which does not know of our waits.
        return transport_.send(std::move(request), std::chrono::steady_clock::now() + left);
    }
    Task<> wait(Duration duration) {
        waits_.push_back(duration);
        const bool late = bounded() && now_ + duration >= operation_.deadline;
        now_ = late ? std::max(now_, operation_.deadline) : now_ + duration;
        if (late) { errors::raise(errc::timeout, "the deadline passed while waiting"); }
        co_return;
    }
    Moment now() { return now_; }
    const OperationView& operation() { return operation_; }
    std::span<const std::string> gateways() { return gateways_; }
    Numbers numbers() { return numbers_; }

private:
    bool bounded() const { return operation_.deadline != Deadline(); }

    T transport_;
    Numbers numbers_;
    OperationView operation_{};
    std::vector<std::string> gateways_;
    std::vector<Duration> waits_;
    Moment now_ = std::chrono::steady_clock::now();
    Duration timeout_ = std::chrono::seconds(30);
};
template <class T>
Session(T) -> Session<T>;
template <class T>
Session(T, Numbers) -> Session<T>;

}  // namespace tandem::testing
