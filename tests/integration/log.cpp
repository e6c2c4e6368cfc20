// SPDX-License-Identifier: BSL-1.0
#include "fixture.hpp"

#include <sstream>

namespace tandem::integration {

BOOST_AUTO_TEST_SUITE(log)

BOOST_FIXTURE_TEST_CASE(the_log_goes_to_standard_error_and_the_answer_stays_alone, Office) {
    const Ran ran = desk.numbers({"search", "--prefix", "+1415", "--carrier", "telnyx", "--log-level", "debug"});
    BOOST_TEST_CONTEXT(ran) {
        BOOST_TEST(ran.exit == 0);
        BOOST_TEST(ran.text("/carriers/0/status") == "ok");
        BOOST_TEST(ran.err.find(" debug event=exchange carrier=telnyx method=GET url=http://127.0.0.1:") !=
                   std::string::npos);
        BOOST_TEST(ran.err.find(" info event=search carrier=telnyx status=ok ") != std::string::npos);
        const auto& settings = carriers.config().at("number_manager.telnyx").at("default").as_object();
        BOOST_TEST(ran.err.find(std::string(settings.at("api_key").as_string())) == std::string::npos);
    }
}

BOOST_FIXTURE_TEST_CASE(a_level_tells_nothing_below_it_and_none_tells_nothing, Office) {
    const std::vector<std::string> search{"search", "--prefix", "+1415", "--carrier", "telnyx"};
    for (const std::string level : {"info", "warn", "error", "off"}) {
        std::vector<std::string> command = search;
        command.insert(command.end(), {"--log-level", level});
        const Ran ran = desk.numbers(command);
        BOOST_TEST_CONTEXT(level << ": " << ran) {
            BOOST_TEST(ran.exit == 0);
            BOOST_TEST(ran.err.find("event=exchange") == std::string::npos);
            BOOST_TEST(ran.err.empty() == (level != "info"));
        }
    }
    BOOST_TEST(desk.numbers(search).err.empty());
    const Ran wrong = desk.numbers({"list", "--log-level", "loud"});
    BOOST_TEST(wrong.exit == 2, wrong);
    BOOST_TEST(wrong.out.find("debug") != std::string::npos, wrong);
}

BOOST_FIXTURE_TEST_CASE(a_purchase_goes_on_when_nobody_reads_its_log_any_more, Office) {
    const std::string number = "+14155550100";
    std::vector<std::string> command{"/bin/sh", "-c", R"({ "$0" "$@" 2>&1 >&3 | true; } 3>&1)"};
    const auto buy = desk.command({"--log-level", "debug", "buy", number, "--carrier", "telnyx"});
    command.insert(command.end(), buy.begin(), buy.end());
    const Ran bought = Desk::run(command);
    BOOST_TEST(bought.text("/outcome") == "sold", bought);
    BOOST_TEST(desk.numbers({"show", number}).text("/number/pvt_state") == "in_service");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tandem::integration
