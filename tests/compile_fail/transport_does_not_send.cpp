// SPDX-License-Identifier: BSL-1.0
// error: transport<acme::Wrong>::must_provide_send<
#include "manager_of.hpp"

namespace acme {

struct Wrong : tandem::archetypes::Transport {
#ifndef TANDEM_REPAIRED
    tandem::Response send(tandem::Request request);
#endif
};

}  // namespace acme

void use(acme::ManagerWith<acme::Wrong>& manager) { (void)manager.carriers_info(); }
