// The standard streams of the program, so that output which is lost is never taken for success.
#pragma once

#include <string_view>

namespace songscape {

// Call first.  A stream that was closed becomes a stand-in, so that no file opened later takes its number: what is
// written to a closed standard output then fails.  A closed pipe becomes an error of write() instead of a signal.
void secure_standard_streams();

// All of it, or Error `failed`.
void write_standard_output(std::string_view text);

// At the end: Error `failed` where something that was printed could not be delivered.
void finish_standard_output();

}  // namespace songscape
