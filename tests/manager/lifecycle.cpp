// SPDX-License-Identifier: BSL-1.0
#include "lifecycle.hpp"

#include <tandem/core/number_json.hpp>
#include <tandem/run.hpp>

using namespace tandem;
using namespace tandem::manager_tests;
using enum State;

namespace {

const E164 second = E164::parse_or_empty("+14155550101");
const E164 third = E164::parse_or_empty("+14155550102");

struct Lives : Life {
    Result<Receipt> reserve(std::string_view account, std::string_view asked_by, InlineText<127> key = {}) {
        const AcquireRequest request{.account = account, .asked_by = asked_by, .key = key};
        return run(manager.reserve_number(number, purchase, request));
    }
    Result<Receipt> activate(std::string_view account, std::string_view asked_by) {
        return run(manager.put_in_service(number, {.account = account, .asked_by = asked_by}));
    }
    Result<Receipt> move(std::string_view account, std::string_view asked_by) {
        return run(manager.move_number(number, AssignRequest{.account = account, .asked_by = asked_by}));
    }
    Result<Receipt> give_back(std::string_view asked_by) {
        return run(manager.disconnect_number(number, {.asked_by = asked_by}));
    }
    Result<Receipt> remove(std::string_view asked_by = "system") {
        return run(manager.remove_number(number, {.asked_by = asked_by}));
    }
    Result<Receipt> create(State state, std::string_view carrier, std::string_view account = {},
                           std::string_view asked_by = "system") {
        const CreateRequest request{.state = state, .account = account, .asked_by = asked_by, .carrier = carrier};
        return run(manager.create_number(number, request));
    }
    Result<Number> update(std::string fields, FieldUpdate how, std::string_view asked_by = "holder",
                          Revision revision = 0) {
        const ChangeRequest request{.asked_by = asked_by, .revision = revision};
        return run(manager.update_number(number, JsonText(std::move(fields)), how, request));
    }
    void let_orders_answer(Response reply) { script.on(Method::post, "alpha.example/orders", std::move(reply)); }
    static Response text(int status, std::string body) { return Response(status, std::move(body), "text/plain"); }

