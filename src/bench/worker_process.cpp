#include "bench/worker_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/text.h"

extern char** environ;

namespace songscape {
namespace {

constexpr std::chrono::minutes kPatience{30};
constexpr size_t kLongestLine = 1u << 20;

// Children inherit the cores of the thread that starts them.
class OnFirstCores {
 public:
  explicit OnFirstCores(int n) {
    ::sched_getaffinity(0, sizeof before_, &before_);
    cpu_set_t some;
    CPU_ZERO(&some);
    for (int core = 0; core < CPU_SETSIZE && n > 0; ++core)
      if (CPU_ISSET(core, &before_)) CPU_SET(core, &some), --n;
    ::sched_setaffinity(0, sizeof some, &some);
  }
  ~OnFirstCores() { ::sched_setaffinity(0, sizeof before_, &before_); }
  OnFirstCores(const OnFirstCores&) = delete;
  OnFirstCores& operator=(const OnFirstCores&) = delete;

 private:
  cpu_set_t before_;
};

std::vector<std::string> environment_with(const std::vector<std::string>& more) {
  std::vector<std::string> all = more;
  for (char** e = environ; *e; ++e) {
    const std::string entry = *e, name = entry.substr(0, entry.find('=') + 1);
    if (std::ranges::none_of(more, [&](const std::string& m) { return m.starts_with(name); })) all.push_back(entry);
  }
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  for (std::string& w : words) out.push_back(w.data());
  out.push_back(nullptr);
  return out;
}

pid_t spawn(WorkerCommand& command, int socket) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, socket, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, command.messages.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                   0644);
  std::vector<std::string> environment = environment_with(command.environment);
  const OnFirstCores cores(command.n_cores);
  pid_t pid = -1;
  errno = ::posix_spawnp(&pid, command.words[0].c_str(), &actions, nullptr, pointers(command.words).data(),
                         pointers(environment).data());
  const int error = errno;
  posix_spawn_file_actions_destroy(&actions);
  errno = error;
  return error == 0 ? pid : -1;
}

}  // namespace

WorkerProcess::WorkerProcess(WorkerCommand command) : command_(std::move(command)) {
  check(!command_.words.empty(), "a worker has a program");
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    fail_with("cannot be started", last_system_error());
  socket_ = ends[0];
  pid_ = spawn(command_, ends[1]);
  const std::string error = pid_ < 0 ? last_system_error() : "";
  ::close(ends[1]);
  if (pid_ > 0) return;
  ::close(socket_);
  fail_with("cannot be started", command_.words[0] + ": " + error);
}

WorkerProcess::~WorkerProcess() {
  ::close(socket_);
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void WorkerProcess::wait_until_ready() {
  const Json answer = next_answer();
  if (!answer.contains("ready")) fail_with("does not say that it is ready", answer.dump());
}

Json WorkerProcess::do_job() {
  ::send(socket_, "\n", 1, MSG_NOSIGNAL);  // one that has ended is told by its answer
  return next_answer();
}

Json WorkerProcess::next_answer() {
  const std::string line = next_line();
  Json answer;
  try {
    answer = parse_json(line, command_.name);
  } catch (const Error&) {
  }
  if (!answer.is_object()) fail_with("says something else than its answer", line.substr(0, 200));
  return answer;
}

std::string WorkerProcess::next_line() {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  size_t end;
  while ((end = received_.find('\n')) == std::string::npos) {
    throw_if_interrupted();
    if (std::chrono::steady_clock::now() > deadline) fail_with("has not answered for half an hour", last_message());
    if (received_.size() > kLongestLine) fail_with("says something else than its answer", received_.substr(0, 200));
    pollfd p{socket_, POLLIN, 0};
    if (::poll(&p, 1, 1000) <= 0) continue;
    char buffer[4096];
    const ssize_t n = ::read(socket_, buffer, sizeof buffer);
    if (n == 0 || (n < 0 && errno != EINTR)) fail_with("ended before its job was done", last_message());
    if (n > 0) received_.append(buffer, static_cast<size_t>(n));
  }
  const std::string line = received_.substr(0, end);
  received_.erase(0, end + 1);
  return line;
}

void WorkerProcess::fail_with(const std::string& what, const std::string& seen) {
  throw_if_interrupted();  // Ctrl-C ends the child too
  fail(ExitCode::failed,
       {.what = what, .where = command_.name, .seen = escape_for_terminal(seen), .wanted = {}, .fix = command_.fix});
}

std::string WorkerProcess::last_message() const {
  std::string text = fs::exists(command_.messages) ? read_file(command_.messages) : "";
  text.erase(text.find_last_not_of(" \n") + 1);
  return text.substr(text.rfind('\n') + 1);
}

}  // namespace songscape
