// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error_json.hpp>
#include <tandem/core/json.hpp>
#include <tandem/core/search.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

/// Searches as JSON: Kazoo's object keyed by number, with what Kazoo keeps to itself.
namespace tandem {

namespace detail {

/// Nothing is null, so that nobody takes it for a value.
inline boost::json::value text_or_null(std::string_view text) {
    return text.empty() ? boost::json::value(nullptr) : boost::json::value(text);
}
inline boost::json::value amount_or_null(Amount amount) {
    return amount.known() ? boost::json::value(boost::json::string(amount.str())) : boost::json::value(nullptr);
}

inline boost::json::object prices_of(const Offer& offer) {
    return {{"setup", amount_or_null(offer.setup)},
            {"monthly", amount_or_null(offer.monthly)},
            {"currency", text_or_null(offer.currency.view())}};
}

/// The texts of an offer that stand in its JSON under these names.
inline constexpr std::array<std::pair<std::string_view, std::string_view Offer::*>, 6> offer_texts{{
    {"rate_center", &Offer::rate_center},
    {"lata", &Offer::lata},
    {"region", &Offer::region},
    {"locality", &Offer::locality},
    {"country", &Offer::country},
    {"offer", &Offer::id},
}};

}  // namespace detail

inline boost::json::object to_json(const Features& features) {
    boost::json::object object;
    for (const auto& [feature, name] : feature_names) {
        const auto has = features.get(feature);
        object[name] = has ? boost::json::value(*has) : boost::json::value(nullptr);
    }
    return object;
}

/// An offer of a number. Amounts are text, what is not known is null.
inline boost::json::object to_json(const Offer& offer) {
    boost::json::object object{{"carrier", offer.carrier}, {"state", name_of(offer.state)}};
    for (auto& [key, value] : detail::prices_of(offer)) { object[key] = std::move(value); }
    object["features"] = to_json(offer.features);
    for (const auto& [name, member] : detail::offer_texts) { object[name] = detail::text_or_null(offer.*member); }
    auto details = parse_json(offer.details(), max_json_text_depth);  // what cannot be written again stays away
    object["details"] = details ? std::move(*details) : boost::json::value(nullptr);
    return object;
}

inline boost::json::object to_json(const FoundOffer& offer) {
    auto object = to_json(static_cast<const Offer&>(offer));
    object["also"] = boost::json::array(offer.also.begin(), offer.also.end());
    return object;
}

/// An offer whose number comes with the order.
inline boost::json::object group_to_json(const Offer& offer) {
    boost::json::object object{
        {"offer", offer.id}, {"carrier", offer.carrier}, {"prefix", detail::text_or_null(offer.prefix.text())}};
    object["stock"] = offer.stock == 0 ? boost::json::value(nullptr) : boost::json::value(offer.stock);
    for (auto& [key, value] : detail::prices_of(offer)) { object[key] = std::move(value); }
    return object;
}

inline boost::json::object to_json(const CarrierReport& report) {
    return {{"name", report.name},
            {"status", name_of(report.status)},
            {"found", report.found},
            {"refused", report.refused},
            {"elapsed_ms", report.elapsed.count()},
            {"error", report.error ? boost::json::value(to_json(*report.error)) : boost::json::value(nullptr)}};
}

inline boost::json::object to_json(const SearchResult& result) {
    boost::json::object numbers;
    for (const FoundOffer& offer : result.offers) { numbers[offer.number.text().view()] = to_json(offer); }
    boost::json::array groups;
    for (const Offer& group : result.groups) { groups.push_back(group_to_json(group)); }
    boost::json::array carriers;
    for (const CarrierReport& report : result.reports) { carriers.push_back(to_json(report)); }
    return {{"query_id", result.query_id},
            {"numbers", std::move(numbers)},
            {"groups", std::move(groups)},
            {"carriers", std::move(carriers)}};
}

namespace detail {

/// Text that is put together of many small pieces. A search keeps hundreds of offers: values built for each would cost
/// more than the search itself, and `std::string` takes a call for each piece.
class PiecedText {
public:
    explicit PiecedText(std::size_t room) : text_(room, '\0') {}

    /// Inline, for most pieces are literals: a move or two each.
    [[gnu::always_inline]] void put(std::string_view piece) {
        if (room() < piece.size()) [[unlikely]] { grow(piece.size()); }
        std::memcpy(end_, piece.data(), piece.size());
        end_ += piece.size();
    }
    /// What may stand between the quotes of a JSON string.
    void put_escaped(std::string_view text) {
        constexpr std::string_view hex = "0123456789abcdef";
        const auto is_plain = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; };
        while (!text.empty()) {
            const auto plain = std::find_if_not(text.begin(), text.end(), is_plain) - text.begin();
            put(text.substr(0, static_cast<std::size_t>(plain)));
            text.remove_prefix(static_cast<std::size_t>(plain));
            if (text.empty()) { break; }
            const auto byte = static_cast<unsigned char>(text.front());
            if (byte < 0x20) {
                put("\\u00");
                put(hex.substr(byte >> 4U, 1));
                put(hex.substr(byte & 0xFU, 1));
            } else {
                put("\\");
                put(text.substr(0, 1));
            }
            text.remove_prefix(1);
        }
    }
    std::string take() && {
        text_.resize(size());
        return std::move(text_);
    }

private:
    std::size_t size() const { return static_cast<std::size_t>(end_ - text_.data()); }
    std::size_t room() const { return static_cast<std::size_t>(text_.data() + text_.size() - end_); }
    void grow(std::size_t more) {
        const std::size_t written = size();
        text_.resize(2 * text_.size() + more);
        end_ = text_.data() + written;
    }

