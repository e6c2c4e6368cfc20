// SPDX-License-Identifier: BSL-1.0
// Usage: specs_requests CARRIER SPEC PRISM - makes every request that the carrier makes. Each goes to Prism at the URL
// PRISM, which judges it by the OpenAPI document SPEC; our sandbox answers it.
#include "judge.hpp"

#include <tandem/core/file.hpp>
#include <tandem/transports/https.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>

int main(int argc, char** argv) {
    using namespace tandem;
    if (argc != 4) {
        std::fputs("usage: specs_requests CARRIER SPEC PRISM\n", stderr);
        return 2;
    }
    try {
        boost::asio::io_context context(1);
        transports::Https https(context.get_executor());
        const auto ask = [&](Request request) {
            Response heard;
            std::exception_ptr failure;
            const Deadline deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
            boost::asio::co_spawn(context, https.send(std::move(request), deadline),
                                  [&](std::exception_ptr failed, Response response) {
                                      failure = failed;
                                      heard = std::move(response);
                                      context.stop();
                                  });
            context.restart();
            context.run();
            if (failure) { std::rethrow_exception(failure); }
            return heard;
        };
        specs::Judge judge(specs::Spec(specs::json::parse(read_file(argv[2], 16U << 20U).value())), argv[3], ask);
        const std::string carrier = argv[1];
        for (const auto& [name, try_it] : specs::Trial::all()) {
            if (name == carrier) { try_it(judge); }
        }
        if (judge.requests() == 0) { judge.complain("nothing was tried"); }
        for (const std::string& complaint : judge.complaints()) {
            std::fprintf(stderr, "%s: %s\n", carrier.c_str(), complaint.c_str());
        }
        std::printf("%zu requests, %zu complaints\n", judge.requests(), judge.complaints().size());
        return judge.complaints().empty() ? 0 : 1;
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "%s\n", failure.what());
        return 1;
    }
}
