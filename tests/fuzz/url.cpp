// SPDX-License-Identifier: BSL-1.0
#include "fuzz.hpp"

#include <tandem/core/http.hpp>
#include <tandem/transports/detail/origin.hpp>
#include <tandem/wire/url.hpp>

#include <boost/url/parse.hpp>

#include <optional>
#include <string>
#include <string_view>

using namespace tandem;
using fuzz::require;
using transports::detail::Destination;
using transports::detail::parse_destination;

namespace {

std::optional<Destination> destination_of(std::string_view url) {
    try {
        return parse_destination(url);
    } catch (const Exception& failure) {
        require(failure.error().code == errc::settings, "a URL is refused as a setting");
        return {};
    }
}

bool is_visible_ascii(std::string_view text) {
    for (const char c : text) {
        if (c <= ' ' || c >= '\x7F') { return false; }
    }
    return true;
}

void take_apart(std::string_view url) {
    const auto destination = destination_of(url);
    if (!destination) { return; }
    const auto& [origin, target] = *destination;
    const bool is_here = origin.host == "localhost" || origin.host == "::1" ||
                         (origin.host.starts_with("127.") && origin.address && origin.address->is_v4());
    require(origin.secure || is_here, "plain http stays on this machine");
    require(!origin.host.empty() && origin.port != 0, "there is somebody to ask");
    require(origin.host.find_first_of("/?#@[]% ") == origin.host.npos, "a host is nothing but a host");
    require(!origin.address || origin.address->to_string() == origin.host, "an address is what it says");
    require(target.starts_with('/') && target.find('#') == target.npos, "a target is a path and a query");
    require(is_visible_ascii(origin.authority()) && is_visible_ascii(target), "nothing ends a line of the head");
    const auto again = destination_of((origin.secure ? "https://" : "http://") + origin.authority() + target);
    require(again && again->origin == origin && again->target == target, "a destination's URL leads there");
}

void build(std::string_view value) {
    std::string url;
    try {
        url = (wire::Url("https://carrier.example/v2/") / value / "orders").query(value, value).query("n", 7).str();
    } catch (const Exception&) {
        require(value.empty() || value == "." || value == "..", "any value fits into a URL but what is no segment");
        return;
    }
    require(Request::get(url).url() == url, "what is built can be asked for");
    const auto parsed = boost::urls::parse_uri(url);
    require(parsed.has_value(), "what is built is a URL");
    require(parsed->encoded_host() == "carrier.example", "the host stays");
    require(parsed->segments().size() == 3 && *std::next(parsed->segments().begin()) == value,
            "a value stays one segment");
    const auto first = *parsed->params().begin();
    require(parsed->params().size() == 2 && first.key == value && first.value == value, "a value stays a value");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    take_apart(text);
    build(text);
    return 0;
}
