// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/config.hpp>
#include <tandem/core/file.hpp>
#include <tandem/core/json.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::configs {

/// Kazoo's `system_config` documents in one JSON file, keyed by category:
/// `{"number_manager": {"default": {…}}, "number_manager.telnyx": {"default": {"api_key": …}}}`.
/// A document holds a `default` object; without one the document itself is the settings. What it holds for single
/// nodes, beside `default`, is not read. UTF-8, with a byte order mark or without.
class JsonFile {
public:
    static constexpr std::size_t max_size = 64U << 20U;

    /// Reads the file. What is wrong with it is told by `document`.
    explicit JsonFile(std::string path) : path_(std::move(path)) { read(); }

    /// Errors: `settings`, naming the file and what is wrong.
    Result<JsonText> document(std::string_view category) const {
        if (failure_) { return *failure_; }
        const auto* found = documents_.if_contains(category);
        if (found == nullptr) { return JsonText(); }
        const auto refuse = [&](std::string what) {
            return Error{.code = errc::settings, .message = path_ + ": " + std::string(category) + what};
        };
        if (!found->is_object()) { return refuse(" must be an object"); }
        const auto* settings = found->get_object().if_contains("default");
        if (settings == nullptr) { return to_json_text(found->get_object()); }
        if (!settings->is_object()) { return refuse(".default must be an object"); }
        return to_json_text(settings->get_object());
    }

    /// The names of the documents that the file holds, whoever reads them; none where it cannot be read.
    std::vector<std::string> categories() const {
        std::vector<std::string> names;
        for (const auto& document : documents_) { names.emplace_back(std::string_view(document.key())); }
        return names;
    }

private:
    void read() {
        const auto text = read_file(path_, max_size);
        if (!text) {
            failure_ = text.error();
            return;
        }
        constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
        std::string_view json = *text;
        if (json.starts_with(byte_order_mark)) { json.remove_prefix(byte_order_mark.size()); }
        auto documents = parse_json_object(json);
        if (documents) {
            documents_ = std::move(*documents);
        } else {
            failure_ = Error{.code = errc::settings,
                             .message = "the file " + path_ + " is no JSON object of documents",
                             .cause = documents.error().cause};
        }
    }

    std::string path_;
    boost::json::object documents_;
    std::optional<Error> failure_;
};
static_assert(Config<JsonFile>);

}  // namespace tandem::configs
