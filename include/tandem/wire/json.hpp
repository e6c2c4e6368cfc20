// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>
#include <tandem/core/json.hpp>
#include <tandem/core/search.hpp>
#include <tandem/wire/detail/description.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// JSON as carriers speak it. Replies are described (`rows`, `field`, `flag`) and read in one pass, without values being
/// built; bodies are built as values and written, so that no input can break out of its place.
namespace tandem::wire {

/// What a reply held.
template <class Row, class Whole = Nothing>
struct RowsRead {
    std::vector<Row> rows{};
    std::uint32_t refused = 0;  ///< rows that were not what the description says
    bool found = false;         ///< whether there was a place for rows at all, be it empty
    Whole whole{};
};

/// The offers of a reply, and what stood beside them.
template <class Whole>
struct OffersRead {
    SearchPage page{};
    bool found = false;
    Whole whole{};
};

namespace detail {

/// Texts that are not in the reply as they are, since something in them was escaped.
using Copies = std::deque<std::string>;

/// Follows the parser through the tree of a description and makes rows.
template <class Row, class Whole>
class Handler {
public:
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);
    using Code = boost::json::error_code;
    using View = boost::json::string_view;

    Handler(const Rows<Row, Whole>& description, std::string_view text, Copies& copies)
        : description_(description), text_(text), copies_(copies) {}

