// SPDX-License-Identifier: BSL-1.0
#include "conformance.hpp"
#include "process.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <array>
#include <memory>

using namespace tandem;
using namespace tandem::store_tests;

namespace {

/// Whether it ends in the store's own failure, which names `path`.
template <class Call>
bool fails_at(const std::string& path, Call call) {
    try {
        call();
    } catch (const Exception& exception) {
        return exception.error().code == errc::store && exception.error().message.find(path) != std::string::npos;
    }
    return false;
}

OperationId operation_id(int i) { return OperationId("op-" + std::to_string(i)); }

}  // namespace

BOOST_AUTO_TEST_SUITE(stores_sqlite_crashes)

BOOST_AUTO_TEST_CASE(a_killed_process_loses_nothing_acknowledged_and_leaves_nothing_half_done) {
    const TemporaryFolder folder;
    const std::string path = folder.file();
    int next = 0;
    for (const int acknowledgements : {0, 1, 2, 5, 11, 23, 37, 60}) {
        BOOST_TEST_CONTEXT("killed after " << acknowledgements) {
            Child child([&](int pipe) {
                stores::Sqlite store(path);
                for (int i = next;; ++i) {
                    const Operation claimed = run(store.claim(purchase_of(nth(i), operation_id(i).view()), {}));
                    run(store.settle(claimed));
                    if (write(pipe, &i, sizeof(i)) != sizeof(i)) { return 1; }
                }
            });
            const int last = child.kill_after(acknowledgements, next - 1);

            stores::Sqlite store(path);
            for (int i = 0; i < last + 4; ++i) {
                const auto operation = run(store.operation(operation_id(i)));
                const auto stored = run(store.get(nth(i)));
                if (i <= last && i >= next) {
                    BOOST_TEST((operation && operation->phase == Operation::Phase::done), "lost operation " << i);
                    BOOST_TEST((stored && stored->assigned_to == "alice"), "lost number " << i);
                }
                BOOST_TEST(operation.has_value() == stored.has_value(), "half of " << i);
                if (operation && stored) { BOOST_TEST(operation->open() == (stored->fence == operation->id)); }
            }
            next = last + 10;
            BOOST_TEST(run(store.put(record(nth(5'000 + acknowledgements)))).revision == 1U);
        }
    }
}

BOOST_AUTO_TEST_CASE(processes_that_make_and_use_one_file_at_once_share_it) {
    constexpr int processes = 5, numbers = 8;
    for (int round = 0; round < 6; ++round) {
        const TemporaryFolder folder;
        const std::string path = folder.file();
        std::array<int, 2> start{};
        BOOST_REQUIRE(pipe(start.data()) == 0);
        std::vector<std::unique_ptr<Child>> children;
        for (int child = 0; child < processes; ++child) {
            children.push_back(std::make_unique<Child>([&, child](int) {
                close(start[1]);
                char ignored = 0;
                (void)!read(start[0], &ignored, 1);  // until the parent closes it
                stores::Sqlite store(path);
                int won = 0;
                for (int i = 0; i < numbers; ++i) {
                    try {
                        run(store.claim(purchase_of(nth(i), "op-" + std::to_string(i * processes + child)), {}));
                        ++won;
                    } catch (const Exception& exception) {
                        if (exception.error().code != errc::in_progress) { return 98; }
                    }
                }
                return won;
            }));
        }
        close(start[0]);
        close(start[1]);
        int won = 0;
        for (const auto& child : children) { won += child->wait(); }
        BOOST_TEST(won == numbers);
        stores::Sqlite store(path);
        BOOST_TEST(run(store.open_operations({}, 100)).size() == std::size_t{numbers});
    }
}

BOOST_AUTO_TEST_CASE(a_full_disk_refuses_changes_and_keeps_what_there_was) {
    const TemporaryFolder folder;
    const std::string path = folder.file();
    Child child([&](int) {
        signal(SIGXFSZ, SIG_IGN);
        stores::Sqlite store(path);
        rlimit limit{};
        getrlimit(RLIMIT_FSIZE, &limit);
        const rlimit before = limit;
        limit.rlim_cur = 300'000;
        setrlimit(RLIMIT_FSIZE, &limit);
        int written = 0;
        const bool failed = fails_at(path, [&] {
            for (; written < 10'000; ++written) { run(store.put(record(nth(written)))); }
        });
        if (!failed || written == 0) { return 1; }
        for (int i = 0; i < written; ++i) {
            if (!run(store.get(nth(i)))) { return 2; }
        }
        if (run(store.get(nth(written)))) { return 3; }
        setrlimit(RLIMIT_FSIZE, &before);
        return run(store.put(record(nth(written)))).revision == 1 ? 0 : 4;
    });
    BOOST_TEST(child.wait() == 0);
    stores::Sqlite store(path);
    BOOST_TEST(run(store.get(nth(0))).has_value());
}

BOOST_AUTO_TEST_CASE(a_file_that_may_only_be_read_is_refused) {
    const TemporaryFolder folder;
    const std::string path = folder.file();
    { stores::Sqlite store(path); }
    chmod(path.c_str(), 0444);
    chmod(folder.path().c_str(), 0755);
    Child child([&](int) {
        constexpr uid_t nobody = 65'534;  // root may write everywhere
        if (geteuid() == 0 && setuid(nobody) != 0) { return 1; }
        return fails_at(path, [&] { stores::Sqlite store(path); }) ? 0 : 2;
    });
    BOOST_TEST(child.wait() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
