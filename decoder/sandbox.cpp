#include "decoder/sandbox.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "library/decoder_protocol.h"

namespace songscape::decoder {
namespace {

// linux/landlock.h of newer kernels than this one may be built with.
struct LandlockRuleset {
  uint64_t fs, net, scoped;
};

int landlock_create(const LandlockRuleset* ruleset, size_t size, uint32_t flags) {
  return static_cast<int>(::syscall(SYS_landlock_create_ruleset, ruleset, size, flags));
}

void allow_path(int ruleset, int fd, uint64_t access) {
  landlock_path_beneath_attr rule{};
  rule.allowed_access = access;
  rule.parent_fd = fd;
  ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

int restrict_files(int input_fd) {
  const int abi = landlock_create(nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1) return 0;
  // Thirteen rights at first; then refer (2), truncate (3), network (4), ioctl (5), signals and abstract sockets (6).
  const uint64_t n_rights = abi >= 5 ? 16 : abi >= 3 ? 15 : abi == 2 ? 14 : 13;
  const LandlockRuleset ruleset{(1ull << n_rights) - 1, abi >= 4 ? 3ull : 0, abi >= 6 ? 3ull : 0};
  const size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
  const int fd = landlock_create(&ruleset, size, 0);
  if (fd < 0) return 0;
  constexpr uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_EXECUTE;
  for (const char* folder : {"/usr", "/lib", "/lib64", "/bin", "/opt", "/nix/store"}) {
    const int path = ::open(folder, O_PATH | O_CLOEXEC);
    if (path < 0) continue;
    allow_path(fd, path, kRead);
    ::close(path);
  }
  const int cache = ::open("/etc/ld.so.cache", O_PATH | O_CLOEXEC);
  if (cache >= 0) {
    allow_path(fd, cache, LANDLOCK_ACCESS_FS_READ_FILE);
    ::close(cache);
  }
  allow_path(fd, input_fd, LANDLOCK_ACCESS_FS_READ_FILE);
  const bool is_on = ::syscall(SYS_landlock_restrict_self, fd, 0) == 0;
  ::close(fd);
  return is_on ? abi : 0;
}

bool load(scmp_filter_ctx filter, uint32_t action, std::initializer_list<int> calls) {
  bool is_ok = filter != nullptr;
  for (const int call : calls)
    if (call >= 0) is_ok = is_ok && seccomp_rule_add(filter, action, call, 0) == 0;
  is_ok = is_ok && seccomp_load(filter) == 0;
  if (filter) seccomp_release(filter);
  return is_ok;
}

}  // namespace

void limit_resources(int64_t file_bytes) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const auto limit = [](__rlimit_resource_t what, rlim_t soft, rlim_t hard) {
    const rlimit value{soft, hard};
    ::setrlimit(what, &value);
  };
  const auto cpu = static_cast<rlim_t>(decoder_protocol::cpu_limit_sec(file_bytes));
  limit(RLIMIT_CPU, cpu, cpu + 5);
#ifndef __SANITIZE_ADDRESS__  // whose shadow alone is 20 TB
  limit(RLIMIT_AS, decoder_protocol::kAddressSpaceBytes, decoder_protocol::kAddressSpaceBytes);
#endif
  // By hand the output may be a file; the client gives a pipe.
  struct stat out {};
  if (::fstat(STDOUT_FILENO, &out) != 0 || !S_ISREG(out.st_mode)) limit(RLIMIT_FSIZE, 0, 0);
  limit(RLIMIT_CORE, 0, 0);
  limit(RLIMIT_NOFILE, 64, 64);
}

void close_off(Sandbox& state, int input_fd) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
  state.landlock_abi = restrict_files(input_fd);
  state.has_network_filter =
      load(seccomp_init(SCMP_ACT_ALLOW), SCMP_ACT_ERRNO(EACCES),
           {SCMP_SYS(socket),         SCMP_SYS(socketpair), SCMP_SYS(connect),          SCMP_SYS(bind),
            SCMP_SYS(listen),         SCMP_SYS(ptrace),     SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
            SCMP_SYS(io_uring_setup), SCMP_SYS(bpf),        SCMP_SYS(perf_event_open),  SCMP_SYS(keyctl),
            SCMP_SYS(add_key),        SCMP_SYS(mount),      SCMP_SYS(umount2),          SCMP_SYS(unshare),
            SCMP_SYS(setns),          SCMP_SYS(chroot),     SCMP_SYS(pivot_root),       SCMP_SYS(userfaultfd)});
}

void close_off_wholly(Sandbox& state) {
  state.has_compute_filter = load(seccomp_init(SCMP_ACT_ERRNO(EPERM)), SCMP_ACT_ALLOW,
                                  {SCMP_SYS(read),
                                   SCMP_SYS(pread64),
                                   SCMP_SYS(lseek),
                                   SCMP_SYS(write),
                                   SCMP_SYS(writev),
                                   SCMP_SYS(fstat),
                                   SCMP_SYS(newfstatat),
                                   SCMP_SYS(close),
                                   SCMP_SYS(brk),
                                   SCMP_SYS(mmap),
                                   SCMP_SYS(munmap),
                                   SCMP_SYS(mremap),
                                   SCMP_SYS(mprotect),
                                   SCMP_SYS(madvise),
                                   SCMP_SYS(futex),
                                   SCMP_SYS(rt_sigreturn),
                                   SCMP_SYS(rt_sigaction),
                                   SCMP_SYS(rt_sigprocmask),
                                   SCMP_SYS(sigaltstack),
                                   SCMP_SYS(clock_gettime),
                                   SCMP_SYS(gettimeofday),
                                   SCMP_SYS(getrandom),
                                   SCMP_SYS(getpid),
                                   SCMP_SYS(gettid),
                                   SCMP_SYS(tgkill),
                                   SCMP_SYS(sched_yield),
#ifdef __SANITIZE_ADDRESS__  // which looks at memory through a pipe
                                   SCMP_SYS(pipe),
                                   SCMP_SYS(pipe2),
#endif
                                   SCMP_SYS(restart_syscall),
                                   SCMP_SYS(exit),
                                   SCMP_SYS(exit_group)});
}

}  // namespace songscape::decoder
