// SPDX-License-Identifier: BSL-1.0
#include <tandem/tandem.hpp>

int second(const tandem::SearchRequest& request) {
    const auto canonical = tandem::canonical(request);
    return canonical && canonical->country == "US" && tandem::parse_json("[1]") ? 0 : 1;
}
