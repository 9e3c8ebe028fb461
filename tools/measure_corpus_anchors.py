#!/usr/bin/env python3
"""Measures the built-in corpus: the anchors of docs/corpus.md, the factors, and what the voice tells.

    songscape synth corpus-1 --songs 900 --seed 1
    python tools/measure_corpus_anchors.py corpus-1 [--only anchors|factors|language] [--jobs 2]

Needs numpy, scipy, librosa, scikit-learn and soundfile.  No model of Songscape takes part.
"""
import argparse
import csv
import json
import multiprocessing
import pathlib
import struct

import librosa
import numpy as np
import soundfile
from scipy import stats
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

RATE, N_FFT, HOP, N_MELS = 22050, 2048, 512, 128
FULL_SCALE_DB = 10 * np.log10(13033.28)  # mel power of a full-scale sine: audio/mel_filters.h
LEAD_SEC, TAIL_SEC = 0.3, 0.1  # by which a voice may sound before and after its notes: midi/voice.h
FACTORS = ["tempo", "register", "loudness", "brightness", "density"]


def variable_length(data, at):
    value = 0
    while True:
        value = value << 7 | data[at] & 0x7F
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def midi_notes(path):
    """{track name: [(start_sec, end_sec, pitch)]} of a file as the corpus writes them (no running status)."""
    data = path.read_bytes()
    n_tracks, division = struct.unpack(">HH", data[10:14])
    at, tempo, out = 14, 500000, {}
    for _ in range(n_tracks):
        end, at, tick = at + 8 + struct.unpack(">I", data[at + 4:at + 8])[0], at + 8, 0
        name, sounding, notes = "", {}, []
        while at < end:
            delta, at = variable_length(data, at)
            tick += delta
            status = data[at]
            if status == 0xFF:
                kind, (length, body) = data[at + 1], variable_length(data, at + 2)
                if kind == 0x51:
                    tempo = int.from_bytes(data[body:body + length], "big")
                if kind == 0x03:
                    name = data[body:body + length].decode()
                at = body + length
            elif status & 0xF0 == 0xC0:
                at += 2
            else:
                pitch = data[at + 1]
                if status & 0xF0 == 0x90:
                    sounding[pitch] = tick
                else:
                    notes.append((sounding.pop(pitch), tick, pitch))
                at += 3
        out[name] = [(a * tempo / 1e6 / division, b * tempo / 1e6 / division, p) for a, b, p in notes]
    return out


def frame_mask(intervals, n_frames, margin_before, margin_after):
    """True for frames whose window touches an interval widened by the margins (seconds)."""
    times, half = np.arange(n_frames) * HOP / RATE, N_FFT / 2 / RATE
    mask = np.zeros(n_frames, bool)
    for start, end, _ in intervals:
        mask |= (times + half > start - margin_before) & (times - half < end + margin_after)
    return mask


def moments(mel, mask):
    return np.concatenate([mel[:, mask].mean(1), mel[:, mask].std(1)])


def look_at(job):
    folder, row, with_factors = job
    path = folder / row["path"]
    samples, rate = soundfile.read(path, dtype="float32")
    assert rate == RATE and samples.ndim == 1
    power = np.abs(librosa.stft(samples, n_fft=N_FFT, hop_length=HOP)) ** 2
    bank = librosa.filters.mel(sr=RATE, n_fft=N_FFT, n_mels=N_MELS)
    db = 10 * np.log10(np.maximum(1e-10, bank @ power)) - FULL_SCALE_DB
    mel = np.clip(1 + db / 80, 0, 1).astype(np.float32)
    notes = midi_notes(path.with_suffix(".mid"))
    sung = frame_mask(notes["Voice"], mel.shape[1], 0, 0)
    gap = ~frame_mask(notes["Voice"], mel.shape[1], LEAD_SEC, TAIL_SEC)
    backing = [n for name, track in notes.items() if name not in ("Voice", "Lead") for n in track]
    out = {
        "moments": moments(mel, np.ones(mel.shape[1], bool)),
        "gap": moments(mel, gap), "sung": moments(mel, sung),
        "mel": mel.astype(np.float16),
        "gap_share": gap.mean(), "sung_share": sung.mean(), "n_notes": sum(map(len, notes.values())),
        "peak": np.abs(samples).max(), "dc": samples.mean(),
        "rms_db": 20 * np.log10(np.sqrt((samples.astype(float) ** 2).mean())),
    }
    if with_factors:
        strength = librosa.onset.onset_strength(S=librosa.power_to_db(power), sr=RATE)
        out |= {
            "centroid": librosa.feature.spectral_centroid(S=np.sqrt(power), sr=RATE).mean(),
            "pitch": np.mean([p for name in ("Voice", "Chords") for *_, p in notes[name]]),
            "onsets_per_beat": len({round(a, 3) for a, *_ in backing}) * 2 / float(row["tempo"]),
            "onsets_detected": len(librosa.onset.onset_detect(onset_envelope=strength, sr=RATE)),
            "tempo_found": float(np.atleast_1d(librosa.feature.tempo(onset_envelope=strength, sr=RATE))[0]),
        }
    return out


