// SPDX-License-Identifier: BSL-1.0
// error: transport<acme::Wrong>::must_provide_send<
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

struct Wrong {
#ifdef TANDEM_REPAIRED
    tandem::Task<tandem::Response> send(tandem::Request request, tandem::Deadline deadline);
#else
    tandem::Response send(tandem::Request request);
#endif
};

}  // namespace acme

using Manager = tandem::NumberManager<tandem::Carriers<acme::Dialer>, acme::Wrong, tandem::configs::InCode,
                                      tandem::stores::Memory, tandem::billing::Free, tandem::accounts::Single,
                                      tandem::observers::Silent, tandem::environments::System>;

void use(Manager& manager) { (void)manager.carriers_info(); }
