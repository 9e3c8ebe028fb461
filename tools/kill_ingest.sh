#!/bin/bash
# Kills an ingest at N random moments, resuming each time, and compares the end with an ingest that was never stopped.
# Needs the sqlite3 program.  usage: tools/kill_ingest.sh SONGSCAPE MUSIC [N=20] [SEED=1] [INGEST FLAGS...]
set -eu
program=$1 music=$2 n=${3:-20}
RANDOM=${4:-1}
shift $(($# < 4 ? $# : 4))
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
start=$(date +%s%N)
"$program" ingest "$music" --library "$folder/whole" --quiet "$@" > /dev/null
whole_ms=$((($(date +%s%N) - start) / 1000000))
echo "one ingest that nothing stops: $whole_ms ms"
n_killed=0
for ((i = 1; i <= n; ++i)); do
  # A finished library is thrown away, so that every kill meets an ingest on its way.
  [ -e "$folder/done" ] && rm -rf "$folder/killed" "$folder/done"
  "$program" ingest "$music" --library "$folder/killed" --quiet "$@" > /dev/null 2>&1 &
  pid=$!
  wait_ms=$((RANDOM % (whole_ms / 3 + 1)))
  sleep "$(printf '%d.%03d' $((wait_ms / 1000)) $((wait_ms % 1000)))"
  if kill -9 "$pid" 2> /dev/null; then n_killed=$((n_killed + 1)); else touch "$folder/done"; fi
  wait "$pid" 2> /dev/null || true
done
"$program" ingest "$music" --library "$folder/killed" --quiet "$@" > /dev/null
"$program" verify --library "$folder/killed" --quiet > /dev/null
for library in whole killed; do
  "$program" info --library "$folder/$library" --json --quiet | grep -v '"generation"' > "$folder/$library.info"
  sqlite3 "$folder/$library/catalogue.sqlite" "
    SELECT sha256, n_bytes, duration_sec, codec, title, artist, genre, lyrics, warnings, hex(fingerprint) FROM contents ORDER BY 1;
    SELECT sha256, number, start_sample, n_valid_frames, crc FROM clips ORDER BY 1, 2;
    SELECT path, sha256, is_missing FROM paths ORDER BY 1; SELECT * FROM labels ORDER BY 1, 2;
    SELECT sha256, source, text_sha256 FROM lyrics ORDER BY 1; SELECT * FROM duplicates ORDER BY 1, 2;
    SELECT * FROM failures ORDER BY 1; SELECT * FROM warnings ORDER BY 1, 2" > "$folder/$library.catalogue"
done
cmp "$folder/whole.info" "$folder/killed.info"
cmp "$folder/whole.catalogue" "$folder/killed.catalogue"
echo "killed $n_killed times: contents, labels and catalogue are equal ($(grep content_hash "$folder/killed.info" | tr -d ' ",'))"
