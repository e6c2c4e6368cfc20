// SPDX-License-Identifier: BSL-1.0
// error: carrier<acme::Dialer>::must_provide::info
#include <tandem/carriers.hpp>

namespace acme {

struct Dialer {
#ifdef TANDEM_REPAIRED
    static constexpr tandem::CarrierInfo info{.name = "dialer"};
#endif
    tandem::Task<tandem::SearchPage> find_numbers(auto& session, const tandem::SearchRequest& request) const;
    tandem::Task<tandem::Number> acquire_number(auto& session, tandem::Number number) const;
    tandem::Task<tandem::Number> disconnect_number(auto& session, tandem::Number number) const;
};

}  // namespace acme

tandem::Carriers<acme::Dialer> carriers;
