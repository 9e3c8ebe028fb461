// Messages for people, on standard error, whole lines at a time, safe from any thread.  User text is escaped here.
#pragma once

#include <string_view>

namespace songscape {

enum class LogLevel { quiet, normal };
void set_log_level(LogLevel level);  // quiet: errors only

void log_info(std::string_view message);
void log_warning(std::string_view message);  // "warning: …"
void log_error(std::string_view message);    // "error: …"

}  // namespace songscape
