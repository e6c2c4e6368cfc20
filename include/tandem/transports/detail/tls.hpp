// SPDX-License-Identifier: BSL-1.0
// Needs OpenSSL 3 (libssl, libcrypto).
#pragma once

#include <tandem/core/error.hpp>
#include <tandem/transports/detail/origin.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace tandem::transports::detail {

template <auto Free>
struct Frees {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};

/// What OpenSSL says of the newest failure on this thread; forgets it.
inline std::string openssl_error() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? "TLS failed" : reason;
}

/// Where every TLS session comes from. There is no other way to make one, and no way to make one that verifies less.
class TlsContext {
public:
    /// Trusts the system's roots, and the certificates in `anchors` (PEM) besides.
    /// Errors: `settings` when `anchors` holds none.
    /// Thread safety: sessions may be made of it on any thread.
    explicit TlsContext(const std::string& anchors) : context_(SSL_CTX_new(TLS_client_method())) {
        if (!context_) { fail(); }
        SSL_CTX* const context = context_.get();
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
        SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
        // A machine's own settings may be laxer: suites without a certificate, keys that can be broken.
        SSL_CTX_set_security_level(context, std::max(2, SSL_CTX_get_security_level(context)));
        if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) { fail(); }
        if (!anchors.empty()) { trust(anchors); }
        ERR_clear_error();
    }

private:
    friend class TlsSession;

    /// For a session: with the system's roots, which take 20 ms to read. Who never needs them never waits for them.
    SSL_CTX* ready() {
        std::call_once(has_roots_, [this] {
            if (SSL_CTX_set_default_verify_paths(context_.get()) != 1) { fail(); }
            ERR_clear_error();  // a system without roots says so here, and the handshake says it better
        });
        return context_.get();
    }

    [[noreturn]] static void fail() { errors::raise(errc::unspecified, "TLS cannot be set up", openssl_error()); }

    void trust(const std::string& anchors) {
        const std::unique_ptr<BIO, Frees<BIO_free>> text(
            BIO_new_mem_buf(anchors.data(), static_cast<int>(anchors.size())));
        X509_STORE* const store = SSL_CTX_get_cert_store(context_.get());
        int found = 0;
        while (text) {
            const std::unique_ptr<X509, Frees<X509_free>> anchor(
                PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
            if (!anchor) { break; }
            if (X509_STORE_add_cert(store, anchor.get()) != 1) { break; }
            ++found;
        }
        const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
        if (found == 0 || !at_end) {
            errors::raise(errc::settings, "trust anchors are certificates in PEM", openssl_error());
        }
    }

    std::unique_ptr<SSL_CTX, Frees<SSL_CTX_free>> context_;
    std::once_flag has_roots_;
};

/// One TLS connection over two buffers in memory: it does no I/O, so a coroutine can serve TCP and TLS alike, and sees
/// what has come after a reply.
class TlsSession {
public:
    enum class Step { done, wants_input, closed, failed };
    static constexpr std::size_t record_room = 17U << 10U;  ///< bytes that hold any one of TLS' records

    /// The server has to prove that it is the host of `origin`.
    TlsSession(TlsContext& context, const Origin& origin) : ssl_(SSL_new(context.ready())) {
        SSL* const ssl = ssl_.get();
        BIO* const in = BIO_new(BIO_s_mem());
        BIO* const out = BIO_new(BIO_s_mem());
        if (ssl == nullptr || in == nullptr || out == nullptr) {
            BIO_free(in);
            BIO_free(out);
            TlsContext::fail();
        }
        SSL_set_bio(ssl, in, out);  // which owns them from here
        SSL_set_connect_state(ssl);
        X509_VERIFY_PARAM* const rules = SSL_get0_param(ssl);
        X509_VERIFY_PARAM_set_hostflags(rules,
                                        X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
        if (origin.address) {
            if (X509_VERIFY_PARAM_set1_ip_asc(rules, origin.host.c_str()) != 1) { TlsContext::fail(); }
        } else if (X509_VERIFY_PARAM_set1_host(rules, origin.host.data(), origin.host.size()) != 1 ||
                   SSL_set_tlsext_host_name(ssl, origin.host.c_str()) != 1) {
            TlsContext::fail();
        }
    }

    /// `done` only once the server's certificate was verified.
    Step handshake() {
        ERR_clear_error();
        const int result = SSL_do_handshake(ssl_.get());
        return result == 1 ? Step::done : judge(result);
    }

    /// Encrypts all of `text` into the output.
    Step write(std::string_view text) {
        while (!text.empty()) {
            ERR_clear_error();
            std::size_t written = 0;
            const int result = SSL_write_ex(ssl_.get(), text.data(), text.size(), &written);
            if (result != 1) { return judge(result); }
            text.remove_prefix(written);
        }
        return Step::done;
    }

    /// Decrypts into `room`; `done` says that `count` bytes came, `closed` that the server ended in order.
    Step read(std::span<char> room, std::size_t& count) {
        ERR_clear_error();
        const int result = SSL_read_ex(ssl_.get(), room.data(), room.size(), &count);
        return result == 1 ? Step::done : judge(result);
    }

    void feed(std::string_view bytes) {
        std::size_t taken = 0;
        if (BIO_write_ex(SSL_get_rbio(ssl_.get()), bytes.data(), bytes.size(), &taken) != 1 || taken != bytes.size()) {
            TlsContext::fail();
        }
    }

    /// What is to be sent to the server; stays where it is until this is asked again.
    std::string_view take_output() {
        BIO* const out = SSL_get_wbio(ssl_.get());
        output_.resize(BIO_ctrl_pending(out));
        std::size_t taken = 0;
        if (!output_.empty() &&
            (BIO_read_ex(out, output_.data(), output_.size(), &taken) != 1 || taken != output_.size())) {
            TlsContext::fail();
        }
        return output_;
    }

    /// Writes close_notify into the output.
    void close() {
        ERR_clear_error();
        if (SSL_is_init_finished(ssl_.get()) == 1 && !broken_) { SSL_shutdown(ssl_.get()); }
        ERR_clear_error();
    }

    /// Why a step failed.
    std::string why() {
        const long verdict = SSL_get_verify_result(ssl_.get());
        if (verdict != X509_V_OK) {
            ERR_clear_error();
            return X509_verify_cert_error_string(verdict);
        }
        return why_;
    }
    /// Whether it failed because of the server's certificate.
    bool mistrusts() const { return SSL_get_verify_result(ssl_.get()) != X509_V_OK; }

private:
    Step judge(int result) {
        switch (SSL_get_error(ssl_.get(), result)) {
            case SSL_ERROR_WANT_READ: return Step::wants_input;
            case SSL_ERROR_ZERO_RETURN: return Step::closed;
            default:
                broken_ = true;
                why_ = openssl_error();
                return Step::failed;
        }
    }

    std::unique_ptr<SSL, Frees<SSL_free>> ssl_;
    std::string output_;
    std::string why_ = "TLS failed";
    bool broken_ = false;
};

}  // namespace tandem::transports::detail
