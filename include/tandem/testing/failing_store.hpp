// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/hooked_store.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::testing {

/// Which calls of a store fail by `store`: `before` they did anything, or `after`, when the answer is lost.
class FailNth {
public:
    enum class When { before, after };

    FailNth() = default;
    explicit FailNth(unsigned nth, When when = When::before) : nth_(nth), when_(when) {}
    /// Every call of the operation of that name: `settle`.
    explicit FailNth(std::string operation, When when = When::before) : operation_(std::move(operation)), when_(when) {}

    void before(std::string_view operation) {
        const unsigned call = ++*calls_;
        if (when_ == When::before && (call == nth_ || operation == operation_)) { fail(operation); }
    }
    void after(std::string_view operation) {
        if (when_ == When::after && (*calls_ == nth_ || operation == operation_)) { fail(operation); }
    }
    unsigned calls() const { return *calls_; }

private:
    [[noreturn]] static void fail(std::string_view operation) {
        errors::raise(errc::store, "the store failed, as its test wants", std::string(operation));
    }

    unsigned nth_ = 0;
    std::string operation_;
    When when_ = When::before;
    std::shared_ptr<std::atomic<unsigned>> calls_ = std::make_shared<std::atomic<unsigned>>(0);
};

/// A store of which some calls fail.
template <Store S>
using FailingStore = HookedStore<S, FailNth>;

}  // namespace tandem::testing
