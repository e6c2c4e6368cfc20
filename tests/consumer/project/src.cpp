// SPDX-License-Identifier: BSL-1.0
#include <tandem/src.hpp>
