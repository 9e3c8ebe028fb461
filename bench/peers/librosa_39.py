#!/usr/bin/env python3
"""What a librosa user runs to get 39 features of each clip: eleven feature calls.

usage: librosa_39.py THREADS FOLDER                  a peer of `songscape bench` (see worker.py): FOLDER/clips.npy, samples at
                                                     22,050 Hz, to FOLDER/peer.npy [n x 39]
       librosa_39.py --reference FOLDER FILE...      NAME.samples.f32 (the middle 30 s), and NAME.golden.f32: 39 features,
                                                     then the mel
"""
import pathlib
import sys

from worker import serve, threads_of_environment

is_reference = sys.argv[1:2] == ["--reference"]
if __name__ == "__main__":
    threads_of_environment(1 if is_reference else int(sys.argv[1]))

from librosa_mel import SAMPLE_RATE, mel_image, middle_clip  # noqa: E402

import librosa  # noqa: E402
import numpy as np  # noqa: E402


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
    for path in map(pathlib.Path, files):
        samples = middle_clip(path)
        samples.astype("<f4").tofile(f"{folder}/{path.stem}.samples.f32")
        golden = np.concatenate([features_39(samples), mel_image(samples).ravel()])
        golden.astype("<f4").tofile(f"{folder}/{path.stem}.golden.f32")


def main():
    if is_reference:
        return write_references(sys.argv[2], sys.argv[3:])
    folder = pathlib.Path(sys.argv[2])
    clips = np.load(folder / "clips.npy")

    def keep(features):
        np.save(folder / "peer.npy", np.asarray(features, "f4"))
        return {}

    serve(lambda: [features_39(clip) for clip in clips], keep)


if __name__ == "__main__":
    main()
