#include "core/log.h"

#include <unistd.h>

#include <atomic>
#include <mutex>
#include <string>

#include "core/progress.h"
#include "core/text.h"

namespace songscape {
namespace {

std::atomic<LogLevel> g_level{LogLevel::normal};

void write_line(std::string_view prefix, std::string_view message) {
  erase_progress_line();
  const std::string line = std::string(prefix) + escape_for_terminal(message) + "\n";
  // A closed standard error leaves nowhere to say so.
  [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

void set_log_level(LogLevel level) { g_level = level; }
bool is_quiet() { return g_level == LogLevel::quiet; }

void log_info(std::string_view message) {
  if (!is_quiet()) write_line("", message);
}
void log_warning(std::string_view message) {
  if (!is_quiet()) write_line("warning: ", message);
}
void log_error(std::string_view message) { write_line("error: ", message); }

}  // namespace songscape
