// SPDX-License-Identifier: BSL-1.0
// error: manager<acme::Dialer>::must_be_given_Carriers
#include "manager_of.hpp"

#ifdef TANDEM_REPAIRED
using List = tandem::Carriers<acme::Dialer>;
#else
using List = acme::Dialer;
#endif

void use(acme::ManagerWith<void, List>& manager) { (void)manager.carriers_info(); }
