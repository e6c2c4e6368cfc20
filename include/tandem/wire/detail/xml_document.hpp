// SPDX-License-Identifier: BSL-1.0
// Needs pugixml (CMake: tandem::xml).
#pragma once

#include <tandem/core/http.hpp>
#include <tandem/core/json.hpp>
#include <tandem/wire/detail/slots.hpp>

#include <pugixml.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// XML that is safe to look at: UTF-8, no document type, no entity of its own, bounded in depth and size. What the
/// parser would let pass is refused here.
namespace tandem::wire::detail {

inline constexpr std::size_t max_xml_depth = 64;
/// Tags and attributes of one document. A node takes 64 bytes, however small it is in the text.
inline constexpr std::ptrdiff_t max_xml_marks = std::ptrdiff_t{1} << 18;

/// Whether XML 1.0 (§2.2) may hold the character.
constexpr bool is_xml_character(std::uint32_t c) {
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
           (c >= 0x1'0000 && c <= 0x10'FFFF);
}
/// Whether `text` is UTF-8 of such characters alone.
inline bool is_xml_text(std::string_view text) {
    const char* const end = text.data() + text.size();
    for (const char* at = text.data(); (at = first_special<>(at, end)) != end;) {
        const std::string_view rest(at, static_cast<std::size_t>(end - at));
        const std::size_t size = tandem::detail::utf8_sequence(rest);
        const bool is_control = size == 1 && !is_xml_character(static_cast<unsigned char>(*at));
        const bool is_none = rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF");  // U+FFFE, U+FFFF
        if (size == 0 || is_control || is_none) { return false; }
        at += size;
    }
    return true;
}

inline void append_utf8(std::string& out, std::uint32_t c) {
    const auto byte = [&](std::uint32_t bits) { out += static_cast<char>(bits); };
    const auto tail = [&](unsigned shift) { byte(0x80U | ((c >> shift) & 0x3FU)); };
    if (c < 0x80) { return byte(c); }
    if (c < 0x800) {
        byte(0xC0U | (c >> 6U));
    } else if (c < 0x1'0000) {
        byte(0xE0U | (c >> 12U));
        tail(6);
    } else {
        byte(0xF0U | (c >> 18U));
        tail(12);
        tail(6);
    }
    tail(0);
}

/// The character that `name` stands for between `&` and `;`: one of the five predefined entities, or a number.
constexpr std::optional<std::uint32_t> character_of(std::string_view name) {
    constexpr std::pair<std::string_view, char> predefined[]{
        {"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
    for (const auto& [entity, character] : predefined) {
        if (name == entity) { return static_cast<std::uint32_t>(character); }
    }
    const bool is_hex = name.starts_with("#x");
    const std::string_view digits = name.substr(std::min<std::size_t>(is_hex ? 2 : 1, name.size()));
    if (!name.starts_with('#') || digits.empty() || digits.size() > 8) { return {}; }
    std::uint32_t value = 0;
    for (const char c : digits) {
        const char folded = static_cast<char>(c | 0x20);
        const bool is_letter = is_hex && folded >= 'a' && folded <= 'f';
        if (!is_letter && (c < '0' || c > '9')) { return {}; }
        value = value * (is_hex ? 16U : 10U) + static_cast<std::uint32_t>(is_letter ? folded - 'a' + 10 : c - '0');
    }
    return is_xml_character(value) ? std::optional(value) : std::nullopt;
}

/// `raw` with its references replaced. Errors: `malformed_reply` for one that nothing predefined answers to.
inline std::string without_references(std::string_view raw) {
    std::string text;
    for (std::size_t amp = 0; (amp = raw.find('&')) != raw.npos;) {
        const std::size_t end = std::min(raw.find(';', amp), raw.size());
        const auto character = character_of(raw.substr(amp + 1, end - amp - 1));
        if (!character || end == raw.size()) { errors::malformed_reply("no XML: an entity that is not predefined"); }
        append_utf8(text.append(raw, 0, amp), *character);
        raw.remove_prefix(end + 1);
    }
    return text.append(raw);
}

inline void check_references(std::string_view raw) {
    if (raw.find('&') != raw.npos) { without_references(raw); }
}

/// Checks what the parser leaves to its caller. Requires: pugixml was told to keep everything as it stands.
inline void check_nodes(const pugi::xml_node& parent, std::size_t depth) {
    if (depth > max_xml_depth) { errors::malformed_reply("XML nested too deep"); }
    for (pugi::xml_node node = parent.first_child(); node; node = node.next_sibling()) {
        switch (node.type()) {
            case pugi::node_doctype: errors::malformed_reply("XML with a document type");
            case pugi::node_pi: errors::malformed_reply("XML with a processing instruction");
            case pugi::node_pcdata:
                if (depth == 0) { errors::malformed_reply("no XML: text beside its root"); }
                check_references(node.value());
                break;
            case pugi::node_cdata:
                if (depth == 0) { errors::malformed_reply("no XML: text beside its root"); }
                break;
            case pugi::node_declaration: {
                if (depth > 0 || node.previous_sibling()) { errors::malformed_reply("no XML: a late declaration"); }
                const std::string_view encoding = node.attribute("encoding").value();
                if (!encoding.empty() && !equal_ignoring_case(encoding, "UTF-8")) {
                    errors::malformed_reply("XML in another encoding than UTF-8");
                }
                break;
            }
            default: break;
        }
        for (auto attribute = node.first_attribute(); attribute; attribute = attribute.next_attribute()) {
            if (std::string_view(attribute.value()).find('<') != std::string_view::npos) {
                errors::malformed_reply("no XML: a tag in an attribute");
            }
            check_references(attribute.value());
        }
        check_nodes(node, depth + 1);
    }
}

/// How many bytes are `<` or `=`, which differ in their lowest bit alone. In words of 8 bytes, each of which counts its
/// own.
inline std::ptrdiff_t count_marks(std::string_view text) {
    constexpr std::uint64_t ones = 0x0101'0101'0101'0101U, lows = 0x7FU * ones;
    std::ptrdiff_t count = 0;
    while (text.size() >= sizeof ones) {
        const std::size_t words = std::min<std::size_t>(text.size() / sizeof ones, 255);  // a byte counts no further
        std::uint64_t counts = 0;
        for (std::size_t i = 0; i < words; ++i) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data() + i * sizeof word, sizeof word);
            word = (word | ones) ^ (std::uint64_t{'='} * ones);
            counts += ~(((word & lows) + lows) | word) >> 7U & ones;
        }
        for (; counts != 0; counts >>= 8U) { count += static_cast<std::ptrdiff_t>(counts & 0xFFU); }
        text.remove_prefix(words * sizeof ones);
    }
    return count + std::count_if(text.begin(), text.end(), [](char c) { return c == '<' || c == '='; });
}
inline bool has_too_many_marks(std::string_view text) {
    return std::ssize(text) > max_xml_marks && count_marks(text) > max_xml_marks;
}

/// Parses a document in its place: the texts and attributes of its nodes stand in `text`, as written, references too.
/// Errors: `malformed_reply` for what is no whole XML document, or more of XML than we speak.
inline void parse_xml(pugi::xml_document& document, std::string& text) {
    if (has_too_many_marks(text)) { errors::malformed_reply("XML of too many elements"); }
    if (!is_xml_text(text)) { errors::malformed_reply("no XML: a character that is none"); }
    constexpr unsigned everything = pugi::parse_fragment | pugi::parse_declaration | pugi::parse_doctype |
                                    pugi::parse_pi | pugi::parse_comments | pugi::parse_cdata | pugi::parse_eol;
    text += '\n';  // what ends a text that is parsed in its place is not seen
    const auto parsed = document.load_buffer_inplace(text.data(), text.size(), everything, pugi::encoding_utf8);
    if (!parsed) { errors::malformed_reply(std::string("no XML: ") + parsed.description()); }
    check_nodes(document, 0);
    const auto is_element = [](const pugi::xml_node& node) { return node.type() == pugi::node_element; };
    if (std::count_if(document.begin(), document.end(), is_element) != 1) {
        errors::malformed_reply("no XML: not one root");
    }
}

/// A name without its namespace prefix: prefixes are the sender's to choose.
inline std::string_view local_name(std::string_view name) {
    const auto colon = name.find(':');
    return colon == name.npos ? name : name.substr(colon + 1);
}

}  // namespace tandem::wire::detail
