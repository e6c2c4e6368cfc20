// SPDX-License-Identifier: BSL-1.0
// error: carriers<acme::Dialer<0>, acme::Caller>::answer_to_one_name
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
#ifdef TANDEM_REPAIRED
    static constexpr std::string_view alias = "phoner";
#else
    static constexpr std::string_view alias = "dialer";
#endif
    static constexpr tandem::CarrierInfo info{.name = "caller", .aliases = {alias}};
};

}  // namespace acme

tandem::Carriers<acme::Dialer<0>, acme::Caller> carriers;
