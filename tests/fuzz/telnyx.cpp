// SPDX-License-Identifier: BSL-1.0
#include "replies.hpp"

#include <tandem/carriers/telnyx.hpp>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tandem;
    return fuzz::run(carriers::Telnyx{.settings = {.api_key = Secret(std::string(fuzz::canary)),
                                                   .base_url = "https://carrier.example/v2"}},
                     data, size);
}
