// SPDX-License-Identifier: BSL-1.0
// error: billing<acme::Wrong>::must_model_Billing
#include "manager_of.hpp"

namespace acme {

struct Wrong : tandem::archetypes::Billing {
#ifndef TANDEM_REPAIRED
    tandem::Quote quote(tandem::Purchase purchase);
#endif
};

}  // namespace acme

void use(acme::ManagerWith<acme::Wrong>& manager) { (void)manager.carriers_info(); }
