/*
 * What would be left on a disk whose power was cut: a library to be preloaded (LD_PRELOAD) that keeps, beside
 * a folder, a shadow of what was synced and of nothing else.
 *
 * The model is the strict one of POSIX. The content of a file is on the disk as it was at its last fsync; the
 * names in a folder are there as they were at the last fsync of that folder; all else is lost. So nothing but
 * the syncs has to be seen: at each one, what is to be kept is read from the file, or from the folder, and
 * put into the shadow. Writes, renames, removals and new files are in it when, and only when, they were synced.
 * The memory-mapped -shm files are never synced, and are made again.
 *
 *   POWER_CUT_ROOT     the folder, an absolute path without links
 *   POWER_CUT_SHADOW   where the shadow is: objects/INODE is the content of a file, names/INODE a folder's
 *                      lines of `f INODE NAME` and `d INODE NAME`, kept/INODE keeps an inode number from being
 *                      given to another file
 *   POWER_CUT_NO_SYNC  when set, no sync reaches the disk: what a test that proves anything must notice
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void fail(const char *what) {
  dprintf(2, "power-cut: %s: %s\n", what, strerror(errno));
  abort();
}

/* Whether the descriptor's path is the root or below it. */
static int is_ours(int fd, char *path) {
  const char *root = getenv("POWER_CUT_ROOT");
  if (root == NULL || getenv("POWER_CUT_SHADOW") == NULL) return 0;
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length <= 0) return 0;
  path[length] = '\0';
  size_t n = strlen(root);
  return strncmp(path, root, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

static void shadow_path(char *out, const char *kind, unsigned long inode, const char *suffix) {
  snprintf(out, PATH_MAX, "%s/%s/%lu%s", getenv("POWER_CUT_SHADOW"), kind, inode, suffix);
}

/* A second name: the file may lose its own, and its number must not go to another then. */
static void keep(const char *path, unsigned long inode) {
  char kept[PATH_MAX];
  shadow_path(kept, "kept", inode, "");
  if (link(path, kept) == -1 && errno != EEXIST && errno != ENOENT) fail("link");
}

/* Written aside and renamed: a kill must not leave half of it. */
static int begin(char *aside, const char *kind, unsigned long inode) {
  shadow_path(aside, kind, inode, ".new");
  int out = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (out == -1) fail("open");
  return out;
}

static void finish(int out, const char *aside, const char *kind, unsigned long inode) {
  char path[PATH_MAX];
  if (close(out) == -1) fail("close");
  shadow_path(path, kind, inode, "");
  if (rename(aside, path) == -1) fail("rename");
}

/*
 * Closing any descriptor of a file drops all locks that this process has on it, and SQLite's are such: a file
 * that can be read through the given descriptor is read through it.
 */
static void sync_file(int fd, const char *path, unsigned long inode) {
  char aside[PATH_MAX], link[64], bytes[65536];
  int in = fd;
  if ((fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY) {
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    in = open(link, O_RDONLY | O_CLOEXEC);
    if (in == -1) fail("open");
  }
  int out = begin(aside, "objects", inode);
  off_t at = 0;
  for (;;) {
    ssize_t n = pread(in, bytes, sizeof bytes, at);
    if (n == -1) fail("pread");
    if (n == 0) break;
    if (write(out, bytes, (size_t)n) != n) fail("write");
    at += n;
  }
  if (in != fd) close(in);
  finish(out, aside, "objects", inode);
  keep(path, inode);
}

static void sync_folder(const char *path, unsigned long inode) {
  char aside[PATH_MAX], child[PATH_MAX + 256];
  DIR *folder = opendir(path);
  if (folder == NULL) fail("opendir");
  int out = begin(aside, "names", inode);
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    struct stat about;
    snprintf(child, sizeof child, "%s/%s", path, entry->d_name);
    if (lstat(child, &about) == -1) continue;
    int is_folder = S_ISDIR(about.st_mode);
    if (!is_folder) keep(child, about.st_ino);
    dprintf(out, "%c %lu %s\n", is_folder ? 'd' : 'f', (unsigned long)about.st_ino, entry->d_name);
  }
  closedir(folder);
  finish(out, aside, "names", inode);
}

static int sync_now(int fd) {
  char path[PATH_MAX];
  struct stat about;
  if (!is_ours(fd, path)) return -1;
  if (getenv("POWER_CUT_NO_SYNC") != NULL) return 0;
  if (fstat(fd, &about) == -1) fail("fstat");
  pthread_mutex_lock(&lock);
  if (S_ISDIR(about.st_mode)) sync_folder(path, about.st_ino);
  else sync_file(fd, path, about.st_ino);
  pthread_mutex_unlock(&lock);
  return 0;
}

int fsync(int fd) {
  return sync_now(fd) == 0 ? 0 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd) {
  return sync_now(fd) == 0 ? 0 : (int)syscall(SYS_fdatasync, fd);
}
