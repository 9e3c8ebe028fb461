#!/usr/bin/env python3
"""What a librosa user runs to hear a spectrogram: griffinlim, or feature.inverse.mel_to_audio.

usage: librosa_griffin_lim.py THREADS magnitudes|mel FOLDER       (a peer of `songscape bench`; see worker.py)

FOLDER/input.npy holds a row a clip: magnitudes [1025 x 1293], or a mel [128 x 1293] on [0, 1] against full scale.  Leaves
the sounds in FOLDER/peer.npy.
"""
import pathlib
import sys

from worker import serve, threads_of_environment

threads_of_environment(int(sys.argv[1]))

import librosa  # noqa: E402
import numpy as np  # noqa: E402
from librosa_mel import FULL_SCALE_MEL_POWER, SAMPLE_RATE  # noqa: E402

N_BANDS, N_BINS = 128, 1025


def power_of_mel(mel):
    return np.where(mel > 0, librosa.db_to_power(mel * 80 - 80, ref=FULL_SCALE_MEL_POWER), 0).astype("f4")


def main():
    is_mel, folder = sys.argv[2] == "mel", pathlib.Path(sys.argv[3])
    rows = np.load(folder / "input.npy")
    images = rows.reshape(len(rows), N_BANDS if is_mel else N_BINS, -1)

    def keep(sounds):
        np.save(folder / "peer.npy", np.asarray(sounds, "f4"))
        return {}

    if is_mel:
        powers = [power_of_mel(mel) for mel in images]
        serve(lambda: [librosa.feature.inverse.mel_to_audio(p, sr=SAMPLE_RATE, n_iter=32) for p in powers], keep)
    else:
        serve(lambda: [librosa.griffinlim(m, n_iter=32, random_state=0) for m in images], keep)


main()
