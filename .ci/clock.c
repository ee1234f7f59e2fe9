/* Preloaded (LD_PRELOAD), it sets a program's wall clock by CLOCK_AHEAD seconds, and no other clock.

   libfaketime moves time.sleep() too, which waits by the monotonic clock, and lets it fail or return at once. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static long ahead(void) {
    static long seconds;
    static int is_read;
    if (!is_read) {
        const char *text = getenv("CLOCK_AHEAD");
        seconds = text ? atol(text) : 0;
        is_read = 1;
    }
    return seconds;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += ahead();
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone;
    struct timespec moment;
    if (clock_gettime(CLOCK_REALTIME, &moment)) return -1;
    now->tv_sec = moment.tv_sec;
    now->tv_usec = moment.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *into) {
    struct timespec moment;
    if (clock_gettime(CLOCK_REALTIME, &moment)) return -1;
    if (into) *into = moment.tv_sec;
    return moment.tv_sec;
}

/* Waits until a moment of the wall clock are the kernel's, which knows nothing of this. */
static struct timespec kernels(const struct timespec *until) {
    struct timespec moment = *until;
    moment.tv_sec -= ahead();
    return moment;
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until) {
    static int (*real)(sem_t *, const struct timespec *);
    if (!real) real = (int (*)(sem_t *, const struct timespec *))dlsym(RTLD_NEXT, "sem_timedwait");
    struct timespec moment = kernels(until);
    return real(semaphore, &moment);
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted, struct timespec *left) {
    static int (*real)(clockid_t, int, const struct timespec *, struct timespec *);
    if (!real)
        real = (int (*)(clockid_t, int, const struct timespec *, struct timespec *))dlsym(RTLD_NEXT, "clock_nanosleep");
    if (clock != CLOCK_REALTIME || !(flags & TIMER_ABSTIME)) return real(clock, flags, wanted, left);
    struct timespec moment = kernels(wanted);
    return real(clock, flags, &moment, left);
}
