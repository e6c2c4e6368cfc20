// SPDX-License-Identifier: BSL-1.0
// error: carrier<acme::Dialer>::must_provide::acquire_number<
#include <tandem/carriers.hpp>

namespace acme {

struct Dialer {
    static constexpr tandem::CarrierInfo info{.name = "dialer"};
    tandem::Task<tandem::SearchPage> find_numbers(auto& session, const tandem::SearchRequest& request) const;
#ifdef TANDEM_REPAIRED
    tandem::Task<tandem::Number> acquire_number(auto& session, tandem::Number number) const;
    tandem::Task<tandem::Number> disconnect_number(auto& session, tandem::Number number) const;
#endif
};

}  // namespace acme

tandem::Carriers<acme::Dialer> carriers;
