// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/awaitable.hpp>

namespace tandem {

/// What every asynchronous operation of the library returns.
template <class T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace tandem
