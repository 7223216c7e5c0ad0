#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

char **gx_environment(void) { return environ; }

int gx_pipe(int ends[2], int flags) { return pipe2(ends, flags); }

int gx_spawn_in(void *actions, const char *directory) {
    return posix_spawn_file_actions_addchdir_np(actions, directory);
}

int gx_spawn_close_rest(void *actions) {
    return posix_spawn_file_actions_addclosefrom_np(actions, 3);
}

enum { most_children = 256 };
// The group of a child, or its own number where it leads none, with a mark for which it is: what a handler may read.
static _Atomic int children[most_children];
static _Atomic int leads_group[most_children];
static _Atomic int holding;
static _Atomic int kept;

static void stop_children(void) {
    for (int i = 0; i < most_children; i++) {
        int pid = children[i];
        if (pid > 0) kill(leads_group[i] ? -pid : pid, SIGTERM);
    }
    // Two seconds to clean up, then they are ended.
    for (int tenth = 0; tenth < 20; tenth++) {
        int left = 0;
        for (int i = 0; i < most_children; i++) {
            int pid = children[i];
            if (pid > 0 && waitpid(pid, 0, WNOHANG) == 0) left = 1;
        }
        if (!left) break;
        struct timespec pause = {0, 100000000};
        nanosleep(&pause, 0);
    }
    for (int i = 0; i < most_children; i++) {
        int pid = children[i];
        if (pid > 0 && leads_group[i]) kill(-pid, SIGKILL);
        else if (pid > 0 && waitpid(pid, 0, WNOHANG) == 0) kill(pid, SIGKILL);
    }
}

static void handle(int number) {
    int before = errno;
    if (holding > 0 && kept == 0) {
        kept = number;
        errno = before;
        return;
    }
    stop_children();
    signal(number, SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    sigprocmask(SIG_UNBLOCK, &set, 0);
    raise(number);
}

void gx_watch_signals(void) {
    static _Atomic int is_watching;
    if (is_watching) return;
    is_watching = 1;
    int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    for (int i = 0; i < 3; i++) {
        struct sigaction action;
        sigaction(numbers[i], 0, &action);
        if (action.sa_handler != SIG_DFL) continue;
        action.sa_handler = handle;
        action.sa_flags = SA_RESTART;
        sigfillset(&action.sa_mask);
        sigaction(numbers[i], &action, 0);
    }
}

void gx_child_began(int pid, int group) {
    for (int i = 0; i < most_children; i++) {
        int free = 0;
        // Nobody reads the mark of a place that is free.
        if (children[i] == 0) {
            leads_group[i] = group;
            if (atomic_compare_exchange_strong(&children[i], &free, pid)) return;
        }
    }
}

void gx_child_ended(int pid) {
    for (int i = 0; i < most_children; i++) {
        int known = pid;
        if (atomic_compare_exchange_strong(&children[i], &known, 0)) return;
    }
}

void gx_hold_signals(int change) { holding += change; }

int gx_kept_signal(void) { return kept; }
