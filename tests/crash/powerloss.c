/* A disk that forgets: preloaded into a host, it keeps what would be there after the power went.

   Whatever is synced is copied into a shadow folder, by device, inode and time of birth: of a file
   its bytes, of a folder its names. The copy is made before and has its name after the moment at
   which a real sync would return; nothing is really synced, since the shadow is the disk here. What
   stands in no shadow was never durable. `power.py` rebuilds a folder from it.

   Not modelled, and so noted in a file that fails the test: O_SYNC, O_DSYNC, msync, sync, syncfs.
   `sync_file_range` makes nothing durable, by its own manual page, and is left alone. */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_ulong copies;

static int open_really(int folder, const char *path, int flags, mode_t mode) {
  return (int)syscall(SYS_openat, folder, path, flags | O_CLOEXEC, mode);
}

static int key_at(int folder, const char *name, int flags, char *key, size_t size, mode_t *mode) {
  struct statx found;
  if (statx(folder, name, flags, STATX_BASIC_STATS | STATX_BTIME, &found)) return -1;
  *mode = found.stx_mode;
  snprintf(key, size, "%x.%x.%llx.%llx.%x", found.stx_dev_major, found.stx_dev_minor,
           (unsigned long long)found.stx_ino, (unsigned long long)found.stx_btime.tv_sec,
           found.stx_btime.tv_nsec);
  return 0;
}

static int write_whole(int target, const char *data, ssize_t length) {
  while (length > 0) {
    ssize_t written = write(target, data, (size_t)length);
    if (written < 0) return -1;
    data += written;
    length -= written;
  }
  return 0;
}

static int copy_bytes(int source, int target) {
  static __thread char buffer[1 << 18];
  off_t offset = 0;
  for (;;) {
    ssize_t length = pread(source, buffer, sizeof buffer, offset);
    if (length <= 0) return (int)length;
    if (write_whole(target, buffer, length)) return -1;
    offset += length;
  }
}

/* One line an entry: type and mode, key, name; names end with a zero, as they do on disk. */
static int copy_names(int source, int target) {
  int again = open_really(source, ".", O_RDONLY | O_DIRECTORY, 0);
  DIR *folder = again < 0 ? NULL : fdopendir(again);
  if (!folder) return -1;
  int failed = 0;
  for (struct dirent *entry; !failed && (entry = readdir(folder));) {
    char key[128], line[512];
    mode_t mode;
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    if (key_at(source, entry->d_name, AT_SYMLINK_NOFOLLOW, key, sizeof key, &mode)) continue;
    int length = snprintf(line, sizeof line, "%o %s %s", mode, key, entry->d_name);
    failed = write_whole(target, line, length + 1);
  }
  closedir(folder);
  return failed;
}

static int keep(const char *shadow, int descriptor) {
  char key[128], part[1024], whole[1024], itself[64];
  mode_t mode;
  if (key_at(descriptor, "", AT_EMPTY_PATH, key, sizeof key, &mode)) return -1;
  if (!S_ISREG(mode) && !S_ISDIR(mode)) return 0;
  snprintf(part, sizeof part, "%s/part.%d.%lu", shadow, getpid(), atomic_fetch_add(&copies, 1));
  snprintf(whole, sizeof whole, "%s/%s", shadow, key);
  snprintf(itself, sizeof itself, "/proc/self/fd/%d", descriptor);
  int source = open_really(AT_FDCWD, itself, O_RDONLY, 0);
  int target = open_really(AT_FDCWD, part, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  int failed = source < 0 || target < 0 ||
               (S_ISDIR(mode) ? copy_names(source, target) : copy_bytes(source, target));
  if (source >= 0) close(source);
  if (target >= 0) close(target);
  return failed ? -1 : rename(part, whole);
}

static int synced(int descriptor) {
  const char *shadow = getenv("POWERLOSS_SHADOW");
  if (shadow && keep(shadow, descriptor)) abort();
  return 0;
}

static void unmodelled(const char *what) {
  const char *shadow = getenv("POWERLOSS_SHADOW");
  char path[1024];
  if (!shadow) return;
  snprintf(path, sizeof path, "%s/unmodelled", shadow);
  int note = open_really(AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (note < 0 || write_whole(note, what, (ssize_t)strlen(what))) abort();
  close(note);
}

int fsync(int descriptor) { return synced(descriptor); }
int fdatasync(int descriptor) { return synced(descriptor); }

int msync(void *start, size_t length, int flags) {
  unmodelled("msync\n");
  return (int)syscall(SYS_msync, start, length, flags);
}

void sync(void) { unmodelled("sync\n"); }

int syncfs(int descriptor) {
  (void)descriptor;
  unmodelled("syncfs\n");
  return 0;
}

#define OPEN(name, first, folder)                                    \
  int name(first const char *path, int flags, ...) {                 \
    va_list rest;                                                    \
    va_start(rest, flags);                                           \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest);                                                    \
    if (flags & (O_SYNC | O_DSYNC)) unmodelled("O_SYNC\n");          \
    return (int)syscall(SYS_openat, folder, path, flags, mode);      \
  }
#define IN_FOLDER int at,
#define NOTHING
OPEN(open, NOTHING, AT_FDCWD)
OPEN(open64, NOTHING, AT_FDCWD)
OPEN(openat, IN_FOLDER, at)
OPEN(openat64, IN_FOLDER, at)

/* For the harness, which loads this file without preloading it. */

int powerloss_keep(const char *shadow, const char *path) {
  int descriptor = open_really(AT_FDCWD, path, O_RDONLY, 0);
  if (descriptor < 0) return -1;
  int failed = keep(shadow, descriptor);
  close(descriptor);
  return failed;
}

int powerloss_key(const char *path, char *key, size_t size) {
  mode_t mode;
  return key_at(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, key, size, &mode);
}
