// SPDX-License-Identifier: BSL-1.0
#include "replies.hpp"

#include <tandem/carriers/bandwidth.hpp>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tandem;
    return fuzz::run(carriers::Bandwidth{.settings = {.account_id = "9900778",
                                                      .api_username = "user",
                                                      .api_password = Secret(std::string(fuzz::canary)),
                                                      .site_id = "2297",
                                                      .base_url = "https://carrier.example/api/v2"}},
                     data, size);
}
