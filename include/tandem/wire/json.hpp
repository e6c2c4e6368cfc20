// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>
#include <tandem/core/json.hpp>
#include <tandem/wire/detail/layouts.hpp>
#include <tandem/wire/detail/reader.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

/// JSON as carriers speak it. Replies are described (`rows`, `field`, `flag`) and read in one pass, without values
/// being built; bodies are built as values and written, so that no input can break out of its place.
namespace tandem::wire {

namespace detail {

/// Where the JSON string that begins at `begin` has its closing quote; the end of `text` where it has none.
constexpr std::size_t end_of_json_string(std::string_view text, std::size_t begin) {
    for (std::size_t end = begin; (end = text.find('"', end + 1)) != std::string_view::npos;) {
        std::size_t escapes = 0;
        while (text[end - escapes - 1] == '\\') { ++escapes; }
        if (escapes % 2 == 0) { return end; }
    }
    return text.size();
}

/// The first JSON value of `text`, which begins with a valid one.
constexpr std::string_view first_json_value(std::string_view text) {
    std::size_t depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"') {
            i = end_of_json_string(text, i);                                          // most of a row is strings
        } else if (const char folded = static_cast<char>(c | 0x20); folded == '{') {  // or '['
            ++depth;
            continue;
        } else if (folded != '}') {  // nor ']'
            continue;
        } else {
            --depth;
        }
        if (depth == 0) { return text.substr(0, i + 1); }
    }
    return text;
}

/// Follows Boost's parser.
class JsonReader : public Reader {
    using Base = Reader;

public:
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);
    using Code = boost::json::error_code;
    using View = boost::json::string_view;

    JsonReader(const Description& description, const RowSink& sink, std::string_view text, Copies& copies)
        : Base(description, sink), text_(text), copies_(copies) {}

    /// Whether an element of the list of rows may come next, or end it. Requires: the parser stands behind `[` or `}`.
    bool is_between_rows() { return Base::is_among_rows() && parts_.empty(); }
    /// Whether the parser is told of an element that there is not.
    void ignore_element(bool ignores) { inside().next = ignores ? std::int16_t{-1} : tree().row; }
    /// With what the first row began: `{` and its first key.
    std::string_view opening() const { return opening_; }

    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code&) { return Base::begin(false), true; }
    bool on_object_end(std::size_t, Code&) {
        if (Base::is_row()) { end_text(); }
        return Base::end(), true;
    }
    bool on_array_begin(Code&) { return Base::begin(true), true; }
    bool on_array_end(std::size_t, Code&) { return Base::end(), true; }
    bool on_key_part(View part, std::size_t, Code&) { return inside().place < 0 || add_part(part); }
    bool on_key(View part, std::size_t, Code&) {
        if (inside().place < 0) { return true; }
        if (Base::starts_row() && parts_.empty()) { begin_text({part.data(), part.size()}); }
        if (Base::keeps_keys()) {
            Base::any_member(whole(part));
        } else if (parts_.empty()) {
            Base::member({part.data(), part.size()});
        } else {
            Base::member(parts_.append(part.data(), part.size()));
            parts_.clear();
        }
        return true;
    }
    bool on_string_part(View part, std::size_t, Code&) { return inside().next < 0 || add_part(part); }
    bool on_string(View part, std::size_t, Code&) {
        return inside().next < 0 || scalar({Scalar::Kind::text, whole(part)});
    }
    bool on_number_part(View, Code&) { return true; }
    bool on_int64(std::int64_t, View text, Code&) { return number(text); }
    bool on_uint64(std::uint64_t, View text, Code&) { return number(text); }
    bool on_double(double, View text, Code&) { return number(text); }
    bool on_bool(bool truth, Code&) { return scalar({Scalar::Kind::boolean, {}, truth}); }
    bool on_null(Code&) { return scalar({}); }
    bool on_comment_part(View, Code&) { return true; }
    bool on_comment(View, Code&) { return true; }

