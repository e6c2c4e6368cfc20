// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tandem/core/http.hpp>
#include <tandem/testing/sandbox/site.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace tandem::testing::sandbox {

/// A site without a server: `testing::CarrierModel` of what it imitates, for tests that ask it many thousand times.
template <Site S>
class InMemory {
public:
    explicit InMemory(S site) : site_(std::move(site)) {}

    Response answer(const Request& request) {
        Reply reply = act(request);
        Response response(reply.status);
        response.body = std::move(reply.body);
        for (auto& [name, value] : reply.fields) { response.fields.push_back({std::move(name), std::move(value)}); }
        return response;
    }
    bool owns(E164 number) { return site_.ledger().owned().contains(number); }
    bool holds(E164 number) { return site_.ledger().bought(number) != nullptr; }
    std::vector<E164> ordered() {
        std::vector<E164> numbers;
        for (const Ordered& each : site_.ledger().orders()) { numbers.push_back(each.number); }
        return numbers;
    }
    void sell_out() { site_.ledger().empty_stock(); }
    void shorten_pages(std::size_t most) { site_.ledger().shorten_pages(most); }
    void stall() {
        const auto stock = site_.ledger().stock();
        for (auto [number, item] : stock) {
            item.polls = 1'000'000;
            site_.ledger().stock_up(std::move(item));
        }
    }

private:
    Reply act(const Request& request) {
        Call call;
        call.method = name_of(request.method());
        const std::string& url = request.url();
        const auto authority = url.find("://");
        const auto path = url.find('/', authority == url.npos ? 0 : authority + 3);
        call.target = path == url.npos ? "/" : url.substr(path);
        for (const Field& field : request.fields()) { call.fields.emplace_back(field.name, field.value); }
        call.body = request.body();
        try {
            call.take_apart();
            return site_.answer(call);
        } catch (const Refusal& refusal) { return site_.error(refusal); }
    }

    S site_;
};

}  // namespace tandem::testing::sandbox
