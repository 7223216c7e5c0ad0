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

/// Has SIGINT, SIGTERM and SIGHUP end the programs that were started here before they end this process. What it was
/// started to ignore stays ignored.
void gx_watch_signals(void);

/// Notes a program that is to end with this process; `group`: with all that it started.
void gx_child_began(int pid, int group);

void gx_child_ended(int pid);

/// From 1 on, the first signal is kept until it is asked for; -1 ends that.
void gx_hold_signals(int change);

/// The signal that was kept; 0 for none.
int gx_kept_signal(void);
