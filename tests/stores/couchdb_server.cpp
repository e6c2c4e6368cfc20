// SPDX-License-Identifier: BSL-1.0
#include "couchdb_server.hpp"

#include "folder.hpp"

#include <tandem/run.hpp>
#include <tandem/transports/https.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/test/tree/traverse.hpp>
#include <boost/test/tree/visitor.hpp>
#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

template class tandem::stores::CouchDb<tandem::store_tests::CouchDbWire>;

namespace tandem::store_tests {

namespace couchdb_server {

class Server {
public:
    static Server& instance() {
        static Server server;
        return server;
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server() {
        if (id_ <= 0) { return; }
        kill(id_, SIGTERM);
        waitpid(id_, nullptr, 0);
    }

    const std::string& missing() const { return missing_; }
    const stores::detail::CouchDbOptions& options() const { return options_; }

private:
    Server() {
        if (const char* uri = std::getenv("COUCHDB_URL"); uri != nullptr && *uri != '\0') {
            options_ = stores::detail::couchdb_options(uri);
        } else if (const std::string program = installed(); program.empty()) {
            missing_ = "npm cannot install pouchdb-server here, and COUCHDB_URL is not set";
        } else if (!start(program)) {
            missing_ = "pouchdb-server does not start";
        }
        options_.timeout = std::chrono::seconds(30);
        if (!missing_.empty()) { std::fprintf(stderr, "skipped, all that needs CouchDB: %s\n", missing_.c_str()); }
    }

    static std::string installed() {
        const auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "pouchdb";
        const auto script = std::filesystem::path(__FILE__).parent_path().parent_path() / "specs" / "npm.sh";
        const std::string command = "bash '" + script.string() + "' '" + folder.string() + "' pouchdb-server@4.2.0 >&2";
        if (std::system(command.c_str()) != 0) { return {}; }
        return folder / "node_modules" / ".bin" / "pouchdb-server";
    }

    bool start(const std::string& program) {
        using boost::asio::ip::tcp;
        boost::asio::io_context context;
        const auto loopback = boost::asio::ip::address_v4::loopback();
        const auto port = tcp::acceptor(context, tcp::endpoint(loopback, 0)).local_endpoint().port();
        const std::string port_text = std::to_string(port);
        const pid_t parent = getpid();
        id_ = fork();
        if (id_ == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);  // whatever becomes of the tests
            if (getppid() != parent || chdir(folder_.path().c_str()) != 0) { _exit(1); }
            const int nothing = ::open("/dev/null", O_RDWR);
            for (const int each : {0, 1, 2}) { dup2(nothing, each); }
            execl(program.c_str(), program.c_str(), "--in-memory", "--no-stdout-logs", "--host", "127.0.0.1", "--port",
                  port_text.c_str(), nullptr);
            _exit(1);
        }
        options_.url = "http://127.0.0.1:" + port_text;
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (id_ > 0 && std::chrono::steady_clock::now() < end && waitpid(id_, nullptr, WNOHANG) == 0) {
            tcp::socket socket(context);
            boost::system::error_code failed;
            socket.connect(tcp::endpoint(loopback, port), failed);
            if (!failed) { return true; }
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        return false;
    }

    stores::detail::CouchDbOptions options_{};
    std::string missing_{};
    TemporaryFolder folder_{};
    pid_t id_ = -1;
};

boost::test_tools::assertion_result is_there(boost::unit_test::test_unit_id) {
    boost::test_tools::assertion_result there(missing_couchdb().empty());
    if (!there) { there.message() << missing_couchdb(); }
    return there;
}

/// Where there is no server, the cases that need one are skipped, and say so.
struct SkipsWithoutServer {
    struct Visitor : boost::unit_test::test_tree_visitor {
        void visit(const boost::unit_test::test_case& each) override {
            const std::string name = each.full_name();
            if (name.find("InCouchDb") != std::string::npos || name.find("stores_couchdb/") != std::string::npos) {
                const_cast<boost::unit_test::test_case&>(each).add_precondition(is_there);
            }
        }
    };
    void setup() {
        Visitor visitor;
        boost::unit_test::traverse_test_tree(boost::unit_test::framework::master_test_suite(), visitor, true);
    }
};
BOOST_TEST_GLOBAL_FIXTURE(SkipsWithoutServer);

std::string encoded(std::string_view id) {
    std::string text;
    wire::detail::append_encoded(text, id);
    return text;
}

}  // namespace couchdb_server

const std::string& missing_couchdb() { return couchdb_server::Server::instance().missing(); }

InCouchDb::InCouchDb() : options(couchdb_server::Server::instance().options()) {
    static std::atomic<int> places = 0;
    options.prefix = "t" + std::to_string(getpid()) + "-" + std::to_string(++places) + "-";
}

InCouchDb::~InCouchDb() {
    const auto listed = ask(Method::get, "_all_dbs");
    for (const auto& each : listed.as_array()) {
        const std::string name(std::string_view(each.as_string()));
        if (name.starts_with(options.prefix)) { ask(Method::delete_, name); }
    }
    own = CouchDbWire(nullptr);
    threads->join();
}

CouchDbWire InCouchDb::wire() const {
    transports::Https::Options reach;
    reach.private_addresses = true;
    const auto https = std::make_shared<transports::Https>(threads->get_executor(), reach);
    return CouchDbWire(
        [https](Request request, Deadline deadline) { return https->send(std::move(request), deadline); });
}

boost::json::value InCouchDb::ask(Method method, const std::string& database, const std::string& rest,
                                  const boost::json::value& content) const {
    Request bare(method, (wire::Url(options.url) / database).str() + rest);
    Request request = std::move(bare).header("Accept", "application/json").limit(std::size_t{1} << 26U);
    if (!options.user.empty()) {
        request = Request(std::move(request).basic_authorization(options.user, options.password));
    }
    if (!content.is_null()) { request = Request(std::move(request).body("application/json", write_json(content))); }
    const Deadline deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    auto answer = parse_json(tandem::run(own.send(std::move(request), deadline)).body, 64);
    return answer ? std::move(*answer) : boost::json::value(nullptr);
}

boost::json::value InCouchDb::read(const std::string& database, std::string_view id) const {
    return ask(Method::get, options.prefix + database, "/" + couchdb_server::encoded(id));
}

std::string InCouchDb::write(const std::string& database, std::string_view id,
                             const boost::json::object& content) const {
    ask(Method::put, options.prefix + database);
    const auto answer = ask(Method::put, options.prefix + database, "/" + couchdb_server::encoded(id), content);
    BOOST_REQUIRE_MESSAGE(answer.as_object().contains("rev"), write_json(answer));
    return std::string(std::string_view(answer.at("rev").as_string()));
}

void InCouchDb::remove(const std::string& database, std::string_view id, const std::string& rev) const {
    ask(Method::delete_, options.prefix + database, "/" + couchdb_server::encoded(id) + "?rev=" + rev);
}

void InCouchDb::inject(const std::string& database, const boost::json::object& content) const {
    boost::json::object body{{"new_edits", false}};
    body["docs"] = boost::json::array{content};
    ask(Method::post, options.prefix + database, "/_bulk_docs", body);
}

}  // namespace tandem::store_tests
