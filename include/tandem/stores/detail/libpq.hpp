// SPDX-License-Identifier: BSL-1.0
// Needs libpq 14 or later (-lpq).
#pragma once

#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
#include <postgresql/libpq-fe.h>  // where Debian puts it; CMake's target knows the folder
#endif
