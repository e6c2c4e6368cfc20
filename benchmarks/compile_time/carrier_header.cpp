// SPDX-License-Identifier: BSL-1.0
// The concept alone: what a file pays that only names carriers.
#include <tandem/carrier.hpp>
