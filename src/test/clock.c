/*
 * Moves the wall clock of one process by the seconds in the file CAMPAIGN_CLOCK, which may change
 * while the process runs (docs/reliability.md). Monotonic clocks stay right.
 *
 * libfaketime does the same, but takes a lock for each look at the clock: a bridge with it was ready
 * after a minute, and far too slow for a campaign.
 *
 *   cc -O2 -shared -fPIC -o libclock.so clock.c -ldl
 *   LD_PRELOAD=./libclock.so CAMPAIGN_CLOCK=FILE java ...
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define LOOK_EVERY_MS 200

static int (*real_clock)(clockid_t, struct timespec *);
static volatile long ahead;
static volatile long next_look;

static void look(void) {
  struct timespec now;
  real_clock(CLOCK_MONOTONIC_COARSE, &now);
  long ms = now.tv_sec * 1000 + now.tv_nsec / 1000000;
  const char *path = getenv("CAMPAIGN_CLOCK");
  if (ms < next_look || path == NULL) {
    return;
  }
  next_look = ms + LOOK_EVERY_MS;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file >= 0) {
    char text[32];
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    if (length > 0) {
      text[length] = 0;
      ahead = atol(text);
    }
  }
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  if (real_clock == NULL) {
    real_clock = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  }
  int result = real_clock(clock, time);
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) {
    look();
    time->tv_sec += ahead;
  }
  return result;
}

int gettimeofday(struct timeval *time, void *zone) {
  struct timespec now;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &now);
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *seconds) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (seconds != NULL) {
    *seconds = now.tv_sec;
  }
  return now.tv_sec;
}
