// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdio>
#include <string>

namespace tandem::benchmarks {

/// A reply to a search in the shape of Telnyx' document: `rows` numbers under +1415555, prices and features varying little.
inline std::string telnyx_reply(int rows) {
    std::string reply = R"({"data":[)";
    for (int i = 0; i < rows; ++i) {
        char number[16];
        std::snprintf(number, sizeof number, "+1415555%04d", i);
        if (i > 0) { reply += ','; }
        reply += R"({"record_type":"available_phone_number","phone_number":")";
        reply += number;
        reply += R"(","vanity_format":"","best_effort":false,"quickship":true,"reservable":true,"region_information":[)"
                 R"({"region_type":"country_code","region_name":"US"},{"region_type":"rate_center","region_name":")";
        reply += i % 7 == 0 ? "OAKLAND" : "SNFC CNTRL";
        reply += R"("},{"region_type":"state","region_name":"CA"}],"cost_information":{"upfront_cost":"1.00000",)"
                 R"("monthly_cost":"1.00000","currency":"USD"},"features":[{"name":"voice"},{"name":"sms"})";
        reply += i % 3 == 0 ? R"(,{"name":"mms"}]})" : "]}";
    }
    const std::string count = std::to_string(rows);
    return reply + R"(],"meta":{"total_results":)" + count +
           R"(,"best_effort_results":0},"metadata":{"total_results":)" + count + R"(,"best_effort_results":0}})";
}

}  // namespace tandem::benchmarks
