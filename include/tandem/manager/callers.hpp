// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/on_strand.hpp>
#include <tandem/manager/requests.hpp>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <new>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

/// Between a manager's callers, who are anywhere, and its work, which is on its strand.
namespace tandem::detail {

/// What `task` gives; its failure as a value, whatever it is.
template <class T>
Task<Result<T>> answered(Task<T> task) {
    // Of a purchase or release nobody knows any more how far it came; its record does.
    constexpr errc surprise = std::is_same_v<T, Receipt> ? errc::outcome_unknown : errc::unspecified;
    try {
        co_return co_await std::move(task);
    } catch (const Exception& failure) {
        co_return failure.error();
    } catch (const boost::system::system_error& failure) {
        co_return Error{
            .code = failure.code() == boost::asio::error::operation_aborted ? errc::cancelled : errc::unspecified,
            .message = "interrupted",
            .cause = failure.what()};
    } catch (const std::length_error& failure) {
        co_return Error{.code = errc::invalid, .message = failure.what()};
    } catch (const std::bad_alloc&) {
        co_return Error{.code = surprise, .message = "out of memory"};
    } catch (const std::exception& failure) {
        co_return Error{.code = surprise, .message = "a policy failed", .cause = failure.what()};
    }
}

/// The same of a task that runs on the strand of `kernel`.
template <class K, class T>
Task<Result<T>> answer(const K& kernel, Task<T> task) {
    return answered(on_strand(kernel.strand, std::move(task)));
}

/// Calls `call` for one number after another; one that fails does not stop the others.
template <class Call, class T = typename std::invoke_result_t<Call&, E164>::value_type::value_type>
Task<std::vector<OneOf<T>>> one_by_one(std::vector<E164> numbers, Call call) {
    std::vector<OneOf<T>> results;
    for (const E164 number : numbers) {
        Result<T> result = co_await call(number);
        results.push_back({number, std::move(result)});
    }
    co_return results;
}

}  // namespace tandem::detail
