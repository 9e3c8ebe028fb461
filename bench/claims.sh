#!/usr/bin/env bash
# The claims table on the built-in corpus: every model and form trained on seed 1 (900 songs, compact size, several
# seeds), judged on the 900 songs of seed 2, MIG on 10,000 songs of seed 3.  Hours on two cores; called again it goes on
# where it stopped.
#
#   bench/claims.sh FOLDER [SEEDS=3]     needs about 20 GB for the 10,000 songs until they are ingested
set -euo pipefail
[[ $# -ge 1 ]] || { sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 2; }
songscape=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/build/songscape
seeds=${2:-3}
mkdir -p "$1"
cd "$1"

library() {  # SEED SONGS
  [[ ! -e library$1.done ]] || return 0
  rm -rf "corpus$1"
  "$songscape" synth "corpus$1" --seed "$1" --songs "$2"
  "$songscape" ingest "corpus$1" --library "library$1.songscape"
  rm -rf "corpus$1"
  touch "library$1.done"
}

library 1 900
library 2 900
library 3 10000
"$songscape" train-all --library library1.songscape --size compact --seeds "$seeds" --runs runs
for run in runs/*-s1-*; do
  [[ ! -e $run/proved.done ]] || continue
  "$songscape" prove all --run "$run" --library library2.songscape || [[ $? -eq 3 ]]
  touch "$run/proved.done"
done
"$songscape" compare --runs runs --library library2.songscape --factor-library library3.songscape --study claims
