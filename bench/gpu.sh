#!/usr/bin/env bash
# Step times on a GPU beside PyTorch's, and what both devices learn: one command on a machine that has a C++20 compiler,
# CMake, a python3 with torch (its LibTorch is what Songscape is built against) and nothing else.  Ends within 9 minutes.
#
# usage: bench/gpu.sh [FOLDER]     build and results, default out/gpu; without a GPU: DEVICE=cpu bench/gpu.sh
#
# Needs .deps/include with nlohmann and toml++ (scripts/setup fills it: carry that folder along), or these installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=${1:-out/gpu} device=${DEVICE:-cuda} deadline=$((SECONDS + ${LIMIT:-530}))
models=${MODELS:-conv_vae basic_vae cvae vade beta_vae} sizes=${SIZES:-spec compact} steps=${STEPS:-50} batch=${BATCH:-16} epochs=${EPOCHS:-8}
mkdir -p "$out"
rows=$out/steps.jsonl
: >"$rows"

say() { printf '%s\n' "$*" >&2; }

# Runs what fits in the time left; what fails costs its own row.
timed() {
  local left=$((deadline - SECONDS))
  if ((left < 5)); then say "no time left for: $*"; return 0; fi
  timeout "$left" "$@" 2>>"$out/errors.txt" || say "failed (see $out/errors.txt): $*"
}

build() {
  local cmake=(cmake)
  command -v cmake >/dev/null || cmake=(python3 -m cmake)
  "${cmake[@]}" -S . -B "$out/build" -G "Unix Makefiles" -DCMAKE_BUILD_TYPE=Release -DSONGSCAPE_CORE_ONLY=ON \
    -DSONGSCAPE_WERROR=OFF ${CMAKE_PREFIX_PATH:+"-DCMAKE_PREFIX_PATH=$CMAKE_PREFIX_PATH"} >"$out/build.log"
  "${cmake[@]}" --build "$out/build" -j "$(nproc)" >>"$out/build.log" 2>&1 || { tail -40 "$out/build.log" >&2; exit 1; }
}

ours() { timed "$out/build/bench_core_step" "$1" "$2" "$batch" "$steps" "$3" --device "$device" "${@:4}" | tee -a "$rows"; }
# beta_vae's network is conv_vae's.
theirs() { [[ $1 == beta_vae ]] || timed python3 bench/peers/torch_device_step.py "$1" "$2" "$batch" "$steps" "$3" "$device" | tee -a "$rows"; }

say "builds against $(python3 -c 'import torch; print("torch", torch.__version__)')"
build
say "built after $SECONDS s"

# What both learn: the same songs, order and first weights; noise is each device's own.
learns() { timed timeout 60 "$out/build/bench_core_train" "$1" compact "$epochs" "$2" "$3" >"$out/learns-$1-$2-$3.csv"; }
for model in ${LEARNS:-conv_vae basic_vae}; do
  learns "$model" f32 "$device"
  learns "$model" auto "$device"
  learns "$model" f32 cpu
done

# PyTorch's songs are random numbers: its losses are its own.  What does not fit in the time is named; MODELS and SIZES choose.  In turn, so that a machine that slows down slows both.
for size in $sizes; do
  for model in $models; do
    theirs "$model" "$size" eager
    ours "$model" "$size" f32
    ours "$model" "$size" bf16
    theirs "$model" "$size" best
    ours "$model" "$size" bf16 --cuda-graphs
  done
done
python3 - "$out" <<'PYTHON'
import csv, json, pathlib, sys
out = pathlib.Path(sys.argv[1])
print("\nstep, median ms (least)")
for line in (out / "steps.jsonl").read_text().splitlines():
    r = json.loads(line)
    graphs = ", CUDA graphs" if r.get("cuda_graphs") else ""
    first = ", ".join(f"{v:.0f}" for v in r["first_losses"][:3])
    print(f"{r['name']:44} {r['precision']}{graphs}: {r.get('median_ms', r['least_ms']):8.3f} ({r['least_ms']:.3f})  first losses {first}")
for path in sorted(out.glob("learns-*.csv")):
    rows = list(csv.DictReader(path.open()))
    if not rows:
        continue
    print(f"{path.stem}: validation loss by epoch " + ", ".join(f"{float(r['validation_loss']):.0f}" for r in rows))
PYTHON
