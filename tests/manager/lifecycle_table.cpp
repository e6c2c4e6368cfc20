// SPDX-License-Identifier: BSL-1.0
#include "lifecycle.hpp"

#include <functional>
#include <map>

using namespace tandem;
using namespace tandem::manager_tests;

namespace {

/// Whoever asks, in the order of the table's columns.
constexpr std::array<std::string_view, 6> actors{"", "stranger", "child", "holder", "parent", "master"};

/// What each of them is told, written from Kazoo's rules:
/// `-` forbidden, `n` not_found, `i` invalid_state_transition, `e` number_exists, `c` no_change_required;
/// `s` done, and nothing changed; `y` done; `Y` done, and the carrier was asked once.
struct Row {
    const char* from;  ///< `absent`, or a state; what is reserved, in service or ported is the holder's
    const char* told;
    const char* becomes = "";  ///< once done
};

struct Table {
    const char* operation;
    std::vector<Row> rows;
};

const std::vector<Table> tables{
    {"acquire for child",
     {{"absent", "--YYYY", "in_service child"},
      {"discovery", "--YYYY", "in_service child"},
      {"available", "--yyyy", "in_service child"},
      {"reserved", "--yyyy", "in_service child"},
      {"in_service", "---eee"},
      {"port_in", "---eee"},
      {"port_out", "---iii"},
      {"aging", "--yyyy", "in_service child"},
      {"released", "--iiii"},
      {"deleted", "--iiii"}}},
    {"acquire for holder",
     {{"absent", "---YYY", "in_service holder"},
      {"discovery", "---YYY", "in_service holder"},
      {"available", "---yyy", "in_service holder"},
      {"reserved", "---yyy", "in_service holder"},
      {"in_service", "---sss"},
      {"port_in", "---yyy", "in_service holder"},
      {"port_out", "---iii"},
      {"aging", "---yyy", "in_service holder"},
      {"released", "---iii"},
      {"deleted", "---iii"}}},
    {"reserve for child",
     {{"absent", "--YYYY", "reserved child"},
      {"discovery", "--YYYY", "reserved child"},
      {"available", "--yyyy", "reserved child"},
      {"reserved", "---yyy", "reserved child"},
      {"in_service", "---yyy", "reserved child"},
      {"port_in", "---iii"},
      {"port_out", "---iii"},
      {"aging", "--iiii"},
      {"released", "--iiii"},
      {"deleted", "--iiii"}}},
    {"reserve for holder",
     {{"absent", "---YYY", "reserved holder"},
      {"discovery", "---YYY", "reserved holder"},
      {"available", "---yyy", "reserved holder"},
      {"reserved", "---ccc"},
      {"in_service", "---yyy", "reserved holder"},
      {"port_in", "---iii"},
      {"port_out", "---iii"},
      {"aging", "---iii"},
      {"released", "---iii"},
      {"deleted", "---iii"}}},
    {"put in service for child",
     {{"absent", "nnnnnn"},
      {"discovery", "nnnnnn"},
      {"available", "--yyyy", "in_service child"},
      {"reserved", "--yyyy", "in_service child"},
      {"in_service", "---yyy", "in_service child"},
      {"port_in", "---yyy", "in_service child"},
      {"port_out", "---iii"},
      {"aging", "--yyyy", "in_service child"},
      {"released", "--iiii"},
      {"deleted", "--iiii"}}},
    {"put in service for holder",
     {{"absent", "nnnnnn"},
      {"discovery", "nnnnnn"},
      {"available", "---yyy", "in_service holder"},
      {"reserved", "---yyy", "in_service holder"},
      {"in_service", "---sss"},
      {"port_in", "---yyy", "in_service holder"},
      {"port_out", "---iii"},
      {"aging", "---yyy", "in_service holder"},
      {"released", "---iii"},
      {"deleted", "---iii"}}},
    {"move to child",
     {{"absent", "nnnnnn"},
      {"discovery", "nnnnnn"},
      {"available", "--iiii"},
      {"reserved", "--iiii"},
      {"in_service", "---yyy", "in_service child"},
      {"port_in", "---iii"},
      {"port_out", "---iii"},
      {"aging", "--iiii"},
      {"released", "--iiii"},
      {"deleted", "--iiii"}}},
    {"move to holder",
     {{"absent", "nnnnnn"},
      {"discovery", "nnnnnn"},
      {"available", "---iii"},
      {"reserved", "---iii"},
      {"in_service", "---sss"},
      {"port_in", "---iii"},
      {"port_out", "---iii"},
      {"aging", "---iii"},
      {"released", "---iii"},
      {"deleted", "---iii"}}},
    {"create reserved",
     {{"absent", "---y-y", "reserved child"},
      {"discovery", "---y-y", "reserved child"},
      {"available", "---e-e"},
      {"reserved", "---e-e"},
      {"in_service", "---e-e"},
      {"port_in", "---e-e"},
      {"port_out", "---e-e"},
      {"aging", "---e-e"},
      {"released", "---e-e"},
      {"deleted", "---e-e"}}},
    {"create in_service",
     {{"absent", "---y-y", "in_service child"},
      {"discovery", "---y-y", "in_service child"},
      {"available", "---e-e"},
      {"reserved", "---e-e"},
      {"in_service", "---e-e"},
      {"port_in", "---e-e"},
      {"port_out", "---e-e"},
      {"aging", "---e-e"},
      {"released", "---e-e"},
      {"deleted", "---e-e"}}},
    {"create available",
     {{"absent", "-----y", "available"},
      {"discovery", "-----y", "available"},
      {"available", "-----e"},
      {"reserved", "-----e"},
      {"in_service", "-----e"},
      {"port_in", "-----e"},
      {"port_out", "-----e"},
      {"aging", "-----e"},
      {"released", "-----e"},
      {"deleted", "-----e"}}},
    {"create aging",
     {{"absent", "-----y", "aging"},
      {"discovery", "-----y", "aging"},
      {"available", "-----e"},
      {"reserved", "-----e"},
      {"in_service", "-----e"},
      {"port_in", "-----e"},
      {"port_out", "-----e"},
      {"aging", "-----e"},
      {"released", "-----e"},
      {"deleted", "-----e"}}},
    {"port in",
     {{"absent", "-----y", "port_in child"},
      {"discovery", "-----y", "port_in child"},
      {"available", "-----e"},
      {"reserved", "-----e"},
      {"in_service", "-----e"},
      {"port_in", "-----e"},
      {"port_out", "-----e"},
      {"aging", "-----e"},
      {"released", "-----e"},
      {"deleted", "-----e"}}},
    {"make available",
     {{"absent", "nnnnnn"},
      {"discovery", "-----i"},
      {"available", "-----s"},
      {"reserved", "---iii"},
      {"in_service", "---iii"},
      {"port_in", "---iii"},
      {"port_out", "---iii"},
      {"aging", "-----i"},
      {"released", "-----i"},
      {"deleted", "-----i"}}},
    {"age",
     {{"absent", "nnnnnn"},
      {"discovery", "-----i"},
      {"available", "-----y", "aging"},
      {"reserved", "---iii"},
      {"in_service", "---iii"},
      {"port_in", "---iii"},
      {"port_out", "---iii"},
      {"aging", "-----s"},
      {"released", "-----y", "aging"},
      {"deleted", "-----i"}}},
    {"release",
     {{"absent", "nnnnnn"},
      {"discovery", "-----i"},
      {"available", "-----i"},
      {"reserved", "---YYY", "gone"},
      {"in_service", "---YYY", "gone"},
      {"port_in", "---YYY", "gone"},
      {"port_out", "---iii"},
      {"aging", "-----i"},
      {"released", "-----Y", "gone"},
      {"deleted", "-----i"}}},
    {"remove",
     {{"absent", "-----n"},
      {"discovery", "-----y", "gone"},
      {"available", "-----Y", "gone"},
      {"reserved", "-----Y", "gone"},
      {"in_service", "-----Y", "gone"},
      {"port_in", "-----Y", "gone"},
      {"port_out", "-----Y", "gone"},
      {"aging", "-----Y", "gone"},
      {"released", "-----Y", "gone"},
      {"deleted", "-----y", "gone"}}},
    {"update",
     {{"absent", "nnnnnn"},
      {"discovery", "-----y", "discovery"},
      {"available", "-----y", "available"},
      {"reserved", "---yyy", "reserved holder"},
      {"in_service", "---yyy", "in_service holder"},
      {"port_in", "---yyy", "port_in holder"},
      {"port_out", "---yyy", "port_out holder"},
      {"aging", "-----y", "aging"},
      {"released", "-----y", "released"},
      {"deleted", "-----y", "deleted"}}},
};

/// Does what a table is about, and tells `done` or the error.
std::string perform(Life& life, const std::string& operation, std::string_view asked_by) {
    auto& manager = life.manager;
    const AcquireRequest acquire{.account = operation.ends_with("holder") ? "holder" : "child", .asked_by = asked_by};
    const AssignRequest assign{.account = acquire.account, .asked_by = asked_by};
    const ChangeRequest change{.asked_by = asked_by};
    const ReleaseRequest release{.asked_by = asked_by};
    CreateRequest create{.account = "child", .asked_by = asked_by};
    if (operation.starts_with("acquire")) { return told(life.run(manager.acquire_number(number, purchase, acquire))); }
    if (operation.starts_with("reserve")) { return told(life.run(manager.reserve_number(number, purchase, acquire))); }
    if (operation.starts_with("put")) { return told(life.run(manager.put_in_service(number, assign))); }
    if (operation.starts_with("move")) { return told(life.run(manager.move_number(number, assign))); }
    if (operation.starts_with("create")) {
        create.state = state_of(operation.substr(7)).value();
        if (create.state == State::available || create.state == State::aging) { create.account = {}; }
        return told(life.run(manager.create_number(number, create)));
    }
    if (operation == "port in") { return told(life.run(manager.port_in_number(number, create))); }
    if (operation == "make available") { return told(life.run(manager.make_available(number, change))); }
    if (operation == "age") { return told(life.run(manager.age_number(number, change))); }
    if (operation == "release") { return told(life.run(manager.disconnect_number(number, release))); }
    if (operation == "remove") { return told(life.run(manager.remove_number(number, release))); }
    const JsonText fields(R"({"note": "ours"})");
    return told(life.run(manager.update_number(number, fields, FieldUpdate::merge, change)));
}

const std::map<char, std::string> answers{{'-', "forbidden"},
                                          {'n', "not_found"},
                                          {'i', "invalid_state_transition"},
                                          {'e', "number_exists"},
                                          {'c', "no_change_required"},
                                          {'s', "done"},
                                          {'y', "done"},
                                          {'Y', "done"}};

/// Puts the number into a row's state.
std::string begin(Life& life, const Row& row) {
    if (row.from == std::string_view("absent")) { return "gone"; }
    const State state = state_of(row.from).value();
    const bool held =
        state == State::reserved || state == State::in_service || state == State::port_in || state == State::port_out;
    life.put(state, held ? "holder" : "");
    return life.standing();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(manager_lifecycle_table)

BOOST_AUTO_TEST_CASE(every_state_operation_and_actor_is_answered_by_kazoos_rules) {
    for (const Table& table : tables) {
        BOOST_TEST_REQUIRE(table.rows.size() == state_names.size() + 1);
        for (const Row& row : table.rows) {
            for (std::size_t i = 0; i < actors.size(); ++i) {
                BOOST_TEST_CONTEXT(table.operation << ", from " << row.from << ", asked by '" << actors[i] << "'") {
                    Life life;
                    const std::string before = begin(life, row);
                    const auto record = life.stored();
                    const char expected = row.told[i];
                    BOOST_TEST(perform(life, table.operation, actors[i]) == answers.at(expected));
                    const bool changed = expected == 'y' || expected == 'Y';
                    BOOST_TEST(life.standing() == (changed ? row.becomes : before));
                    if (!changed) { BOOST_TEST((life.stored() == record)); }
                    BOOST_TEST(life.acts() == (expected == 'Y' ? 1U : 0U));
                    BOOST_TEST(life.run(life.store.open_operations({}, 10)).empty());
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(states_in_which_nobody_creates_are_refused_by_name) {
    for (const State state : {State::discovery, State::port_out, State::released, State::deleted}) {
        for (const std::string_view actor : actors) {
            BOOST_TEST_CONTEXT(name_of(state) << ", asked by '" << actor << "'") {
                Life life;
                const CreateRequest request{.state = state, .account = "child", .asked_by = actor};
                const auto created = life.run(life.manager.create_number(number, request));
                BOOST_TEST(told(created) == (actor == "master" ? "invalid_state_transition" : "forbidden"));
                BOOST_TEST(life.standing() == "gone");
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_number_under_an_operation_answers_in_progress_to_all) {
    for (const Table& table : tables) {
        BOOST_TEST_CONTEXT(table.operation) {
            Life life;
            life.script.on(Method::post, "alpha.example/orders", Response(500, "oops", "text/plain"));
            const AcquireRequest buying_it{.account = "holder", .asked_by = "holder"};
            BOOST_REQUIRE(told(life.run(life.manager.acquire_number(number, purchase, buying_it))) == "done");
            BOOST_REQUIRE(life.standing() == "discovery under way");
            const auto record = life.stored();
            BOOST_TEST(perform(life, table.operation, "master") == "in_progress");
            BOOST_TEST((life.stored() == record));
            BOOST_TEST(life.acts() == 1U);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_tables_hold_what_the_compiler_knows) {
    using detail::find_transition;
    static_assert(detail::transition<State::discovery, State::reserved>().contacts_carrier);
    static_assert(!detail::transition<State::aging, State::in_service>().contacts_carrier);
    static_assert(!find_transition(State::aging, State::available) &&
                  !find_transition(State::available, State::port_in));
    static_assert(detail::may(detail::Relation::descendant, detail::Matter::set_aside));
    static_assert(!detail::may(detail::Relation::descendant, detail::Matter::held));
    for (const State to : {State::discovery, State::port_out}) {  // no number comes to these
        for (std::size_t from = 0; from < state_names.size(); ++from) {
            BOOST_TEST(!find_transition(static_cast<State>(from), to));
        }
    }
    for (const auto& row : detail::authority) {
        BOOST_TEST((row.back() && !row.front()));
    }  // admins all, nobody nothing
}

BOOST_AUTO_TEST_SUITE_END()
