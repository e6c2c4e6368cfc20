// SPDX-License-Identifier: BSL-1.0
#include <tandem/core/dialing.hpp>
#include <tandem/wire/url.hpp>

#include <iostream>

int main() {
    tandem::SearchRequest request;
    request.prefix = "415";
    const auto found = tandem::canonical(request);
    std::cout << (tandem::wire::Url("https://carrier.example") / found.value().prefix.view()).str() << "\n";
}
