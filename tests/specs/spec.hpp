// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/testing/sandbox/message.hpp>

#include <boost/json.hpp>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pugixml.hpp>

/// What Prism does not look at: it overlooks names that a document does not know, and bodies in XML.
namespace tandem::specs {

namespace json = boost::json;

/// A carrier's OpenAPI document.
class Spec {
public:
    explicit Spec(json::value document) : document_(std::move(document)) {}

    /// What of a request the document does not know, or misses. The call's target is relative to the document's server.
    std::vector<std::string> complaints(const testing::sandbox::Call& call) const {
        std::vector<std::string> found;
        const auto* operation = operation_of(call);
        if (operation == nullptr) { return {call.method + " " + call.target + " is not documented"}; }
        std::set<std::string> names;
        if (const auto* list = operation->if_contains("parameters")) {
            for (const auto& each : list->as_array()) { add_names(resolved(each).as_object(), names); }
        }
        for (const auto& pair : call.query) {
            if (!names.contains(pair.first)) { found.push_back("parameter " + pair.first + " is not documented"); }
        }
        if (!call.body.empty()) { judge_body(call, *operation, found); }
        return found;
    }

private:
    const json::value& resolved(const json::value& value) const {
        const auto* reference = value.is_object() ? value.get_object().if_contains("$ref") : nullptr;
        if (reference == nullptr) { return value; }
        return resolved(document_.at_pointer(std::string_view(reference->as_string()).substr(1)));
    }

    /// A segment in braces is any one; of two paths that fit, the one that says more is meant.
    const json::object* operation_of(const testing::sandbox::Call& call) const {
        const json::object* best = nullptr;
        std::size_t fewest = call.path.size() + 1;
        for (const auto& [path, operations] : document_.at("paths").as_object()) {
            testing::sandbox::Call pattern;
            pattern.target = path;
            pattern.take_apart();
            std::size_t free = 0;
            bool fits = pattern.path.size() == call.path.size();
            for (std::size_t i = 0; fits && i < call.path.size(); ++i) {
                const bool any = pattern.path[i].starts_with('{');
                free += any ? 1U : 0U;
                fits = any ? !call.path[i].empty() : pattern.path[i] == call.path[i];
            }
            std::string method = call.method;
            for (char& c : method) { c = static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }
            const auto* operation = fits ? operations.as_object().if_contains(method) : nullptr;
            if (operation != nullptr && free < fewest) {
                best = &operation->as_object();
                fewest = free;
            }
        }
        return best;
    }

    /// An object of parameters is written `key`, or `name[key]` where it is a `deepObject`, a list in it `name[key][]`.
    void add_names(const json::object& parameter, std::set<std::string>& names) const {
        if (parameter.at("in").as_string() != "query") { return; }
        const std::string name(parameter.at("name").as_string());
        const auto* style = parameter.if_contains("style");
        if (style != nullptr && style->as_string() == "deepObject") {
            add_deep_names(name, parameter.at("schema"), names);
        } else if (const auto* schema = parameter.if_contains("schema"); schema && !properties_of(*schema).empty()) {
            for (const auto& [key, property] : properties_of(*schema)) { names.insert(key); }
        } else {
            names.insert(name);
        }
    }
    void add_deep_names(const std::string& name, const json::value& schema, std::set<std::string>& names) const {
        const auto properties = properties_of(schema);
        for (const auto& [key, property] : properties) { add_deep_names(name + "[" + key + "]", *property, names); }
        if (properties.empty()) { names.insert(items_of(schema) != nullptr ? name + "[]" : name); }
    }

    template <class Function>
    void for_each_part(const json::value& schema, Function function) const {
        const json::value& whole = resolved(schema);
        function(whole);
        for (const std::string_view joint : {"allOf", "oneOf", "anyOf"}) {
            const auto* parts = whole.as_object().if_contains(joint);
            if (parts == nullptr) { continue; }
            for (const auto& part : parts->as_array()) { for_each_part(part, function); }
        }
    }
    /// All that the schema or a part of it names.
    std::map<std::string, const json::value*> properties_of(const json::value& schema) const {
        std::map<std::string, const json::value*> found;
        for_each_part(schema, [&](const json::value& part) {
            const auto* properties = part.as_object().if_contains("properties");
            if (properties == nullptr) { return; }
            for (const auto& [key, property] : properties->as_object()) { found.emplace(key, &property); }
        });
        return found;
    }
    const json::value* items_of(const json::value& schema) const {
        return resolved(schema).as_object().if_contains("items");
    }

