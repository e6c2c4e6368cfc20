// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/text.hpp>

namespace tandem {

/// Names one purchase or release, at the carrier too: 32 hexadecimal digits. Carriers' references hold it whole
/// (the shortest, Bandwidth's, takes 40 characters).
using OperationId = InlineText<32>;

}  // namespace tandem
