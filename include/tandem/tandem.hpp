// SPDX-License-Identifier: BSL-1.0
// Everything that a program needs. What needs a library beyond Boost is there where that library's headers are: https
// with OpenSSL (-lssl -lcrypto), the SQLite store with SQLite (-lsqlite3), the PostgreSQL store with libpq (-lpq; its
// headers have a folder of their own, which tandem::postgres knows), Bandwidth and the list of all carriers with
// pugixml (-lpugixml). The observers for spdlog and prometheus-cpp are included by those who want them. Headers of
// one's choice compile faster.
#pragma once

#include <tandem/accounts/single.hpp>
#include <tandem/accounts/tree.hpp>
#include <tandem/billing/free.hpp>
#include <tandem/billing/service_plans.hpp>
#include <tandem/carriers/inventory.hpp>
#include <tandem/carriers/other.hpp>
#include <tandem/carriers/telnyx.hpp>
#include <tandem/configs/environment.hpp>
#include <tandem/configs/in_code.hpp>
#include <tandem/configs/json_file.hpp>
#include <tandem/configs/layered.hpp>
#include <tandem/core/dialing.hpp>
#include <tandem/core/error_json.hpp>
#include <tandem/core/number_json.hpp>
#include <tandem/core/operation_json.hpp>
#include <tandem/core/search_json.hpp>
#include <tandem/environments/system.hpp>
#include <tandem/number_manager.hpp>
#include <tandem/observers/several.hpp>
#include <tandem/observers/silent.hpp>
#include <tandem/run.hpp>
#include <tandem/stores/couchdb.hpp>
#include <tandem/stores/indexed.hpp>
#include <tandem/stores/memory.hpp>
#include <tandem/transports/recording.hpp>
#include <tandem/transports/replay.hpp>
#include <tandem/transports/resilient.hpp>
#include <tandem/wire/json.hpp>
#include <tandem/wire/status.hpp>
#include <tandem/wire/url.hpp>

#if __has_include(<openssl/ssl.h>)
#include <tandem/transports/https.hpp>
#endif
#if __has_include(<pugixml.hpp>)
#include <tandem/carriers/all.hpp>
#include <tandem/wire/xml.hpp>
#endif
#if __has_include(<libpq-fe.h>)
#include <tandem/stores/postgres.hpp>
#endif
#if __has_include(<sqlite3.h>)
#include <tandem/stores/sqlite.hpp>
#endif