private:
    bool scalar(const Scalar& value) { return Base::scalar(value), true; }
    bool number(View text) { return scalar({Scalar::Kind::number, std::string_view(text.data(), text.size())}); }
    bool add_part(View part) {
        parts_.append(part.data(), part.size());
        return true;
    }
    bool in_reply(std::string_view part) const {
        return part.data() >= text_.data() && part.data() + part.size() <= text_.data() + text_.size();
    }
    /// A text that outlives the parser.
    std::string_view whole(View part) {
        const std::string_view last(part.data(), part.size());
        if (parts_.empty() && (last.empty() || in_reply(last))) { return last; }
        parts_ += last;
        copies_.push_back(std::exchange(parts_, {}));
        return copies_.back();
    }
    /// The row's text begins before its first key.
    void begin_text(std::string_view key) {
        if (key.empty() || !in_reply(key)) { return; }
        const char* at = key.data();
        while (at > text_.data() && *at != '{') { --at; }
        if (opening_.empty()) { opening_ = {at, static_cast<std::size_t>(key.data() + key.size() + 1 - at)}; }
        if (keeps_text()) { begun_ = text_.substr(static_cast<std::size_t>(at - text_.data())); }
    }
    void end_text() {
        if (!begun_.empty()) { row_text(first_json_value(std::exchange(begun_, {}))); }
    }

    std::string_view text_;
    Copies& copies_;
    std::string parts_;
    std::string_view begun_;  ///< from the open row on, where rows keep their text
    std::string_view opening_;
};

/// A reply that says it is something else than JSON is not searched for it. Many phonebooks say nothing.
inline void require_json(const Response& response) {
    const std::string_view type = response.header("Content-Type");
    if (!type.empty() && !response.is("application/json") && !response.is("text/json") &&
        !response.is("application/vnd.api+json")) {
        errors::malformed_reply("it is " + std::string(type.substr(0, 64)) + ", not JSON");
    }
}

/// Reads a reply, given in pieces.
class JsonText {
public:
    JsonText(const Description& description, const RowSink& sink, std::string_view text, Copies& copies)
        : parser_(options(), description, sink, text, copies) {}

    JsonReader& reader() { return parser_.handler(); }
    /// What comes next. Errors: `malformed_reply` where it cannot.
    void read(std::string_view piece, bool is_last = false) {
        boost::json::error_code failed;
        const auto size = parser_.write_some(!is_last, piece.data(), piece.size(), failed);
        const bool has_ended = size < piece.size() || (!is_last && parser_.done());
        if (!failed && has_ended) { failed = boost::json::make_error_code(boost::json::error::extra_data); }
        if (failed) { errors::malformed_reply("no JSON: " + failed.message()); }
    }

private:
    static boost::json::parse_options options() {
        boost::json::parse_options options;
        options.max_depth = max_json_text_depth;  // what is kept of it stays readable
        return options;
    }

    boost::json::basic_parser<JsonReader> parser_;
};

/// Reads a reply, the rows that fit a layout by it. The parser gets the reply without these.
class LayoutReader {
public:
    LayoutReader(const Description& description, const RowSink& sink, std::string_view text, Copies& copies,
                 Layouts& layouts)
        : description_(description),
          sink_(sink),
          text_(text),
          room_(copies),
          parsed_(description, sink, text, copies),
          layouts_(layouts) {}

    Reader::Tally read() {
        const std::string& opening = layouts_.opening();
        if (opening.empty()) {  // all of the first reply is parsed: learning pays from the next on
            parsed_.read(text_, true);
            layouts_.opening(parsed_.reader().opening());
            return parsed_.reader().tally();
        }
        parsed_.reader().tell(&record_);
        for (auto at = text_.find(opening); at != text_.npos; at = text_.find(opening, at + 1)) {
            if (parse_to(end_before(at))) { at = read_rows(at); }
        }
        if (row_ != text_.npos) {  // the last row is learned from too
            parse_to(row_ + first_json_value(text_.substr(row_)).size());
        }
        parsed_.read(text_.substr(parsed_size_), true);
        return parsed_.reader().tally();
    }

private:
    std::size_t before_spaces(std::size_t at) const {
        const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
        while (at > 0 && is_space(text_[at - 1])) { --at; }
        return at;
    }
    std::size_t behind_spaces(std::size_t at) const {
        return std::min(text_.find_first_not_of(" \t\r\n", at), text_.size());
    }
    /// Where what stands before a row ends: `[`, or `}` and a comma. 0: nothing that can stand before one does.
    std::size_t end_before(std::size_t row) const {
        std::size_t end = before_spaces(row);
        if (end > 0 && text_[end - 1] == '[') { return end; }
        if (end == 0 || text_[end - 1] != ',') { return 0; }
        end = before_spaces(end - 1);
        return end > 0 && text_[end - 1] == '}' ? end : 0;
    }

