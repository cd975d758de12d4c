/* What happens between the birth of a child and its program.
 *
 * The child shares the keeper's memory until execve (CLONE_VM | CLONE_VFORK), so nothing here may allocate, lock or
 * call a libc function with state of its own: credentials go through syscall(), because libc's setuid changes every
 * thread of the process, and these are the keeper's. The runtime's handlers would run on the keeper's memory too:
 * every signal is blocked from before the clone until the child has put all dispositions back to default.
 *
 * Descriptors: the table is shared at first (CLONE_FILES). Copying it would cost milliseconds once the keeper holds
 * thousands, so the child parts from it with close_range(CLOSE_RANGE_UNSHARE), which copies only what lies below
 * `low`. Its descriptors have been put there, into slots that are reserved early and never given back: /dev/null
 * holds their place. Slots lie above 3, so no source of a dup is the target of another.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define UNSHARE_TABLE (1U << 1) /* CLOSE_RANGE_UNSHARE */
#define KERNEL_SIGSET 8         /* bytes: 64 signals */
#define FIRST_SLOT 10
#define SLOTS 4  /* of the child's descriptors 0 to 3 */
#define SPARE 2  /* kept free for what the next image of the keeper opens before it reserves its own */

enum { SET_UMASK = 1, SET_CREDENTIALS = 2, SET_NICE = 4, SET_OOM = 8, TAKE_TERMINAL = 16 }; /* SpawnBlock.Flags */

enum stage { /* SpawnStage */
    NONE, CLONE, SESSION, DESCRIPTORS, TERMINAL, CGROUP, LIMITS, OOM, NICE, UMASK, GROUPS, GROUP_ID, USER_ID, DIRECTORY,
    PARENT_DEATH, CLOSE_RANGE, EXEC
};

struct limit {
    int32_t resource, unused;
    uint64_t soft, hard;
};

struct reeve_spawn { /* Spawner.Native */
    const char *file;
    char *const *arguments, *const *environment;
    const char *directory, *cgroup; /* NULL: none. cgroup names its cgroup.procs */
    const struct limit *limits;
    const uint32_t *groups;
    uint32_t flags, limit_count, group_count, user, group, mask;
    int32_t nice, oom, death_signal;
    int32_t descriptors[SLOTS]; /* become 0 to 3; -1: /dev/null, but 3 stays closed */
    int32_t pid, pidfd;         /* out */
    volatile int32_t stage, error;
};

struct child {
    struct reeve_spawn *spawn;
    pid_t parent;
    char oom[12];
};

static char stack[64 * 1024] __attribute__((aligned(64)));
static int null_device = -1, slots[SLOTS + SPARE], low;

/* 0, or the error. Done once, as early as possible: the lower the slots, the less each child copies. */
int reeve_spawn_reserve(void)
{
    if (low)
        return 0;
    if (null_device < 0 && (null_device = open("/dev/null", O_RDWR | O_CLOEXEC)) < 0)
        return errno;
    for (int i = 0; i < SLOTS + SPARE; i++) {
        if ((slots[i] = fcntl(null_device, F_DUPFD_CLOEXEC, FIRST_SLOT)) < 0) {
            int error = errno;
            while (--i >= 0)
                close(slots[i]);
            return error;
        }
    }
    low = slots[SLOTS - 1] + 1;
    return 0;
}

/* Into the slots before the clone, out of them after it: the keeper must not hold a pipe's end open there. */
static int fill_slots(const struct reeve_spawn *s)
{
    for (int i = 0; i < SLOTS; i++)
        if (s->descriptors[i] >= 0 && dup3(s->descriptors[i], slots[i], O_CLOEXEC) < 0)
            return -1;
    return 0;
}

static void clear_slots(const struct reeve_spawn *s)
{
    for (int i = 0; i < SLOTS; i++)
        if (s->descriptors[i] >= 0)
            dup3(null_device, slots[i], O_CLOEXEC);
}

static int write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC), error;
    if (fd < 0)
        return -1;
    ssize_t n = write(fd, text, strlen(text));
    error = errno;
    close(fd);
    errno = error;
    return n < 0 ? -1 : 0;
}

static int set_limits(const struct reeve_spawn *s)
{
    for (uint32_t i = 0; i < s->limit_count; i++) {
        struct rlimit limit = { s->limits[i].soft, s->limits[i].hard };
        if (setrlimit(s->limits[i].resource, &limit) < 0)
            return -1;
    }
    return 0;
}

