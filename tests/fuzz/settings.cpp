// SPDX-License-Identifier: BSL-1.0
#include "fuzz.hpp"

#include <tandem/carriers/bandwidth.hpp>
#include <tandem/carriers/other.hpp>
#include <tandem/carriers/telnyx.hpp>
#include <tandem/configs/in_code.hpp>
#include <tandem/manager/settings.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

using namespace tandem;
using fuzz::require;

namespace {

namespace json = boost::json;

constexpr std::string_view canary = "canary-key-7401";

void expect_no_secret(const Error& error) {
    require(error.code == errc::settings, "settings are refused as such");
    require((error.message + error.cause).find(canary) == std::string::npos, "an error holds no secret");
}

/// Puts the canary wherever `value` has a text. The names of variables and files are none: they may be told.
void fill(json::value& value) {
    if (value.is_string()) { value = canary; }
    if (auto* list = value.if_array()) { std::for_each(list->begin(), list->end(), fill); }
    if (auto* object = value.if_object()) {
        if (object->size() == 1 && object->contains("env")) { return; }
        if (object->size() == 1 && object->contains("file")) {
            (*object)["file"] = "tests/fuzz/no such file";  // the fuzzer would read the machine's
            return;
        }
        for (auto& member : *object) { fill(member.value()); }
    }
}

template <Carrier C>
void read(const JsonText& document) {
    const configs::InCode config{{"number_manager." + std::string(C::info.name), document.text}};
    const auto settings = read_carrier_settings<C>(config);
    if (!settings) { return expect_no_secret(settings.error()); }
    require(settings->remote.timeout_ms > 0 && settings->remote.max_search_quantity > 0, "limits are limits");
    for (const std::string& key : settings->missing) {
        const auto& required = C::Settings::required;
        require(std::find(required.begin(), required.end(), key) != required.end(), "what is missing is required");
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    if (text.find(canary) != text.npos) { return -1; }  // the names of settings are no secret
    JsonText document{std::string(text)};
    if (auto object = parse_json_object(text)) {
        for (const std::string_view key : {"api_key", "token", "api_password"}) {
            if (auto* secret = object->if_contains(key)) { fill(*secret); }
        }
        document = to_json_text(std::move(*object));
    }
    read<carriers::Telnyx>(document);
    read<carriers::Bandwidth>(document);
    read<carriers::Other>(document);
    const auto general = read_general_settings(document);
    if (!general) { return expect_no_secret(general.error()), 0; }
    require(general->maximum_search_quantity > 0 && general->number_search_timeout_ms > 0, "limits are limits");
    return 0;
}
