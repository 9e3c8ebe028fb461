// A child process that does a job once for each line it is sent, and answers each with a line of JSON.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"

namespace songscape {

struct WorkerCommand {
  std::string name;                           // for messages: "bench/peers/librosa_mel.py"
  std::vector<std::string> words;             // the program, found on PATH unless it has a slash, and its arguments
  std::vector<std::string> environment = {};  // NAME=VALUE, besides the environment of this program
  std::filesystem::path messages;             // its standard error goes here
  int n_cores = 1;                            // it is kept on this many, the first of those that this process may use
  std::string fix = {};                       // what to do where it fails
};

class WorkerProcess {
 public:
  // Error `failed` where the program cannot be started.
  explicit WorkerProcess(WorkerCommand command);
  ~WorkerProcess();  // kills it
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  void wait_until_ready();
  // One job; its answer, an object.
  Json do_job();

  // Both: Error `failed` where it ends, says something else, or takes longer than half an hour, with the last line of
  // its messages; Error `interrupted` after Ctrl-C.

 private:
  Json next_answer();
  std::string next_line();
  [[noreturn]] void fail_with(const std::string& what, const std::string& seen);
  std::string last_message() const;

  WorkerCommand command_;
  pid_t pid_ = -1;
  int socket_ = -1;  // its standard input and output
  std::string received_;
};

}  // namespace songscape