static int place_descriptors(const struct reeve_spawn *s)
{
    for (int i = 0; i < SLOTS; i++)
        if ((i < 3 || s->descriptors[i] >= 0) && dup3(slots[i], i, 0) < 0)
            return -1;
    return 0;
}

static void reset_signals(void)
{
    /* Raw, because libc's sigaction refuses 32 and 33. All zero is SIG_DFL in every architecture's layout; KILL and
     * STOP are refused, and are what they are. */
    static const uint64_t by_default[8];
    for (int i = 1; i <= 64; i++)
        syscall(SYS_rt_sigaction, i, by_default, NULL, KERNEL_SIGSET);
}

static int run_child(void *argument)
{
    struct child *c = argument;
    struct reeve_spawn *s = c->spawn;
    uint64_t no_signals = 0;

#define TRY(step, call) do { if ((call) < 0) { s->stage = (step); goto failed; } } while (0)

    TRY(CLOSE_RANGE, syscall(SYS_close_range, low, ~0U, UNSHARE_TABLE));
    reset_signals();
    TRY(SESSION, setsid());
    TRY(DESCRIPTORS, place_descriptors(s));
    if (s->flags & TAKE_TERMINAL)
        TRY(TERMINAL, ioctl(0, TIOCSCTTY, 0));
    if (s->cgroup)
        TRY(CGROUP, write_file(s->cgroup, "0"));
    TRY(LIMITS, set_limits(s));
    if (s->flags & SET_OOM)
        TRY(OOM, write_file("/proc/self/oom_score_adj", c->oom));
    if (s->flags & SET_NICE)
        TRY(NICE, setpriority(PRIO_PROCESS, 0, s->nice));
    if (s->flags & SET_UMASK)
        umask(s->mask);
    if (s->flags & SET_CREDENTIALS) {
        TRY(GROUPS, syscall(SYS_setgroups, (size_t)s->group_count, s->groups));
        TRY(GROUP_ID, syscall(SYS_setresgid, s->group, s->group, s->group));
        TRY(USER_ID, syscall(SYS_setresuid, s->user, s->user, s->user));
    }
    if (s->directory)
        TRY(DIRECTORY, chdir(s->directory));
    if (s->death_signal) {
        TRY(PARENT_DEATH, prctl(PR_SET_PDEATHSIG, s->death_signal));
        if (getppid() != c->parent)
            _exit(127); /* it died before we asked to be told */
    }
    TRY(CLOSE_RANGE, syscall(SYS_close_range, s->descriptors[3] >= 0 ? 4 : 3, ~0U, 0));
    TRY(EXEC, syscall(SYS_rt_sigprocmask, SIG_SETMASK, &no_signals, NULL, KERNEL_SIGSET));
    TRY(EXEC, execve(s->file, s->arguments, s->environment));
failed:
    s->error = errno;
    _exit(127);
}

/* 0: pid and pidfd are set. -1: stage and error are, and there is no child any more. One call at a time. */
int reeve_spawn(struct reeve_spawn *s)
{
    struct child c = { .spawn = s, .parent = getpid() };
    uint64_t all_signals = ~UINT64_C(0), before;
    int pid = -1, dumpable;

    s->pid = s->pidfd = -1;
    s->error = reeve_spawn_reserve();
    if (s->error || fill_slots(s) < 0) {
        s->stage = DESCRIPTORS;
        if (!s->error) {
            s->error = errno;
            clear_slots(s);
        }
        return -1;
    }
    s->stage = CLONE;
    snprintf(c.oom, sizeof c.oom, "%d", s->oom);
    dumpable = prctl(PR_GET_DUMPABLE);
    /* libc's sigprocmask would spare 32 and 33. */
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all_signals, &before, KERNEL_SIGSET);
    pid = clone(run_child, stack + sizeof stack, CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_PIDFD | SIGCHLD, &c,
                &s->pidfd);
    if (pid < 0)
        s->error = errno;
    else if (s->error) {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            ;
        close(s->pidfd);
    } else {
        s->pid = pid;
        s->stage = NONE;
    }
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, KERNEL_SIGSET);
    clear_slots(s);
    /* A child that changed its user has made the memory it shared with us undumpable: no core file, no debugger. */
    if ((s->flags & SET_CREDENTIALS) && dumpable == 1)
        prctl(PR_SET_DUMPABLE, 1);
    return s->error ? -1 : 0;
}
