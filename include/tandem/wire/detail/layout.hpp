// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/wire/detail/reader.hpp>
#include <tandem/wire/detail/slots.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The rows of a reply, and of a carrier's next reply, are much the same text. A layout is the text of a row that the
/// reader took, with slots where rows differ: a row that has this text needs no parsing, only what stands in its slots
/// is checked and assigned. What fits no layout goes to the reader, so layouts never decide what a row means.
namespace tandem::wire::detail {

/// How a format writes rows.
struct RowFormat {
    bool (*is_plain)(std::string_view row);  ///< whether its values stand in it as they are
    std::vector<Value> (*values_in)(std::string_view row);
    std::string (*details_of)(std::string_view row);  ///< as JSON, of another format's row; null for JSON
};
inline constexpr RowFormat json_rows{.is_plain = [](std::string_view row) { return row.find('\\') == row.npos; },
                                     .values_in = values_in,
                                     .details_of = nullptr};

/// Room beside a reply for texts that are made, many in one block.
class Room {
public:
    explicit Room(Copies& copies) : copies_(copies) {}

    /// To append at most `size` bytes to; what stands there stays where it is.
    std::string& of(std::size_t size) {
        constexpr std::size_t block_size = 16'384;
        if (block_ == nullptr || block_->capacity() - block_->size() < size) {
            block_ = &copies_.emplace_back();
            block_->reserve(std::max(size, block_size));
        }
        return *block_;
    }

private:
    Copies& copies_;
    std::string* block_ = nullptr;
};

/// A row that the reader took, and what it was told of it.
struct Lesson {
    std::string_view row;
    const char* told_in;  ///< where the row begins in the text that `record` shows
    const Record& record;
};

/// One shape of a row. Keys, booleans, nulls, the shapes of lists and the texts by which a list is filtered are always
/// part of it; any other text or number from the first row on that has another one there.
class Layout {
public:
    static constexpr std::size_t max_size = 4'096, max_slots = 48;

    /// Nothing where the row cannot be one.
    static std::unique_ptr<Layout> of(const Lesson& lesson, const RowFormat& format, const Description& description,
                                      const RowSink& sink) {
        const auto [row, told_in, record] = lesson;
        if (row.size() > max_size || !format.is_plain(row)) { return nullptr; }
        auto layout = std::make_unique<Layout>(row, format);
        const auto pin = [&](std::string_view text) {
            const auto at = static_cast<std::uint32_t>(text.data() - told_in);
            std::erase_if(layout->values_, [at](const Value& value) { return value.begin == at; });
        };
        for (const std::string_view text : record.deciding) { pin(text); }
        for (const Record::Told& told : record.told) {
            const Scalar& value = told.value;
            Effect effect{.leaf = told.leaf, .denies = told.denies, .kind = value.kind, .truth = value.truth};
            if (value.is_text() || value.is_number() || !value.text.empty()) {
                const std::ptrdiff_t begin = value.text.data() - told_in, size = std::ssize(value.text);
                if (begin < 0 || begin + size > std::ssize(row)) { return nullptr; }
                effect.begin = static_cast<std::uint32_t>(begin);
                effect.size = static_cast<std::uint32_t>(size);
                if (description.leaves[static_cast<std::size_t>(told.leaf)].drops) { pin(value.text); }
            }
            layout->effects_.push_back(effect);
        }
        return layout->prepare(description, sink) ? std::move(layout) : nullptr;
    }
    Layout(std::string_view row, const RowFormat& format)
        : text_(row), format_(format), values_(format.values_in(text_)) {}

    std::size_t size() const { return text_.size(); }

    /// Reads the row that `text` begins with and adds it; gives its size. 0: it is not of this layout, or not good.
    std::size_t read(std::string_view text, const Description& description, const RowSink& sink, Room& room) const {
        Found found;
        if (match(text, found) < pieces_.size()) { return 0; }
        void* const row = sink.add_like(sink.rows, prototype_.get());
        for (const Live& live : live_) {
            const AnyLeaf& leaf = description.leaves[static_cast<std::size_t>(live.leaf)];
            const char* const begin = found.begins[live.piece] + live.offset;
            const char* const end = live.is_slot ? found.ends[live.piece] : begin + live.size;
            const std::string_view value(begin, static_cast<std::size_t>(end - begin));
            const bool is_written = live.kind == Scalar::Kind::written;
            if (!leaf.assign(row, is_written ? Scalar::written(value) : Scalar{live.kind, value, live.truth}) &&
                !leaf.is_free) {
                sink.drop_last(sink.rows);
                return 0;
            }
        }
        const auto size = static_cast<std::size_t>(found.end - text.data());
        if (sink.set_text != nullptr) {
            sink.set_text(row, format_.details_of == nullptr ? text.substr(0, size) : details_of(found, room));
        }
        return size;
    }

