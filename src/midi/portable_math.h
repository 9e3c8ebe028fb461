// Sines and powers of two that give the same bits on every x86-64 machine: additions and multiplications only, so no C
// library picks another kernel for another CPU.  What the synthesiser renders is known by a hash, which rests on this.
#pragma once

namespace songscape::portable {

double sine(double turns);    // sin(2π turns), error below 1e-11
double cosine(double turns);  // cos(2π turns)
double exp2(double x);        // 2^x, |x| ≤ 1000, relative error below 1e-14

double decibels_to_gain(double level_db);  // 10^(level_db / 20)
double pitch_to_hz(double midi_pitch);     // 69 is 440 Hz
// Factor by which a value that halves every half_life shrinks over `time` (same unit).
double decay(double time, double half_life);

}  // namespace songscape::portable
