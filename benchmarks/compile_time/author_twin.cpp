// SPDX-License-Identifier: BSL-1.0
// Boost.JSON alone.
#include <boost/json.hpp>
