// SPDX-License-Identifier: BSL-1.0
// error: manager<acme::Dialer>::must_be_given_Carriers
#include <tandem/configs/in_code.hpp>
#include <tandem/number_manager.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/testing/scripted_transport.hpp>

namespace acme {

struct Dialer {
    static constexpr tandem::CarrierInfo info{.name = "dialer"};

    tandem::Task<tandem::SearchPage> find_numbers(auto& session, const tandem::SearchRequest& request) const;
    tandem::Task<tandem::Number> acquire_number(auto& session, tandem::Number number) const;
    tandem::Task<tandem::Number> disconnect_number(auto& session, tandem::Number number) const;
};

}  // namespace acme

#ifdef TANDEM_REPAIRED
using List = tandem::Carriers<acme::Dialer>;
#else
using List = acme::Dialer;
#endif
using Manager = tandem::NumberManager<List, tandem::testing::ScriptedTransport, tandem::configs::InCode,
                                      tandem::stores::Memory, tandem::billing::Free, tandem::accounts::Single,
                                      tandem::observers::Silent, tandem::environments::System>;

void use(Manager& manager) { (void)manager.carriers_info(); }
