// SPDX-License-Identifier: BSL-1.0
// Needs pugixml (CMake: tandem::xml).
#pragma once

#include <tandem/core/http.hpp>
#include <tandem/wire/detail/xml_reader.hpp>

#include <concepts>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// XML as carriers speak it. Replies are described as JSON's are; bodies are built as elements and written, so that no
/// input can break out of its place.
///
/// A path begins with the document's root: `rows("SearchResult.Numbers.Number[]", …)` are the elements `Number` in
/// `Numbers`, and found where `Numbers` is, be it empty. `@name` is an attribute. Names are compared without their
/// namespace prefix, and case matters. A value that is empty or says `xsi:nil` is absent. It is one piece of
/// text: what a comment or an element splits is none.
namespace tandem::wire {

namespace xml {

/// Reads the rows of a reply into values that own their texts (`std::string` members, no views).
/// Errors: `malformed_reply` for what is no XML, or has no rows where they are described.
template <class Row, class Whole>
RowsRead<Row, Whole> read_rows(const Rows<Row, Whole>& description, const Response& response) {
    detail::Copies copies;
    return detail::read_xml(description, response, copies);
}

/// Reads the one element that a description names.
/// Errors: `malformed_reply`, also when it lacks something required.
template <class Row>
Row read_one(const Rows<Row>& description, const Response& response) {
    return detail::only_row(xml::read_rows(description, response));
}

/// Reads offers, whose texts stay in a page that they share; `Offer::details` is the row's elements as JSON.
/// Errors: as `read_rows`.
template <class Whole>
OffersRead<Whole> read_offers(const Rows<Offer, Whole>& description, const Response& response) {
    auto page = std::make_shared<Page>(std::string());
    auto read = detail::read_xml(description, response, page->copies());
    return detail::on_page(std::move(read), std::move(page));
}
inline SearchPage read_offers(const Rows<Offer>& description, const Response& response) {
    return xml::read_offers<Nothing>(description, response).page;
}

/// `text` as it stands in a body: nothing of it is markup.
inline std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '&': out += "&amp;"; break;
            case '"': out += "&quot;"; break;
            case '\t': out += "&#9;"; break;  // as they are, a reader may make spaces of them
            case '\n': out += "&#10;"; break;
            case '\r': out += "&#13;"; break;
            default: out += c;
        }
    }
    return out;
}

/// An element of a body: its text, or the elements in it. Written so that its values stay values, whatever they hold.
/// `Element("Order", {{"SiteId", site}, {"Numbers", {{"Number", number}}}})`
/// Errors: `invalid` for a text that XML cannot hold: control characters, what is no UTF-8; for a name that is none.
class Element {
public:
    explicit Element(std::string_view name) : name_(name) {
        constexpr std::string_view marks = "_-.:";
        const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
        for (const char c : name_) {
            if (!is_letter(c) && !(c >= '0' && c <= '9') && marks.find(c) == marks.npos) { refuse_name(); }
        }
        if (name_.empty() || !is_letter(name_.front())) { refuse_name(); }
    }
    // A template, so that no braces make a text.
    template <std::convertible_to<std::string_view> Text>
    Element(std::string_view name, const Text& text) : Element(name) {
        text_ = checked(text);
    }
    Element(std::string_view name, std::initializer_list<Element> elements) : Element(name) { elements_ = elements; }

    /// One element more, behind the others.
    Element& add(Element element) {
        elements_.push_back(std::move(element));
        return *this;
    }
    Element& attribute(std::string_view name, std::string_view value) {
        attributes_.emplace_back(Element(name).name_, checked(value));
        return *this;
    }

    /// The whole document.
    std::string str() const {
        std::string out = R"(<?xml version="1.0" encoding="UTF-8"?>)";
        append_to(out);
        return out;
    }

private:
    [[noreturn]] void refuse_name() const { errors::invalid("an XML name is letters, digits and _ - . :", name_); }
    std::string checked(std::string_view text) const {
        if (!detail::is_xml_text(text)) {
            errors::invalid("XML holds no control character, and nothing that is not UTF-8", name_);
        }
        return std::string(text);
    }

    void append_to(std::string& out) const {
        out.append("<").append(name_);
        for (const auto& [name, value] : attributes_) {
            out.append(" ").append(name).append("=\"").append(escaped(value)).append("\"");
        }
        out += '>';
        out += escaped(text_);
        for (const Element& element : elements_) { element.append_to(out); }
        out.append("</").append(name_).append(">");
    }

    std::string name_;
    std::string text_{};
    std::vector<std::pair<std::string, std::string>> attributes_{};
    std::vector<Element> elements_{};
};

}  // namespace xml

/// `request` with `body` as XML.
inline Request with_xml(Request request, const xml::Element& body) {
    return std::move(request).body("application/xml", body.str());
}

}  // namespace tandem::wire
