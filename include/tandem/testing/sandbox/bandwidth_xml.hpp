// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/xml.hpp>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <pugixml.hpp>

/// XML as Bandwidth's sandbox reads it.
namespace tandem::testing::sandbox::bandwidth {

/// A refusal with the number that Bandwidth gives it.
struct Denied : Refusal {
    Denied(int number, const std::string& why, int status_code = 400) : Refusal(status_code, why), code(number) {}

    int code;
};

using Document = XmlDocument;
using sandbox::add;

/// A request's element, in which only what the document names may stand.
class Element {
public:
    explicit Element(pugi::xml_node node) : node_(node) {}

    explicit operator bool() const { return !node_.empty(); }

    /// Errors: `Denied` for another child, one that stands twice, text between them, an attribute.
    void allow_only(std::initializer_list<std::string_view> names) const {
        plain();
        for (const pugi::xml_node child : node_.children()) {
            const std::string name = child.name();
            if (child.type() != pugi::node_element) { throw Denied(5002, "text stands beside the elements"); }
            if (std::find(names.begin(), names.end(), name) == names.end()) {
                throw Denied(5002, "unknown element " + name + " in " + node_.name());
            }
            if (node_.child(name.c_str()) != child) { throw Denied(5002, "element " + name + " stands twice"); }
        }
    }
    Element child(const char* name) const { return Element(node_.child(name)); }
    /// The text of that child, or nothing where there is none.
    std::string text(const char* name) const { return child(name).value(); }
    /// The texts of a list whose every child has that name.
    std::vector<std::string> texts(std::string_view name) const {
        plain();
        std::vector<std::string> all;
        for (const pugi::xml_node each : node_.children()) {
            if (each.name() != name) {
                throw Denied(5002, std::string(node_.name()) + " is a list of " + std::string(name));
            }
            all.push_back(Element(each).value());
        }
        return all;
    }
    bool flag(const char* name, bool otherwise) const {
        if (!child(name)) { return otherwise; }
        const std::string word = text(name);
        if (word != "true" && word != "false") { throw Denied(5002, std::string(name) + " is true or false"); }
        return word == "true";
    }

private:
    void plain() const {
        if (node_.first_attribute()) { throw Denied(5002, std::string(node_.name()) + " has attributes"); }
    }
    std::string value() const {
        plain();
        for (const pugi::xml_node each : node_.children()) {
            if (each.type() == pugi::node_element) { throw Denied(5002, std::string(node_.name()) + " is text"); }
        }
        return node_.child_value();
    }

    pugi::xml_node node_;
};

/// Parses the body of a request into `document` and gives its root.
/// Errors: `Denied` for what is no XML, has a document type, or another root.
inline Element body_of(const Call& call, pugi::xml_document& document, std::string_view root) {
    call.allow_only({});
    const std::string_view type = call.field("Content-Type");
    if (!type.starts_with("application/xml")) { throw Denied(5002, "Content-Type is application/xml", 415); }
    const auto parsed =
        document.load_buffer(call.body.data(), call.body.size(), pugi::parse_default | pugi::parse_doctype);
    if (!parsed) { throw Denied(5002, std::string("the body is not XML: ") + parsed.description()); }
    for (const pugi::xml_node each : document.children()) {
        if (each.type() == pugi::node_doctype) { throw Denied(5002, "the body has a document type"); }
    }
    const pugi::xml_node found = document.document_element();
    if (found.name() != root || found != document.last_child()) {
        throw Denied(5002, "the body is one element " + std::string(root));
    }
    return Element(found);
}

}  // namespace tandem::testing::sandbox::bandwidth
