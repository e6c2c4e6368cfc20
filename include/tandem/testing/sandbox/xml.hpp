// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/message.hpp>

#include <sstream>
#include <string>
#include <string_view>

#include <pugixml.hpp>

/// XML as sandboxes write it: with pugixml alone, so that it referees `wire/xml.hpp`.
namespace tandem::testing::sandbox {

/// A reply's document, its root standing.
class XmlDocument {
public:
    explicit XmlDocument(const char* root) : root_(document_.append_child(root)) {}

    pugi::xml_node root() { return root_; }
    Reply reply(int status, std::string_view content_type = "application/xml") const {
        std::ostringstream text;
        text << "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
        document_.save(text, "", pugi::format_raw | pugi::format_no_declaration, pugi::encoding_utf8);
        Reply reply;
        reply.status = status;
        reply.body = text.str();
        reply.fields.emplace_back("Content-Type", content_type);
        return reply;
    }

private:
    pugi::xml_document document_;
    pugi::xml_node root_;
};

inline pugi::xml_node add(pugi::xml_node parent, const char* name) { return parent.append_child(name); }
inline void add(pugi::xml_node parent, const char* name, const std::string& text) {
    parent.append_child(name).text().set(text.c_str());
}

}  // namespace tandem::testing::sandbox
