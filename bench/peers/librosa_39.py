#!/usr/bin/env python3
"""What a librosa user runs to get 39 features of each song's middle 30 s: decode, resample, eleven feature calls.

usage: librosa_39.py [--out FOLDER] FILE...         (single-threaded; prints one line of JSON)
       librosa_39.py --reference FOLDER FILE...     NAME.samples.f32, and NAME.golden.f32: 39 features, then the mel
--out writes NAME.features.npy [39] for every file.
"""
import sys

from librosa_mel import SAMPLE_RATE, mel_image, middle_clip, run

import librosa
import numpy as np


def features_39(y):
    """Means over frames, each call as its documentation shows it (every one makes its own spectrogram)."""
    one_a_frame = [
        librosa.feature.spectral_centroid(y=y, sr=SAMPLE_RATE),
        librosa.feature.spectral_bandwidth(y=y, sr=SAMPLE_RATE),
        librosa.feature.spectral_rolloff(y=y, sr=SAMPLE_RATE),
        librosa.feature.spectral_flatness(y=y),
        librosa.feature.spectral_contrast(y=y, sr=SAMPLE_RATE),
        librosa.feature.zero_crossing_rate(y),
        librosa.feature.rms(y=y),
    ]
    return np.concatenate([
        librosa.feature.mfcc(y=y, sr=SAMPLE_RATE, n_mfcc=20).mean(axis=1),
        librosa.feature.chroma_stft(y=y, sr=SAMPLE_RATE).mean(axis=1),
        [values.mean() for values in one_a_frame],
    ])


def write_references(folder, files):
    import pathlib
    for path in map(pathlib.Path, files):
        samples = middle_clip(path)
        samples.astype("<f4").tofile(f"{folder}/{path.stem}.samples.f32")
        golden = np.concatenate([features_39(samples), mel_image(samples).ravel()])
        golden.astype("<f4").tofile(f"{folder}/{path.stem}.golden.f32")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--reference"]:
        write_references(sys.argv[2], sys.argv[3:])
    else:
        run(features_39, "features")
