#include "cli/output.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "core/error.h"
#include "core/file.h"
#include "report/table.h"

namespace songscape {
namespace {

void stand_in(int fd, int mode) {
  if (::fcntl(fd, F_GETFD) != -1 || errno != EBADF) return;
  const int opened = ::open("/dev/null", mode);
  if (opened == fd || opened < 0) return;
  ::dup2(opened, fd);
  ::close(opened);
}

[[noreturn]] void output_is_lost() {
  fail(ExitCode::failed, {.what = "the result could not be written",
                          .where = "standard output",
                          .seen = last_system_error(),
                          .wanted = {},
                          .fix = {}});
}

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) output_is_lost();
    text.remove_prefix(static_cast<size_t>(n));
  }
}

// Of the terminal that standard output is; 0: it is none.
size_t terminal_width() {
  winsize size{};
  return ::isatty(STDOUT_FILENO) && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

// A pipe or a device is written to as it stands; a file appears whole.
void write_csv_to(const std::string& path, const Table& table) {
  std::error_code ignored;
  const auto status = fs::status(path, ignored);
  if (!fs::exists(status) || fs::is_regular_file(status)) return table.write_csv(path);
  const std::string text = table.to_csv();
  std::FILE* file = fs::is_directory(status) ? nullptr : std::fopen(path.c_str(), "we");
  const bool ok = file && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (!file || std::fclose(file) != 0 || !ok)
    fail(ExitCode::failed, {.what = "the table could not be written",
                            .where = path,
                            .seen = last_system_error(),
                            .wanted = {},
                            .fix = {}});
}

}  // namespace

void secure_standard_streams() {
  stand_in(STDIN_FILENO, O_RDONLY);
  stand_in(STDOUT_FILENO, O_RDONLY);  // written to, it answers EBADF, as the closed one did
  stand_in(STDERR_FILENO, O_WRONLY);
  std::signal(SIGPIPE, SIG_IGN);
}

void write_standard_output(std::string_view text) { write_all(STDOUT_FILENO, text); }

void finish_standard_output() {
  const bool flushed = std::fflush(stdout) == 0 && !std::ferror(stdout) && std::cout.flush().good();
  // Some file systems tell of a full disk no earlier than at close; the descriptor itself stays for the libraries.
  const int copy = ::dup(STDOUT_FILENO);
  if (!flushed || (copy >= 0 && ::close(copy) != 0)) output_is_lost();
}

void Session::print_text(std::string_view text) const { write_standard_output(text); }

void Session::print(const Table& table) const { print(table.to_json(), table); }

void Session::print(const Json& object, const Table& table) const {
  const bool csv_on_output = csv == "-";
  if (json)
    print_text(object.dump(2) + "\n");
  else
    print_text(csv_on_output ? table.to_csv() : table.to_text(terminal_width()));
  if (!csv.empty() && !csv_on_output) write_csv_to(csv, table);
}

}  // namespace songscape
