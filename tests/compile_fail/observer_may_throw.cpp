// SPDX-License-Identifier: BSL-1.0
// error: observer<acme::Wrong>::must_model_Observer
#include "manager_of.hpp"

namespace acme {

struct Wrong : tandem::archetypes::Observer {
#ifndef TANDEM_REPAIRED
    void changed(const tandem::Operation& operation) const;
#endif
};

}  // namespace acme

void use(acme::ManagerWith<acme::Wrong>& manager) { (void)manager.carriers_info(); }
