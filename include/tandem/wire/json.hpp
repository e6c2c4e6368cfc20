// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>
#include <tandem/core/json.hpp>
#include <tandem/wire/detail/reader.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

/// JSON as carriers speak it. Replies are described (`rows`, `field`, `flag`) and read in one pass, without values being
/// built; bodies are built as values and written, so that no input can break out of its place.
namespace tandem::wire {

namespace detail {

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

    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code&) { return Base::begin(false), true; }
    bool on_object_end(std::size_t, Code&) { return Base::end(), true; }
    bool on_array_begin(Code&) { return Base::begin(true), true; }
    bool on_array_end(std::size_t, Code&) { return Base::end(), true; }
    bool on_key_part(View part, std::size_t, Code&) { return inside().place < 0 || add_part(part); }
    bool on_key(View part, std::size_t, Code&) {
        if (inside().place < 0) { return true; }
        if (Base::starts_row() && parts_.empty() && keeps_text()) { begin_text({part.data(), part.size()}); }
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
        row_text(text_.substr(static_cast<std::size_t>(at - text_.data())));
    }

    std::string_view text_;
    Copies& copies_;
    std::string parts_;
};

/// A reply that says it is something else than JSON is not searched for it. Many phonebooks say nothing.
inline void require_json(const Response& response) {
    const std::string_view type = response.header("Content-Type");
    if (!type.empty() && !response.is("application/json") && !response.is("text/json") &&
        !response.is("application/vnd.api+json")) {
        errors::malformed_reply("it is " + std::string(type.substr(0, 64)) + ", not JSON");
    }
}

inline Reader::Tally read_text(const Description& description, const RowSink& sink, std::string_view text,
                               Copies& copies) {
    boost::json::parse_options options;
    options.max_depth = max_json_text_depth;  // what is kept of it stays readable
    boost::json::basic_parser<JsonReader> parser(options, description, sink, text, copies);
    boost::json::error_code failed;
    const auto size = parser.write_some(false, text.data(), text.size(), failed);
    if (!failed && size < text.size()) { failed = boost::json::make_error_code(boost::json::error::extra_data); }
    if (failed) { errors::malformed_reply("no JSON: " + failed.message()); }
    return parser.handler().tally();
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