    bool fits(std::string_view row) const {
        Found found;
        return match(row, found) == pieces_.size() && found.end == row.data() + row.size();
    }
    /// This layout with the slots that it takes to read `row`; nothing where the two differ in more than values.
    std::unique_ptr<Layout> widened(std::string_view row, const Description& description, const RowSink& sink) const {
        auto wider = std::make_unique<Layout>(*this);
        while (true) {
            Found found;
            const std::size_t piece = wider->match(row, found);
            const char* const end = row.data() + row.size();
            if (piece == wider->pieces_.size()) { return found.end == end ? std::move(wider) : nullptr; }
            const std::uint32_t differs = wider->difference(wider->pieces_[piece], found.begins[piece], end);
            const auto value = std::find_if(wider->values_.begin(), wider->values_.end(), [&](const Value& each) {
                return !each.is_slot && each.begin <= differs && differs <= each.end;
            });
            if (value == wider->values_.end()) { return nullptr; }
            value->is_slot = true;
            if (!wider->prepare(description, sink)) { return nullptr; }
        }
    }

private:
    /// What a value does to the row, in the order in which the reader did it.
    struct Effect {
        std::int16_t leaf = 0;
        bool denies = false;
        Scalar::Kind kind = Scalar::Kind::absent;
        bool truth = false;
        std::uint32_t begin = 0, size = 0;  ///< where its text stands in the layout's
    };
    /// Text that is the same in every row, and what follows it.
    struct Piece {
        std::uint32_t begin = 0, size = 0;
        Value::Kind slot = Value::Kind::none;  ///< `none` behind the last
    };
    /// An effect that each row has in its own way: its value is in a slot, or is shown as it stands in the reply.
    struct Live {
        std::int16_t leaf = 0;
        Scalar::Kind kind = Scalar::Kind::absent;
        bool truth = false;
        bool is_slot = false;
        std::uint32_t piece = 0, offset = 0, size = 0;
    };
    /// Where the pieces of one row begin, and where its slots end. Only what the layout has of them is set.
    struct Found {
        std::array<const char*, max_slots + 1> begins;
        std::array<const char*, max_slots + 1> ends;
        const char* end = nullptr;
    };
    /// Where the row that `text` begins with has each piece; gives which it does not have, or the number of pieces.
    std::size_t match(std::string_view text, Found& found) const {
        const char* at = text.data();
        const char* const end = at + text.size();
        std::size_t i = 0;
        for (; i < pieces_.size(); ++i) {
            const Piece& piece = pieces_[i];
            const char* const literal = text_.data() + piece.begin;
            found.begins[i] = at;
            if (static_cast<std::size_t>(end - at) < piece.size || !is_equal(at, literal, piece.size)) { break; }
            at += piece.size;
            if (piece.slot == Value::Kind::none) { continue; }
            at = piece.slot == Value::Kind::text     ? end_of_text(at, end)
                 : piece.slot == Value::Kind::number ? end_of_number(at, end)
                                                     : end_of_element(at, end);
            if (at == nullptr) { break; }
            found.ends[i] = at;
        }
        found.end = at;
        return i;
    }
    std::string_view details_of(const Found& found, Room& room) const {
        std::string& details = room.of(details_size_ + static_cast<std::size_t>(found.end - found.begins[0]));
        const std::size_t begin = details.size();
        for (const auto& [literal, slot] : details_) {
            details += literal;
            if (slot < pieces_.size()) { details.append(found.begins[slot] + pieces_[slot].size, found.ends[slot]); }
        }
        return std::string_view(details).substr(begin);
    }
    /// Finds where the slots are in the details: these are made of the row with marks in its slots, of characters that
    /// no row has.
    void prepare_details() {
        std::string marked;
        for (std::size_t i = 0; i < pieces_.size(); ++i) {
            marked.append(text_, pieces_[i].begin, pieces_[i].size);
            if (i + 1 < pieces_.size()) { marked.append("\x1F").append(std::to_string(i)).append("\x1F"); }
        }
        constexpr std::string_view mark = "\\u001f";
        const std::string all = format_.details_of(marked);
        details_.clear();
        std::size_t begin = 0;
        for (std::size_t at = 0; (at = all.find(mark, begin)) != all.npos;) {
            const std::size_t number = at + mark.size(), end = all.find(mark, number);
            details_.emplace_back(all.substr(begin, at - begin), std::stoul(all.substr(number, end - number)));
            begin = end + mark.size();
        }
        details_.emplace_back(all.substr(begin), pieces_.size());
        details_size_ = all.size();
    }

