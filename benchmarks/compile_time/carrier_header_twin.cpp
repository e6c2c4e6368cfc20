// SPDX-License-Identifier: BSL-1.0
// The Boost headers without which no such concept can be written.
#include <boost/asio/awaitable.hpp>
#include <boost/system/result.hpp>
