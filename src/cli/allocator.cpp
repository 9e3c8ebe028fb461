// jemalloc's settings, read by it before main: freed memory stays with the process.  A training step frees and takes
// the same gigabytes again; given back to the kernel in between, they cost nine times the page faults.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "oversize_threshold:0,dirty_decay_ms:-1,muzzy_decay_ms:-1,thp:always";
}
