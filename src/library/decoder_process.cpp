#include "library/decoder_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <thread>
#include <utility>

#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/text.h"
#include "library/decoder_client.h"
#include "library/decoder_protocol.h"

namespace songscape {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kPollSlice = std::chrono::milliseconds(200);  // between looks at Ctrl-C

// The decoder sees no more of the environment than it needs.
std::vector<std::string> small_environment() {
  std::vector<std::string> out{"LC_ALL=C.UTF-8"};
  for (const char* name : {"PATH", "LD_LIBRARY_PATH", "SONGSCAPE_FFMPEG", "ASAN_OPTIONS", "UBSAN_OPTIONS"})
    if (const char* value = std::getenv(name)) out.push_back(std::string(name) + "=" + value);
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& t : texts) out.push_back(t.data());
  out.push_back(nullptr);
  return out;
}

// Out of the way of descriptors 0 to 3, which the child gets anew.
OwnedFd above_three(int fd) { return OwnedFd(::fcntl(fd, F_DUPFD_CLOEXEC, 10)); }

[[noreturn]] void fail_to_start(const std::filesystem::path& program, int error) {
  errno = error;
  fail(ExitCode::failed, {.what = "cannot start the decoder",
                          .where = escape_for_terminal(program.string()),
                          .seen = last_system_error(),
                          .wanted = "the program songscape-decode",
                          .fix = "install it beside songscape, or name it in SONGSCAPE_DECODE"});
}

// A backstop to the limits that the decoder sets itself.
void limit_from_outside(pid_t pid, int64_t cpu_sec) {
  const auto cpu = static_cast<rlim_t>(cpu_sec);
  const rlimit cpu_limit{cpu, cpu + 5};
  ::prlimit(pid, RLIMIT_CPU, &cpu_limit, nullptr);
#ifndef __SANITIZE_ADDRESS__
  const rlimit memory_limit{decoder_protocol::kAddressSpaceBytes, decoder_protocol::kAddressSpaceBytes};
  ::prlimit(pid, RLIMIT_AS, &memory_limit, nullptr);
#endif
}

std::string reason_of(int status) {
  if (WIFEXITED(status)) {
    const int code = WEXITSTATUS(status);
    if (code == 0) return {};
    if (code == decoder_protocol::kExitOutOfMemory)
      return "decoder memory limit (" + format_bytes(static_cast<double>(decoder_protocol::kAddressSpaceBytes)) +
             ") reached";
    return "decoder failed (exit " + std::to_string(code) + ")";
  }
  const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  if (signal == SIGXCPU) return "decoder timeout (CPU time)";
  if (signal == SIGXFSZ) return "decoder output cap";
  if (signal == SIGKILL) return "decoder memory or CPU limit (killed by the system)";
  return "decoder crashed (signal " + std::to_string(signal) + ")";
}

}  // namespace

OwnedFd& OwnedFd::operator=(OwnedFd&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}
OwnedFd::~OwnedFd() {
  if (fd_ >= 0) ::close(fd_);
}
int OwnedFd::release() { return std::exchange(fd_, -1); }

DecoderProcess::DecoderProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                               int input, int64_t cpu_sec) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail_to_start(program, errno);
  output_ = OwnedFd(ends[0]);
  const OwnedFd low_end(ends[1]);
  const OwnedFd write_end = above_three(ends[1]), file = input >= 0 ? above_three(input) : OwnedFd();
  if (write_end.get() < 0 || (input >= 0 && file.get() < 0)) fail_to_start(program, errno);
  ::fcntl(output_.get(), F_SETPIPE_SZ, 1 << 20);

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, write_end.get(), 1);
  if (input >= 0) ::posix_spawn_file_actions_adddup2(&actions, file.get(), decoder_protocol::kFileDescriptor);
  ::posix_spawn_file_actions_addclosefrom_np(&actions, input >= 0 ? 4 : 3);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  std::vector<std::string> texts{program.string()}, environment = small_environment();
  texts.insert(texts.end(), arguments.begin(), arguments.end());
  const int error = ::posix_spawn(&pid_, program.c_str(), &actions, &attributes, pointers(texts).data(),
                                  pointers(environment).data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    pid_ = -1;
    fail_to_start(program, error);
  }
  limit_from_outside(pid_, cpu_sec);
}

DecoderProcess::~DecoderProcess() { kill(); }

void DecoderProcess::kill() {
  if (pid_ <= 0) return;
  ::kill(-pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

bool DecoderProcess::wait_until_readable(std::chrono::duration<double>& patience) {
  while (true) {
    throw_if_interrupted();
    if (patience.count() <= 0) {
      kill();
      throw DecodeFailure("decoder timeout (it gave nothing for too long)");
    }
    const auto slice = std::min(std::chrono::duration<double>(kPollSlice), patience);
    const auto before = Clock::now();
    pollfd fd{output_.get(), POLLIN, 0};
    const int n = ::poll(&fd, 1, std::max(1, static_cast<int>(slice.count() * 1000)));
    patience -= Clock::now() - before;
    if (n > 0) return true;
    if (n < 0 && errno != EINTR) return false;
  }
}

size_t DecoderProcess::read(std::span<std::byte> out, std::chrono::duration<double>& patience) {
  size_t n_done = 0;
  while (n_done < out.size() && wait_until_readable(patience)) {
    const ssize_t n = ::read(output_.get(), out.data() + n_done, out.size() - n_done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    n_done += static_cast<size_t>(n);
  }
  return n_done;
}

std::string DecoderProcess::wait_for_end(std::chrono::duration<double>& patience) {
  int status = 0;
  output_ = OwnedFd();  // more than it was to say ends it
  for (auto pause = std::chrono::microseconds(50);; pause = std::min(pause * 2, std::chrono::microseconds(20000))) {
    const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
    if (ended == pid_) break;
    if (ended < 0 && errno != EINTR) return "decoder lost";
    if (patience.count() <= 0) {
      kill();
      return "decoder timeout (it does not end)";
    }
    std::this_thread::sleep_for(pause);
    patience -= pause;
  }
  ::kill(-pid_, SIGKILL);  // an ffmpeg that outlived it
  pid_ = -1;
  return reason_of(status);
}

}  // namespace songscape
