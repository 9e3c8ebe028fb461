#!/usr/bin/env python3
"""Makes tests/golden/audio/*.f32: what librosa says about signals that tests/audio/signals.h makes too.

usage: python tools/make_audio_golden.py tests/golden/audio
(python with bench/requirements.txt installed; files are little-endian float32: 39 features, then the mel [128 x 162] of
every eighth frame)
"""
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "bench" / "peers"))
from librosa_39 import features_39  # noqa: E402
from librosa_mel import CLIP_SAMPLES, SAMPLE_RATE, mel_image  # noqa: E402


def noise(n):
    """White noise in [-1, 1): the high 24 bits of a 32-bit linear congruential generator."""
    out, state = np.empty(n), 12345
    for i in range(n):
        state = (1664525 * state + 1013904223) % 2**32
        out[i] = (state >> 8) / 2**23 - 1
    return out


def tone(hz, t):
    return np.sin(2 * np.pi * hz * t)


def signals():
    t = np.arange(CLIP_SAMPLES) / SAMPLE_RATE
    hiss = noise(CLIP_SAMPLES)
    # Eight decaying notes, a fifth of a semitone sharp, each with five harmonics, over a quiet hiss.
    notes = 1e-3 * hiss
    for i, semitone in enumerate([0, 4, 7, 12, -5, 2, 9, 16]):
        since = t - 3.5 * i
        hz = 220 * 2 ** ((semitone + 0.2) / 12)
        for harmonic in range(1, 6):
            notes += np.where(since >= 0, 0.2 / harmonic * np.exp(-1.5 * np.maximum(since, 0)), 0) * tone(harmonic * hz, t)
    swell = hiss * 10 ** (-(1 - t / 30) * 5)  # -100 dB to full scale
    n_short = 117001
    s = t[:n_short]
    sweep = 0.5 * np.sin(2 * np.pi * (50 * s + 950 * s * s)) + 1e-2 * hiss[:n_short]  # padded with silence
    beats = np.where(np.arange(CLIP_SAMPLES) % 11025 < 600, hiss, 0) + 0.25  # on a direct current
    return {"notes": notes, "swell": swell, "sweep": sweep, "beats": beats}


def main():
    folder = pathlib.Path(sys.argv[1])
    for name, samples in signals().items():
        samples = samples.astype(np.float32)
        golden = np.concatenate([features_39(samples), mel_image(samples)[:, ::8].ravel()])
        golden.astype("<f4").tofile(folder / f"{name}.f32")
        print(name, len(samples), golden[:39])


if __name__ == "__main__":
    main()
