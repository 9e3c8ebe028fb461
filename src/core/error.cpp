#include "core/error.h"

#include <utility>

namespace songscape {
namespace {

std::string message_of(const ErrorParts& p) {
  std::string m = p.where.empty() ? p.what : p.where + ": " + p.what;
  if (!p.seen.empty()) m += " (seen: " + p.seen + ")";
  if (!p.wanted.empty()) m += "; wanted " + p.wanted;
  if (!p.fix.empty()) m += "; " + p.fix;
  return m;
}

}  // namespace

Error::Error(ExitCode exit_code, ErrorParts parts)
    : exit_code_(exit_code), parts_(std::move(parts)), message_(message_of(parts_)) {}

void fail(ExitCode exit_code, ErrorParts parts) { throw Error(exit_code, std::move(parts)); }

}  // namespace songscape
