// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/file.hpp>
#include <tandem/core/json.hpp>
#include <tandem/core/money.hpp>
#include <tandem/core/reflect.hpp>
#include <tandem/core/secret.hpp>

#include <boost/hana/accessors.hpp>
#include <boost/hana/first.hpp>
#include <boost/hana/for_each.hpp>
#include <boost/hana/second.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdlib>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Settings: a document of JSON read into a struct that Hana walks (`core/reflect.hpp`).
namespace tandem {

namespace detail {

/// Kazoo's keys that mean nothing any more, and were never worth an error.
inline constexpr std::array<std::string_view, 5> obsolete_keys{"debug", "use_stepswitch_cnam", "monthly_recurring_cost",
                                                               "upfront_cost", "should_filter_rates"};

/// How many letters differ: for naming the key that was probably meant.
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) { row[j] = j; }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

/// An exact amount from a JSON number or text. A double is written as its shortest text first, which is what stood
/// there as long as that had 15 digits at most; larger amounts are refused unless they are whole numbers or text.
inline std::optional<Amount> amount_of(const boost::json::value& value) {
    if (value.is_string()) { return Amount::parse(std::string_view(value.get_string())); }
    if (!value.is_number()) { return {}; }
    if (const auto* number = value.if_double(); number != nullptr && std::abs(*number) >= 1e11) { return {}; }
    std::array<char, 64> text{};
    auto* const end = text.data() + text.size();
    const auto written = value.is_int64() ? std::to_chars(text.data(), end, value.get_int64())
                         : value.is_uint64()
                             ? std::to_chars(text.data(), end, value.get_uint64())
                             : std::to_chars(text.data(), end, value.get_double(), std::chars_format::fixed);
    if (written.ec != std::errc()) { return {}; }
    return Amount::parse(std::string_view(text.data(), static_cast<std::size_t>(written.ptr - text.data())));
}

}  // namespace detail

/// One document of settings while it is read. Every key has to be read by somebody; `finish` names the others.
/// Errors: `settings`, thrown, naming category, key and what is allowed; never a secret.
class SettingsDocument {
public:
    SettingsDocument(std::string category, const JsonText& document) : category_(std::move(category)) {
        auto object = parse_json_object(document.text);
        if (!object) { refuse(category_ + " is no JSON object", object.error().cause); }
        object_ = std::move(*object);
    }

    const boost::json::object& object() const { return object_; }

    /// Gives Kazoo's key `theirs` its name here; errors go on calling it what the document does.
    /// Errors: `settings` when both stand there with different values.
    void rename(std::string_view theirs, std::string_view ours) {
        const auto* value = object_.if_contains(theirs);
        if (value == nullptr) { return; }
        if (!value->is_null()) {
            const auto* other = object_.if_contains(ours);
            if (other != nullptr && !other->is_null() && *other != *value) {
                refuse(category_ + "." + std::string(theirs) + " and " + as_written(ours) +
                       " are one setting and differ: keep one");
            }
            boost::json::value moved = *value;
            object_[ours] = std::move(moved);
            written_.insert_or_assign(std::string(ours), std::string(theirs));
        }
        object_.erase(theirs);
    }

    /// Reads every member of `settings` that the document has; a null counts as absent.
    template <class Settings>
    void read(Settings& settings) {
        boost::hana::for_each(boost::hana::accessors<Settings>(), [&](const auto& member) {
            const std::string_view key = boost::hana::first(member).c_str();
            known_.insert(std::string(key));
            const auto* value = object_.if_contains(key);
            if (value != nullptr && !value->is_null()) { assign(boost::hana::second(member)(settings), *value, key); }
        });
        if constexpr (requires { Settings::ignored; }) {
            for (const std::string_view key : Settings::ignored) { ignored_.insert(std::string(key)); }
        }
    }

    /// The keys that `Settings` requires, and that the document lacks or leaves without a value in `settings`, which
    /// was read from it.
    template <class Settings>
    std::vector<std::string> missing(const Settings& settings) const {
        std::vector<std::string> keys;
        if constexpr (requires { Settings::required; }) {
            std::set<std::string_view> empty;
            boost::hana::for_each(boost::hana::accessors<Settings>(), [&](const auto& member) {
                const auto& value = boost::hana::second(member)(settings);
                if constexpr (requires { value.empty(); }) {
                    if (value.empty()) { empty.insert(boost::hana::first(member).c_str()); }
                }
            });
            for (const std::string_view key : Settings::required) {
                const auto* value = object_.if_contains(key);
                if (value == nullptr || value->is_null() || empty.contains(key)) { keys.emplace_back(key); }
            }
        }
        return keys;
    }

