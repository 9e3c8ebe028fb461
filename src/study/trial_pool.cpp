#include "study/trial_pool.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>

#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/text.h"
#include "study/trial_run.h"

extern char** environ;

namespace songscape {
namespace {

constexpr size_t kMostMessage = 2000;

// What a child wrote on standard error, its last lines: kept in memory, since the disk may be full.
std::string messages_in(int fd) {
  const off_t size = ::lseek(fd, 0, SEEK_END);
  const off_t from = size > static_cast<off_t>(kMostMessage) ? size - static_cast<off_t>(kMostMessage) : 0;
  std::string text(static_cast<size_t>(size > 0 ? size - from : 0), '\0');
  const ssize_t n = ::pread(fd, text.data(), text.size(), from);
  text.resize(n > 0 ? static_cast<size_t>(n) : 0);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (const size_t error = text.rfind("error: "); error != std::string::npos) text = text.substr(error + 7);
  return text;
}

pid_t spawn(const std::vector<std::string>& command, int messages_fd) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, messages_fd, STDERR_FILENO);
  // A group of its own: the terminal's Ctrl-C reaches it through us, once.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  std::vector<char*> argv;
  for (const std::string& part : command) argv.push_back(const_cast<char*>(part.c_str()));
  argv.push_back(nullptr);
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, argv[0], &actions, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0)
    fail(ExitCode::failed, {.what = "cannot start a trial's process",
                            .where = escape_for_terminal(command.front()),
                            .seen = std::strerror(error),
                            .wanted = {},
                            .fix = {}});
  return pid;
}

}  // namespace

TrialPool::~TrialPool() {
  for (const auto& [pid, child] : children_) ::kill(pid, SIGTERM);
  for (const auto& [pid, child] : children_) {
    ::waitpid(pid, nullptr, 0);
    ::close(child.messages_fd);
  }
}

void TrialPool::run_here(size_t trial, const fs::path& folder) {
  try {
    run_trial(folder);
    done_.push_back({trial, true, false, {}});
  } catch (const Error& e) {
    done_.push_back({trial, false, e.exit_code() == ExitCode::interrupted, e.what()});
  }
}

void TrialPool::start(size_t trial, const fs::path& folder) {
  if (program_.empty()) return run_here(trial, folder);
  const int messages_fd = ::memfd_create("messages", MFD_CLOEXEC);
  if (messages_fd < 0)
    fail(ExitCode::failed,
         {.what = "cannot keep a trial's messages", .where = {}, .seen = last_system_error(), .wanted = {}, .fix = {}});
  const pid_t pid = spawn(
      {program_, "ablate", "--quiet", "--trial", folder.string(), "--parent", std::to_string(::getpid())}, messages_fd);
  children_[pid] = {trial, messages_fd};
}

TrialEnd TrialPool::end_of(const Child& child, int status) const {
  TrialEnd end{.trial = child.trial};
  end.is_good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  end.is_interrupted = WIFEXITED(status) && WEXITSTATUS(status) == static_cast<int>(ExitCode::interrupted);
  if (end.is_good) return end;
  end.message = messages_in(child.messages_fd);
  if (WIFSIGNALED(status))
    end.message = "ended by signal " + std::to_string(WTERMSIG(status)) + " (" + ::strsignal(WTERMSIG(status)) + ")" +
                  (end.message.empty() ? "" : ": " + end.message);
  if (end.message.empty()) end.message = "ended with exit code " + std::to_string(WEXITSTATUS(status));
  return end;
}

std::optional<TrialEnd> TrialPool::wait() {
  if (!done_.empty()) {
    const TrialEnd end = done_.back();
    done_.pop_back();
    return end;
  }
  while (!children_.empty()) {
    if (interrupt_requested() && !was_told_to_stop_) {
      for (const auto& [pid, child] : children_) ::kill(pid, SIGTERM);
      was_told_to_stop_ = true;
    }
    for (auto it = children_.begin(); it != children_.end(); ++it) {
      int status = 0;
      if (::waitpid(it->first, &status, WNOHANG) != it->first) continue;
      const TrialEnd end = end_of(it->second, status);
      ::close(it->second.messages_fd);
      children_.erase(it);
      return end;
    }
    const timespec pause{.tv_sec = 0, .tv_nsec = 10'000'000};
    ::nanosleep(&pause, nullptr);
  }
  return std::nullopt;
}

void end_with_parent(int64_t parent_pid) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != static_cast<pid_t>(parent_pid)) ::_exit(static_cast<int>(ExitCode::interrupted));
}

}  // namespace songscape
