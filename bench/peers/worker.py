"""How a peer is measured: the script makes everything ready, says so, and does its job once for each line on its standard
input, in turn with ours.  Importing, compiling and reading data are not counted."""
import json
import sys
import time


def threads_of_environment(n):
    """Before the libraries are imported."""
    import os

    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "LOKY_MAX_CPU_COUNT"):
        os.environ[name] = str(n)


def peak_memory_bytes():
    """Of this program alone: getrusage also counts what its parent held when it started it."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def serve(job, judge=lambda result: {}):
    """job() is timed; judge(its result) is not, and gives what equality is checked by."""
    print(json.dumps({"ready": True}), flush=True)
    for _ in sys.stdin:
        wall, cpu = time.perf_counter(), time.process_time()
        result = job()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(json.dumps({"wall_sec": wall, "cpu_sec": cpu, "peak_memory_bytes": peak_memory_bytes(), **judge(result)}), flush=True)