    /// Where in the layout's text the piece that a row does not have is another one there, if it is one.
    std::uint32_t difference(const Piece& piece, const char* begin, const char* end) const {
        const char* const literal = text_.data() + piece.begin;
        const auto both = std::min<std::ptrdiff_t>(piece.size, end - begin);
        return piece.begin + static_cast<std::uint32_t>(std::mismatch(literal, literal + both, begin).first - literal);
    }

    /// Makes the pieces, and the row that all rows begin as. False where rows of this layout cannot be made so.
    bool prepare(const Description& description, const RowSink& sink) {
        pieces_.clear();
        live_.clear();
        std::uint32_t begin = 0;
        for (const Value& value : values_) {
            if (!value.is_slot) { continue; }
            pieces_.push_back({begin, value.begin - begin, value.kind});
            begin = value.end;
        }
        pieces_.push_back({begin, static_cast<std::uint32_t>(text_.size()) - begin});
        if (pieces_.size() > max_slots) { return false; }
        const auto prototype = sink.fresh();
        for (const Effect& effect : effects_) {
            const AnyLeaf& leaf = description.leaves[static_cast<std::size_t>(effect.leaf)];
            const Live live = live_of(effect);
            if (effect.denies) {
                leaf.deny(prototype.get());
            } else if (!live.is_slot && !leaf.shows_text) {
                leaf.assign(prototype.get(), {effect.kind, text_of(effect), effect.truth});
            } else if (is_alone(effect, leaf, description)) {
                live_.push_back(live);
            } else {
                return false;
            }
        }
        prototype_ = prototype;
        if (sink.set_text != nullptr && format_.details_of != nullptr) { prepare_details(); }
        return true;
    }
    /// Whether nothing else of the row goes into the same member: then it does not matter when this does.
    bool is_alone(const Effect& effect, const AnyLeaf& leaf, const Description& description) const {
        return std::none_of(effects_.begin(), effects_.end(), [&](const Effect& other) {
            return &other != &effect && description.leaves[static_cast<std::size_t>(other.leaf)].member == leaf.member;
        });
    }
    Live live_of(const Effect& effect) const {
        Live live{.leaf = effect.leaf, .kind = effect.kind, .truth = effect.truth, .size = effect.size};
        while (pieces_[live.piece].begin + pieces_[live.piece].size < effect.begin) { ++live.piece; }
        const Piece& piece = pieces_[live.piece];
        live.offset = effect.begin - piece.begin;
        const bool is_value = effect.kind != Scalar::Kind::boolean && effect.kind != Scalar::Kind::absent;
        live.is_slot = is_value && piece.slot != Value::Kind::none && effect.begin == piece.begin + piece.size;
        return live;
    }
    std::string_view text_of(const Effect& effect) const {
        return std::string_view(text_).substr(effect.begin, effect.size);
    }

    std::string text_;
    const RowFormat& format_;
    std::vector<Value> values_;
    std::vector<Effect> effects_{};
    std::vector<Piece> pieces_{};
    std::vector<Live> live_{};
    std::shared_ptr<const void> prototype_{};
    std::vector<std::pair<std::string, std::size_t>> details_{};  ///< a literal, and the slot behind it
    std::size_t details_size_ = 0;
};

}  // namespace tandem::wire::detail
