// SPDX-License-Identifier: BSL-1.0
// error: accounts<acme::Wrong>::must_model_Accounts
#include "manager_of.hpp"

namespace acme {

struct Wrong : tandem::archetypes::Accounts {
#ifndef TANDEM_REPAIRED
    void is_admin(std::string_view account) const;
#endif
};

}  // namespace acme

void use(acme::ManagerWith<acme::Wrong>& manager) { (void)manager.carriers_info(); }
