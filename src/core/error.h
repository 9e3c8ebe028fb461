// The one error type, the exit codes of the program, and check() for the edges of public functions.
#pragma once

#include <exception>
#include <source_location>
#include <string>

namespace songscape {

// Exit codes of every command (docs: README, "Exit codes").
enum class ExitCode : int {
  ok = 0,
  failed = 1,
  usage = 2,        // a flag, key or path is wrong; nothing was written
  partly = 3,       // done, but for the items listed
  damaged = 4,      // input is damaged or incompatible; nothing was changed
  locked = 75,      // another process holds the library
  interrupted = 130  // Ctrl-C, after a clean save
};

// What a message must tell; empty parts are left out of it.
struct ErrorParts {
  std::string what;    // "batch size is out of range"
  std::string where;   // "configs/conv_vae.toml:4:9", "--set batch", "song.wav", "tensor to_mean.weight"
  std::string seen;    // "-1"
  std::string wanted;  // "a whole number from 1 to 65536"
  std::string fix;     // "pass --batch 16"
};

class Error : public std::exception {
 public:
  Error(ExitCode exit_code, ErrorParts parts);
  const char* what() const noexcept override { return message_.c_str(); }
  ExitCode exit_code() const { return exit_code_; }
  const ErrorParts& parts() const { return parts_; }

 private:
  ExitCode exit_code_;
  ErrorParts parts_;
  std::string message_;
};

[[noreturn]] void fail(ExitCode exit_code, ErrorParts parts);

// A broken contract of a public function: stays on in release.  `what` says what must hold.
inline void check(bool holds, const char* what, std::source_location at = std::source_location::current()) {
  if (!holds) [[unlikely]]
    fail(ExitCode::failed, {.what = std::string("internal check failed: ") + what,
                            .where = std::string(at.file_name()) + ":" + std::to_string(at.line()),
                            .seen = {}, .wanted = {}, .fix = "this is a defect of Songscape: please report it"});
}

}  // namespace songscape
