// SPDX-License-Identifier: BSL-1.0
// For programs that are built without CMake: included in exactly one source file, this is what Boost.JSON and Boost.URL
// would otherwise be linked for. In two files it gives duplicate symbols.
#pragma once

#include <boost/json/src.hpp>
#include <boost/url/src.hpp>
