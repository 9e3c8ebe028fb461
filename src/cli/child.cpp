#include "cli/child.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>

extern char** environ;

namespace songscape {
namespace {

using Clock = std::chrono::steady_clock;

pid_t spawn(const std::vector<std::string>& command, int output_fd) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output_fd, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::vector<char*> argv;
  for (const std::string& part : command) argv.push_back(const_cast<char*>(part.c_str()));
  argv.push_back(nullptr);
  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return error == 0 ? pid : -1;
}

// False where the deadline or the cap was passed.
bool read_to_end(int fd, Clock::time_point deadline, std::string& out) {
  char buffer[4096];
  while (out.size() < (1u << 20)) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd p{fd, POLLIN, 0};
    if (left <= 0 || ::poll(&p, 1, static_cast<int>(left)) <= 0) return false;
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n <= 0) return n == 0;
    out.append(buffer, static_cast<size_t>(n));
  }
  return false;
}

}  // namespace

std::optional<std::string> output_of(const std::vector<std::string>& command, double timeout_sec) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  const pid_t pid = spawn(command, ends[1]);
  ::close(ends[1]);
  std::string out;
  const auto deadline = Clock::now() + std::chrono::milliseconds(static_cast<int64_t>(timeout_sec * 1000));
  const bool ok = pid > 0 && read_to_end(ends[0], deadline, out);
  ::close(ends[0]);
  if (pid <= 0) return std::nullopt;
  if (!ok) ::kill(pid, SIGKILL);
  int status = 0;
  ::waitpid(pid, &status, 0);
  return ok && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? std::optional(out) : std::nullopt;
}

}  // namespace songscape
