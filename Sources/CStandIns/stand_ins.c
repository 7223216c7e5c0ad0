// libgit2 is used for objects, refs and notes; gx never speaks HTTPS or SSH through it.
// These definitions are found before those of the libraries and keep that half of it out.

// libgit2 parses the 139 certificates of the system's trust store as it starts:
// 52 of the 65 million instructions of its initialisation.
int mbedtls_x509_crt_parse_file(void *chain, const char *path) { (void)chain; (void)path; return -1; }
int mbedtls_x509_crt_parse_path(void *chain, const char *path) { (void)chain; (void)path; return -1; }

#ifdef GX_STATIC
// Debian's libgit2.a needs mbedtls, libssh2, http_parser and krb5, and krb5 has no static archive.
int git_mbedtls_stream_global_init(void) { return 0; }
int git_transport_ssh_global_init(void) { return 0; }
int git_hash_sha256_global_init(void) { return 0; }

#define ABSENT(name) int name(void) { return -1; }
ABSENT(git_mbedtls__set_cert_location)
ABSENT(git_mbedtls_stream_new)
ABSENT(git_mbedtls_stream_wrap)
ABSENT(git_smart_subtransport_ssh)
ABSENT(http_parser_parse_url)
ABSENT(git_http_client_new)
ABSENT(git_http_client_free)
ABSENT(git_http_client_send_request)
ABSENT(git_http_client_send_body)
ABSENT(git_http_client_has_response)
ABSENT(git_http_client_read_response)
ABSENT(git_http_client_read_body)
ABSENT(git_http_client_skip_body)
ABSENT(git_http_response_dispose)
ABSENT(git_http_response_is_redirect)
ABSENT(git_hash_sha256_ctx_init)
ABSENT(git_hash_sha256_ctx_cleanup)
ABSENT(git_hash_sha256_init)
ABSENT(git_hash_sha256_update)
ABSENT(git_hash_sha256_final)
#endif
