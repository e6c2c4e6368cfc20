// SPDX-License-Identifier: BSL-1.0
// error: a_path_is_named_twice()
// error with clang: call to consteval function 'tandem::wire::rows<
#include <tandem/wire/json.hpp>

namespace acme {

using tandem::Offer;
using tandem::wire::field;

#ifdef TANDEM_REPAIRED
constexpr auto monthly = field<&Offer::monthly>("cost.monthly");
#else
constexpr auto monthly = field<&Offer::monthly>("cost.upfront");
#endif
const auto offers = tandem::wire::rows("data[]", {field<&Offer::setup>("cost.upfront"), monthly});

}  // namespace acme
