// SPDX-License-Identifier: BSL-1.0
#include "changed.hpp"
#include "fuzz.hpp"

#include <tandem/core/json.hpp>
#include <tandem/wire/xml.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace tandem;
using fuzz::require;
namespace xml = wire::xml;

namespace {

struct Meta {
    std::string id{};
};
constexpr auto offers =
    wire::rows("Result.Numbers.Number[]",
               {wire::field<&Offer::number>("Full").required(), wire::field<&Offer::id>("@id"),
                wire::field<&Offer::monthly>("Price.Monthly"), wire::field<&Offer::currency>("Price.@currency"),
                wire::flag<Feature::sms>("Features.Feature[=sms]"), wire::dropped_if("Held")})
        .with({wire::field<&Meta::id>("Result.@id")});

bool is_element(const pugi::xml_node& node) { return node.type() == pugi::node_element; }

/// The text of an element without children, as our reader takes it: without spaces around what is no CDATA.
std::string text_of(const pugi::xml_node& element) {
    std::string text;
    for (const auto& node : element.children()) {
        if (node.type() == pugi::node_cdata) { text += node.value(); }
        if (node.type() == pugi::node_pcdata) { text += wire::detail::without_references(node.value()); }
    }
    text.erase(0, text.find_first_not_of(' '));
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}
std::vector<pugi::xml_node> elements_of(const pugi::xml_node& parent) {
    std::vector<pugi::xml_node> elements;
    for (const auto& node : parent.children()) {
        if (is_element(node)) { elements.push_back(node); }
    }
    return elements;
}

xml::Element copy_of(const pugi::xml_node& node) {
    const auto elements = elements_of(node);
    xml::Element copy = elements.empty() ? xml::Element(node.name(), text_of(node)) : xml::Element(node.name());
    for (const auto& attribute : node.attributes()) {
        copy.attribute(attribute.name(), wire::detail::without_references(attribute.value()));
    }
    for (const auto& element : elements) { copy.add(copy_of(element)); }
    return copy;
}

void compare(const pugi::xml_node& ours, const pugi::xml_node& theirs) {
    require(std::string_view(ours.name()) == theirs.name(), "an element keeps its name");
    auto attribute = ours.attributes_begin();
    for (const auto& each : theirs.attributes()) {
        require(
            attribute != ours.attributes_end() && std::string_view(attribute->name()) == each.name() &&
                wire::detail::without_references(attribute->value()) == wire::detail::without_references(each.value()),
            "an attribute keeps its value");
        ++attribute;
    }
    require(attribute == ours.attributes_end(), "no attribute is added");
    const auto our_elements = elements_of(ours);
    const auto their_elements = elements_of(theirs);
    require(our_elements.size() == their_elements.size(), "an element keeps its elements");
    for (std::size_t i = 0; i < our_elements.size(); ++i) { compare(our_elements[i], their_elements[i]); }
    require(!our_elements.empty() || text_of(ours) == text_of(theirs), "an element keeps its text");
}

/// What was read can be written, and then reads the same.
void go_around(const pugi::xml_document& document) {
    std::string text;
    try {
        text = copy_of(document.document_element()).str();
    } catch (const Exception& failure) {
        return require(failure.error().code == errc::invalid, "a name or a text that we do not write");
    }
    pugi::xml_document again;
    wire::detail::parse_xml(again, text);
    compare(again.document_element(), document.document_element());
}

/// Any bytes in any place of a body stay there.
void write(std::string_view value) {
    std::string text;
    try {
        xml::Element body("Order", {{"Name", value}, {"Site", "7"}});
        body.attribute("note", value);
        text = body.str();
    } catch (const Exception&) { return require(!wire::detail::is_xml_text(value), "any text of XML can be written"); }
    pugi::xml_document document;
    wire::detail::parse_xml(document, text);
    const auto order = document.document_element();
    require(elements_of(order).size() == 2 && std::string_view(order.child("Site").child_value()) == "7",
            "a value stays in its place");
    require(wire::detail::without_references(order.attribute("note").value()) == value, "an attribute is as written");
    std::string expected(value);
    expected.erase(0, expected.find_first_not_of(' '));
    expected.erase(expected.find_last_not_of(' ') + 1);
    require(text_of(order.child("Name")) == expected, "a text is as written");
}

/// Layouts read as the parser does, whatever they have learned before.
void compare_with_layouts(const std::string& text) {
    wire::detail::Copies copies;
    std::string parsed_text = text, parsed_failed, failed;
    wire::RowsRead<Offer, Meta> parsed, read;
    try {
        parsed = wire::detail::parse_xml_rows(offers, parsed_text, copies);
    } catch (const Exception& failure) { parsed_failed = failure.error().cause; }
    try {
        read = wire::detail::read_xml(offers, Response(200, text, "application/xml"), copies);
    } catch (const Exception& failure) { failed = failure.error().cause; }
    require(failed == parsed_failed, "both fail for the same reason");
    require(read.refused == parsed.refused && read.found == parsed.found && read.whole.id == parsed.whole.id,
            "both read the same beside the rows");
    const auto is_same = [](const Offer& a, const Offer& b) {
        return a.number == b.number && a.setup == b.setup && a.monthly == b.monthly && a.currency == b.currency &&
               a.features == b.features && a.id == b.id && a.rate_center == b.rate_center && a.lata == b.lata &&
               a.region == b.region && a.locality == b.locality && a.country == b.country && a.stock == b.stock &&
               a.row == b.row;
    };
    require(std::equal(read.rows.begin(), read.rows.end(), parsed.rows.begin(), parsed.rows.end(), is_same),
            "both read the same rows");
}

void read(const std::string& text) {
    const auto found = xml::read_offers(offers, Response(200, text, "application/xml"));
    for (const Offer& offer : found.page.offers) {
        require(E164::is_valid(offer.number.text().view()), "an offer has a number");
        require(parse_json(offer.details(), max_json_text_depth).has_value(), "an offer's details are JSON");
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(fuzz::text_of(data, size));
    write(text);
    wire::detail::KeptLayouts::here().clear();
    for (int time = 0; time < 3; ++time) { compare_with_layouts(text); }
    fuzz::Chance chance(text);
    for (int time = 0; time < 6; ++time) {
        compare_with_layouts(fuzz::changed(text, "<>&/=\"' \\x1\x80\xC3\xEF\xBF\n-![]", chance));
    }
    pugi::xml_document document;
    std::string parsed = text;
    try {
        wire::detail::parse_xml(document, parsed);
    } catch (const Exception& failure) {
        require(failure.error().code == errc::malformed_reply, "what is no XML is malformed");
        return 0;
    }
    go_around(document);
    try {
        read(text);
    } catch (const Exception& failure) {
        require(failure.error().code == errc::malformed_reply, "no other error than a malformed reply");
    }
    return 0;
}
