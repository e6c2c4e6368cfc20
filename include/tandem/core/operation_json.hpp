// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error_json.hpp>
#include <tandem/core/number_json.hpp>
#include <tandem/core/operation.hpp>

#include <algorithm>
#include <string>
#include <string_view>

/// Operations as documents: all of one, so that whoever reads it can take it over.
namespace tandem {

namespace detail {

inline UnixTime unix_time_from(const JsonFields& fields, std::string_view key) {
    return UnixTime(std::chrono::seconds(fields.integer(key)));
}

inline Operation read_operation(const boost::json::object& document) {
    const JsonFields fields(document, "operation document");
    Operation operation;
    operation.id = fields.short_text<OperationId>("id");
    if (operation.id.empty()) { fields.refuse("id", "text"); }
    const auto kind = std::find(kind_names.begin(), kind_names.end(), fields.text("kind"));
    if (kind == kind_names.end()) { fields.refuse("kind", "acquire, release or remove"); }
    operation.kind = static_cast<Operation::Kind>(kind - kind_names.begin());
    const auto phase = std::find(phase_names.begin(), phase_names.end(), fields.text("phase"));
    if (phase == phase_names.end()) { fields.refuse("phase", "prepared, sending, pending, unknown, done or refused"); }
    operation.phase = static_cast<Operation::Phase>(phase - phase_names.begin());
    if (const auto number = fields.text("number"); !number.empty()) {
        if (!E164::is_valid(number)) { fields.refuse("number", "'+' and 3 to 15 digits, the first not 0"); }
        operation.number = E164::parse_or_empty(number);
    }
    operation.offer = fields.text("offer");
    operation.carrier = fields.text("carrier");
    operation.account = fields.text("account");
    operation.asked_by = fields.text("asked_by");
    operation.key = fields.text("key");
    operation.fingerprint = fields.text("fingerprint");
    operation.price_cap = money_from(fields, "price_cap");
    operation.charge = amount_from(fields, "charge");
    if (const auto* before = fields.object("before")) { operation.before = read_number(*before, true); }
    if (const auto* after = fields.object("after")) { operation.after = read_number(*after, true); }
    if (const auto* error = fields.object("error")) { operation.error = error_from_document(*error); }
    operation.created = unix_time_from(fields, "created");
    operation.modified = unix_time_from(fields, "modified");
    operation.deadline = unix_time_from(fields, "deadline");
    operation.revision = fields.count("revision");
    return operation;
}

}  // namespace detail

/// Amounts are text, unknown ones null; times are seconds since 1970; `before` and `after` are number documents, whose
/// `_id` is absent until an order from a group names the number.
/// Errors: as `to_json(const Number&)`.
inline boost::json::object to_json(const Operation& operation) {
    boost::json::object document{{"id", operation.id.view()},
                                 {"kind", name_of(operation.kind)},
                                 {"phase", name_of(operation.phase)},
                                 {"number", readable_or_null(operation.number.text().view())},
                                 {"offer", readable_text(operation.offer)},
                                 {"carrier", readable_text(operation.carrier)},
                                 {"account", readable_text(operation.account)},
                                 {"asked_by", readable_text(operation.asked_by)},
                                 {"key", readable_text(operation.key)},
                                 {"fingerprint", readable_text(operation.fingerprint)},
                                 {"price_cap", detail::money_to_json(operation.price_cap)},
                                 {"charge", detail::amount_to_json(operation.charge)},
                                 {"error", nullptr},
                                 {"created", operation.created.time_since_epoch().count()},
                                 {"modified", operation.modified.time_since_epoch().count()},
                                 {"deadline", operation.deadline.time_since_epoch().count()},
                                 {"revision", operation.revision}};
    document["before"] = to_json(operation.before);
    document["after"] = to_json(operation.after);
    if (operation.error) { document["error"] = error_to_document(*operation.error); }
    return document;
}

/// Reads what `to_json` wrote.
/// Errors: `invalid`, naming the key and what is allowed.
inline Result<Operation> operation_from_json(const boost::json::object& document) try {
    return detail::read_operation(document);
} catch (const Exception& exception) { return exception.error(); }

}  // namespace tandem
