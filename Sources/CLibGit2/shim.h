#pragma once
#include <git2.h>
#include <git2/sys/repository.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

// git_libgit2_opts is variadic in C, which Swift cannot call.

/// Switches libgit2's own ownership check off: `git rev-parse` has judged already.
static inline int gx_git_trust_owner(void) {
    return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
}

/// Switches the hash check of every object read off: git fsck is the tool for that.
static inline int gx_git_skip_hash_verification(void) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
}

/// Switches the cache of parsed objects on or off.
static inline int gx_git_object_cache(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_CACHING, enabled);
}

/// How far libgit2 looks for a kind of configuration file; an empty path switches it off.
static inline int gx_git_search_path(git_config_level_t level, const char *path) {
    return git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, path);
}

/// Accepts repositories with these `extensions.*`, besides those that libgit2 knows.
static inline int gx_git_accept_extensions(char *const *names, size_t count) {
    return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, count);
}

/// Has glibc join what was freed with its neighbours at once. By default it does so for all small pieces together, each
/// time that zlib asks for its state: for every object that is read.
static inline void gx_join_free_memory_at_once(void) {
#ifdef __GLIBC__
    mallopt(M_MXFAST, 0);
#endif
}
