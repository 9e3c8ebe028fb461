// usage: train_once RUN
// The small run, on or from where it stopped; the kill test ends it at random moments.
#include <cstdio>

#include "small_run.h"

int main(int, char** argv) {
  songscape::SmallRun run;
  run.config.epochs = 24;
  const songscape::TrainResult result = run.go(argv[1]);
  std::puts(result.stop_reason.c_str());
}
