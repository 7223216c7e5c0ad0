#define _GNU_SOURCE
#include "process.h"

#include <spawn.h>
#include <unistd.h>

char **gx_environment(void) { return environ; }

int gx_pipe(int ends[2], int flags) { return pipe2(ends, flags); }

int gx_spawn_in(void *actions, const char *directory) {
    return posix_spawn_file_actions_addchdir_np(actions, directory);
}

int gx_spawn_close_rest(void *actions) {
    return posix_spawn_file_actions_addclosefrom_np(actions, 3);
}
