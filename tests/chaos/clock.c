/* Preloaded into a process, this sets its wall clock off by as many seconds as stand, as one long,
 * in the file that CHAOS_CLOCK names. Whoever changes the file makes the clock jump. Clocks that
 * never jump stay as they are, and so do all waits. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long off(void)
{
    static const volatile long *shared;
    const char *name;
    int file;
    void *page;

    if (shared == NULL) {
        name = getenv("CHAOS_CLOCK");
        file = name == NULL ? -1 : open(name, O_RDONLY | O_CLOEXEC);
        if (file < 0)
            return 0;
        page = mmap(NULL, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
        close(file);
        if (page == MAP_FAILED)
            return 0;
        shared = page;
    }
    return *shared;
}

int clock_gettime(clockid_t id, struct timespec *at)
{
    int answer = syscall(SYS_clock_gettime, id, at);

    if (answer == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        at->tv_sec += off();
    return answer;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone)
{
    int answer = syscall(SYS_gettimeofday, at, zone);

    if (answer == 0 && at != NULL)
        at->tv_sec += off();
    return answer;
}

time_t time(time_t *at)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (at != NULL)
        *at = now.tv_sec;
    return now.tv_sec;
}
