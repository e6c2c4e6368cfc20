// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Documents with one thing wrong, for tests of what reads them.
namespace tandem::testing {

/// Calls `visit` with a pointer to each scalar of `document` and its path; the scalar is what it was again afterwards.
inline void for_each_scalar(boost::json::value& document,
                            const std::function<void(boost::json::value&, std::string)>& visit,
                            const std::string& path = {}) {
    if (auto* object = document.if_object()) {
        for (auto& member : *object) { for_each_scalar(member.value(), visit, path + "/" + std::string(member.key())); }
    } else if (auto* list = document.if_array()) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            for_each_scalar(list->at(i), visit, path + "/" + std::to_string(i));
        }
    } else {
        visit(document, path);
    }
}

/// Calls `visit` with `document` as it would be with one thing wrong, and says what: a scalar replaced by a value of
/// each kind, a list emptied, or a member of any object gone.
inline void for_each_mutation(boost::json::value document,
                              const std::function<void(const boost::json::value&, const std::string&)>& visit) {
    namespace json = boost::json;
    for_each_scalar(document, [&](json::value& scalar, const std::string& path) {
        const json::value was = scalar;
        for (const json::value& wrong :
             std::initializer_list<json::value>{"+14155550101", "other", "success", "failure", "", 7, -1, 1.5, true,
                                                false, nullptr, json::array{}, json::object{}}) {
            if (wrong == was) { continue; }
            scalar = wrong;
            visit(document, path + " = " + json::serialize(wrong));
        }
        scalar = was;
    });
    const std::function<void(json::value&, const std::string&)> remove = [&](json::value& value,
                                                                             const std::string& path) {
        if (auto* list = value.if_array()) {
            for (auto& each : *list) { remove(each, path + "/"); }
            const json::array was = *list;
            list->clear();
            visit(document, path + " emptied");
            *list = was;
        } else if (auto* object = value.if_object()) {
            const json::object was = *object;
            for (const auto& member : was) {
                object->erase(member.key());
                visit(document, path + "/" + std::string(member.key()) + " removed");
                *object = was;
            }
            for (auto& member : *object) { remove(member.value(), path + "/" + std::string(member.key())); }
        }
    };
    remove(document, "");
}

/// The same for XML without attributes that matter: a text replaced, an element without children gone or there twice.
/// Works on the text, so that no reader of ours has a say in it.
inline void for_each_xml_mutation(std::string_view document,
                                  const std::function<void(const std::string&, const std::string&)>& visit) {
    constexpr std::array<std::string_view, 8> wrong_texts{"+14155550101", "other", "COMPLETE", "FAILED", "",
                                                          "7 &amp; x",    "-1",    "<a>1</a>"};
    for (std::size_t open = document.find('<'); open != document.npos; open = document.find('<', open + 1)) {
        const std::size_t begin = document.find('>', open);
        const std::size_t end = document.find('<', open + 1);
        if (begin == document.npos || end == document.npos || end < begin) { continue; }
        const std::string name(document.substr(open + 1, begin - open - 1));
        const std::string closing = "</" + name + ">";
        if (document.substr(end, closing.size()) != closing) { continue; }  // it has children
        const std::string before(document.substr(0, open));
        const std::string leaf(document.substr(open, end + closing.size() - open));
        const std::string after(document.substr(end + closing.size()));
        const std::string_view text = document.substr(begin + 1, end - begin - 1);
        for (const std::string_view wrong : wrong_texts) {
            if (wrong == text) { continue; }
            visit(before + "<" + name + ">" + std::string(wrong) + closing + after, name + " = " + std::string(wrong));
        }
        visit(before + after, name + " removed");
        visit(before + leaf + leaf + after, name + " twice");
    }
}

/// A reply's body with one thing wrong, whichever of both it is; other bodies have none.
inline void for_each_body_mutation(std::string_view body,
                                   const std::function<void(const std::string&, const std::string&)>& visit) {
    const auto first = body.find_first_not_of(" \t\r\n");
    if (first == body.npos) { return; }
    if (body[first] == '<') { return for_each_xml_mutation(body, visit); }
    boost::system::error_code failed;
    const auto document = boost::json::parse(boost::json::string_view(body.data(), body.size()), failed);
    if (failed) { return; }
    for_each_mutation(document, [&](const boost::json::value& changed, const std::string& what) {
        visit(boost::json::serialize(changed), what);
    });
}

}  // namespace tandem::testing
