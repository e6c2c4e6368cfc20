// SPDX-License-Identifier: BSL-1.0
// A described reply against the same rules applied to Boost's values.
#include "described.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

using namespace tandem;
using fuzz::require;

namespace {

std::optional<fuzz::described::Read> read(std::string_view text) {
    try {
        return wire::read_offers(fuzz::described::description, Response(200, std::string(text)));
    } catch (const Exception& failure) {
        require(failure.error().code == errc::malformed_reply, "no other error than a malformed reply");
        return {};
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    fuzz::described::compare(read(text), text);
    return 0;
}
