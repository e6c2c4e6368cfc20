// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>
#include <tandem/core/json.hpp>
#include <tandem/wire/complaint.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// JSON:API as carriers speak it (https://jsonapi.org/format/1.0/): documents of resources that name each other by type
/// and id. For searches whose rows name nothing else, `wire::rows` is shorter and faster.
namespace tandem::wire::json_api {

inline constexpr std::string_view media_type = "application/vnd.api+json";

/// `request` that wants a document for its answer.
inline Request wanting_document(Request request) {
    return std::move(request).header("Accept", std::string(media_type));
}

/// `request` with a document of one resource, `{"data": resource}`, as its body.
inline Request with_resource(Request request, boost::json::object resource) {
    boost::json::object document;
    document["data"] = std::move(resource);
    return std::move(request).body(std::string(media_type), write_json(std::move(document)));
}

/// What names a resource.
struct Identifier {
    std::string type{};
    std::string id{};

    friend bool operator==(const Identifier&, const Identifier&) = default;
};

/// The resource that `value` names; nothing when it names none.
inline std::optional<Identifier> identifier_in(const boost::json::value& value) {
    const auto* object = value.if_object();
    const auto text = [&](std::string_view key) -> std::string {
        const auto* member = object == nullptr ? nullptr : object->if_contains(key);
        return member != nullptr && member->is_string() ? std::string(std::string_view(member->get_string())) : "";
    };
    Identifier identifier{text("type"), text("id")};
    if (identifier.type.empty() || identifier.id.empty()) { return {}; }
    return identifier;
}

/// One resource of a document. Errors: what it tells in another shape than JSON:API's is `malformed_reply`.
/// Lifetime: refers to its document.
class Resource {
public:
    Resource(Identifier identifier, const boost::json::object& object)
        : identifier_(std::move(identifier)), object_(&object) {}

    const std::string& type() const { return identifier_.type; }
    const std::string& id() const { return identifier_.id; }

    JsonFields attributes() const { return fields("attributes"); }
    JsonFields meta() const { return fields("meta"); }

    /// The resources that its relationship `name` names, as far as the reply tells.
    std::vector<Identifier> related(std::string_view name) const {
        const auto* relationship = fields("relationships").object(name);
        const auto* data = relationship == nullptr ? nullptr : relationship->if_contains("data");
        std::vector<Identifier> related;
        const auto add = [&](const boost::json::value& value) {
            auto identifier = identifier_in(value);
            if (!identifier) { errors::malformed_reply("'" + std::string(name) + "' names no resource"); }
            related.push_back(std::move(*identifier));
        };
        if (data != nullptr && data->is_array()) {
            for (const auto& each : data->get_array()) { add(each); }
        } else if (data != nullptr && !data->is_null()) {
            add(*data);
        }
        return related;
    }

    /// What it says of itself, without what it says of others.
    boost::json::object summary() const {
        boost::json::object summary;
        for (const std::string_view key : {"type", "id", "attributes", "meta"}) {
            if (const auto* value = object_->if_contains(key)) { summary[key] = *value; }
        }
        return summary;
    }

private:
    JsonFields fields(std::string_view key) const {
        static const boost::json::object none;
        const auto* object = JsonFields(*object_, identifier_.type, errc::malformed_reply).object(key);
        return {object == nullptr ? none : *object, identifier_.type, errc::malformed_reply};
    }

    Identifier identifier_;
    const boost::json::object* object_;
};

/// A reply's document.
class Document {
public:
    /// Errors: `malformed_reply` for what is none, or tells of no data.
    explicit Document(const Response& response) : reply_(read_object(response)) {
        const auto* data = reply_.if_contains("data");
        if (data == nullptr || (!data->is_array() && !data->is_object())) { errors::malformed_reply("it has no data"); }
        is_list_ = data->is_array();
        if (is_list_) {
            for (const auto& each : data->get_array()) { add(data_, each); }
        } else {
            add(data_, *data);
        }
        refused_ = std::exchange(bad_, 0);
        const auto* included = reply_.if_contains("included");
        if (included != nullptr && included->is_array()) {
            for (const auto& each : included->get_array()) { add(included_, each); }
        }
    }
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;