    /// Errors: `settings` for a key that nobody read, with those that there are and the one that was probably meant.
    void finish() const {
        for (const auto& member : object_) {
            const std::string_view key = member.key();
            const auto& obsolete = detail::obsolete_keys;
            if (key.starts_with('_') || key.starts_with("pvt_") || known_.contains(std::string(key)) ||
                ignored_.contains(std::string(key)) ||
                std::find(obsolete.begin(), obsolete.end(), key) != obsolete.end()) {
                continue;
            }
            const std::string shown = readable_text(key.substr(0, 64));
            std::string nearest, all;
            std::size_t distance = std::min<std::size_t>(4, shown.size() / 2 + 1);
            for (const std::string& known : known_) {
                all += (all.empty() ? "" : ", ") + known;
                if (const auto d = detail::edit_distance(shown, known); d < distance) { distance = d, nearest = known; }
            }
            refuse(category_ + "." + shown + " is no setting" +
                   (nearest.empty() ? "" : "; did you mean " + nearest + "?") +
                   (all.empty() ? "; there are none" : "; there are: " + all));
        }
    }

private:
    [[noreturn]] static void refuse(std::string message, std::string cause = {}) {
        errors::raise(errc::settings, std::move(message), std::move(cause));
    }
    [[noreturn]] void refuse_value(std::string_view key, std::string_view allowed,
                                   const boost::json::value* value = nullptr) const {
        refuse(category_ + "." + as_written(key) + " must be " + std::string(allowed),
               value == nullptr ? std::string() : "it is " + boost::json::serialize(*value).substr(0, 100));
    }
    std::string as_written(std::string_view key) const {
        const auto found = written_.find(key);
        return found == written_.end() ? std::string(key) : found->second;
    }

    void assign(std::string& member, const boost::json::value& value, std::string_view key) const {
        if (value.is_int64()) {  // an identifier of digits, as environments and careless JSON have it
            member = std::to_string(value.get_int64());
        } else if (value.is_string()) {
            member = value.get_string();
        } else {
            refuse_value(key, "text", &value);
        }
    }
    void assign(bool& member, const boost::json::value& value, std::string_view key) const {
        if (!value.is_bool()) { refuse_value(key, "true or false", &value); }
        member = value.get_bool();
    }
    template <std::integral T>
        requires(!std::same_as<T, bool>)
    void assign(T& member, const boost::json::value& value, std::string_view key) const {
        constexpr auto least = std::numeric_limits<T>::min();
        constexpr auto most = std::numeric_limits<T>::max();
        if (value.is_int64() && std::in_range<T>(value.get_int64())) {
            member = static_cast<T>(value.get_int64());
        } else if (value.is_uint64() && std::in_range<T>(value.get_uint64())) {
            member = static_cast<T>(value.get_uint64());
        } else {
            refuse_value(key, "a whole number from " + std::to_string(least) + " to " + std::to_string(most), &value);
        }
    }
    void assign(Amount& member, const boost::json::value& value, std::string_view key) const {
        const auto amount = detail::amount_of(value);
        if (!amount) { refuse_value(key, "an amount with at most four decimals", &value); }
        member = *amount;
    }
    void assign(std::vector<std::string>& member, const boost::json::value& value, std::string_view key) const {
        member.clear();
        if (value.is_string()) {
            member.emplace_back(std::string_view(value.get_string()));
            return;
        }
        if (!value.is_array()) { refuse_value(key, "an array of texts, or one text", &value); }
        for (const auto& each : value.get_array()) {
            if (!each.is_string()) { refuse_value(key, "an array of texts, or one text", &value); }
            member.emplace_back(std::string_view(each.get_string()));
        }
    }
    void assign(JsonText& member, const boost::json::value& value, std::string_view key) const {
        if (!value.is_object()) { refuse_value(key, "an object", &value); }
        member = to_json_text(value.get_object());
    }
    template <class T>
    void assign(std::optional<T>& member, const boost::json::value& value, std::string_view key) const {
        assign(member.emplace(), value, key);
    }
    /// Text, `{"env": "NAME"}` or `{"file": "PATH"}`; a line's end at the file's end is not part of it. What it holds
    /// never stands in an error.
    void assign(Secret& member, const boost::json::value& value, std::string_view key) const {
        if (value.is_string()) {
            member = Secret(std::string(std::string_view(value.get_string())));
            return;
        }
        if (value.is_int64()) {
            member = Secret(std::to_string(value.get_int64()));
            return;
        }
        const auto* object = value.if_object();
        const auto text_at = [&](std::string_view name) -> std::optional<std::string> {
            const auto* found = object != nullptr && object->size() == 1 ? object->if_contains(name) : nullptr;
            if (found == nullptr || !found->is_string()) { return {}; }
            return std::string(std::string_view(found->get_string()));
        };
        if (const auto name = text_at("env")) {
            const char* const found = std::getenv(name->c_str());
            if (found == nullptr) { refuse_value(key, "in the environment variable " + *name + ", which is not set"); }
            member = Secret(std::string(found));
        } else if (const auto path = text_at("file")) {
            auto text = read_file(*path, max_secret_size_);
            if (!text) { refuse(category_ + "." + as_written(key) + ": " + text.error().message, text.error().cause); }
            while (text->ends_with('\n') || text->ends_with('\r')) { text->pop_back(); }
            member = Secret(std::move(*text));
        } else {
            refuse_value(key, R"(text, {"env": "NAME"} or {"file": "PATH"})");
        }
    }

    static constexpr std::size_t max_secret_size_ = 65'536;

    std::string category_;
    boost::json::object object_;
    std::map<std::string, std::string, std::less<>> written_;  ///< what the document calls a renamed key
    std::set<std::string, std::less<>> known_;
    std::set<std::string, std::less<>> ignored_;
};

}  // namespace tandem
