/*
 * Runs a program and stands between it and the kernel: numbers every system call with which it changes
 * the world, or hears from another process, and lets one of them go wrong.
 *
 *   shim LOG WATCHED FAULT STEP PATIENCE PROGRAM [ARGUMENT...]
 *
 * WATCHED is the base name of the executable whose calls are steps, `git` under all of its names; all others, such as the `git` that it
 * starts, are left alone, but starting them is a step. FAULT is `none`, or what happens at STEP:
 *
 *   kill     the process is killed before the call is made; what it started goes on
 *   killall  all that runs is killed
 *   eio      the call fails with an I/O error, once
 *   enospc   this and every later call that needs space fails: the disk is full
 *   hang     the call does not return; all that runs is killed PATIENCE milliseconds later
 *
 * LOG gets a line for each step, in order: number, what, path and second path, parted by tabs; `!` comes
 * before the number of the step that went wrong, the first of several. A step is written before the call is
 * made, so one that failed by itself is in the log as well. Hearing another process is one step a pipe.
 *
 * Seccomp's user notifications do it: unlike a preloaded library they also see calls that do not go through
 * libc, and those that libc makes by itself. Ends like the program; with 128 and the signal if one ended
 * it, and with 125 where the kernel does not let us.
 *
 * It waits for everything that the program started: whoever looks afterwards sees the end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "no such architecture here"
#endif

#define CANNOT 125
#define LONGEST 4096

enum fault { NONE, KILL, KILLALL, EIO_ONCE, ENOSPC_ON, HANG };
static const char *const FAULTS[] = {"none", "kill", "killall", "eio", "enospc", "hang"};

/* Where the paths of a call are: pairs of a directory and a name, a name alone, or a descriptor. */
enum shape { NOTHING, PATH, AT, PATHS, ATS, TARGET_PATH, TARGET_AT, FILE_FD, PIPE_FD, ANY_FD, MAPPED };

struct call {
	int number;
	const char *what;
	enum shape shape;
	int needs_space;
};

static const struct call CALLS[] = {
	{SYS_openat, "open", AT, 1},
	{SYS_openat2, "open", AT, 1},
	{SYS_write, "write", FILE_FD, 1},
	{SYS_pwrite64, "write", FILE_FD, 1},
	{SYS_writev, "write", FILE_FD, 1},
	{SYS_pwritev, "write", FILE_FD, 1},
	{SYS_pwritev2, "write", FILE_FD, 1},
	{SYS_sendfile, "write", FILE_FD, 1},
	{SYS_ftruncate, "resize", FILE_FD, 1},
	{SYS_fallocate, "resize", FILE_FD, 1},
	{SYS_mmap, "map", MAPPED, 1},
	{SYS_renameat, "rename", ATS, 0},
	{SYS_renameat2, "rename", ATS, 0},
	{SYS_linkat, "link", ATS, 1},
	{SYS_symlinkat, "symlink", TARGET_AT, 1},
	{SYS_mkdirat, "mkdir", AT, 1},
	{SYS_unlinkat, "unlink", AT, 0},
	{SYS_fsync, "sync", ANY_FD, 0},
	{SYS_fdatasync, "sync", ANY_FD, 0},
	{SYS_syncfs, "syncfs", ANY_FD, 0},
	{SYS_fchmod, "chmod", ANY_FD, 0},
	{SYS_fchmodat, "chmod", AT, 0},
	{SYS_execve, "run", PATH, 0},
	{SYS_connect, "connect", ANY_FD, 0},
	{SYS_read, "read", PIPE_FD, 0},
#ifdef __x86_64__
	{SYS_open, "open", PATH, 1},
	{SYS_creat, "open", PATH, 1},
	{SYS_rename, "rename", PATHS, 0},
	{SYS_link, "link", PATHS, 1},
	{SYS_symlink, "symlink", TARGET_PATH, 1},
	{SYS_mkdir, "mkdir", PATH, 1},
	{SYS_rmdir, "rmdir", PATH, 0},
	{SYS_unlink, "unlink", PATH, 0},
	{SYS_chmod, "chmod", PATH, 0},
#endif
};
#define CALL_COUNT (sizeof CALLS / sizeof *CALLS)

