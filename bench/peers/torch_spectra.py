#!/usr/bin/env python3
"""What a PyTorch user runs to get the power spectra of clips: torch.stft.

usage: torch_spectra.py THREADS FOLDER       (a peer of `songscape bench`; see worker.py)

Works on FOLDER/clips.npy, samples at 22,050 Hz; leaves the last clip's spectra in FOLDER/peer.npy, [1025 x 1293].
"""
import pathlib
import sys

from worker import serve, threads_of_environment

n_threads, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])
threads_of_environment(n_threads)

import numpy as np  # noqa: E402
import torch  # noqa: E402

torch.set_num_threads(n_threads)
clips = torch.from_numpy(np.load(folder / "clips.npy"))
window = torch.hann_window(2048)


def power_of(clip):
    return torch.stft(clip, 2048, 512, window=window, pad_mode="constant", return_complex=True).abs().square_()


def job():
    for clip in clips:
        power = power_of(clip)
    return power


def keep(power):
    np.save(folder / "peer.npy", power.numpy())
    return {}


serve(job, keep)
