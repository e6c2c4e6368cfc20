// SPDX-License-Identifier: BSL-1.0
// The file of a carrier's author: the concept, and the description of a reply.
#include <tandem/carrier.hpp>
#include <tandem/wire/json.hpp>