static void give_up(const char *doing)
{
	fprintf(stderr, "shim: %s: %s\n", doing, strerror(errno));
	exit(CANNOT);
}

/* In the program: everything in the table is reported, but for files that are opened to be read only. */
static int install_filter(void)
{
	struct sock_filter filter[8 + 8 * CALL_COUNT];
	unsigned n = 0;
	const unsigned writing = O_CREAT | O_TRUNC | O_WRONLY | O_RDWR;

#define LOAD(field) (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(value) (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, value)
#define JUMP(test, value, yes, no) (struct sock_filter)BPF_JUMP(BPF_JMP | test | BPF_K, value, yes, no)
	filter[n++] = LOAD(arch);
	filter[n++] = JUMP(BPF_JEQ, ARCHITECTURE, 1, 0);
	filter[n++] = RETURN(SECCOMP_RET_ALLOW);
	filter[n++] = LOAD(nr);
	for (unsigned i = 0; i < CALL_COUNT; i++) {
		int number = CALLS[i].number;
		int flags = 0;
		if (number == SYS_openat)
			flags = offsetof(struct seccomp_data, args[2]);
#ifdef __x86_64__
		if (number == SYS_open)
			flags = offsetof(struct seccomp_data, args[1]);
#endif
		if (number == SYS_mmap) {
			filter[n++] = JUMP(BPF_JEQ, number, 0, 6);
			filter[n++] = LOAD(args[2]);
			filter[n++] = JUMP(BPF_JSET, PROT_WRITE, 0, 3);
			filter[n++] = LOAD(args[3]);
			filter[n++] = JUMP(BPF_JSET, MAP_SHARED, 0, 1);
			filter[n++] = RETURN(SECCOMP_RET_USER_NOTIF);
			filter[n++] = RETURN(SECCOMP_RET_ALLOW);
		} else if (flags) {
			filter[n++] = JUMP(BPF_JEQ, number, 0, 4);
			filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, flags);
			filter[n++] = JUMP(BPF_JSET, writing, 0, 1);
			filter[n++] = RETURN(SECCOMP_RET_USER_NOTIF);
			filter[n++] = RETURN(SECCOMP_RET_ALLOW);
		} else {
			filter[n++] = JUMP(BPF_JEQ, number, 0, 1);
			filter[n++] = RETURN(SECCOMP_RET_USER_NOTIF);
		}
	}
	filter[n++] = RETURN(SECCOMP_RET_ALLOW);

	struct sock_fprog program = {n, filter};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

/* The listener goes from the program to us through a socket. */
static void hand_over(int socket, int listener)
{
	char byte = 0, control[CMSG_SPACE(sizeof listener)] = {0};
	struct iovec piece = {&byte, 1};
	struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = control,
		.msg_controllen = sizeof control};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof listener);
	memcpy(CMSG_DATA(header), &listener, sizeof listener);
	if (sendmsg(socket, &message, 0) != 1)
		_exit(CANNOT);
}

static int take_over(int socket)
{
	int listener = -1;
	char byte, control[CMSG_SPACE(sizeof listener)];
	struct iovec piece = {&byte, 1};
	struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = control,
		.msg_controllen = sizeof control};
	if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != 1 || !CMSG_FIRSTHDR(&message))
		give_up("there are no user notifications here");
	memcpy(&listener, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof listener);
	return listener;
}

/* What a link below /proc leads to. */
static int where(char *path, pid_t pid, const char *link)
{
	char name[64];
	snprintf(name, sizeof name, "/proc/%d/%s", pid, link);
	ssize_t length = readlink(name, path, LONGEST - 1);
	path[length < 0 ? 0 : length] = 0;
	return length > 0;
}

static int where_fd(char *path, pid_t pid, int fd)
{
	char link[32];
	snprintf(link, sizeof link, "fd/%d", fd);
	return where(path, pid, link);
}

