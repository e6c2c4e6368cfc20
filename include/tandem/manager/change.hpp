// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/json.hpp>
#include <tandem/core/number_json.hpp>
#include <tandem/manager/prepare.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

/// Changes of a record that stays with its account: one commit each, and nothing to pay.
namespace tandem::detail {

/// How many bytes the public fields of a number may have as JSON.
inline constexpr std::size_t max_public_fields = 65'536;

/// Errors: `invalid` for what is no JSON object, is too large, or has a private key.
inline boost::json::object public_fields_of(const JsonText& fields) {
    if (fields.text.size() > max_public_fields) {
        errors::invalid("public fields have at most " + std::to_string(max_public_fields) + " bytes");
    }
    auto object = object_of(fields, "public fields");
    for (const auto& [key, value] : object) {
        if (is_private_key(key)) {
            errors::invalid("public fields begin neither with '_' nor with 'pvt_'", std::string(key));
        }
    }
    return object;
}

/// A merge patch (RFC 7396).
inline void merge_into(boost::json::object& target, const boost::json::object& patch) {
    for (const auto& [key, value] : patch) {
        if (value.is_null()) {
            target.erase(key);
        } else if (value.is_object()) {
            boost::json::value& inner = target[key];
            if (!inner.is_object()) { inner = boost::json::object(); }
            merge_into(inner.get_object(), value.get_object());
        } else {
            target[key] = value;
        }
    }
}

/// The record, as whoever may change it finds it.
/// Errors: `not_found`, `unauthorized`, `in_progress`, `conflict` when it has another revision than was read.
template <class K>
Task<Number> begin_change(K& kernel, E164 number, ChangeRequest request) {
    const auto stored = co_await kernel.store.get(number);
    if (!stored) { errors::raise(errc::not_found, "the number is not ours", number.str()); }
    authorize_change(kernel.accounts, request.asked_by, *stored);
    refuse_claimed(*stored);
    if (request.revision != 0 && request.revision != stored->revision) {
        errors::raise(
            errc::conflict, "the record of " + number.str() + " was changed by someone else",
            "its revision is " + std::to_string(stored->revision) + ", not " + std::to_string(request.revision));
    }
    co_return *stored;
}

/// `NumberManager::make_available` and `age_number` on the strand.
template <class K>
Task<Number> pool(std::shared_ptr<K> kernel, E164 number, ChangeRequest request, State target) {
    Number record = co_await begin_change(*kernel, number, request);
    const Transition step = transition(record.state, target);
    refuse_mobile(K::info(K::index_of(record.carrier)), step.from, step.to);
    if (step.from == step.to) { co_return record; }
    record.state = step.to;
    strip(record);
    record.modified = kernel->environment.time();
    co_return co_await kernel->store.put(std::move(record));
}

/// `NumberManager::update_number` on the strand.
template <class K>
Task<Number> update(std::shared_ptr<K> kernel, E164 number, JsonText fields, FieldUpdate how, ChangeRequest request) {
    const boost::json::object given = public_fields_of(fields);
    Number record = co_await begin_change(*kernel, number, request);
    const boost::json::object before = object_of(record.public_fields, "public fields");
    boost::json::object after = how == FieldUpdate::merge ? before : given;
    if (how == FieldUpdate::merge) { merge_into(after, given); }
    if (after == before) { co_return record; }
    record.public_fields = to_json_text(std::move(after));
    (void)public_fields_of(record.public_fields);
    record.modified = kernel->environment.time();
    co_return co_await kernel->store.put(std::move(record));
}

}  // namespace tandem::detail