    /// The primary resources.
    const std::vector<Resource>& data() const { return data_; }
    /// How many things stand among them that are no resources.
    std::uint32_t refused() const { return refused_; }

    /// The one resource that it is about.
    /// Errors: `malformed_reply` for a list, and for a resource of another type.
    const Resource& only(std::string_view type) const {
        if (is_list_ || data_.size() != 1 || data_.front().type() != type) {
            errors::malformed_reply("it is not about one of " + std::string(type));
        }
        return data_.front();
    }

    /// The resources of a list that holds all that there are: what is not among them is not there.
    /// Errors: `malformed_reply` unless the reply counts them, and they are all of this type.
    const std::vector<Resource>& all(std::string_view type) const {
        if (total() != data_.size()) { errors::malformed_reply("the list of " + std::string(type) + " is incomplete"); }
        return page(type);
    }
    /// The resources of one page of a list.
    /// Errors: `malformed_reply` unless they are all of this type.
    const std::vector<Resource>& page(std::string_view type) const {
        if (!is_list_ || refused_ > 0) {
            errors::malformed_reply("the list of " + std::string(type) + " is incomplete");
        }
        for (const Resource& each : data_) {
            if (each.type() != type) { errors::malformed_reply("a list of " + std::string(type) + " has others"); }
        }
        return data_;
    }

    /// How many resources a list has on all its pages, where it tells.
    std::optional<std::uint64_t> total() const {
        const auto* meta = JsonFields(reply_, "the list", errc::malformed_reply).object("meta");
        const auto* count = meta == nullptr ? nullptr : meta->if_contains("total_records");
        const bool is_count = count != nullptr && count->is_int64() && count->get_int64() >= 0;
        return is_count ? std::optional(static_cast<std::uint64_t>(count->get_int64())) : std::nullopt;
    }

    /// One that came along; null when it did not.
    const Resource* included(const Identifier& identifier) const {
        for (const Resource& each : included_) {
            if (each.id() == identifier.id && each.type() == identifier.type) { return &each; }
        }
        return nullptr;
    }

private:
    void add(std::vector<Resource>& resources, const boost::json::value& value) {
        auto identifier = identifier_in(value);
        if (!identifier) {
            ++bad_;
            return;
        }
        resources.emplace_back(std::move(*identifier), value.get_object());
    }

    boost::json::object reply_;
    std::vector<Resource> data_;
    std::vector<Resource> included_;
    std::uint32_t refused_ = 0;
    std::uint32_t bad_ = 0;
    bool is_list_ = false;
};

/// What a reply's errors say: code (or status), title and detail of each, up to four.
inline std::string reason_in(const Response& response) {
    const Complaint complaint(response);
    std::string reason;
    for (const std::string_view place : {"errors.0.", "errors.1.", "errors.2.", "errors.3."}) {
        const auto path = [&](std::string_view name) { return std::string(place).append(name); };
        const std::string code = path("code"), status = path("status"), title = path("title"), detail = path("detail");
        const std::string words =
            complaint.words({complaint.text(code).empty() ? std::string_view(status) : code, title, detail});
        if (!words.empty()) { reason.append(reason.empty() ? "" : "; ").append(words); }
    }
    return reason;
}

/// Whether a failure is told in JSON:API's words, and not by a server that does not know the request.
inline bool tells_errors(const Response& response) {
    const auto reply = parse_json_object(response.body);
    const auto* list = reply ? reply->if_contains("errors") : nullptr;
    return list != nullptr && list->is_array() && !list->get_array().empty();
}

}  // namespace tandem::wire::json_api
