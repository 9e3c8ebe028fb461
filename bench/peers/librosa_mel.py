#!/usr/bin/env python3
"""What a librosa user runs to get the mel of each song's middle 30 s: decode, resample, melspectrogram, power_to_db.

usage: librosa_mel.py [--out FOLDER] FILE...        (single-threaded; prints one line of JSON)
--out writes NAME.mel.npy [128 x 1293] for every file.
"""
import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import argparse
import json
import pathlib
import resource
import time

import librosa
import numpy as np

SAMPLE_RATE = 22050
CLIP_SAMPLES = 661504
FULL_SCALE_MEL_POWER = 13033.28  # kFullScaleMelPower of src/audio/mel_filters.h


def middle_clip(path):
    samples, _ = librosa.load(path, sr=SAMPLE_RATE, mono=True)
    start = max(0, (len(samples) - CLIP_SAMPLES) // 2)
    return samples[start : start + CLIP_SAMPLES]


def mel_image(samples):
    """[128 x 1293] on [0, 1]: -80 ... 0 dB against a full-scale sine; a short clip is padded with silence."""
    padded = np.pad(samples, (0, CLIP_SAMPLES - len(samples)))
    power = librosa.feature.melspectrogram(y=padded, sr=SAMPLE_RATE)
    return np.clip((librosa.power_to_db(power, ref=FULL_SCALE_MEL_POWER, top_db=None) + 80) / 80, 0, 1)


def run(describe, suffix):
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path)
    arguments = parser.parse_args()
    describe(np.zeros(SAMPLE_RATE, np.float32))  # compiles numba's parts
    wall, cpu = time.perf_counter(), time.process_time()
    for path in arguments.files:
        result = describe(middle_clip(path))
        if arguments.out:
            np.save(arguments.out / f"{path.stem}.{suffix}.npy", result)
    print(json.dumps({
        "n_files": len(arguments.files),
        "wall_sec": time.perf_counter() - wall,
        "cpu_sec": time.process_time() - cpu,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))


if __name__ == "__main__":
    run(mel_image, "mel")
