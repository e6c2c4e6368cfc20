// SPDX-License-Identifier: BSL-1.0
#include "replies.hpp"
#include "settings_of.hpp"

#include <map>
#include <string>
#include <string_view>

namespace {

using namespace tandem;
using Run = int (*)(std::string_view operation, std::string_view script);

const std::map<std::string_view, Run>& carriers_by_name() {
    static const std::map<std::string_view, Run> runs = [] {
        std::map<std::string_view, Run> all;
        fuzz::for_each_site(testing::sandbox::AllSites(), [&]<class C, class S>() {
            all.emplace(C::info.name, [](std::string_view operation, std::string_view script) {
                static const C carrier = fuzz::carrier_at<C, S>();
                return fuzz::run(carrier, operation, script);
            });
        });
        return all;
    }();
    return runs;
}

}  // namespace

/// An input is the carrier and its operation in a line (`telnyx buy`), and the replies.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view script = tandem::fuzz::text_of(data, size);
    std::string_view operation = tandem::fuzz::take(script, "\n");
    const auto found = carriers_by_name().find(tandem::fuzz::take(operation, " "));
    return found == carriers_by_name().end() ? -1 : found->second(operation, script);
}
