// SPDX-License-Identifier: BSL-1.0
// error: store<acme::Wrong>::must_model_StoresOperations
#include "manager_of.hpp"

namespace acme {

struct Wrong : tandem::archetypes::Store {
#ifndef TANDEM_REPAIRED
    void settle(tandem::Operation operation);
#endif
};

}  // namespace acme

void use(acme::ManagerWith<acme::Wrong>& manager) { (void)manager.carriers_info(); }
