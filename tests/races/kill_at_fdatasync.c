/* Kills the process that it is loaded into (LD_PRELOAD) as it begins its n-th fdatasync, on whichever thread: n is in
   KILL_AT_FDATASYNC. Until then each call does what it always does. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_long calls;

int fdatasync(int file)
{
    const char *at = getenv("KILL_AT_FDATASYNC");
    if (at && atomic_fetch_add(&calls, 1) + 1 == atol(at))
        kill(getpid(), SIGKILL);
    return (int)syscall(SYS_fdatasync, file);
}
