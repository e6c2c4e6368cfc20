// SPDX-License-Identifier: BSL-1.0
#include <tandem/run.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/testing/crashing.hpp>
#include <tandem/testing/failing_store.hpp>
#include <tandem/testing/scripted_transport.hpp>

#include <boost/test/unit_test.hpp>

#include <sys/mman.h>
#include <sys/wait.h>

namespace {

using namespace tandem;
using testing::CrashingTransport;
using testing::CrashPoint;
using testing::FailNth;
using testing::ScriptedTransport;

using Failing = testing::FailingStore<stores::Memory>;
using Crashing = testing::CrashingStore<stores::Memory>;
static_assert(Store<Failing>);
static_assert(Store<Crashing>);
static_assert(Transport<CrashingTransport<ScriptedTransport>>);

Number number(std::string_view text) {
    Number made;
    made.number = E164::parse_or_empty(text);
    made.state = State::available;
    made.carrier = "inventory";
    return made;
}

/// How a child process ended that ran `work`: the signal, or 0.
template <class Work>
int signal_that_ended(Work work) {
    const pid_t child = ::fork();
    if (child == 0) {
        work();
        std::_Exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crashing)

BOOST_AUTO_TEST_CASE(the_nth_store_call_fails_before_or_after_it_acted) {
    struct Row {
        FailNth::When when;
        bool written;
    };
    for (const Row row : {Row{FailNth::When::before, false}, Row{FailNth::When::after, true}}) {
        BOOST_TEST_CONTEXT("written " << row.written) {
            Failing store(stores::Memory(), FailNth(2, row.when));
            run(store.put(number("+14155550100")));
            BOOST_CHECK_EXCEPTION(run(store.put(number("+14155550101"))), Exception, [](const Exception& failed) {
                return failed.error().code == errc::store && failed.error().cause == "put";
            });
            const auto found = run(store.get(E164::parse_or_empty("+14155550101")));
            BOOST_TEST(found.has_value() == row.written);
            BOOST_TEST(store.hook().calls() == 3U);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_operation_of_a_store_can_fail_by_name) {
    Failing store(stores::Memory(), FailNth("get"));
    run(store.put(number("+14155550100")));
    BOOST_CHECK_THROW(run(store.get(E164::parse_or_empty("+14155550100"))), Exception);
    NumberQuery query;
    BOOST_TEST(run(store.scan(query)).numbers.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_store_kills_its_process_at_the_point_and_nowhere_else) {
    for (const auto when : {CrashPoint::When::before, CrashPoint::When::after}) {
        for (unsigned nth = 0; nth <= 3; ++nth) {
            BOOST_TEST_CONTEXT("call " << nth << " after " << (when == CrashPoint::When::after)) {
                const int ended = signal_that_ended([&] {
                    Crashing store(stores::Memory(), testing::Crash({.nth = nth, .when = when}));
                    run(store.put(number("+14155550100")));
                    run(store.get(E164::parse_or_empty("+14155550100")));
                });
                BOOST_TEST(ended == (nth == 1 || nth == 2 ? SIGKILL : 0));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_transport_kills_its_process_before_the_request_or_after_the_reply) {
    for (const auto when : {CrashPoint::When::before, CrashPoint::When::after}) {
        BOOST_TEST_CONTEXT("after " << (when == CrashPoint::When::after)) {
            void* const shared =
                ::mmap(nullptr, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
            BOOST_TEST_REQUIRE(shared != MAP_FAILED);
            int& acted = *static_cast<int*>(shared);  // what the carrier saw outlives the child
            const int ended = signal_that_ended([&] {
                ScriptedTransport script;
                script.on_any("", [&](const Request&) { return ++acted, Response(200); });
                CrashingTransport<ScriptedTransport> transport(script, {.nth = 2, .when = when});
                for (int i = 0; i < 2; ++i) {
                    run(transport.send(Request::get("https://x"),
                                       std::chrono::steady_clock::now() + std::chrono::seconds(5)));
                }
            });
            BOOST_TEST(ended == SIGKILL);
            BOOST_TEST(acted == (when == CrashPoint::When::after ? 2 : 1));
            ::munmap(shared, sizeof(int));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