def kmeans_ari(x, labels, n_clusters):
    model = KMeans(n_clusters, n_init=10, random_state=0).fit(x)
    return adjusted_rand_score(labels, model.labels_)


def isometric(x):
    """Points in n − 1 dimensions at the same distances from each other: k-means cannot tell the difference."""
    gram = np.zeros((len(x), len(x)))
    mean = np.mean([row.astype(np.float32) for row in x], axis=0)
    for start in range(0, x.shape[1], 8192):
        block = x[:, start:start + 8192].astype(np.float32) - mean[start:start + 8192]
        gram += (block @ block.T).astype(np.float64)
    values, vectors = np.linalg.eigh(gram)
    return vectors * np.sqrt(np.maximum(values, 0))


def accuracy(x, labels, groups):
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.02, max_iter=2000))
    predicted = cross_val_predict(model, x, labels, groups=groups, cv=GroupKFold(5))
    return (predicted == labels).mean()


def within_genre(x, genres):
    x = np.array(x, float)
    for genre in set(genres):
        x[genres == genre] -= x[genres == genre].mean()
    return x


def anchors(songs, column):
    genre, language, family = column("genre"), column("language"), column("family")
    scaled = StandardScaler().fit_transform([s["moments"] for s in songs])
    raw = isometric(np.stack([s["mel"].ravel() for s in songs]))
    gap = StandardScaler().fit_transform([s["gap"] for s in songs])
    return {
        "genre_ari_mean_std": kmeans_ari(scaled, genre, 45),
        "family_ari_mean_std": kmeans_ari(scaled, family, 9),
        "genre_ari_raw_mel": kmeans_ari(raw, genre, 45),
        "language_ari_gaps": kmeans_ari(gap, language, 5),
        "language_ari_mean_std": kmeans_ari(scaled, language, 5),
        "shuffled_ari": kmeans_ari(scaled, np.random.default_rng(0).permutation(genre), 45),
    }


def language_report(songs, column):
    """Accuracy of a linear judge of five folds.  Language is judged on genres it was not trained on: with folds by
    artist, a judge that hears the genre would name the languages that the fold lacks, and fall below chance."""
    language, genre, artist = column("language"), column("genre"), column("artist")
    return {name: accuracy(np.stack([s[key] for s in songs]), labels, groups) for name, key, labels, groups in [
        ("language_accuracy_gaps", "gap", language, genre), ("language_accuracy_sung", "sung", language, genre),
        ("genre_accuracy_mean_std", "moments", genre, artist)]}


def factor_report(songs, column):
    genre = column("genre")
    factors = {f: within_genre([float(v) for v in column(f)], genre) for f in FACTORS}
    factors["mode"] = within_genre([v == "minor" for v in column("mode")], genre)
    names = list(factors)
    pairs = {f"{a}~{b}": round(stats.pearsonr(factors[a], factors[b])[0], 3)
             for i, a in enumerate(names) for b in names[i + 1:]}
    measured = {m: within_genre([s[m] for s in songs], genre)
                for m in ("rms_db", "centroid", "pitch", "onsets_per_beat", "onsets_detected", "tempo_found")}
    moved = {f"{f}->{m}": round(stats.spearmanr(factors[f], measured[m])[0], 3) for f, m in [
        ("loudness", "rms_db"), ("brightness", "centroid"), ("register", "pitch"), ("register", "centroid"),
        ("density", "onsets_per_beat"), ("density", "onsets_detected"), ("tempo", "tempo_found")]}
    tempo = np.array([float(v) for v in column("tempo")])
    found = np.array([s["tempo_found"] for s in songs])
    octave = np.min([np.abs(np.log2(found / tempo / r)) for r in (0.5, 2 / 3, 1, 1.5, 2)], axis=0)
    return {"largest_correlation": max(pairs.values(), key=abs), "correlations": pairs, "moves": moved,
            "tempo_found_share": float((octave < 0.04).mean())}


def sound_report(songs):
    def spread(key):
        values = np.array([s[key] for s in songs])
        return [round(float(v), 4) for v in (values.min(), np.median(values), values.max())]
    return {key: spread(key) for key in ("peak", "dc", "rms_db", "gap_share", "sung_share", "n_notes")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--only", choices=["anchors", "factors", "language"])
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    with open(args.folder / "metadata.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with_factors = args.only in (None, "factors")
    with multiprocessing.Pool(args.jobs) as pool:
        songs = pool.map(look_at, [(args.folder, row, with_factors) for row in rows], chunksize=8)

    def column(name):
        return np.array([row[name] for row in rows])

    out = {"n_songs": len(rows), "sound": sound_report(songs)}
    if args.only in (None, "anchors"):
        out["anchors"] = anchors(songs, column)
    if args.only in (None, "language"):
        out["language"] = language_report(songs, column)
    if args.only in (None, "factors"):
        out["factors"] = factor_report(songs, column)
    print(json.dumps(out, indent=1, default=float))


if __name__ == "__main__":
    main()
