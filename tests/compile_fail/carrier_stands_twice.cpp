// SPDX-License-Identifier: BSL-1.0
// error: carriers<acme::Caller, acme::Caller>::stand_twice
#include <tandem/carriers.hpp>

namespace acme {

template <int>
struct Dialer {
    static constexpr tandem::CarrierInfo info{.name = "dialer"};

    tandem::Task<tandem::SearchPage> find_numbers(auto& session, const tandem::SearchRequest& request) const;
    tandem::Task<tandem::Number> acquire_number(auto& session, tandem::Number number) const;
    tandem::Task<tandem::Number> disconnect_number(auto& session, tandem::Number number) const;
};

struct Caller : Dialer<0> {
    static constexpr tandem::CarrierInfo info{.name = "caller"};
};

}  // namespace acme

#ifdef TANDEM_REPAIRED
tandem::Carriers<acme::Caller, acme::Dialer<1>> carriers;
#else
tandem::Carriers<acme::Caller, acme::Dialer<1>, acme::Caller> carriers;
#endif
