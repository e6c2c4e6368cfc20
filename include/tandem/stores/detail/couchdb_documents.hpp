// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/operation_json.hpp>
#include <tandem/stores/detail/transitions.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

/// What stands in CouchDB: names, documents and views, as values without a server.
namespace tandem::stores::detail {

inline constexpr std::string_view numbers_databases = "numbers/";
inline constexpr const char* operations_database = "tandem/operations";
inline constexpr const char* keys_database = "tandem/keys";
inline constexpr const char* ledgers_database = "tandem/ledgers";
inline constexpr const char* changes_database = "tandem/changes";
inline constexpr const char* searches_database = "tandem/searches";

/// Kazoo's: by the first five characters; a shorter number has one of its own.
inline std::string numbers_database(E164 number) {
    return std::string(numbers_databases) + std::string(number.text().view().substr(0, 5));
}

/// The prefix whose numbers the database holds; empty where it is none of theirs.
inline E164 prefix_of_database(std::string_view name) {
    if (!name.starts_with(numbers_databases)) { return {}; }
    const auto prefix = name.substr(numbers_databases.size());
    return prefix.size() > 5 ? E164() : E164::parse_or_empty(prefix);
}

/// An id that no two lists of texts share, and that begins with no underscore, which CouchDB keeps for itself.
inline std::string id_of(std::initializer_list<std::string_view> texts) {
    boost::json::array list;
    for (const auto text : texts) { list.emplace_back(readable_text(text)); }
    return write_json(list);
}

/// The greatest number under `prefix`, as text that any collation puts last.
inline std::string last_key(E164 prefix) {
    std::string text = prefix.empty() ? "+" : prefix.str();
    return text.append(E164::max_digits + 1 - text.size(), '9');
}
/// The least key under `prefix` behind `after`.
inline std::string first_key(E164 prefix, E164 after) {
    const std::string begin = prefix.empty() ? "+" : prefix.str();
    return after.empty() ? begin : std::max(begin, after.str() + "0");
}

/// Writes whole numbers as integers: JavaScript gives back `1000` where Erlang gives `1.0e3`.
inline void make_plain(boost::json::value& value) {
    constexpr double exact = 9'007'199'254'740'992.0;  // 2^53
    if (auto* number = value.if_double(); number != nullptr) {
        if (std::trunc(*number) == *number && std::abs(*number) < exact) { value = static_cast<std::int64_t>(*number); }
    } else if (auto* object = value.if_object(); object != nullptr) {
        for (auto& [key, each] : *object) { make_plain(each); }
    } else if (auto* array = value.if_array(); array != nullptr) {
        for (auto& each : *array) { make_plain(each); }
    }
}
inline boost::json::object plain(boost::json::object object) {
    boost::json::value value(std::move(object));
    make_plain(value);
    return std::move(value.get_object());
}

/// As they will be read again.
inline Number plain(const Number& record) { return tandem::detail::read_number(plain(to_json(record)), false); }
inline Operation plain(const Operation& operation) { return tandem::detail::read_operation(plain(to_json(operation))); }

inline std::string text_of(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(std::string_view(value->get_string())) : "";
}

/// How often a document was written: the part of its revision that counts.
inline Revision generation_of(std::string_view rev) {
    Revision generation = 0;
    std::from_chars(rev.data(), rev.data() + rev.size(), generation);
    return generation;
}

/// What a database has under one id.
struct CouchDbDocument {
    std::string rev{};                          ///< of the tip that wins, a tombstone's too; empty: never written
    boost::json::object content{};              ///< its, without `_rev`
    bool exists = false;                        ///< it is no tombstone
    bool siblings = false;                      ///< there are others: two servers took two writes
    std::vector<boost::json::object> others{};  ///< the tips that do not win
};

/// Reads what `open_revs=all` gives. As CouchDB, takes the longest history that was not deleted, of equals the greater.
inline CouchDbDocument couchdb_document(const boost::json::array& tips) {
    CouchDbDocument document;
    for (const auto& tip : tips) {
        const auto* object = tip.if_object();
        const auto* found = object == nullptr ? nullptr : object->if_contains("ok");
        if (found == nullptr || !found->is_object()) { continue; }
        boost::json::object content = found->get_object();
        const std::string rev = text_of(content, "_rev");
        const bool exists = !content.contains("_deleted");
        content.erase("_rev");
        if (exists && document.exists) { document.siblings = true; }
        const auto rank = [](bool there, const std::string& of) { return std::tuple(there, generation_of(of), of); };
        if (document.rev.empty() || rank(exists, rev) > rank(document.exists, document.rev)) {
            if (!document.rev.empty()) { document.others.push_back(std::move(document.content)); }
            document.rev = rev;
            document.content = std::move(content);
            document.exists = exists;
        } else {
            document.others.push_back(std::move(content));
        }
    }
    return document;
}

/// The document of a row that was asked for with `include_docs`; null where it is gone.
inline const boost::json::object* couchdb_row_document(const boost::json::value& row) {
    const auto* object = row.if_object();
    const auto* document = object == nullptr ? nullptr : object->if_contains("doc");
    return document != nullptr && document->is_object() ? &document->get_object() : nullptr;
}

/// The private field of a number's document that names the operation which wrote it last, and how that ended. It
/// outlives further writes until the next operation ends, and the record itself.
inline constexpr std::string_view last_operation_field = "pvt_last_operation";

/// How an operation ended.
struct Ending {
    OperationId operation{};
    std::string phase{};

