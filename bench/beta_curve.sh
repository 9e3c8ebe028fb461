#!/usr/bin/env bash
# MIG of beta_vae against β_norm: eight values of β over the documented objective, one seed each, then `compare`, which
# draws mig_by_beta.png.  The frames are pooled to 162 so that a training takes minutes; called again it goes on where
# it stopped.
#
#   bench/beta_curve.sh RUNS LIBRARY JUDGED_LIBRARY FACTOR_LIBRARY [EPOCHS=20]
set -euo pipefail
[[ $# -ge 4 ]] || { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2; }
songscape=${SONGSCAPE:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/build/songscape}
runs=$1 library=$2 judged=$3 factors=$4 epochs=${5:-20}
threads=${THREADS:-$(nproc)}
mkdir -p "$runs"
for beta in 0.25 1 4 16 64 256 1024 4096; do
  own=$runs/beta$beta
  [[ ! -e $own.done ]] || continue
  if compgen -G "$own/*-beta_vae-*" >/dev/null; then
    "$songscape" train --resume "$own"/*-beta_vae-* --threads "$threads"
  else
    "$songscape" train beta_vae --library "$library" --size compact --runs "$own" --name "beta $beta" --seed 1 \
      --epochs "$epochs" --threads "$threads" --set loss.beta="$beta" --set frame_pool=8 --set loss.warm_up_epochs=5
  fi
  touch "$own.done"
done
"$songscape" compare "$runs"/beta*/*-beta_vae-* --runs "$runs" --library "$judged" --factor-library "$factors" --study "$runs/beta_curve"
