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
    bool on_key_part(View part, std::size_t, Code&) { return add_part(part); }
    bool on_key(View part, std::size_t, Code&) {
        key_ = is_described() ? whole(part) : skipped();
        if (std::exchange(starts_row_, false)) { row_text(key_); }
        return true;
    }
    bool on_string_part(View part, std::size_t, Code&) { return add_part(part); }
    bool on_string(View part, std::size_t, Code&) {
        const std::int16_t place = next_place();
        const bool wanted = place >= 0 && (tree().at(place).slot >= 0 || tree().at(place).whole >= 0);
        return scalar(place, {Scalar::Kind::text, wanted ? whole(part) : skipped()});
    }
    bool on_number_part(View, Code&) { return true; }
    bool on_int64(std::int64_t, View text, Code&) { return number(text); }
    bool on_uint64(std::uint64_t, View text, Code&) { return number(text); }
    bool on_double(double, View text, Code&) { return number(text); }
    bool on_bool(bool truth, Code&) { return scalar(next_place(), {Scalar::Kind::boolean, {}, truth}); }
    bool on_null(Code&) { return scalar(next_place(), {}); }
    bool on_comment_part(View, Code&) { return true; }
    bool on_comment(View, Code&) { return true; }

private:
    using Kind = Place::Kind;

    /// A list or an object that has begun.
    struct Level {
        std::int16_t place;
        bool is_list;
        std::uint64_t seen = 0;  ///< which described members it has had: one bit a place
    };
    static_assert(Tree::max_places <= 64);

    const Tree& tree() const { return description_.tree; }
    bool is_described() const { return !stack_.empty() && stack_.back().place >= 0; }

    bool add_part(View part) {
        if (is_described()) { parts_.append(part.data(), part.size()); }
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
    std::string_view skipped() {
        parts_.clear();
        return {};
    }

    /// Where the value that begins here stands in the tree; -1 when nothing there is described.
    std::int16_t next_place() {
        if (stack_.empty()) { return 0; }
        Level& around = stack_.back();
        if (around.place < 0) { return -1; }
        for (auto at = tree().at(around.place).child; at >= 0; at = tree().at(at).sibling) {
            const Place& place = tree().at(at);
            if (around.is_list ? place.kind == Kind::element : place.kind == Kind::any_member) { return at; }
            if (around.is_list || place.kind != Kind::member || place.name != key_) { continue; }
            const std::uint64_t bit = bit_of(at);
            if ((around.seen & bit) != 0) { complain(place, "stands twice"); }
            around.seen |= bit;
            return at;
        }
        return -1;
    }
    static std::uint64_t bit_of(std::int16_t place) { return std::uint64_t{1} << static_cast<unsigned>(place); }

    /// Within a row it costs the row, outside the reply.
    void complain(const Place& place, std::string_view what) {
        bad_ = true;
        if (!in_row_) { errors::malformed_reply("'" + std::string(place.name) + "' " + std::string(what)); }
    }

    bool begin(bool is_list) {
        const std::int16_t place = next_place();
        const bool is_element = is_in_filter();
        stack_.push_back({place, is_list});
        if (place < 0) { return true; }
        const Place& here = tree().at(place);
        const bool is_value = here.slot >= 0 || here.whole >= 0;
        if (is_value && !here.is_free) { complain(here, "is a list or an object"); }
        if (place == place_of_rows_) {
            if (is_list != rows_are_elements_) { complain(here, "is not what holds rows"); }
            read.found = true;
        }
        if (here.is_row) {
            begin_row(place);
            bad_ = is_list;
        }
        if (is_element) { clear(place); }
        if (is_list) {
            for (auto leaf = here.leaf; leaf >= 0; leaf = route(leaf).next) {
                if (const auto deny = description_.leaves[index(leaf)].deny) { deny(row_); }
            }
        }
        return true;
    }
    bool end() {
        const std::int16_t place = stack_.back().place;
        stack_.pop_back();
        if (place < 0) { return true; }
        if (is_in_filter()) { take_element(stack_.back().place); }
        if (tree().at(place).is_row) { finish_row(); }
        return true;
    }
    bool is_in_filter() const {
        return is_described() && stack_.back().is_list && tree().at(stack_.back().place).leaf >= 0;
    }
    /// Where the rows hang: the list or object around them, or the only row itself.
    static std::int16_t place_of_rows(const Tree& tree) {
        for (std::size_t i = 0; i < tree.size; ++i) {
            for (auto at = tree.places[i].child; at >= 0; at = tree.at(at).sibling) {
                if (at == tree.row && tree.at(at).kind != Kind::member) { return static_cast<std::int16_t>(i); }
            }
        }
        return tree.row;
    }

    bool number(View text) {
        return scalar(next_place(), {Scalar::Kind::number, std::string_view(text.data(), text.size())});
    }

    bool scalar(std::int16_t place, const Scalar& value) {
        if (place < 0) { return true; }
        const Place& here = tree().at(place);
        if (here.whole >= 0) { return take_whole(description_.wholes[index(here.whole)], value); }
        if (place == place_of_rows_ && value.kind != Scalar::Kind::absent) { complain(here, "is not what holds rows"); }
        if (here.is_row) { ++read.refused; }  // a row has to be an object
        if (here.slot < 0) { return true; }
        slots_[index(here.slot)] = value;
        if (is_in_filter()) { take_element(stack_.back().place); }  // of list[=value]
        return true;
    }

    bool take_whole(const Leaf<Whole>& leaf, const Scalar& value) {
        if (value.kind != Scalar::Kind::absent && !leaf.assign(read.whole, value)) {
            errors::malformed_reply("'" + std::string(leaf.path) + "' is not what it should be");
        }
        return true;
    }

    void begin_row(std::int16_t place) {
        row_ = Row();
        in_row_ = starts_row_ = true;
        std::fill_n(slots_.begin(), tree().slots, Scalar());
        if (const auto key = tree().find(place, Kind::member, "{key}"); key >= 0) {
            slots_[index(tree().at(key).slot)] = {Scalar::Kind::text, key_};
            stack_.back().seen |= bit_of(key);
        }
    }
    /// Where the row's text begins: before its first key.
    void row_text(std::string_view key) {
        if constexpr (requires { row_.row; }) {
            if (key.empty() || !in_reply(key)) { return; }
            const char* at = key.data();
            while (at > text_.data() && *at != '{') { --at; }
            row_.row = text_.substr(static_cast<std::size_t>(at - text_.data()));
        }
    }

    /// Forgets what stood in the element of a list before this one.
    void clear(std::int16_t place) {
        if (const auto slot = tree().at(place).slot; slot >= 0) { slots_[index(slot)] = {}; }
        for (auto at = tree().at(place).child; at >= 0; at = tree().at(at).sibling) { clear(at); }
    }
    /// Gives the element of `list` that just ended to the leaves whose filter it passes.
    void take_element(std::int16_t list) {
        for (auto at = tree().at(list).leaf; at >= 0; at = route(at).next) {
            const Route& way = route(at);
            const Scalar& key = slots_[index(way.key_slot)];
            if (key.kind != Scalar::Kind::text || key.text != way.wanted) { continue; }
            const Scalar value =
                way.presence ? Scalar{Scalar::Kind::boolean, key.text, true} : slots_[index(way.slot)];
            const Leaf<Row>& leaf = description_.leaves[index(at)];
            if (value.kind != Scalar::Kind::absent && !leaf.assign(row_, value) && !leaf.is_free) { bad_ = true; }
        }
    }

    void finish_row() {
        bool dropped = false;
        for (std::size_t i = 0; i < tree().leaves && !bad_; ++i) {
            const Route& way = tree().routes[i];
            if (way.list >= 0) { continue; }
            const Leaf<Row>& leaf = description_.leaves[i];
            const Scalar& value = slots_[index(way.slot)];
            const bool fits = value.kind == Scalar::Kind::absent ? !leaf.is_required : leaf.assign(row_, value);
            bad_ = !fits && !leaf.is_free;
            dropped = dropped || (leaf.drops && value.truth && !description_.keeps_dropped);
        }
        if (bad_) {
            ++read.refused;
        } else if (!dropped) {
            read.rows.push_back(std::move(row_));
        }
        in_row_ = starts_row_ = false;
    }

    static constexpr std::size_t index(std::int16_t at) { return static_cast<std::size_t>(at); }
    const Route& route(std::int16_t leaf) const { return tree().routes[index(leaf)]; }

    const Rows<Row, Whole>& description_;
    std::string_view text_;
    Copies& copies_;
    std::int16_t place_of_rows_ = place_of_rows(description_.tree);
    bool rows_are_elements_ = description_.tree.at(description_.tree.row).kind == Kind::element;
    std::vector<Level> stack_;
    std::string_view key_;
    std::string parts_;
    std::array<Scalar, Tree::max_slots> slots_{};
    Row row_{};
    bool in_row_ = false;
    bool bad_ = false;
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
