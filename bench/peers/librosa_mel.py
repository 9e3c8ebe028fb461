#!/usr/bin/env python3
"""What a librosa user runs to get the mel of each song's middle 30 s: decode, resample, melspectrogram, power_to_db.

usage: librosa_mel.py THREADS clips|mp3|songs FOLDER       (a peer of `songscape bench`; see worker.py)

clips: FOLDER/clips.npy, samples at 22,050 Hz.  mp3, songs: the audio files below FOLDER/mp3 or FOLDER/songs, by their names.
Leaves the mels in FOLDER/peer.npy, [n x 128·1293].
"""
import pathlib
import sys

from worker import serve, threads_of_environment

if __name__ == "__main__":
    threads_of_environment(int(sys.argv[1]))

import librosa  # noqa: E402
import numpy as np  # noqa: E402

SAMPLE_RATE = 22050
CLIP_SAMPLES = 661504
FULL_SCALE_MEL_POWER = 13033.28  # kFullScaleMelPower of src/audio/mel_filters.h
SUFFIXES = {".flac", ".mp3"}


def middle_clip(path):
    samples, _ = librosa.load(path, sr=SAMPLE_RATE, mono=True)
    start = max(0, (len(samples) - CLIP_SAMPLES) // 2)
    return samples[start : start + CLIP_SAMPLES]


def mel_image(samples):
    """[128 x 1293] on [0, 1]: -80 ... 0 dB against a full-scale sine; a short clip is padded with silence."""
    padded = np.pad(samples, (0, CLIP_SAMPLES - len(samples)))
    power = librosa.feature.melspectrogram(y=padded, sr=SAMPLE_RATE)
    return np.clip((librosa.power_to_db(power, ref=FULL_SCALE_MEL_POWER, top_db=None) + 80) / 80, 0, 1)


def main():
    kind, folder = sys.argv[2], pathlib.Path(sys.argv[3])

    def keep(mels):
        np.save(folder / "peer.npy", np.reshape(mels, (len(mels), -1)).astype("f4"))
        return {}

    if kind == "clips":
        clips = np.load(folder / "clips.npy")
        serve(lambda: [mel_image(clip) for clip in clips], keep)
    else:
        files = sorted((p for p in (folder / kind).rglob("*") if p.suffix in SUFFIXES), key=str)
        serve(lambda: [mel_image(middle_clip(path)) for path in files], keep)


if __name__ == "__main__":
    main()