    friend bool operator==(const Ending&, const Ending&) = default;
};
inline Ending ending_of(const Operation& operation) {
    return {.operation = operation.id, .phase = std::string(name_of(operation.phase))};
}
inline Ending ending_in(const boost::json::object& content) {
    Ending ending;
    const auto* mark = content.if_contains(last_operation_field);
    if (mark == nullptr || !mark->is_object()) { return ending; }
    const auto id = text_of(mark->get_object(), "id");
    if (id.size() > OperationId::capacity()) { return ending; }
    ending.operation = OperationId(id);
    ending.phase = text_of(mark->get_object(), "phase");
    return ending;
}

/// A number's document. Its revision is CouchDB's count, so that Kazoo's writes count too.
struct CouchDbNumber {
    Slot slot{};
    std::string rev{};
    Ending last{};  ///< of the operation that wrote it last
    bool siblings = false;
    std::vector<Ending> others{};  ///< of the tips that do not win

    bool is_fenced_by(const OperationId& id) const { return slot.record && slot.record->fence == id; }
    bool is_written_by(const Ending& ending) const {
        return last == ending || std::find(others.begin(), others.end(), ending) != others.end();
    }
};

/// Errors: `invalid`, thrown, when it is no number's document.
inline Number couchdb_number(boost::json::object content, std::string_view rev) {
    content["_rev"] = std::to_string(generation_of(rev));
    content.erase(last_operation_field);
    return tandem::detail::read_number(content, false);
}
inline CouchDbNumber couchdb_number(const CouchDbDocument& document) {
    CouchDbNumber number;
    number.rev = document.rev;
    number.siblings = document.siblings;
    number.slot.last = generation_of(document.rev);
    number.last = ending_in(document.content);
    for (const auto& other : document.others) { number.others.push_back(ending_in(other)); }
    if (document.exists) { number.slot.record = couchdb_number(document.content, document.rev); }
    return number;
}

/// The document of `record`; its tombstone when it goes.
inline boost::json::object couchdb_content(const Number& record, const Ending& last, bool removes) {
    boost::json::object content;
    if (removes) {
        content["_id"] = record.number.text().view();
        content["_deleted"] = true;
    } else {
        content = plain(to_json(record));
        content.erase("_rev");
        content.erase(last_operation_field);
    }
    if (!last.operation.empty()) {
        content[last_operation_field] = {{"id", last.operation.view()}, {"phase", last.phase}};
    }
    return content;
}

/// An operation's document. A settle or abandon is decided by the write of `outcome`: it is the operation as it will be
/// once its number is written, by whoever gets to it.
struct CouchDbOperation {
    Operation operation{};
    std::optional<Operation> outcome{};
    std::string decided_by{};  ///< the write that put `outcome` there
    std::string rev{};
    bool siblings = false;
};

/// Errors: `invalid`, thrown, when it is no operation's document.
inline CouchDbOperation couchdb_operation(const boost::json::object& content) {
    CouchDbOperation stored;
    stored.operation = tandem::detail::read_operation(content);
    stored.decided_by = text_of(content, "decided_by");
    if (const auto* outcome = content.if_contains("outcome"); outcome != nullptr && outcome->is_object()) {
        stored.outcome = tandem::detail::read_operation(outcome->get_object());
    }
    return stored;
}

/// `written_by` is unlike that of any other write.
inline boost::json::object couchdb_content(const CouchDbOperation& stored, std::string_view written_by) {
    auto content = to_json(stored.operation);
    content["_id"] = stored.operation.id.view();
    content["written_by"] = written_by;
    if (!stored.decided_by.empty()) { content["decided_by"] = stored.decided_by; }
    if (stored.outcome) { content["outcome"] = to_json(*stored.outcome); }
    return plain(std::move(content));
}

/// What the operations of one account charge: those that may still change one by one, the others summed up.
struct Ledger {
    Amount total = Amount::zero();
    std::map<std::string, Amount> open{};

