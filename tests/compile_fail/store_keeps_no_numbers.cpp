// SPDX-License-Identifier: BSL-1.0
// error: store<acme::Wrong>::must_model_StoresNumbers
#include "manager_of.hpp"

namespace acme {

struct Wrong : tandem::archetypes::Store {
#ifndef TANDEM_REPAIRED
    void get(tandem::E164 number);
#endif
};

}  // namespace acme

void use(acme::ManagerWith<acme::Wrong>& manager) { (void)manager.carriers_info(); }
