#!/usr/bin/env python3
"""Our mel -> samples beside librosa's feature.inverse.mel_to_audio (n_iter 32), turn by turn, on the same mels and threads.

usage: python bench/compare_griffin_lim.py [--rounds N] [--threads T] [--iterations I ...] build/bench_griffin_lim FILE...
(python with bench/requirements.txt installed; the middle 30 s of each file, decoded beforehand)
Prints each one's wall and processor seconds a clip, the ratios' median and range over the rounds, and how far the mel of
what came out is from the mel that went in: spectral convergence of its magnitudes, and the mean squared error on [0, 1].
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent / "peers"))
PEER = pathlib.Path(__file__).parent / "peers" / "librosa_griffin_lim.py"


def run(command, threads):
    environment = {**os.environ, "LIBROSA_THREADS": str(threads)}
    out = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True, env=environment).stdout
    return json.loads(out.splitlines()[-1])


def errors(mels, folder, suffix):
    """Mean over the clips of (convergence of mel magnitudes, mean squared error of the image), by librosa for both sides."""
    import librosa
    import numpy as np
    from librosa_mel import FULL_SCALE_MEL_POWER, mel_image

    rows = []
    for i, mel in enumerate(mels):
        samples = np.fromfile(folder / f"{i}.{suffix}.f32", "<f4")
        power = librosa.feature.melspectrogram(y=samples)[:, : mel.shape[1]]
        wanted = np.where(mel > 0, librosa.db_to_power(mel * 80 - 80, ref=FULL_SCALE_MEL_POWER), 0)
        convergence = np.linalg.norm(np.sqrt(power) - np.sqrt(wanted)) / np.linalg.norm(np.sqrt(wanted))
        rows.append((convergence, np.mean((mel_image(samples) - mel) ** 2)))
    return np.mean(rows, axis=0)


def report(name, ours, peer, our_error, peer_error):
    print(name)
    for clock in ("wall_ms", "cpu_ms"):
        o, p = (statistics.median(r[clock] for r in rows) / 1e3 for rows in (ours, peer))
        ratios = [q[clock] / r[clock] for r, q in zip(ours, peer)]
        print(f"  {clock[:4]} ours {o:7.3f} s   librosa {p:7.3f} s   x{statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})")
    print(f"  mel convergence ours {our_error[0]:.4f}   librosa {peer_error[0]:.4f};   MSE on [0, 1] ours {our_error[1]:.2e}   librosa {peer_error[1]:.2e}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--iterations", type=int, nargs="+", default=[32, 64])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("files", type=pathlib.Path, nargs="+")
    a = parser.parse_args()
    from librosa_mel import mel_image, middle_clip

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        mels = [mel_image(middle_clip(path)) for path in a.files]
        paths = [folder / f"{i}.f32" for i in range(len(mels))]
        for path, mel in zip(paths, mels):
            mel.astype("<f4").tofile(path)
        ours, peer = {n: [] for n in a.iterations}, []
        for _ in range(a.rounds):
            for n in a.iterations:
                (folder / f"i{n}").mkdir(exist_ok=True)
                ours[n].append(run([a.program, "--threads", a.threads, "--repeat", 1, "--iterations", n,
                                    "--out", folder / f"i{n}", *paths], a.threads))
            peer.append(run([sys.executable, PEER, "--out", folder, *paths], a.threads))
        peer_error = errors(mels, folder, "librosa")
        for n in a.iterations:
            report(f"{n} iterations, {a.threads} thread(s), {len(mels)} clips; librosa 32 iterations", ours[n], peer,
                   errors(mels, folder / f"i{n}", "ours"), peer_error)


if __name__ == "__main__":
    main()
