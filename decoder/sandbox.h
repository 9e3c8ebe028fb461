// What the process gives up before it looks at a file.
#pragma once

#include <cstdint>

namespace songscape::decoder {

struct Sandbox {
  int landlock_abi = 0;             // 0: the kernel has none, or it is switched off
  bool has_network_filter = false;  // seccomp: no sockets
  bool has_compute_filter = false;  // seccomp: nothing but memory, reading, writing and clocks
};

// Address space, CPU time, no files written, no core dump, an end with the parent's.
void limit_resources(int64_t file_bytes);

// Landlock: nothing may be opened but the input and, for reading, system libraries and programs; seccomp: no sockets,
// no tracing, no mounting.  Holds for an ffmpeg started later.
void close_off(Sandbox& state, int input_fd);

// For files that need no ffmpeg: no file may be opened and no program started at all.
void close_off_wholly(Sandbox& state);

}  // namespace songscape::decoder