/* Reads a path of the process, page by page: the next page may not be there. */
static void read_path(char *path, pid_t pid, unsigned long address)
{
	size_t length = 0;
	while (length < LONGEST - 1) {
		size_t chunk = 4096 - (address + length) % 4096;
		if (chunk > LONGEST - 1 - length)
			chunk = LONGEST - 1 - length;
		struct iovec here = {path + length, chunk}, there = {(void *)(address + length), chunk};
		ssize_t got = process_vm_readv(pid, &here, 1, &there, 1, 0);
		if (got <= 0)
			break;
		if (memchr(path + length, 0, got))
			return;
		length += got;
	}
	path[length] = 0;
}

/* Makes a path absolute. */
static void resolve(char *path, pid_t pid, int directory, unsigned long address)
{
	char name[LONGEST];
	read_path(name, pid, address);
	if (name[0] == '/') {
		strcpy(path, name);
		return;
	}
	if (directory == AT_FDCWD)
		where(path, pid, "cwd");
	else
		where_fd(path, pid, directory);
	size_t length = strlen(path);
	snprintf(path + length, LONGEST - length, "/%s", name);
}

/* Says whether a pipe is heard for the first time: how often it is read depends on how fast it is filled. */
static int is_first(const char *pipe)
{
	static char *heard[1024];
	static unsigned count;
	for (unsigned i = 0; i < count; i++)
		if (strcmp(heard[i], pipe) == 0)
			return 0;
	if (count < sizeof heard / sizeof *heard)
		heard[count++] = strdup(pipe);
	return 1;
}

/* Says whether a call is a step, and which paths it is about. */
static int is_step(const struct call *call, const struct seccomp_notif *notice, char *path, char *other)
{
	const unsigned long long *args = notice->data.args;
	pid_t pid = notice->pid;
	struct stat status;

	*path = *other = 0;
	switch (call->shape) {
	case PATH:
		resolve(path, pid, AT_FDCWD, args[0]);
		break;
	case AT:
		resolve(path, pid, (int)args[0], args[1]);
		break;
	case PATHS:
		resolve(path, pid, AT_FDCWD, args[0]);
		resolve(other, pid, AT_FDCWD, args[1]);
		break;
	case ATS:
		resolve(path, pid, (int)args[0], args[1]);
		resolve(other, pid, (int)args[2], args[3]);
		break;
	case TARGET_PATH:
		resolve(path, pid, AT_FDCWD, args[1]);
		break;
	case TARGET_AT:
		resolve(path, pid, (int)args[1], args[2]);
		break;
	case MAPPED:
		where_fd(path, pid, (int)args[4]);
		break;
	default:
		where_fd(path, pid, (int)args[0]);
	}
	switch (call->shape) {
	case FILE_FD:
	case MAPPED:
		return path[0] == '/' && stat(path, &status) == 0 && S_ISREG(status.st_mode);
	case PIPE_FD:
		return (strncmp(path, "pipe:", 5) == 0 || strncmp(path, "socket:", 7) == 0) && is_first(path);
	default:
		/* Sandboxes may be in /dev/shm. */
		return (strncmp(path, "/dev/", 5) != 0 || strncmp(path, "/dev/shm/", 9) == 0)
			&& strncmp(path, "/proc/", 6) != 0;
	}
}

/* Returns the number in a line of /proc/PID/status. */
static pid_t status_of(pid_t pid, const char *line)
{
	char name[64], text[256];
	pid_t found = 0;
	snprintf(name, sizeof name, "/proc/%d/status", pid);
	FILE *file = fopen(name, "re");
	if (!file)
		return 0;
	while (!found && fgets(text, sizeof text, file))
		if (strncmp(text, line, strlen(line)) == 0)
			found = atoi(text + strlen(line));
	fclose(file);
	return found;
}

