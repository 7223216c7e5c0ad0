#pragma once
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <sys/vfs.h>

/// An RSA key from its numbers, `d` NULL for a public key. In C because the parameters keep pointers to their names.
static inline EVP_PKEY *gx_rsa_key(const BIGNUM *n, const BIGNUM *e, const BIGNUM *d) {
    EVP_PKEY *key = NULL;
    OSSL_PARAM *parameters = NULL;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    if (builder && context && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n)
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e)
        && (!d || OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_D, d))
        && (parameters = OSSL_PARAM_BLD_to_param(builder)) && EVP_PKEY_fromdata_init(context) == 1)
        EVP_PKEY_fromdata(context, &key, d ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, parameters);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX_free(context);
    return key;
}

/// Whether a folder is on a tmpfs or ramfs. Here because Glibc's module lacks statfs.
static inline int gx_is_in_memory(const char *path) {
    struct statfs status;
    return statfs(path, &status) == 0 && ((unsigned)status.f_type == 0x01021994u || (unsigned)status.f_type == 0x858458f6u);
}

/// Where `needle` begins in `bytes`, or NULL. Here because Glibc's module lacks memmem.
extern void *memmem(const void *, size_t, const void *, size_t);
static inline const void *gx_find(const void *bytes, size_t count, const void *needle, size_t length) {
    return memmem(bytes, count, needle, length);
}
