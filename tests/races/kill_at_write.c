/* Kills the process that it is loaded into (LD_PRELOAD) when it has written to a journal for the n-th time, on whichever
   thread: n is in KILL_AT_WRITE. A journal is a file whose name ends in .jsonl. Until then each call does what it always
   does. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_long calls;

static int is_journal(int file)
{
    static const char ending[] = ".jsonl";
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path);
    ssize_t tail = sizeof ending - 1;
    return length >= tail && memcmp(path + length - tail, ending, tail) == 0;
}

ssize_t write(int file, const void *octets, size_t length)
{
    const char *at = getenv("KILL_AT_WRITE");
    ssize_t written = syscall(SYS_write, file, octets, length);
    if (at && is_journal(file) && atomic_fetch_add(&calls, 1) + 1 == atol(at))
        kill(getpid(), SIGKILL);
    return written;
}
