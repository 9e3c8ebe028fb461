#!/usr/bin/env python3
"""`songscape ingest` beside what a librosa user runs for the same mels, turn by turn, one core each.

usage: python bench/compare_ingest.py [--rounds N] build/songscape FOLDER
(python with bench/requirements.txt installed.)  Both decode every file, take the middle 30 s and make its mel; ingest also
hashes, fingerprints, makes the 39 features and writes a library.  Prints seconds a song and peak memory of each.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

PEER = pathlib.Path(__file__).parent / "peers" / "librosa_mel.py"
SUFFIXES = {".wav", ".flac", ".ogg", ".opus", ".mp3"}


def run(command):
    """Wall and processor seconds of the command with its children, the largest process's memory in MB, and what it said."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        sys.exit(f"failed: {' '.join(map(str, command))}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said


def run_peer(command):
    """The same, without the time that Python takes to load librosa."""
    said = json.loads(run(command)[3])
    return said["wall_sec"], said["cpu_sec"], said["peak_rss_mb"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    files = sorted(p for p in arguments.folder.rglob("*") if p.suffix in SUFFIXES)
    one_core = ["taskset", "-c", str(min(os.sched_getaffinity(0)))]
    rounds = []
    for _ in range(arguments.rounds):
        with tempfile.TemporaryDirectory() as out:
            library = pathlib.Path(out) / "bench.songscape"
            ours = run([*one_core, arguments.program, "ingest", arguments.folder, "--library", library, "--quiet"])
            peer = run_peer([*one_core, sys.executable, PEER, *files])
        rounds.append((ours, peer))
    for column, name in enumerate(["wall s a song", "cpu s a song", "peak MB"]):
        per = 1 if column == 2 else len(files)
        ours, peer = ([r[who][column] / per for r in rounds] for who in (0, 1))
        ratios = [p / o for o, p in zip(ours, peer)]
        print(f"{name:14} songscape {statistics.median(ours):8.3f}   librosa {statistics.median(peer):8.3f}   "
              f"x{statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})")


if __name__ == "__main__":
    main()