    /// Parses what stands before `end`; false where no row comes next.
    bool parse_to(std::size_t end) {
        if (end == 0) { return false; }
        const std::size_t begin = std::exchange(parsed_size_, end);
        const std::size_t row = std::exchange(row_, text_.npos);
        record_.rows = 0;
        if (end > begin) { parsed_.read(text_.substr(begin, end - begin)); }
        if (!parsed_.reader().is_between_rows()) { return false; }
        if (row != text_.npos && record_.rows == 1 && record_.is_good) {
            layouts_.learn({text_.substr(row, end - row), text_.data() + row, record_}, description_, sink_);
        }
        return true;
    }
    /// Reads the rows from `at` on that fit a layout; gives where the next would begin that does not.
    std::size_t read_rows(std::size_t at) {
        while (const std::size_t size = layouts_.read(text_.substr(at), description_, sink_, room_)) {
            if (text_[parsed_size_ - 1] == '[') {  // what follows the row would not be right behind it
                parsed_.reader().ignore_element(true);
                parsed_.read(R"("")");
                parsed_.reader().ignore_element(false);
            }
            parsed_size_ = at + size;
            const std::size_t comma = behind_spaces(parsed_size_);
            const std::size_t next = comma < text_.size() && text_[comma] == ',' ? behind_spaces(comma + 1) : comma;
            if (next == comma || next == text_.size() || text_[next] != '{') { return parsed_size_ - 1; }
            at = next;
        }
        row_ = at;
        return at;
    }

    const Description& description_;
    const RowSink& sink_;
    std::string_view text_;
    Room room_;
    JsonText parsed_;
    Layouts& layouts_;
    Record record_{};
    std::size_t parsed_size_ = 0;               ///< how much of the text is read
    std::size_t row_ = std::string_view::npos;  ///< where a row begins that fits no layout
};

/// Reads a reply without layouts.
inline Reader::Tally parse_text(const Description& description, const RowSink& sink, std::string_view text,
                                Copies& copies) {
    JsonText parsed(description, sink, text, copies);
    parsed.read(text, true);
    return parsed.reader().tally();
}
inline Reader::Tally read_text(const Description& description, const RowSink& sink, std::string_view text,
                               Copies& copies) {
    if (!Layouts::are_for(description.tree)) { return parse_text(description, sink, text, copies); }
    const TakenLayouts taken(description, sink, json_rows);
    return LayoutReader(description, sink, text, copies, *taken).read();
}
template <class Row, class Whole>
RowsRead<Row, Whole> read_text(const Rows<Row, Whole>& description, std::string_view text, Copies& copies) {
    RowsRead<Row, Whole> read;
    finish(description, read_text(description, sink_of(read), text, copies), read);
    return read;
}

}  // namespace detail

/// Reads the rows of a reply into values that own their texts (`std::string` members, no views).
/// Errors: `malformed_reply` for what is no JSON, or has no rows where they are described.
template <class Row, class Whole>
RowsRead<Row, Whole> read_rows(const Rows<Row, Whole>& description, const Response& response) {
    detail::require_json(response);
    detail::Copies copies;
    return detail::read_text(description, response.body, copies);
}

/// Reads the one object that a description names.
/// Errors: `malformed_reply`, also when it lacks something required.
template <class Row>
Row read_one(const Rows<Row>& description, const Response& response) {
    return detail::only_row(read_rows(description, response));
}

/// Reads offers, whose texts stay in the reply that they share.
/// Errors: as `read_rows`.
template <class Whole>
OffersRead<Whole> read_offers(const Rows<Offer, Whole>& description, Response response) {
    detail::require_json(response);
    auto page = std::make_shared<Page>(std::move(response.body));
    auto read = detail::read_text(description, page->text(), page->copies());
    return detail::on_page(std::move(read), std::move(page));
}
inline SearchPage read_offers(const Rows<Offer>& description, Response response) {
    return read_offers<Nothing>(description, std::move(response)).page;
}

/// The whole reply as a value, for those that are small and free in form: orders.
/// Errors: `malformed_reply` for what is no JSON object in UTF-8, or has a key twice.
inline boost::json::object read_object(const Response& response) {
    detail::require_json(response);
    auto object = parse_json_object(response.body, max_json_text_depth);
    if (!object) { errors::malformed_reply("no JSON object: " + object.error().cause); }
    return std::move(*object);
}

/// `request` with `body` as JSON.
inline Request with_json(Request request, const boost::json::object& body) {
    return std::move(request).body("application/json", write_json(body));
}

}  // namespace tandem::wire
