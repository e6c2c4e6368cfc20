// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/e164.hpp>
#include <tandem/testing/sandbox/site.hpp>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pugixml.hpp>

/// Calls of VoIP Innovations' SOAP service, read strictly: elements stand in the schema's order.
namespace tandem::testing::sandbox::voip_innovations {

inline constexpr const char* envelope_namespace = "http://schemas.xmlsoap.org/soap/envelope/";
inline constexpr std::string_view service = "http://tempuri.org/";

inline std::string local(const pugi::xml_node& node) {
    const std::string_view name = node.name();
    return std::string(name.substr(name.find(':') + 1));  // npos + 1 is 0
}
inline std::string_view space_of(const pugi::xml_node& node) {
    const std::string_view name = node.name();
    const auto colon = name.find(':');
    const std::string declared = colon == name.npos ? "xmlns" : "xmlns:" + std::string(name.substr(0, colon));
    for (pugi::xml_node at = node; at; at = at.parent()) {
        if (const auto attribute = at.attribute(declared.c_str())) { return attribute.value(); }
    }
    return {};
}
inline pugi::xml_node only_child(const pugi::xml_node& parent, const std::string& name, std::string_view space) {
    const pugi::xml_node child = parent.first_child();
    const bool is_it =
        child && !child.next_sibling() && (name.empty() || local(child) == name) && space_of(child) == space;
    if (!is_it) { throw Refusal(400, "the body is no envelope of one call"); }
    return child;
}
inline pugi::xml_node method_in(const Call& call, pugi::xml_document& document) {
    const auto parsed =
        document.load_buffer(call.body.data(), call.body.size(), pugi::parse_default | pugi::parse_doctype);
    if (!parsed) { throw Refusal(400, std::string("the body is not XML: ") + parsed.description()); }
    const auto envelope = only_child(document, "Envelope", envelope_namespace);
    return only_child(only_child(envelope, "Body", envelope_namespace), {}, service);
}
/// Errors: `Refusal` for an element that is not among `names`, or not where the schema's sequence has it.
inline void expect_sequence(const pugi::xml_node& parent, std::initializer_list<std::string_view> names) {
    auto next = names.begin();
    for (const pugi::xml_node& child : parent.children()) {
        next = std::find(next, names.end(), local(child));
        if (next == names.end() || space_of(child) != service) {
            throw Refusal(400, std::string(child.name()) + " has no place in " + local(parent));
        }
        ++next;
    }
}
inline pugi::xml_node child_of(const pugi::xml_node& parent, std::string_view name) {
    for (const pugi::xml_node& child : parent.children()) {
        if (local(child) == name) { return child; }
    }
    return {};
}
inline std::string text(const pugi::xml_node& parent, std::string_view name) {
    return child_of(parent, name).child_value();
}

/// A number that a call is about, and what the caller says of it.
struct Param {
    std::string tn;
    std::string reference;
    std::string group;
    E164 number;
};
inline std::vector<Param> params_in(const pugi::xml_node& called, bool wants_group) {
    expect_sequence(called, {"login", "secret", "didParams"});
    std::vector<Param> params;
    for (const pugi::xml_node& each : child_of(called, "didParams").children()) {
        if (local(each) != "DIDParam") { throw Refusal(400, "didParams is a list of DIDParam"); }
        expect_sequence(each, {"tn", "cnam", "refId", "epg"});
        Param param{text(each, "tn"), text(each, "refId"), text(each, "epg"), {}};
        const bool is_count = param.group.find_first_not_of("0123456789") == std::string::npos;
        if (!is_count || (wants_group && param.group.empty())) { throw Refusal(400, "epg is an int"); }
        if (param.tn.size() == 10) { param.number = E164::parse_or_empty("+1" + param.tn); }
        params.push_back(std::move(param));
    }
    if (params.empty()) { throw Refusal(400, "didParams names no number"); }
    return params;
}

}  // namespace tandem::testing::sandbox::voip_innovations
