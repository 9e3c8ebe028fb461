#!/usr/bin/env python3
"""What a librosa user runs to hear a mel: feature.inverse.mel_to_audio.

usage: LIBROSA_THREADS=T librosa_griffin_lim.py [--out FOLDER] MEL.f32...   (prints one line of JSON)
MEL.f32: [128 x 1293] on [0, 1] against full scale.  --out writes NAME.librosa.f32.
"""
import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = os.environ.get("LIBROSA_THREADS", "1")

import argparse
import json
import pathlib
import time

import librosa
import numpy as np
from librosa_mel import FULL_SCALE_MEL_POWER, SAMPLE_RATE


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("files", type=pathlib.Path, nargs="+")
    arguments = parser.parse_args()
    powers = []
    for path in arguments.files:
        mel = np.fromfile(path, "<f4").reshape(128, -1)
        powers.append(np.where(mel > 0, librosa.db_to_power(mel * 80 - 80, ref=FULL_SCALE_MEL_POWER), 0).astype("f4"))
    librosa.feature.inverse.mel_to_audio(powers[0][:, :64], sr=SAMPLE_RATE, n_iter=2)  # compiles numba's parts
    wall, cpu = time.perf_counter(), time.process_time()
    sounds = [librosa.feature.inverse.mel_to_audio(power, sr=SAMPLE_RATE, n_iter=32) for power in powers]
    n = len(powers)
    print(json.dumps({"wall_ms": (time.perf_counter() - wall) * 1e3 / n, "cpu_ms": (time.process_time() - cpu) * 1e3 / n}))
    for path, samples in zip(arguments.files, sounds):
        if arguments.out:
            samples.astype("<f4").tofile(arguments.out / f"{path.stem}.librosa.f32")


if __name__ == "__main__":
    main()