    void judge_body(const testing::sandbox::Call& call, const json::object& operation,
                    std::vector<std::string>& found) const {
        const auto* body = operation.if_contains("requestBody");
        if (body == nullptr) {
            found.emplace_back("a body is not documented");
            return;
        }
        const std::string type(call.field("Content-Type"));
        const json::object& documented = resolved(*body).at("content").as_object();
        const auto* content = documented.if_contains(type.substr(0, type.find(';')));
        if (content == nullptr) { content = documented.if_contains("*/*"); }
        if (content == nullptr) {
            found.push_back("a body of type '" + type + "' is not documented");
        } else if (type.starts_with("application/json")) {
            judge_json(json::parse(call.body), content->at("schema"), "", found);
        } else if (type.starts_with("application/x-www-form-urlencoded")) {
            json::object form;
            for (const auto& [name, value] : testing::sandbox::pairs_in(call.body)) { form[name] = value; }
            judge_json(form, content->at("schema"), "", found);
        } else {
            judge_xml(call.body, content->as_object(), found);
        }
    }
    void judge_json(const json::value& value, const json::value& schema, const std::string& where,
                    std::vector<std::string>& found) const {
        if (value.is_array()) {
            const auto* items = items_of(schema);
            for (const auto& each : value.get_array()) {
                if (items != nullptr) { judge_json(each, *items, where + "/0", found); }
            }
        }
        if (!value.is_object()) { return; }
        const auto properties = properties_of(schema);
        for (const auto& [key, part] : value.get_object()) {
            const auto known = properties.find(key);
            if (known == properties.end()) {
                found.push_back("field " + where + "/" + std::string(key) + " is not documented");
            } else {
                judge_json(part, *known->second, where + "/" + std::string(key), found);
            }
        }
    }

    using Paths = std::set<std::string>;

    /// Every element has its place in the schema or in an example; what each of several examples has is there, and what
    /// the schema requires.
    void judge_xml(const std::string& body, const json::object& content, std::vector<std::string>& found) const {
        Paths known;
        Paths needed;
        std::size_t examples = 0;
        const auto* listed = content.if_contains("examples");
        for (const auto& each : listed == nullptr ? json::object() : listed->as_object()) {
            const Paths shown = paths_in(std::string(resolved(each.value()).at("value").as_string()));
            Paths common;
            std::set_intersection(shown.begin(), shown.end(), needed.begin(), needed.end(),
                                  std::inserter(common, common.end()));
            needed = examples++ == 0 ? shown : common;
            known.insert(shown.begin(), shown.end());
        }
        if (examples < 2) { needed.clear(); }
        for_each_part(content.at("schema"), [&](const json::value& part) { add_root(part, known, needed); });
        const Paths sent = paths_in(body);
        if (sent.empty()) { found.emplace_back("the body is not XML"); }
        for (const std::string& path : sent) {
            if (!known.contains(path)) { found.push_back("element " + path + " is not documented"); }
        }
        for (const std::string& path : needed) {
            const std::string parent = path.substr(0, path.rfind('/'));
            const bool is_due = parent == path || sent.contains(parent);
            if (is_due && !sent.contains(path)) { found.push_back("element " + path + " is missing"); }
        }
    }
    static Paths paths_in(const std::string& text) {
        struct Walker : pugi::xml_tree_walker {
            Paths paths{};
            bool for_each(pugi::xml_node& node) override {
                if (node.type() == pugi::node_element) { paths.insert(node.path().substr(1)); }
                return true;
            }
        } walker;
        pugi::xml_document document;
        if (document.load_buffer(text.data(), text.size())) { document.traverse(walker); }
        return walker.paths;
    }
    /// A root is named by its schema, or is the schema's only property.
    void add_root(const json::value& schema, Paths& known, Paths& needed) const {
        const std::string root = xml_name(schema, "");
        if (!root.empty()) { known.insert(root); }
        add_elements(schema, root, known, needed);
    }
    void add_elements(const json::value& schema, const std::string& path, Paths& known, Paths& needed) const {
        const auto below = [&](std::string_view name) { return (path.empty() ? "" : path + "/") + std::string(name); };
        for_each_part(schema, [&](const json::value& part) {
            const auto* required = part.as_object().if_contains("required");
            for (const auto& each : required == nullptr ? json::array() : required->as_array()) {
                needed.insert(below(each.as_string()));
            }
        });
        for (const auto& [key, property] : properties_of(schema)) {
            const std::string child = below(xml_name(*property, key));
            known.insert(child);
            add_elements(*property, child, known, needed);
        }
        if (const auto* items = items_of(schema)) {
            const std::string item = xml_name(*items, "");
            if (!item.empty()) { known.insert(below(item)); }
            add_elements(*items, item.empty() ? path : below(item), known, needed);
        }
    }
    std::string xml_name(const json::value& schema, const std::string& otherwise) const {
        const auto* xml = resolved(schema).as_object().if_contains("xml");
        const auto* name = xml == nullptr ? nullptr : xml->as_object().if_contains("name");
        return name == nullptr ? otherwise : std::string(name->as_string());
    }

    json::value document_;
};

}  // namespace tandem::specs
