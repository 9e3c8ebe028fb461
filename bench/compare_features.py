#!/usr/bin/env python3
"""Our features beside librosa's on the same clips, turn by turn, one thread each, in processor time.

usage: python bench/compare_features.py [--rounds N] build/bench_features FILE...
(python with bench/requirements.txt installed; the middle 30 s of each file, decoded beforehand)
Prints each job's milliseconds a clip, the ratio's median and range over the rounds, and how far the results differ.
"""
import sys

sys.path.insert(0, str(__import__("pathlib").Path(__file__).parent / "peers"))
from librosa_39 import features_39  # noqa: E402  (first: it sets one thread)
from librosa_mel import mel_image, middle_clip  # noqa: E402

import argparse
import json
import pathlib
import subprocess
import tempfile
import time

import numpy as np

NAMES = ["mfcc"] * 20 + ["chroma"] * 12 + ["centroid", "bandwidth", "rolloff", "flatness", "contrast", "zero_crossings", "rms"]


def peer_ms(job, clips):
    start = time.process_time()
    results = [job(clip) for clip in clips]
    return (time.process_time() - start) * 1e3 / len(clips), results


def compare(program, clips, rounds, folder):
    paths = []
    for i, clip in enumerate(clips):
        paths.append(folder / f"{i}.f32")
        clip.astype("<f4").tofile(paths[-1])
    rows = []
    for _ in range(rounds):
        out = subprocess.run([program, "--out", folder, *paths], check=True, capture_output=True, text=True).stdout
        ours = json.loads(out)
        mel_ms, mels = peer_ms(mel_image, clips)
        features_ms, features = peer_ms(features_39, clips)
        rows.append({**ours, "librosa_mel_ms": mel_ms, "librosa_39_ms": features_ms})
    results = [np.fromfile(path.with_suffix(".ours.f32"), "<f4") for path in paths]
    mel_error = max(np.abs(ours[39:] - mel.ravel()).max() for ours, mel in zip(results, mels))
    feature_errors = np.max([np.abs(ours[:39] - peer) for ours, peer in zip(results, features)], axis=0)
    return rows, mel_error, feature_errors


def report(rows, mel_error, feature_errors):
    for key in rows[0]:
        print(f"{key:22} {np.median([row[key] for row in rows]):9.3f}")
    for name, peer, ours in [
        ("mel: librosa mel / our mel", "librosa_mel_ms", "mel_ms"),
        ("mel: librosa mel / our mel and 39 features", "librosa_mel_ms", "extract_ms"),
        ("features: librosa 39 / our mel and 39 features", "librosa_39_ms", "extract_ms"),
        ("both: librosa mel and 39 / ours", ("librosa_mel_ms", "librosa_39_ms"), "extract_ms"),
        ("spectra: LibTorch / ours", "libtorch_spectra_ms", "spectra_ms"),
    ]:
        peers = peer if isinstance(peer, tuple) else (peer,)
        ratios = [sum(row[p] for p in peers) / row[ours] for row in rows]
        print(f"{name:48} x{np.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})")
    print(f"greatest difference: mel {mel_error:.1e} on [0, 1]")
    for name in dict.fromkeys(NAMES):
        print(f"  {name:15} {max(e for n, e in zip(NAMES, feature_errors) if n == name):.1e}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("files", type=pathlib.Path, nargs="+")
    arguments = parser.parse_args()
    clips = [middle_clip(path) for path in arguments.files]
    features_39(clips[0][:22050])  # compiles numba's parts
    with tempfile.TemporaryDirectory() as folder:
        report(*compare(arguments.program.resolve(), clips, arguments.rounds, pathlib.Path(folder)))


if __name__ == "__main__":
    main()
