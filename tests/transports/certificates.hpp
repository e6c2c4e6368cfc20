// SPDX-License-Identifier: BSL-1.0
// Needs OpenSSL 3 (libssl, libcrypto).
#pragma once

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace tandem::test {

struct Frees {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
    void operator()(BIO* bio) const { BIO_free(bio); }
};

/// A certificate with its key, made in memory.
struct Identity {
    std::shared_ptr<EVP_PKEY> key;
    std::shared_ptr<X509> certificate;

    std::string pem() const {
        const std::unique_ptr<BIO, Frees> text(BIO_new(BIO_s_mem()));
        PEM_write_bio_X509(text.get(), certificate.get());
        char* bytes = nullptr;
        const long size = BIO_get_mem_data(text.get(), &bytes);
        return {bytes, static_cast<std::size_t>(size)};
    }
};

/// What a certificate says.
struct Claims {
    std::string name = "test";
    std::string alternatives{};  ///< as OpenSSL spells them: `DNS:localhost,IP:127.0.0.1`
    bool authority = false;
    std::string purposes{};  ///< as OpenSSL spells them: `clientAuth`
    int rsa_bits = 0;        ///< of the key; 0: an elliptic curve's
    long from_now = -3600;   ///< seconds
    long until_now = 3600;
};

/// Issued by `issuer`, by itself where that is none.
inline Identity issue(const Claims& claims, const Identity* issuer = nullptr) {
    static long serial = 1;
    Identity made;
    made.key.reset(claims.rsa_bits > 0 ? EVP_RSA_gen(static_cast<unsigned>(claims.rsa_bits)) : EVP_EC_gen("P-256"),
                   Frees());
    made.certificate.reset(X509_new(), Frees());
    X509* const certificate = made.certificate.get();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
    X509_gmtime_adj(X509_getm_notBefore(certificate), claims.from_now);
    X509_gmtime_adj(X509_getm_notAfter(certificate), claims.until_now);
    X509_set_pubkey(certificate, made.key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(claims.name.c_str()), -1, -1, 0);
    const Identity& signer = issuer != nullptr ? *issuer : made;
    X509_set_issuer_name(certificate, X509_get_subject_name(signer.certificate.get()));
    const auto extend = [&](int kind, const std::string& value) {
        const std::unique_ptr<X509_EXTENSION, Frees> extension(
            X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
        if (!extension) { throw std::invalid_argument("OpenSSL does not take " + value); }
        X509_add_ext(certificate, extension.get(), -1);
    };
    extend(NID_basic_constraints, claims.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    extend(NID_key_usage, claims.authority ? "critical,keyCertSign" : "critical,digitalSignature");
    if (!claims.purposes.empty()) { extend(NID_ext_key_usage, claims.purposes); }
    if (!claims.alternatives.empty()) { extend(NID_subject_alt_name, claims.alternatives); }
    if (X509_sign(certificate, signer.key.get(), EVP_sha256()) == 0) { throw std::runtime_error("cannot sign"); }
    return made;
}

}  // namespace tandem::test