    /// Everything that the store holds of the number, as text.
    std::string dump() {
        std::string all;
        for (const Change& change : run(store.changes(0, 1'000))) { all += std::to_string(change.sequence) + " "; }
        const auto record = stored();
        return all + (record ? boost::json::serialize(to_json(*record)) : "gone");
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(manager_lifecycle, Lives)

BOOST_AUTO_TEST_CASE(a_reserve_goes_down_three_accounts_and_comes_back_the_same_way) {
    BOOST_TEST(told(reserve("parent", "parent")) == "done");
    BOOST_TEST(told(reserve("holder", "parent")) == "done");
    BOOST_TEST(told(reserve("child", "holder")) == "done");
    BOOST_TEST(standing() == "reserved child");
    BOOST_TEST(history() == "child holder parent");
    BOOST_TEST(acts() == 1U);  // it was bought once
    BOOST_TEST(told(activate("child", "child")) == "done");
    BOOST_TEST(history() == "child holder parent");
    BOOST_TEST(told(give_back("child")) == "done");
    BOOST_TEST(standing() == "reserved holder");
    BOOST_TEST(told(give_back("holder")) == "done");
    BOOST_TEST(standing() == "reserved parent");
    BOOST_TEST(history() == "parent");
    BOOST_TEST(acts() == 1U);
    BOOST_TEST(told(give_back("parent")) == "done");
    BOOST_TEST(standing() == "gone");
    BOOST_TEST(acts() == 2U);
}

BOOST_AUTO_TEST_CASE(whoever_reserves_twice_stands_in_the_history_once) {
    put(in_service, "holder", "alpha", {"holder"});
    BOOST_TEST(told(reserve("holder", "holder")) == "done");
    BOOST_TEST(history() == "holder");
    const auto again = reserve("holder", "holder");
    BOOST_TEST(told(again) == "no_change_required");
    BOOST_TEST(acts() == 0U);
}

BOOST_AUTO_TEST_CASE(a_reserve_is_bought_once_however_often_its_key_comes) {
    const Receipt first = reserve("holder", "holder", "k1").value();
    const Receipt again = reserve("holder", "holder", "k1").value();
    BOOST_TEST((first.operation == again.operation));
    BOOST_TEST(name_of(again.number.state) == "reserved");
    BOOST_TEST(acts() == 1U);
    const AcquireRequest purchase_with_it{.account = "holder", .asked_by = "holder", .key = "k1"};
    BOOST_TEST(told(run(manager.acquire_number(number, purchase, purchase_with_it))) == "key_reused");
}

BOOST_AUTO_TEST_CASE(an_interrupted_reserve_ends_in_reserve_and_not_in_service) {
    const struct {
        const char* name;
        Response order, look;
    } rows[]{{"the reply was lost", text(500, "oops"), text(200, "sold +14155550100")},
             {"it was only accepted", text(200, "pending +14155550100"), text(200, "sold +14155550100")}};
    for (const auto& [name, order, look] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Lives life;
            life.let_orders_answer(order);
            BOOST_TEST(name_of(life.reserve("holder", "holder").value().outcome) != "sold");
            BOOST_TEST(life.standing() == "discovery under way");
            life.script.on(Method::get, "alpha.example/orders/", text(200, "pending +14155550100"), look);
            for (int i = 0; i < 2; ++i) { (void)life.run(life.manager.recover()).value(); }
            BOOST_TEST(life.standing() == "reserved holder");
            BOOST_TEST(life.history() == "holder");
            BOOST_TEST(life.acts() == 1U);
        }
    }
}

BOOST_AUTO_TEST_CASE(no_carrier_says_what_a_bought_number_becomes) {
    const struct {
        const char* name;
        Response order, first, second;
    } rows[]{
        {"sold", text(200, "sold +14155550100"), Response(404), Response(404)},
        {"followed", text(200, "pending +14155550100"), text(200, "pending +14155550100"),
         text(200, "sold +14155550100")},
        {"found, then followed", text(500, "oops"), text(200, "pending +14155550100"), text(200, "sold +14155550100")}};
    for (const auto& [name, order, first, again] : rows) {
        for (const bool reserving : {true, false}) {
            BOOST_TEST_CONTEXT(name << (reserving ? ", reserved" : ", in service")) {
                Lives life;
                life.script.on(Method::get, "wilful.example/search", text(200, "+14155550100 1.00 2.00 sms\n"));
                life.script.on(Method::post, "wilful.example/orders", order);
                life.script.on(Method::get, "wilful.example/orders/", first, again);
                const AcquireRequest request{.account = "holder", .asked_by = "holder", .carrier = "wilful"};
                const auto bought = reserving ? life.run(life.manager.reserve_number(number, purchase, request))
                                              : life.run(life.manager.acquire_number(number, purchase, request));
                BOOST_TEST(told(bought) == "done");
                for (int i = 0; i < 2; ++i) { (void)life.run(life.manager.recover()).value(); }
                BOOST_TEST(life.standing() == (reserving ? "reserved holder" : "in_service holder"));
                BOOST_TEST(life.acts() == 1U);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_reserve_whose_process_died_is_finished_by_another_from_its_record) {
    *meddler.meddle = [](std::string_view operation) {
        if (operation == "settle") { errors::raise(errc::store, "died before the reply was written down"); }
    };
    BOOST_TEST(name_of(reserve("holder", "holder").value().outcome) == "unknown");
    *meddler.meddle = nullptr;
    const Operation left = run(store.open_operations({}, 10)).at(0);
    BOOST_TEST(name_of(left.phase) == "sending");
    BOOST_TEST(name_of(left.after.state) == "reserved");
    Manager another = open(settings());
    script.on(Method::get, "alpha.example/orders/", text(200, "sold +14155550100"));
    BOOST_TEST(name_of(run(another.recover()).value().at(0).outcome) == "sold");
    BOOST_TEST(standing() == "reserved holder");
    BOOST_TEST(history() == "holder");
    BOOST_TEST(acts() == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_reserved_costs_by_the_plan_and_not_again_in_service) {
    const AcquireRequest request{.account = "holder", .asked_by = "holder"};
    const Quotation reserving = run(manager.reserve_number(number, dry_run, request)).value();
    BOOST_TEST(reserving.quote.today.str() == "3.00");
    BOOST_TEST(told(reserve("holder", "holder")) == "done");
    const AssignRequest activating{.account = "holder", .asked_by = "holder"};
    BOOST_TEST(run(manager.put_in_service(number, dry_run, activating)).value().quote.today.str() == "0.00");
    BOOST_TEST(told(activate("holder", "holder")) == "done");
    BOOST_TEST(run(store.quantities("holder")).at("did_us") == 1);
}

BOOST_AUTO_TEST_CASE(a_number_comes_into_service_for_whoever_has_it_where_no_account_is_named) {
    put(port_in, "holder");
    BOOST_TEST(told(activate("", "system")) == "done");
    BOOST_TEST(standing() == "in_service holder");
    BOOST_TEST(stored()->ported_in);
    Lives life;
    life.put(available);
    BOOST_TEST(told(life.activate("", "system")) == "invalid");
}

BOOST_AUTO_TEST_CASE(a_move_is_paid_by_the_account_that_gets_the_number) {
    Number record = put(in_service, "holder");
    record.billing_class = "did_us";
    (void)run(store.put(record));
    const AssignRequest request{.account = "child", .asked_by = "holder"};
    BOOST_TEST(run(manager.move_number(number, dry_run, request)).value().quote.today.str() == "3.00");
    BOOST_TEST(told(move("child", "holder")) == "done");
    BOOST_TEST(standing() == "in_service child");
    BOOST_TEST(run(store.quantities("holder")).empty());
    BOOST_TEST(run(store.quantities("child")).at("did_us") == 1);
    BOOST_TEST(acts() == 0U);
}

BOOST_AUTO_TEST_CASE(a_move_beyond_the_credit_changes_nothing) {
    put(in_service, "holder", "alpha", {}, second);
    BOOST_TEST(told(run(manager.move_number(second, AssignRequest{.account = "child", .asked_by = "holder"}))) ==
               "done");
    put(in_service, "holder");
    const auto record = stored();
    BOOST_TEST(told(move("child", "holder")) == "not_enough_credit");  // 3.00 of 5.00 are spent
    BOOST_TEST((stored() == record));
    BOOST_TEST(run(store.open_operations({}, 10)).empty());
    for (const auto& refused : {reserve("child", "holder"), activate("child", "holder")}) {
        BOOST_TEST(told(refused) == "not_enough_credit");
    }
    BOOST_TEST((stored() == record));
}

BOOST_AUTO_TEST_CASE(a_number_goes_only_to_accounts_over_which_who_asks_has_authority) {
    for (const State state : {reserved, in_service}) {
        put(state, "holder");
        for (const std::string_view account : {"stranger", "parent"}) {
            BOOST_TEST(told(reserve(account, "holder")) == "forbidden");
            BOOST_TEST(told(activate(account, "holder")) == "forbidden");
            BOOST_TEST(told(move(account, "holder")) == "forbidden");
        }
        BOOST_TEST(told(activate("nobody", "system")) == "invalid");
        BOOST_TEST(told(move("", "system")) == "invalid");
        BOOST_TEST(standing() == std::string(name_of(state)) + " holder");
        (void)run(store.remove(number, stored()->revision));
    }
    put(in_service, "holder");
    BOOST_TEST(told(move("stranger", "system")) == "done");
    BOOST_TEST(standing() == "in_service stranger");
}

BOOST_AUTO_TEST_CASE(whoever_writes_what_another_process_changed_meanwhile_is_told_so) {
    const struct {
        const char* name;
        std::string (*act)(Lives&);
    } rows[]{{"move", [](Lives& life) { return told(life.move("child", "holder")); }},
             {"reserve", [](Lives& life) { return told(life.reserve("child", "holder")); }},
             {"put in service", [](Lives& life) { return told(life.activate("child", "holder")); }},
             {"release", [](Lives& life) { return told(life.give_back("holder")); }},
             {"remove", [](Lives& life) { return told(life.remove()); }},
             {"update", [](Lives& life) { return told(life.update(R"({"a": 1})", FieldUpdate::merge)); }}};
    for (const auto& [name, act] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Lives life;
            life.put(in_service, "holder");
            *life.meddler.meddle = [&](std::string_view operation) {
                if (operation != "claim" && operation != "put") { return; }
                *life.meddler.meddle = nullptr;
                Number changed = *life.stored();
                changed.public_fields = JsonText(R"({"theirs":1})");
                (void)tandem::run(life.store.put(changed));
            };
            BOOST_TEST(act(life) == "conflict");
            BOOST_TEST(life.stored()->public_fields.text == R"({"theirs":1})");
            BOOST_TEST(life.standing() == "in_service holder");
            BOOST_TEST(life.acts() == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(of_several_numbers_one_that_fails_does_not_stop_the_others) {
    put(in_service, "holder");
    put(in_service, "stranger", "alpha", {}, second);
    put(in_service, "holder", "alpha", {}, third);
    const std::vector<E164> all{number, second, third};
    const AssignRequest moving{.account = "holder", .asked_by = "parent"};
    const ChangeRequest changing{.asked_by = "parent"};
    const JsonText fields(R"({"note": "ours"})");
    const auto outcomes = [](const auto& results) {
        std::string text;
        for (const auto& each : results) { text += each.number.str().substr(11) + " " + told(each.result) + "; "; }
        return text;
    };
    const std::string_view refused = "0 done; 1 forbidden; 2 done; ";
    BOOST_TEST(outcomes(run(manager.update_numbers(all, fields, FieldUpdate::merge, changing))) == refused);
    BOOST_TEST(outcomes(run(manager.put_numbers_in_service(all, moving))) == refused);
    BOOST_TEST(outcomes(run(manager.move_numbers(all, moving))) == refused);
    const AcquireRequest reserving{.account = "holder", .asked_by = "parent"};
    BOOST_TEST(outcomes(run(manager.reserve_numbers(all, dry_run, reserving))) == refused);
    BOOST_TEST(outcomes(run(manager.reserve_numbers(all, purchase, reserving))) == refused);
    BOOST_TEST(outcomes(run(manager.disconnect_numbers(all, {.asked_by = "parent"}))) == refused);
    const CreateRequest creating{.state = available, .asked_by = "system"};
    BOOST_TEST(outcomes(run(manager.create_numbers(all, creating, fields))) == "0 done; 1 number_exists; 2 done; ");
    BOOST_TEST(stored(third)->public_fields.text == R"({"note":"ours"})");
    const ChangeRequest by_system{.asked_by = "system"};
    const std::string_view in_use = "0 done; 1 invalid_state_transition; 2 done; ";
    BOOST_TEST(outcomes(run(manager.make_numbers_available(all, by_system))) == in_use);
    BOOST_TEST(outcomes(run(manager.age_numbers(all, by_system))) == in_use);
    BOOST_TEST(outcomes(run(manager.remove_numbers(all, {.asked_by = "system"}))) == "0 done; 1 done; 2 done; ");
    const CreateRequest porting{.account = "holder", .asked_by = "system"};
    BOOST_TEST(outcomes(run(manager.port_in_numbers({number, number}, porting))) == "0 done; 0 number_exists; ");
    BOOST_TEST(standing() == "port_in holder");
}

BOOST_AUTO_TEST_CASE(a_removal_tells_the_carrier_once_and_deletes_whatever_it_answers) {
    const struct {
        const char* name;
        Response first, second;
        std::size_t asked;
    } rows[]{{"released", text(200, "released"), text(404, ""), 1},
             {"unknown there", text(404, ""), text(404, ""), 1},
             {"lost on the way", text(500, "oops"), text(404, ""), 2}};
    for (const auto& [name, first, again, asked] : rows) {
        BOOST_TEST_CONTEXT(name) {
            Lives life;
            life.manager = life.open(settings(R"(, "released_state": "available")"));
            life.put(available);
            life.script.on(Method::delete_, "alpha.example/numbers", first, again);
            const Receipt receipt = life.remove().value();
            if (asked == 2) {
                BOOST_TEST(name_of(receipt.outcome) == "unknown");
                BOOST_TEST(life.standing() == "available under way");
                BOOST_TEST(name_of(life.run(life.manager.recover()).value().at(0).outcome) == "released");
            } else {
                BOOST_TEST(name_of(receipt.outcome) == "released");
                BOOST_TEST(name_of(receipt.number.state) == "deleted");
            }
            BOOST_TEST(life.standing() == "gone");
            BOOST_TEST(life.acts() == asked);
            BOOST_TEST(told(life.remove()) == "not_found");
        }
    }
    Lives life;
    life.put(in_service, "holder", "wilful");  // which says that it leaves the number with us
    BOOST_TEST(told(life.remove()) == "done");
    BOOST_TEST(life.standing() == "gone");
    put(in_service, "holder");
    script.on(Method::delete_, "alpha.example/numbers", text(403, "locked"));
    BOOST_TEST(told(remove()) == "unspecified_fault");
    BOOST_TEST(standing() == "in_service holder");
}

BOOST_AUTO_TEST_CASE(local_carriers_and_labels_are_told_of_no_removal) {
    for (const char* carrier : {"local", "managed", "inventory", "mdn", "inum", "level3"}) {
        for (const State state : {available, in_service, port_in}) {
            BOOST_TEST_CONTEXT(carrier << ", " << name_of(state)) {
                Lives life;
                life.put(state, state == available ? "" : "holder", carrier, {"holder", "parent"});
                BOOST_TEST(told(life.remove("holder")) == "forbidden");
                BOOST_TEST(told(life.remove("master")) == "done");
                BOOST_TEST(life.standing() == "gone");
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_port_that_is_cancelled_leaves_nothing_behind) {
    for (const char* carrier : {"local", "managed", "inventory", "inum", "alpha", "wilful"}) {
        BOOST_TEST_CONTEXT(carrier) {
            Lives life;
            const CreateRequest porting{.account = "holder", .asked_by = "system", .carrier = carrier};
            const Quotation quotation = life.run(life.manager.port_in_number(number, dry_run, porting)).value();
            BOOST_TEST(life.standing() == "gone");
            const std::string_view is = carrier;
            const bool billable = is == "managed" || is == "alpha" || is == "wilful";
            BOOST_TEST(quotation.quote.today.str() == (billable ? "3.00" : "0.00"));
            BOOST_TEST(told(life.run(life.manager.port_in_number(number, porting))) == "done");
            BOOST_TEST(life.standing() == "port_in holder");
            BOOST_TEST(life.acts() == 0U);
            BOOST_TEST(told(life.give_back("holder")) == "done");
            BOOST_TEST(life.standing() == "gone");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_created_number_bears_the_name_that_an_admin_gave_it) {
    const struct {
        State state;
        const char *carrier, *account, *asked_by, *told, *becomes;
    } rows[]{{in_service, "", "holder", "holder", "done", "in_service holder"},
             {in_service, "alpha", "holder", "holder", "forbidden", "gone"},
             {in_service, "alpha", "holder", "system", "done", "in_service holder"},
             {in_service, "knm_level3", "holder", "system", "done", "in_service holder"},
             {in_service, "mdn", "holder", "system", "done", "in_service holder"},
             {reserved, "mdn", "holder", "system", "invalid_state_transition", "gone"},
             {available, "mdn", "", "system", "invalid_state_transition", "gone"},
             {port_in, "mdn", "holder", "system", "invalid_state_transition", "gone"},
             {available, "alpha", "", "system", "done", "available"},
             {available, "alpha", "holder", "system", "invalid", "gone"},
             {available, "managed", "holder", "system", "done", "available holder"},
             {aging, "managed", "holder", "system", "done", "aging holder"},
             {available, "managed", "", "system", "invalid", "gone"},
             {reserved, "", "", "system", "invalid", "gone"},
             {in_service, "", "nobody", "system", "invalid", "gone"},
             {in_service, "", "stranger", "holder", "forbidden", "gone"},
             {in_service, "", "child", "holder", "done", "in_service child"},
             {in_service, "reserved", "holder", "system", "invalid", "gone"},
             {in_service, "verizon", "holder", "system", "unknown_carrier", "gone"}};
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(name_of(row.state) << " at '" << row.carrier << "' for '" << row.account << "'") {
            Lives life;
            BOOST_TEST(told(life.create(row.state, row.carrier, row.account, row.asked_by)) == row.told);
            BOOST_TEST(life.standing() == row.becomes);
            BOOST_TEST(life.acts() == 0U);
            if (row.told != std::string_view("done")) { continue; }
            const std::string carrier = *row.carrier == 0 ? "local" : row.carrier;
            BOOST_TEST(life.stored()->carrier == (carrier == "knm_level3" ? "level3" : carrier));
            const bool is_paid_for =
                row.state != available && row.state != aging && (carrier == "alpha" || carrier == "knm_level3");
            BOOST_TEST(life.stored()->billing_class == (is_paid_for ? "did_us" : ""));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_managed_number_comes_back_to_whom_it_was_created_for) {
    BOOST_TEST(told(create(in_service, "managed", "holder")) == "done");
    BOOST_TEST(told(give_back("holder")) == "done");
    BOOST_TEST(standing() == "available holder");
    BOOST_TEST(told(run(manager.age_number(number, {.asked_by = "child"}))) == "forbidden");
    BOOST_TEST(told(run(manager.age_number(number, {.asked_by = "holder"}))) == "done");
    BOOST_TEST(standing() == "aging holder");
    const AssignRequest taking{.account = "holder", .asked_by = "holder"};
    BOOST_TEST(run(manager.put_in_service(number, dry_run, taking)).value().quote.today.str() == "3.00");
    BOOST_TEST(told(activate("child", "child")) == "done");  // below the account for which it waits
    BOOST_TEST(stored()->billing_class == "did_us");
}

BOOST_AUTO_TEST_CASE(mobile_numbers_neither_rest_nor_wait_but_move) {
    put(in_service, "holder", "mdn");
    BOOST_TEST(told(reserve("child", "holder")) == "invalid_state_transition");
    BOOST_TEST(told(run(manager.age_number(number, {.asked_by = "system"}))) == "invalid_state_transition");
    BOOST_TEST(told(move("child", "holder")) == "done");
    BOOST_TEST(told(give_back("child")) == "done");
    BOOST_TEST(standing() == "gone");
}

BOOST_AUTO_TEST_CASE(what_its_owner_gave_a_number_is_gone_in_the_pool) {
    Number record = put(in_service, "holder", "inventory");
    record.features = JsonText(R"({"e911":{"street":"Main"}})");
    record.public_fields = JsonText(R"({"e911":{"street":"Main"},"note":"ours"})");
    record.billing_class = "did_us";
    (void)run(store.put(record));
    BOOST_TEST(told(give_back("holder")) == "done");
    BOOST_TEST(standing() == "available");
    BOOST_TEST(stored()->features.empty());
    BOOST_TEST(stored()->public_fields.empty());
    BOOST_TEST(stored()->billing_class.empty());
}

BOOST_AUTO_TEST_CASE(public_fields_are_merged_or_replaced_and_private_ones_refused) {
    put(in_service, "holder");
    const struct {
        const char* given;
        FieldUpdate how;
        const char *told, *becomes;
    } rows[]{{R"({"a": 1, "b": {"c": 2, "d": 3}})", FieldUpdate::merge, "done", R"({"a":1,"b":{"c":2,"d":3}})"},
             {R"({"a": null, "b": {"c": null, "e": 4}})", FieldUpdate::merge, "done", R"({"b":{"d":3,"e":4}})"},
             {R"({"b": 5, "f": {"g": null}})", FieldUpdate::merge, "done", R"({"b":5,"f":{}})"},
             {R"({"z": [1]})", FieldUpdate::replace, "done", R"({"z":[1]})"},
             {R"({"_id": "x"})", FieldUpdate::merge, "invalid", R"({"z":[1]})"},
             {R"({"pvt_state": "deleted"})", FieldUpdate::replace, "invalid", R"({"z":[1]})"},
             {R"([1])", FieldUpdate::merge, "invalid", R"({"z":[1]})"},
             {R"({"a": 1, "a": 2})", FieldUpdate::merge, "invalid", R"({"z":[1]})"},
             {"{}", FieldUpdate::replace, "done", "{}"}};
    for (const auto& [given, how, answer, becomes] : rows) {
        BOOST_TEST_CONTEXT(given) {
            BOOST_TEST(told(update(given, how)) == answer);
            BOOST_TEST(stored()->public_fields.text == becomes);
        }
    }
    BOOST_TEST(told(update(R"({"a":")" + std::string(70'000, 'x') + R"("})", FieldUpdate::merge)) == "invalid");
    BOOST_TEST(told(update(R"({"a":")" + std::string(40'000, 'x') + R"("})", FieldUpdate::merge)) == "done");
    BOOST_TEST(told(update(R"({"b":")" + std::string(40'000, 'x') + R"("})", FieldUpdate::merge)) == "invalid");
    BOOST_TEST(standing() == "in_service holder");
}

BOOST_AUTO_TEST_CASE(a_revision_that_is_given_must_be_the_records) {
    const Revision read = put(in_service, "holder").revision;
    BOOST_TEST(told(update(R"({"a":1})", FieldUpdate::merge, "holder", read)) == "done");
    BOOST_TEST(told(update(R"({"a":2})", FieldUpdate::merge, "holder", read)) == "conflict");
    BOOST_TEST(stored()->public_fields.text == R"({"a":1})");
    const Revision newest = stored()->revision;
    BOOST_TEST(told(update(R"({"a":1})", FieldUpdate::merge, "holder", newest)) == "done");
    BOOST_TEST(stored()->revision == newest);  // nothing changed, and nothing was written
}

BOOST_AUTO_TEST_CASE(dry_runs_change_nothing_and_ask_no_carrier_to_act) {
    const AcquireRequest acquiring{.account = "holder", .asked_by = "parent"};
    const AssignRequest assigning{.account = "child", .asked_by = "parent"};
    const CreateRequest creating{.account = "holder", .asked_by = "holder"};
    BOOST_TEST(told(run(manager.reserve_number(number, dry_run, acquiring))) == "done");
    BOOST_TEST(told(run(manager.create_number(number, dry_run, creating))) == "done");
    BOOST_TEST(standing() == "gone");
    put(in_service, "holder");
    const std::string before = dump();
    BOOST_TEST(told(run(manager.reserve_number(number, dry_run, acquiring))) == "done");
    BOOST_TEST(told(run(manager.put_in_service(number, dry_run, assigning))) == "done");
    BOOST_TEST(told(run(manager.move_number(number, dry_run, assigning))) == "done");
    BOOST_TEST(told(run(manager.create_number(number, dry_run, creating))) == "number_exists");
    BOOST_TEST(told(run(manager.move_number(number, dry_run, {.account = "child", .asked_by = "child"}))) ==
               "forbidden");
    BOOST_TEST(dump() == before);
    BOOST_TEST(acts() == 0U);
    BOOST_TEST(run(store.open_operations({}, 10)).empty());
}

BOOST_AUTO_TEST_SUITE_END()
