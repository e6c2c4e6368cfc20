// SPDX-License-Identifier: BSL-1.0
// error: a_filter_has_no_equals_sign()
// error with clang: call to consteval function 'tandem::wire::rows<
#include <tandem/wire/json.hpp>

namespace acme {

#ifdef TANDEM_REPAIRED
constexpr auto sms = tandem::wire::flag<tandem::Feature::sms>("features[=sms]");
#else
constexpr auto sms = tandem::wire::flag<tandem::Feature::sms>("features[sms]");
#endif
const auto offers = tandem::wire::rows("data[]", {tandem::wire::field<&tandem::Offer::number>("number"), sms});

}  // namespace acme
