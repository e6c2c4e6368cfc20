// SPDX-License-Identifier: BSL-1.0
// error: config<acme::Wrong>::must_provide_document<
#include "manager_of.hpp"

namespace acme {

struct Wrong : tandem::archetypes::Config {
#ifndef TANDEM_REPAIRED
    std::string document(std::string_view category) const;
#endif
};

}  // namespace acme

void use(acme::ManagerWith<acme::Wrong>& manager) { (void)manager.carriers_info(); }
