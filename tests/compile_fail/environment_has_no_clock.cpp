// SPDX-License-Identifier: BSL-1.0
// error: environment<acme::Wrong>::must_model_Environment
#include "manager_of.hpp"

namespace acme {

struct Wrong : tandem::archetypes::Environment {
#ifndef TANDEM_REPAIRED
    int now() const;
#endif
};

}  // namespace acme

void use(acme::ManagerWith<acme::Wrong>& manager) { (void)manager.carriers_info(); }
