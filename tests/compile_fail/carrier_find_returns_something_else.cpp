// SPDX-License-Identifier: BSL-1.0
// error: carrier<acme::Dialer>::returns<int>::but_must_provide::find_numbers<
#include <tandem/carriers.hpp>

namespace acme {

struct Dialer {
    static constexpr tandem::CarrierInfo info{.name = "dialer"};
#ifdef TANDEM_REPAIRED
    tandem::Task<tandem::SearchPage> find_numbers(auto& session, const tandem::SearchRequest& request) const;
#else
    int find_numbers(auto& session, const tandem::SearchRequest& request) const;
#endif
    tandem::Task<tandem::Number> acquire_number(auto& session, tandem::Number number) const;
    tandem::Task<tandem::Number> disconnect_number(auto& session, tandem::Number number) const;
};

}  // namespace acme

tandem::Carriers<acme::Dialer> carriers;