/* Says whether the calls of an executable are steps; git has more than one name. */
static int is_watched(const char *executable, const char *watched)
{
	const char *base = strrchr(executable, '/');
	if (!base++)
		return 0;
	if (strcmp(watched, "git") == 0 && strncmp(base, "git-", 4) == 0)
		return strcmp(base, "git-pact") != 0;
	return strcmp(base, watched) == 0;
}

static long long milliseconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

int main(int argc, char **argv)
{
	if (argc < 7) {
		fprintf(stderr, "usage: shim LOG WATCHED FAULT STEP PATIENCE PROGRAM [ARGUMENT...]\n");
		return CANNOT;
	}
	const char *watched = argv[2];
	enum fault fault = NONE;
	for (unsigned i = 0; i < sizeof FAULTS / sizeof *FAULTS; i++)
		if (strcmp(FAULTS[i], argv[3]) == 0)
			fault = i;
	long target = atol(argv[4]), patience = atol(argv[5]), steps = 0;
	FILE *log = fopen(argv[1], "we");
	if (!log)
		give_up(argv[1]);

	int sockets[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets))
		give_up("socketpair");
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	pid_t program = fork();
	if (program == 0) {
		setpgid(0, 0);
		int listener = install_filter();
		if (listener < 0)
			_exit(CANNOT);
		hand_over(sockets[1], listener);
		close(listener);
		execvp(argv[6], argv + 6);
		_exit(127);
	}
	close(sockets[1]);
	int listener = take_over(sockets[0]);

	long long deadline = 0;
	pid_t hanging = 0;
	int hung = 0, struck = 0;
	for (;;) {
		struct pollfd ready = {listener, POLLIN, 0};
		long long left = deadline - milliseconds();
		int found = poll(&ready, 1, !deadline || hung ? -1 : left < 0 ? 0 : (int)left);
		if (found == 0) {
			hung = 1;
			kill(-program, SIGKILL);
			/* git's upkeep leaves the group. */
			kill(hanging, SIGKILL);
			continue;
		}
		if (found < 0 && errno == EINTR)
			continue;
		if (!(ready.revents & POLLIN))
			break; /* nobody is left */

		struct seccomp_notif notice = {0};
		struct seccomp_notif_resp answer = {0};
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notice))
			continue;
		answer.id = notice.id;
		answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;

		char path[LONGEST], other[LONGEST], executable[LONGEST];
		const struct call *call = NULL;
		for (unsigned i = 0; i < CALL_COUNT; i++)
			if (CALLS[i].number == notice.data.nr)
				call = &CALLS[i];
		where(executable, notice.pid, "exe");
		if (call && is_watched(executable, watched) && is_step(call, &notice, path, other)
			&& ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &notice.id) == 0) {
			steps++;
			int is_full = fault == ENOSPC_ON && steps >= target && call->needs_space;
			int is_here = fault == ENOSPC_ON ? is_full && !struck : fault != NONE && steps == target;
			struck |= is_here;
			fprintf(log, "%s%ld\t%s\t%s\t%s\n", is_here ? "!" : "", steps, call->what, path, other);
			if (is_full || (is_here && fault == EIO_ONCE)) {
				answer.flags = 0;
				answer.error = is_full ? -ENOSPC : -EIO;
			} else if (is_here && fault == KILLALL) {
				kill(-program, SIGKILL);
				continue;
			} else if (is_here && fault == HANG) {
				deadline = milliseconds() + patience;
				hanging = status_of(notice.pid, "Tgid:");
				continue;
			} else if (is_here && fault == KILL) {
				pid_t victim = status_of(notice.pid, "Tgid:");
				if (notice.data.nr == SYS_execve && victim != program) {
					/* A child that is not itself yet: its parent dies, it goes on. */
					kill(status_of(victim, "PPid:"), SIGKILL);
				} else {
					kill(victim, SIGKILL);
					continue;
				}
			}
		}
		ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
	}

	int status = 0, ended;
	pid_t child;
	while ((child = waitpid(-1, &ended, 0)) > 0 || errno == EINTR)
		if (child == program)
			status = ended;
	if (fclose(log))
		give_up(argv[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
