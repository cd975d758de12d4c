/* Signals become bytes in a pipe. Done in C because a handler may run on any thread at any instant, also while the
 * runtime collects garbage: managed code must not run there.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define HOLD 64    /* tells a thread to block everything */
#define WITNESS 63 /* blocked in threads that hold, and nowhere else: no handler blocks it for its own time */

/* All but those that libc (32, 33) and the runtime (34) send among their own threads: a thread that did not hear them
 * could hold up a garbage collection. */
static const uint64_t held = ~(UINT64_C(7) << 31);

static volatile int target = -1;

static void put(int signal)
{
    int before = errno;
    unsigned char byte = (unsigned char)signal;
    /* A full pipe drops it: the reader has not yet read 64 KiB of signals. */
    while (write(target, &byte, 1) < 0 && errno == EINTR)
        ;
    errno = before;
}

/* Where the bytes go: a non-blocking pipe that stays open for ever. */
void reeve_signals_into(int fd)
{
    target = fd;
}

/* how: 0 default, 1 ignore, 2 into the pipe. */
int reeve_signal_set(int signal, int how)
{
    struct sigaction action = { .sa_flags = SA_RESTART };
    sigfillset(&action.sa_mask);
    sigdelset(&action.sa_mask, WITNESS);
    action.sa_handler = how == 2 ? put : how == 1 ? SIG_IGN : SIG_DFL;
    return sigaction(signal, &action, NULL);
}

/* 0 default, 1 ignored, 2 into the pipe, 3 somebody else's handler; -1: no such signal. */
int reeve_signal_get(int signal)
{
    struct sigaction action;
    if (sigaction(signal, NULL, &action) < 0)
        return -1;
    return action.sa_handler == SIG_DFL ? 0 : action.sa_handler == SIG_IGN ? 1 : action.sa_handler == put ? 2 : 3;
}

/* Blocks or unblocks signals in the calling thread. */
int reeve_signals_block(int block)
{
    uint64_t mask = block ? held : 0;
    return (int)syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof mask);
}

/* What the thread blocks when it goes on after this handler. */
static void hold(int signal, siginfo_t *information, void *context)
{
    (void)signal, (void)information;
    memcpy(&((ucontext_t *)context)->uc_sigmask, &held, sizeof held);
}

static int holds(const char *thread)
{
    char path[64], status[4096], *mask;
    snprintf(path, sizeof path, "/proc/self/task/%.20s/status", thread);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, status, sizeof status - 1);
    if (fd >= 0)
        close(fd);
    if (length < 0)
        return 1; /* it has ended */
    status[length] = 0;
    mask = strstr(status, "\nSigBlk:");
    return mask && (strtoull(mask + 8, NULL, 16) >> (WITNESS - 1) & 1);
}

/* Blocks signals in every thread. A signal that a thread has taken from the kernel, but not yet written to the pipe,
 * would die with the thread at exec: afterwards there is none such, and what comes stays pending.
 * 0: done. -1: some thread has not answered within a second. */
int reeve_signals_hold(void)
{
    struct sigaction action = { .sa_sigaction = hold, .sa_flags = SA_SIGINFO | SA_RESTART };
    struct timespec millisecond = { 0, 1000000 };
    sigfillset(&action.sa_mask);
    sigaction(HOLD, &action, NULL);
    reeve_signals_block(1);
    for (int round = 0; round < 1000; round++) {
        int missing = 0;
        DIR *threads = opendir("/proc/self/task");
        if (!threads)
            return -1;
        for (struct dirent *one; (one = readdir(threads));) {
            int thread = atoi(one->d_name);
            if (thread <= 0 || thread == gettid() || holds(one->d_name))
                continue;
            missing++;
            if (round % 10 == 0) /* a thread may have come since */
                syscall(SYS_tgkill, getpid(), thread, HOLD);
        }
        closedir(threads);
        if (!missing)
            return 0;
        nanosleep(&millisecond, NULL);
    }
    return -1;
}