    /// Of all but `id`.
    Amount spent_beside(std::string_view id) const {
        Amount sum = total;
        for (const auto& [operation, charge] : open) {
            if (operation != id) { sum += charge; }
        }
        return sum;
    }
};

/// Errors: `invalid`, thrown, when it is no ledger.
inline Ledger couchdb_ledger(const boost::json::object& content) {
    Ledger ledger;
    if (content.contains("total")) {
        ledger.total = tandem::detail::amount_from(JsonFields(content, "ledger"), "total");
    }
    if (const auto* open = JsonFields(content, "ledger").object("open")) {
        for (const auto& [id, charge] : *open) {
            ledger.open[std::string(id)] = tandem::detail::amount_from(JsonFields(*open, "ledger"), id);
        }
    }
    return ledger;
}
inline boost::json::object couchdb_content(const Ledger& ledger, std::string_view id, std::string_view written_by) {
    boost::json::object open;
    for (const auto& [operation, charge] : ledger.open) { open[operation] = charge.str(); }
    return {{"_id", id}, {"total", ledger.total.str()}, {"open", std::move(open)}, {"written_by", written_by}};
}

/// A design document of ours. Another version has another name: servers build it anew.
struct CouchDbDesign {
    struct View {
        const char* name;
        const char* map;
        const char* reduce = nullptr;
    };

    const char* name;
    std::vector<View> views;

    boost::json::object document() const {
        boost::json::object all;
        for (const View& each : views) {
            boost::json::object view{{"map", each.map}};
            if (each.reduce != nullptr) { view["reduce"] = each.reduce; }
            all[each.name] = std::move(view);
        }
        return {{"language", "javascript"}, {"views", std::move(all)}};
    }
};

inline const CouchDbDesign numbers_design{
    "tandem-1",
    {{"by_account",
      "function (doc) { if (doc._id[0] === '+' && doc.pvt_assigned_to) emit([doc.pvt_assigned_to, doc._id], null); }"},
     {"by_state", "function (doc) { if (doc._id[0] === '+') emit([doc.pvt_state, doc._id], null); }"},
     {"by_carrier",
      "function (doc) { if (doc._id[0] === '+') emit([doc.pvt_module_name, doc.pvt_state, doc._id], null); }"},
     {"billed",
      "function (doc) { if (doc._id[0] === '+' && doc.pvt_billing_class && "
      "['reserved', 'in_service', 'port_in'].indexOf(doc.pvt_state) >= 0) "
      "emit([doc.pvt_assigned_to || '', doc.pvt_billing_class], null); }",
      "_count"}}};

inline const CouchDbDesign operations_design{
    "tandem-1",
    {{"open", "function (doc) { if (doc.phase !== 'done' && doc.phase !== 'refused') emit(doc._id, null); }"}}};

inline const CouchDbDesign searches_design{
    "tandem-1",
    {{"by_age", "function (doc) { emit([doc.created, doc.turn], doc._rev); }"},
     {"by_end", "function (doc) { emit(doc.expires, doc._rev); }"},
     {"by_offer",
      "function (doc) { var seen = {}; doc.offers.forEach(function (offer, place) { if (seen['=' + offer.key]) return; "
      "seen['=' + offer.key] = true; emit([doc.account, offer.key, doc.created, doc.turn], [place, doc.expires]); }); "
      "}"}}};

}  // namespace tandem::stores::detail
