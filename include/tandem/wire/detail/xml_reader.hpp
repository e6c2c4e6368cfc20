// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>
#include <tandem/wire/detail/layouts.hpp>
#include <tandem/wire/detail/reader.hpp>
#include <tandem/wire/detail/xml_document.hpp>

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::wire {

namespace xml {

/// Whether a reply calls itself XML, or says nothing of what it is.
inline bool is_xml(const Response& response) {
    const std::string_view type = response.header("Content-Type");
    const std::string_view media = type.substr(0, type.find_first_of("; \t"));
    const bool is_of_xml = media.size() > 4 && equal_ignoring_case(media.substr(media.size() - 4), "+xml");
    return type.empty() || is_of_xml || response.is("application/xml") || response.is("text/xml");
}

}  // namespace xml

namespace detail {

/// An element as JSON of at most `room` levels: texts, and lists where a name stands more than once.
inline boost::json::value json_of(const pugi::xml_node& node, std::size_t room = max_json_text_depth) {
    if (room < 2) { return nullptr; }
    boost::json::object object;
    const auto add = [&](std::string_view name, boost::json::value value) {
        const auto [member, is_new] = object.emplace(name, value);
        if (is_new) { return; }
        if (!member->value().is_array()) { member->value() = boost::json::array{member->value()}; }
        member->value().get_array().push_back(std::move(value));
    };
    for (const auto& attribute : node.attributes()) {
        add("@" + std::string(local_name(attribute.name())),
            boost::json::string(without_references(attribute.value())));
    }
    std::string text;
    for (const auto& child : node.children()) {
        if (child.type() == pugi::node_element) { add(local_name(child.name()), json_of(child, room - 2)); }
        if (child.type() == pugi::node_pcdata) { text += without_references(child.value()); }
        if (child.type() == pugi::node_cdata) { text += child.value(); }
    }
    if (object.empty()) { return boost::json::string(text); }
    return object;
}

/// Follows a document along a description.
class XmlReader : public Reader {
    using Base = Reader;

public:
    using OnRow = std::function<void(const pugi::xml_node&)>;

    XmlReader(const Description& description, const RowSink& sink, Copies& copies, const OnRow& on_row)
        : Base(description, sink), copies_(copies), on_row_(on_row) {}

    /// Requires: what the document was parsed in outlives what is read.
    void document(const pugi::xml_node& document) {
        Base::begin(false);  // of one member, the root
        members(document);
        Base::end();
    }

private:
    static bool is_named(const pugi::xml_node& node, std::string_view name) {
        return node.type() == pugi::node_element && local_name(node.name()) == name;
    }
    static bool is_nil(const pugi::xml_node& node) {
        for (auto attribute = node.first_attribute(); attribute; attribute = attribute.next_attribute()) {
            const std::string_view value = attribute.value();
            if (local_name(attribute.name()) == "nil" && (value == "true" || value == "1")) { return true; }
        }
        return false;
    }

    Scalar written(std::string_view raw) {
        if (raw.empty()) { return {}; }
        return Scalar::written(raw.find('&') == raw.npos ? raw : copies_.emplace_back(without_references(raw)));
    }
    /// What an element of nothing but text says; not valid of any other.
    Scalar text_of(const pugi::xml_node& node) {
        const pugi::xml_node only = node.first_child();
        std::string_view raw = only.value();
        if (only.type() == pugi::node_cdata) { return raw.empty() ? Scalar() : Scalar::written(raw); }
        constexpr std::string_view spaces = " \t\r\n";
        raw.remove_prefix(std::min(raw.find_first_not_of(spaces), raw.size()));
        raw = raw.substr(0, raw.find_last_not_of(spaces) + 1);
        return written(raw);
    }
    static bool is_text(const pugi::xml_node& node) {
        const pugi::xml_node first = node.first_child();
        return !first ||
               (!first.next_sibling() && (first.type() == pugi::node_pcdata || first.type() == pugi::node_cdata));
    }

    /// An element whose place comes next.
    void element(const pugi::xml_node& node) {
        const std::int16_t place = inside().next;
        if (place < 0) { return; }
        if (is_nil(node)) { return Base::scalar({}); }
        const Place& here = tree().at(place);
        const bool is_value =
            here.value >= 0 || here.slot >= 0 || here.whole >= 0 || (here.is_row && tree().value >= 0);
        if (is_value && is_text(node)) {
            Base::scalar(text_of(node));
            Base::enter(place);
            attributes(node);
            Base::leave();
            return;
        }
        Base::begin(false);
        if (here.is_row && keeps_text()) { row_text(copies_.emplace_back(write_json(json_of(node)))); }
        attributes(node);
        members(node);
        Base::end();
        if (here.is_row && on_row_) { on_row_(node); }
    }
    void attributes(const pugi::xml_node& node) {
        if (!tree().names_attributes) { return; }
        for (auto attribute = node.first_attribute(); attribute; attribute = attribute.next_attribute()) {
            name_.assign("@").append(local_name(attribute.name()));
            if (tree().find(inside().place, name_) < 0) { continue; }
            Base::member(name_);
            Base::scalar(written(attribute.value()));
        }
    }
    void members(const pugi::xml_node& parent) {
        for (pugi::xml_node child = parent.first_child(); child; child = child.next_sibling()) {
            if (child.type() != pugi::node_element) { continue; }
            const std::string_view name = local_name(child.name());
            if (Base::keeps_keys()) {
                Base::any_member(name);
                element(child);
                continue;
            }
            const std::int16_t place = tree().find(inside().place, name);
            if (place < 0) { continue; }
            if (tree().at(place).element < 0) {
                Base::member(name);
                element(child);
            } else if (!Base::has_had(place)) {  // a list: all elements of this name
                Base::member(name);
                Base::begin(true);
                for (pugi::xml_node each = child; each; each = each.next_sibling()) {
                    if (is_named(each, name)) { element(each); }
                }
                Base::end();
            }
        }
        empty_lists();
    }
    /// A list of which no element is there is an empty one: nothing else tells that it is meant.
    void empty_lists() {
        for (std::int16_t place = 1; place < static_cast<std::int16_t>(tree().size); ++place) {
            const Place& list = tree().at(place);
            if (list.parent != inside().place || list.element < 0 || Base::has_had(place)) { continue; }
            Base::member(list.name);
            Base::begin(true);
            Base::end();
        }
    }

    Copies& copies_;
    const OnRow& on_row_;
    std::string name_;
};

/// A reply that says it is something else is not searched for XML.
inline void require_xml(const Response& response) {
    if (xml::is_xml(response)) { return; }
    errors::malformed_reply("it is " + std::string(response.header("Content-Type").substr(0, 64)) + ", not XML");
}

/// Parses `text`, and reads all of it.
inline Reader::Tally parse_rows(const Description& description, const RowSink& sink, std::string& text, Copies& copies,
                                const XmlReader::OnRow& on_row = {}, Record* record = nullptr) {
    pugi::xml_document document;
    parse_xml(document, text);
    XmlReader reader(description, sink, copies, on_row);
    reader.tell(record);
    reader.document(document);
    return reader.tally();
}

inline std::string row_as_json(std::string_view row) {
    pugi::xml_document document;
    document.load_buffer(row.data(), row.size(), pugi::parse_fragment | pugi::parse_cdata, pugi::encoding_utf8);
    return write_json(json_of(document.first_child()));
}
inline constexpr RowFormat xml_rows{.is_plain =
                                        [](std::string_view row) {
                                            return row.find_first_of("&\\\r") == row.npos &&
                                                   row.find("<!") == row.npos && row.find("<?") == row.npos;
                                        },
                                    .values_in = elements_in,
                                    .details_of = row_as_json};

/// The rows of a document, where each fits a layout and follows the one before. Nothing else in it begins as they do.
struct RowsInXml {
    std::size_t begin = 0, end = 0;
};
inline std::optional<RowsInXml> read_by_layouts(Layouts& layouts, const Description& description, const RowSink& sink,
                                                std::string_view text, Copies& copies) {
    Room room(copies);
    const std::string& opening = layouts.opening();
    if (opening.empty() || has_too_many_marks(text)) { return {}; }
    RowsInXml rows{.begin = text.find(opening)};
    for (std::size_t at = rows.begin; at < text.size() && text.substr(at).starts_with(opening);) {
        const std::size_t size = layouts.read(text.substr(at), description, sink, room);
        if (size == 0) { return {}; }
        rows.end = at + size;
        at = text.find_first_not_of(" \t\r\n", rows.end);
    }
    if (rows.end == 0 || text.find(opening, rows.end) != text.npos) { return {}; }
    return rows;
}

template <class Row, class Whole>
RowsRead<Row, Whole> parse_xml_rows(const Rows<Row, Whole>& description, std::string& text, Copies& copies,
                                    const XmlReader::OnRow& on_row = {}, Record* record = nullptr) {
    RowsRead<Row, Whole> read;
    finish(description, parse_rows(description, sink_of(read), text, copies, on_row, record), read);
    return read;
}

/// Reads the rows by layouts, and all else by parsing the document with one empty row in their place: that it is read
/// as a row shows that they are.
template <class Row, class Whole>
std::optional<RowsRead<Row, Whole>> read_repeated_rows(const Rows<Row, Whole>& description, Layouts& layouts,
                                                       std::string_view text, Copies& copies) {
    RowsRead<Row, Whole> read;
    const auto rows = read_by_layouts(layouts, description, sink_of(read), text, copies);
    if (!rows) { return {}; }
    const std::string_view opening = layouts.opening();
    std::string& rest = copies.emplace_back(text.substr(0, rows->begin));
    rest.append(opening.substr(0, opening.size() - 1)).append("/>").append(text.substr(rows->end));
    RowsRead<Row, Whole> one;
    RowSink sink = sink_of(one);
    sink.set_text = nullptr;
    std::ptrdiff_t place = -1;
    try {
        const auto mark = [&](const pugi::xml_node& row) { place = row.offset_debug() - 1; };
        finish(description, parse_rows(description, sink, rest, copies, mark), one);
        if (one.rows.size() + one.refused != 1 || place != static_cast<std::ptrdiff_t>(rows->begin)) { return {}; }
        read.found = one.found;
        read.whole = std::move(one.whole);
    } catch (const Exception&) { return {}; }  // parsed whole, it tells why
    return read;
}

/// Reads a reply whose rows do not all fit, and learns from them. The first one shows with what they begin.
template <class Row, class Whole>
RowsRead<Row, Whole> read_new_rows(const Rows<Row, Whole>& description, Layouts& layouts, std::string& text,
                                   Copies& copies, std::string_view unparsed) {
    Record record;
    RowsRead<Row, Whole> none;
    const RowSink sink = sink_of(none);
    const bool learns = !layouts.opening().empty();
    std::string_view opening;
    const auto row = [&](const pugi::xml_node& node) {
        const auto begin = static_cast<std::size_t>(node.offset_debug() - 1);
        if (opening.empty()) {
            opening = unparsed.substr(begin, unparsed.find_first_of("/> \t\r\n", begin) + 1 - begin);
        }
        if (!learns || !record.is_good) { return; }
        const std::string closing = "</" + std::string(node.name()) + ">";
        const std::size_t end = unparsed.find(closing, begin);
        if (end == unparsed.npos) { return; }
        const std::string_view written = unparsed.substr(begin, end + closing.size() - begin);
        if (written.find(opening, 1) != written.npos) { return; }
        layouts.learn({written, text.data() + begin, record}, description, sink);
    };
    auto read = parse_xml_rows(description, text, copies, row, learns ? &record : nullptr);
    if (!learns) { layouts.opening(opening); }
    return read;
}

template <class Row, class Whole>
RowsRead<Row, Whole> read_xml(const Rows<Row, Whole>& description, const Response& response, Copies& copies) {
    require_xml(response);
    std::string& text = copies.emplace_back(response.body);
    if (!Layouts::are_for(description.tree)) { return parse_xml_rows(description, text, copies); }
    RowsRead<Row, Whole> none;
    const TakenLayouts taken(description, sink_of(none), xml_rows);
    if (auto read = read_repeated_rows(description, *taken, text, copies)) { return std::move(*read); }
    return read_new_rows(description, *taken, text, copies, response.body);
}

}  // namespace detail

}  // namespace tandem::wire