    RowsRead<Row, Whole> read{};

    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code&) { return begin(false); }
    bool on_object_end(std::size_t, Code&) { return end(); }
    bool on_array_begin(Code&) { return begin(true); }
    bool on_array_end(std::size_t, Code&) { return end(); }
    bool on_key_part(View part, std::size_t, Code&) { return inside().place < 0 || add_part(part); }
    bool on_key(View part, std::size_t, Code&) {
        Level& object = inside();
        if (object.place < 0) { return true; }
        if (std::exchange(starts_row_, false) && parts_.empty()) { row_text({part.data(), part.size()}); }
        if (const auto any = tree().at(object.place).any_member; any >= 0) {
            object.next = any;
            key_ = whole(part);
        } else if (parts_.empty()) {
            object.next = place_of_member({part.data(), part.size()});
        } else {
            object.next = place_of_member(parts_.append(part.data(), part.size()));
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
    /// A list or an object that has begun.
    struct Level {
        std::int16_t place = -1;   ///< -1: nothing in it is described
        std::int16_t next = -1;    ///< the place of the value that comes next in it
        std::int16_t filter = -1;  ///< of a list: the first leaf that filters it
        std::uint64_t seen = 0;    ///< which described members it has had: one bit a place
    };

    const Tree& tree() const { return description_.tree; }
    Level& inside() { return levels_[depth_]; }

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

    /// Where the value of `key` stands; -1 when it is not described.
    std::int16_t place_of_member(std::string_view key) {
        const std::int16_t at = tree().find(inside().place, key);
        if (at < 0) { return at; }
        if ((inside().seen & bit_of(at)) != 0) { complain(tree().at(at), "stands twice"); }
        inside().seen |= bit_of(at);
        return at;
    }

    /// Within a row it costs the row, outside the reply.
    void complain(const Place& place, std::string_view what) {
        bad_ = true;
        if (!in_row_) { errors::malformed_reply("'" + std::string(place.name) + "' " + std::string(what)); }
    }

    bool begin(bool is_list) {
        const std::int16_t place = inside().next;
        levels_[++depth_] = {.place = place};
        if (place < 0) { return true; }
        const Place& here = tree().at(place);
        const bool is_value = here.value >= 0 || here.slot >= 0 || here.whole >= 0;
        if (is_value && !here.is_free) { complain(here, "is a list or an object"); }
        if (place == tree().rows) {
            if (is_list != (here.element == tree().row)) { complain(here, "is not what holds rows"); }
            read.found = true;
            if (is_list) { read.rows.reserve(64); }  // few replies have more; rows are large, so that growing costs
        }
        if (here.is_row) { begin_row(is_list); }
        filled_ &= ~here.slots;
        if (is_list) {
            inside().next = here.element;
            inside().filter = here.filter;
            for (auto leaf = here.filter; leaf >= 0; leaf = route(leaf).next) {
                if (const auto deny = description_.leaves[index(leaf)].deny) { deny(read.rows.back()); }
            }
        }
        return true;
    }
    bool end() {
        const std::int16_t place = levels_[depth_--].place;
        if (place < 0) { return true; }
        if (inside().filter >= 0) { take_element(); }
        if (tree().at(place).is_row) { end_row(); }
        return true;
    }
    bool number(View text) { return scalar({Scalar::Kind::number, std::string_view(text.data(), text.size())}); }

    bool scalar(const Scalar& value) {
        if (inside().next < 0) { return true; }
        const Place& here = tree().at(inside().next);
        if (here.value >= 0) { return take(here.value, value); }
        if (here.slot >= 0) {
            filled_ = (filled_ & ~here.slots) | bit_of(here.slot);
            slots_[index(here.slot)] = value;
            if (inside().filter >= 0) { take_element(); }  // of list[=value]
            return true;
        }
        if (here.whole >= 0) { return take_whole(description_.wholes[index(here.whole)], value); }
        if (inside().next == tree().rows && value.kind != Scalar::Kind::absent) {
            complain(here, "is not what holds rows");
        }
        if (here.is_row) { ++read.refused; }  // a row has to be an object
        return true;
    }

    bool take_whole(const Leaf<Whole>& leaf, const Scalar& value) {
        if (value.kind != Scalar::Kind::absent && !leaf.assign(read.whole, value)) {
            errors::malformed_reply("'" + std::string(leaf.path) + "' is not what it should be");
        }
        return true;
    }
    bool take(std::int16_t at, const Scalar& value) {
        if (value.kind == Scalar::Kind::absent) { return true; }
        const Leaf<Row>& leaf = description_.leaves[index(at)];
        given_ |= bit_of(at);
        if (!leaf.assign(read.rows.back(), value) && !leaf.is_free) { bad_ = true; }
        unwanted_ = unwanted_ || (leaf.drops && value.truth && !description_.keeps_dropped);
        return true;
    }
    /// Gives the element that just ended to the leaves whose filter it passes.
    void take_element() {
        std::uint32_t print = 0;
        for (auto at = inside().filter, key_slot = std::int16_t{-1}; at >= 0; at = route(at).next) {
            const Route& way = route(at);
            const Scalar& key = slots_[index(way.key_slot)];
            const bool is_filled = (filled_ & bit_of(way.key_slot)) != 0;
            if (std::exchange(key_slot, way.key_slot) != way.key_slot) {
                print = is_filled ? fingerprint(key.text) : 0;
            }
            if (print != way.print || !is_filled || key.kind != Scalar::Kind::text || !is_same(key.text, way.wanted)) {
                continue;
            }
            if (way.presence) {
                take(at, {Scalar::Kind::boolean, key.text, true});
            } else if ((filled_ & bit_of(way.slot)) != 0) {
                take(at, slots_[index(way.slot)]);
            }
        }
    }

    void begin_row(bool is_list) {
        read.rows.emplace_back();
        in_row_ = starts_row_ = true;
        bad_ = is_list;
        unwanted_ = false;
        given_ = 0;
        if (tree().key >= 0) { take(tree().key, {Scalar::Kind::text, key_}); }
    }
    /// Where the row's text begins: before its first key.
    void row_text(std::string_view key) {
        if constexpr (requires(Row row) { row.row; }) {
            if (key.empty() || !in_reply(key)) { return; }
            const char* at = key.data();
            while (at > text_.data() && *at != '{') { --at; }
            read.rows.back().row = text_.substr(static_cast<std::size_t>(at - text_.data()));
        }
    }
    void end_row() {
        const bool is_bad = bad_ || (tree().required & ~given_) != 0;
        if (is_bad) { ++read.refused; }
        if (is_bad || unwanted_) { read.rows.pop_back(); }
        in_row_ = starts_row_ = false;
    }

    static constexpr std::size_t index(std::int16_t at) { return static_cast<std::size_t>(at); }
    const Route& route(std::int16_t leaf) const { return tree().routes[index(leaf)]; }

    const Rows<Row, Whole>& description_;
    std::string_view text_;
    Copies& copies_;
    std::array<Level, max_json_text_depth + 1> levels_{Level{.next = 0}};  // the first is around the document
    std::size_t depth_ = 0;
    std::string_view key_;  ///< of the member that comes next, where any is described
    std::string parts_;
    std::array<Scalar, Tree::max_slots> slots_{};
    std::uint64_t filled_ = 0;  ///< which slots hold something of this element
    std::uint64_t given_ = 0;   ///< which leaves this row has
    bool in_row_ = false;
    bool bad_ = false;
    bool unwanted_ = false;
    bool starts_row_ = false;
};

/// A reply that says it is something else than JSON is not searched for it. Many phonebooks say nothing.
inline void require_json(const Response& response) {
    const std::string_view type = response.header("Content-Type");
    if (!type.empty() && !response.is("application/json") && !response.is("text/json") &&
        !response.is("application/vnd.api+json")) {
        errors::malformed_reply("it is " + std::string(type.substr(0, 64)) + ", not JSON");
    }
}

template <class Row, class Whole>
RowsRead<Row, Whole> read_text(const Rows<Row, Whole>& description, std::string_view text, Copies& copies) {
    boost::json::parse_options options;
    options.max_depth = max_json_text_depth;  // what is kept of it stays readable
    boost::json::basic_parser<Handler<Row, Whole>> parser(options, description, text, copies);
    boost::json::error_code failed;
    const auto size = parser.write_some(false, text.data(), text.size(), failed);
    if (!failed && size < text.size()) { failed = boost::json::make_error_code(boost::json::error::extra_data); }
    if (failed) { errors::malformed_reply("no JSON: " + failed.message()); }
    if (!parser.handler().read.found && !description.may_be_absent) {
        errors::malformed_reply("its rows are not there");
    }
    return std::move(parser.handler().read);
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
    auto read = read_rows(description, response);
    if (read.rows.size() != 1 || read.refused != 0) { errors::malformed_reply("what it describes is incomplete"); }
    return std::move(read.rows.front());
}

/// Reads offers, whose texts stay in the reply that they share.
/// Errors: as `read_rows`.
template <class Whole>
OffersRead<Whole> read_offers(const Rows<Offer, Whole>& description, Response response) {
    detail::require_json(response);
    auto page = std::make_shared<Page>(std::move(response.body));
    auto read = detail::read_text(description, page->text(), page->copies());
    const std::shared_ptr<const Page> shared = std::move(page);
    OffersRead<Whole> found{.page = {.offers = std::move(read.rows), .refused = read.refused},
                            .found = read.found,
                            .whole = std::move(read.whole)};
    for (Offer& offer : found.page.offers) { offer.page = shared; }
    return found;
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
