// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/error.hpp>
#include <tandem/core/json_text.hpp>

#include <concepts>
#include <string_view>

namespace tandem {

/// The settings of `category` (`number_manager`, `number_manager.telnyx`) as one JSON object; `{}` when there are none.
/// Errors: `settings`, naming the category, the key and what is allowed.
template <class C>
concept GivesDocuments = requires(const C& config, std::string_view category) {
    { config.document(category) } -> std::same_as<Result<JsonText>>;
};

/// Where settings come from: Kazoo's `system_config` documents. Read once, when a manager is opened.
/// Models: `configs::JsonFile`, `configs::Environment`, `configs::InCode`.
template <class C>
concept Config = std::move_constructible<C> && GivesDocuments<C>;

}  // namespace tandem
