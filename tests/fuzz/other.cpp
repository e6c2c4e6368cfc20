// SPDX-License-Identifier: BSL-1.0
#include "replies.hpp"

#include <tandem/carriers/other.hpp>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tandem;
    return fuzz::run(carriers::Other{.settings = {.phonebook_url = "https://phonebook.example/v1"}}, data, size);
}
