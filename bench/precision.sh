#!/usr/bin/env bash
# Does bf16 cost quality?  conv_vae and basic_vae, compact, 30 epochs, five seeds each in bf16 and f32, on one library;
# then their final validation losses side by side.  Goes on where it stopped.
#   bench/precision.sh RUNS LIBRARY.songscape [SEEDS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
songscape=${SONGSCAPE:-build/songscape}
runs=$1 library=$2 n_seeds=${3:-5}
threads=${THREADS:-$(nproc)}
mkdir -p "$runs"
for model in conv_vae basic_vae; do
  for seed in $(seq 1 "$n_seeds"); do
    for precision in bf16 f32; do
      own=$runs/$model-$precision-$seed
      [[ ! -e $own.done ]] || continue
      if compgen -G "$own/*-$model-*" >/dev/null; then
        "$songscape" train --resume "$own"/*-"$model"-* --threads "$threads"
      else
        "$songscape" train "$model" --library "$library" --size compact --runs "$own" --name "$precision" --seed "$seed" \
          --epochs 30 --threads "$threads" --precision "$precision"
      fi
      touch "$own.done"
    done
  done
  for precision in bf16 f32; do
    printf '%s %s: final validation losses' "$model" "$precision"
    for seed in $(seq 1 "$n_seeds"); do
      sed -n 's/.*"validation_loss": *\([-0-9.e+]*\).*/ \1/p' "$runs/$model-$precision-$seed"/*/status.json | tr -d '\n'
    done
    echo
  done
done
