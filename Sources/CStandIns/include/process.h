#pragma once
// The GNU half of glibc that Swift's module of it hides. No header of glibc is included here: Swift would
// take its types for ours in some builds, and for glibc's in others. `actions` is a
// posix_spawn_file_actions_t.

/// The environment of this process, ended by a null pointer.
char **gx_environment(void);

/// `pipe2`: a pipe, with flags for both ends.
int gx_pipe(int ends[2], int flags);

/// Has the program start in a folder.
int gx_spawn_in(void *actions, const char *directory);

/// Keeps every file from the program but stdin, stdout and stderr.
int gx_spawn_close_rest(void *actions);
