// SPDX-License-Identifier: BSL-1.0
// Needs pugixml (CMake: tandem::xml).
#pragma once

#include <tandem/wire/status.hpp>
#include <tandem/wire/xml.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// SOAP 1.1 over HTTP, document/literal with wrapped parameters, as .NET's services speak it.
namespace tandem::wire::soap {

inline constexpr std::string_view envelope_namespace = "http://schemas.xmlsoap.org/soap/envelope/";

/// A POST that calls `method` of the service whose schema has the namespace `target`. `parts` are the parameters, in
/// the order in which the schema has them.
inline Request call(std::string url, std::string_view target, std::string_view method,
                    const std::vector<xml::Element>& parts) {
    xml::Element wrapper(method);
    wrapper.attribute("xmlns", target);
    for (const xml::Element& part : parts) { wrapper.add(part); }
    xml::Element body("soap:Body");
    body.add(std::move(wrapper));
    xml::Element envelope("soap:Envelope");
    envelope.attribute("xmlns:soap", envelope_namespace).add(std::move(body));
    std::string action("\"");
    action.append(target).append(method).append("\"");
    return Request::post(std::move(url))
        .header("SOAPAction", std::move(action))
        .body("text/xml;charset=UTF-8", envelope.str());
}

/// Text as an argument of templates.
template <std::size_t room>
struct Text {
    static constexpr std::size_t size = room - 1;  // without what ends it
    std::array<char, room> chars{};

    consteval Text(const char (&text)[room]) { std::copy_n(text, room, chars.begin()); }
};

namespace detail {

template <Text... parts>
inline constexpr auto joined = [] {
    std::array<char, (std::size_t{0} + ... + parts.size)> text{};
    auto at = text.begin();
    ((at = std::copy_n(parts.chars.begin(), parts.size, at)), ...);
    return text;
}();
template <Text... parts>
inline constexpr std::string_view joined_view{joined<parts...>.data(), joined<parts...>.size()};

struct Fault {
    std::string code{};
    std::string words{};
};
inline constexpr auto fault = rows("Envelope.Body.Fault", {field<&Fault::code>("faultcode").if_fitting(),
                                                           field<&Fault::words>("faultstring").if_fitting()})
                                  .or_absent();

}  // namespace detail

/// The path, for `wire::rows`, of `below` in the result of `method`: `result<"getItems", ".items.item[]">`.
template <Text method, Text below>
inline constexpr std::string_view result =
    detail::joined_view<"Envelope.Body.", method, "Response.", method, "Result", below>;

/// The code and words of the fault that a reply tells; empty where it tells none, or none that can be read.
inline std::string fault_in(const Response& response) {
    try {
        const auto read = xml::read_rows(detail::fault, response);
        if (read.rows.empty()) { return {}; }
        const detail::Fault& fault = read.rows.front();
        return fault.code.substr(0, 64) + ": " + fault.words.substr(0, 256);
    } catch (const Exception&) { return {}; }
}

/// Errors: those of `raise_status`, with the fault as their cause, unless the reply has the status of a result. A fault
/// has 500 (SOAP 1.1 §6.2), whoever is to blame for it.
inline void expect_result(const Response& response) {
    if (response.status != 200) { raise_status(response, fault_in(response)); }
}

}  // namespace tandem::wire::soap