    std::string text_;
    char* end_ = text_.data();  ///< of what is written
};

}  // namespace detail

/// What the search cache keeps of an offer: as `to_json`, but that what is not known is not there.
inline std::string to_cached_text(const FoundOffer& offer) {
    const std::string_view details = offer.details();
    detail::PiecedText text(512 + details.size());
    text.put(R"({"carrier":")");
    text.put(offer.carrier);
    const auto member = [&](std::string_view key, std::string_view value) {
        if (value.empty()) { return; }
        text.put(R"(",")");
        text.put(key);
        text.put(R"(":")");
        text.put_escaped(value);
    };
    member("state", name_of(offer.state));
    member("number", offer.number.text().view());
    member("prefix", offer.prefix.text().view());
    member("setup", offer.setup.str());
    member("monthly", offer.monthly.str());
    member("currency", offer.currency.view());
    for (const auto& [name, place] : detail::offer_texts) { member(name, offer.*place); }
    text.put(R"(","features":{)");
    std::string_view between = "\"";
    for (const auto& [feature, name] : feature_names) {
        const auto has = offer.features.get(feature);
        if (!has) { continue; }
        text.put(std::exchange(between, ",\""));
        text.put(name);
        text.put(*has ? "\":true" : "\":false");
    }
    text.put("}");
    if (offer.stock != 0) {
        text.put(R"(,"stock":)");
        text.put(std::to_string(offer.stock));
    }
    if (!offer.also.empty()) {
        between = R"(,"also":[")";
        for (const std::string_view name : offer.also) {
            text.put(std::exchange(between, R"(",")"));
            text.put(name);
        }
        text.put("\"]");
    }
    text.put(R"(,"details":)");
    text.put(details);
    text.put("}");
    return std::move(text).take();
}

/// Reads what `to_cached_text` wrote. `canonical_name` turns a carrier's name into one that lives as long as the
/// program.
/// Errors: `store` when the text is something else.
template <class CanonicalName>
Result<FoundOffer> from_cached_text(std::string_view text, CanonicalName canonical_name) {
    boost::system::error_code failed;
    const auto value = boost::json::parse(text, failed);
    if (failed || !value.is_object()) {
        return Error{.code = errc::store, .message = "the search cache holds something that is no offer"};
    }
    const auto& object = value.get_object();
    const auto text_at = [&](std::string_view key) {
        const auto* found = object.if_contains(key);
        return found != nullptr && found->is_string() ? std::string_view(found->get_string()) : std::string_view();
    };
    FoundOffer offer;
    std::array<std::pair<std::size_t, std::size_t>, detail::offer_texts.size()> places;
    std::string texts;
    for (std::size_t i = 0; i < places.size(); ++i) {
        places[i] = {texts.size(), text_at(detail::offer_texts[i].first).size()};
        texts += text_at(detail::offer_texts[i].first);
    }
    const std::size_t row = texts.size();
    if (const auto* details = object.if_contains("details"); details != nullptr && !details->is_null()) {
        texts += boost::json::serialize(*details);
    }
    const auto page = std::make_shared<const Page>(std::move(texts));
    for (std::size_t i = 0; i < places.size(); ++i) {
        offer.*detail::offer_texts[i].second = page->text().substr(places[i].first, places[i].second);
    }
    offer.row = page->text().substr(row);
    offer.page = page;
    offer.number = E164::parse_or_empty(text_at("number"));
    offer.prefix = E164::parse_or_empty(text_at("prefix"));
    offer.setup = Amount::parse(text_at("setup")).value_or(Amount());
    offer.monthly = Amount::parse(text_at("monthly")).value_or(Amount());
    offer.currency = Currency::parse(text_at("currency")).value_or(Currency());
    offer.state = state_of(text_at("state")).value_or(State::discovery);
    offer.carrier = canonical_name(text_at("carrier"));
    if (const auto* stock = object.if_contains("stock"); stock != nullptr && stock->is_int64()) {
        offer.stock = static_cast<std::uint32_t>(stock->get_int64());
    }
    if (const auto* features = object.if_contains("features"); features != nullptr && features->is_object()) {
        for (const auto& [key, has] : features->get_object()) {
            if (const auto feature = feature_of(key); feature && has.is_bool()) {
                offer.features.set(*feature, has.get_bool());
            }
        }
    }
    if (const auto* also = object.if_contains("also"); also != nullptr && also->is_array()) {
        for (const auto& name : also->get_array()) {
            if (name.is_string()) { offer.also.push_back(canonical_name(std::string_view(name.get_string()))); }
        }
    }
    return offer;
}

}  // namespace tandem
