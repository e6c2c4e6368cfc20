// SPDX-License-Identifier: BSL-1.0
// error: store<acme::Wrong>::must_model_StoresSearches
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

#ifdef TANDEM_REPAIRED
struct Wrong : tandem::stores::Memory {};
#else
struct Wrong : tandem::stores::Memory {
    void remember(tandem::CachedSearch search);
};
#endif

}  // namespace acme

using Manager =
    tandem::NumberManager<tandem::Carriers<acme::Dialer>, tandem::testing::ScriptedTransport, tandem::configs::InCode,
                          acme::Wrong, tandem::billing::Free, tandem::accounts::Single, tandem::observers::Silent,
                          tandem::environments::System>;

void use(Manager& manager) { (void)manager.carriers_info(); }
