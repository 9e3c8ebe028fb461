#include <array>
#include <string>

#include "core/error.h"
#include "midi/instrument.h"

namespace songscape {
namespace {

// clang-format off
constexpr std::array kInstruments = {
    Instrument{.name = "piano", .program = 0, .timbre = {3, 6, 1, {{{420, 300, .6}, {2300, 900, .5}}}},
               .attack_sec = .003, .decay_half_life_sec = .55, .release_half_life_sec = .05,
               .darkening_half_life_sec = .22, .detune_cents = 2, .noise = .08, .gain = 1.1},
    Instrument{.name = "electric piano", .program = 4, .timbre = {5, 8, .5, {{{600, 250, 1.2}, {0, 1, 0}}}},
               .attack_sec = .003, .decay_half_life_sec = .7, .release_half_life_sec = .08,
               .darkening_half_life_sec = .1, .vibrato_hz = 4.6, .tremolo = .35, .gain = 1.1},
    Instrument{.name = "organ", .program = 16, .timbre = {7, 7, 1, {{{900, 700, .4}, {0, 1, 0}}}, {.8, .7, .5, .3}},
               .attack_sec = .008, .sustain = 1, .release_half_life_sec = .015, .brightness_held = 1,
               .vibrato_cents = 8, .vibrato_hz = 6.4, .tremolo = .12, .gain = .62},
    Instrument{.name = "accordion", .program = 21, .timbre = {2, 3, .9, {{{1300, 500, 1.2}, {2900, 600, .8}}}},
               .attack_sec = .03, .sustain = .95, .release_half_life_sec = .03, .brightness_held = .8,
               .detune_cents = 14, .gain = .55},
    Instrument{.name = "harmonium", .program = 20, .timbre = {2, 4, 1, {{{700, 300, 1.5}, {1800, 400, .7}}}},
               .attack_sec = .06, .sustain = .95, .release_half_life_sec = .05, .brightness_held = .6,
               .detune_cents = 7, .gain = .6},
    Instrument{.name = "nylon guitar", .program = 24, .timbre = {4, 7, .8, {{{220, 90, 1.4}, {480, 150, .7}}}},
               .attack_sec = .002, .decay_half_life_sec = .28, .release_half_life_sec = .05,
               .darkening_half_life_sec = .08, .noise = .15, .gain = 1.45},
    Instrument{.name = "steel guitar", .program = 25, .timbre = {2, 5, 1, {{{3100, 1200, .9}, {260, 100, .6}}}},
               .attack_sec = .002, .decay_half_life_sec = .4, .release_half_life_sec = .05,
               .darkening_half_life_sec = .14, .detune_cents = 3, .noise = .2, .gain = 1.25},
    Instrument{.name = "clean guitar", .program = 27, .timbre = {3, 5, .7, {{{1500, 500, .9}, {3600, 700, .5}}}},
               .attack_sec = .003, .decay_half_life_sec = .45, .release_half_life_sec = .04,
               .darkening_half_life_sec = .2, .vibrato_hz = 5.2, .tremolo = .15, .noise = .1, .gain = 1.15},
    Instrument{.name = "distorted guitar", .program = 30, .timbre = {1, 2, 1, {{{1100, 500, 1.2}, {2600, 700, 1.4}}}},
               .attack_sec = .004, .decay_half_life_sec = 3, .sustain = .6, .release_half_life_sec = .02,
               .darkening_half_life_sec = .5, .brightness_held = .7, .detune_cents = 9, .noise = .1, .gain = .6},
    Instrument{.name = "banjo", .program = 105, .timbre = {2, 4, 1, {{{750, 200, 1.5}, {2600, 800, 1}}}},
               .attack_sec = .001, .decay_half_life_sec = .1, .release_half_life_sec = .03,
               .darkening_half_life_sec = .06, .noise = .35, .gain = 1.9},
    Instrument{.name = "oud", .program = 106, .timbre = {3, 6, 1, {{{180, 70, 1.6}, {900, 250, 1}}}},
               .attack_sec = .002, .decay_half_life_sec = .2, .release_half_life_sec = .05,
               .darkening_half_life_sec = .06, .detune_cents = 5, .noise = .3, .gain = 1.6},
    Instrument{.name = "sitar", .program = 104, .timbre = {1, 2, 1, {{{1800, 700, 1.6}, {4200, 900, 1.4}}}},
               .attack_sec = .002, .decay_half_life_sec = .6, .release_half_life_sec = .1,
               .darkening_half_life_sec = .6, .brightness_held = .4, .vibrato_cents = 12, .noise = .15, .gain = .95},
    Instrument{.name = "qanun", .program = 15, .timbre = {2, 5, .9, {{{2200, 600, 1.2}, {5200, 1200, .9}}}},
               .attack_sec = .001, .decay_half_life_sec = .3, .release_half_life_sec = .12,
               .darkening_half_life_sec = .1, .detune_cents = 10, .noise = .2, .gain = 1.4},
    Instrument{.name = "marimba", .program = 12, .timbre = {8, 10, .3, {{}}, {0, 0, .5, 0}},
               .attack_sec = .001, .decay_half_life_sec = .12, .release_half_life_sec = .08,
               .darkening_half_life_sec = .04, .noise = .2, .gain = 1.9},
    Instrument{.name = "bells", .program = 14, .timbre = {4, 6, .2, {{{3800, 900, 2}, {0, 1, 0}}}, {0, .2, .6, .4}},
               .attack_sec = .001, .decay_half_life_sec = .5, .release_half_life_sec = .3,
               .darkening_half_life_sec = .3, .gain = .9},
    Instrument{.name = "strings", .program = 48, .timbre = {2, 3, 1, {{{500, 200, .5}, {2800, 900, .6}}}},
               .attack_sec = .12, .sustain = .95, .release_half_life_sec = .12, .brightness_held = .6,
               .detune_cents = 12, .vibrato_cents = 10, .vibrato_hz = 5.8, .gain = .6},
    Instrument{.name = "violin", .program = 40, .timbre = {2, 3, 1, {{{480, 120, 1}, {2700, 600, 1.6}}}},
               .attack_sec = .05, .sustain = .95, .release_half_life_sec = .05, .brightness_held = .7,
               .vibrato_cents = 22, .vibrato_hz = 6, .noise = .05, .gain = .7},
    Instrument{.name = "synth pad", .program = 89, .timbre = {3, 5, 1, {{{350, 250, .8}, {0, 1, 0}}}},
               .attack_sec = .25, .sustain = 1, .release_half_life_sec = .25, .darkening_half_life_sec = .8,
               .brightness_held = .3, .detune_cents = 18, .gain = .7},
    Instrument{.name = "saw lead", .program = 81, .timbre = {2, 3, 1, {{}}},
               .attack_sec = .004, .decay_half_life_sec = .3, .sustain = .7, .release_half_life_sec = .03,
               .darkening_half_life_sec = .12, .brightness_held = .5, .detune_cents = 16, .gain = .7},
    Instrument{.name = "square lead", .program = 80, .timbre = {2, 3, .05, {{}}},
               .attack_sec = .003, .sustain = .9, .release_half_life_sec = .02, .brightness_held = .9,
               .vibrato_cents = 9, .gain = .55},
    Instrument{.name = "pluck", .program = 87, .timbre = {2, 6, 1, {{{1600, 900, .5}, {0, 1, 0}}}},
               .attack_sec = .002, .decay_half_life_sec = .16, .release_half_life_sec = .08,
               .darkening_half_life_sec = .05, .detune_cents = 11, .gain = 1.4},
    Instrument{.name = "flute", .program = 73, .timbre = {6, 8, .6, {{{900, 400, .6}, {0, 1, 0}}}},
               .attack_sec = .05, .sustain = .95, .release_half_life_sec = .04, .brightness_held = .6,
               .vibrato_cents = 14, .vibrato_hz = 5, .tremolo = .1, .noise = .25, .gain = .95},
    Instrument{.name = "ney", .program = 77, .timbre = {5, 6, .9, {{{1250, 300, 1.2}, {0, 1, 0}}}},
               .attack_sec = .08, .sustain = .9, .release_half_life_sec = .06, .brightness_held = .7,
               .vibrato_cents = 25, .vibrato_hz = 4.6, .noise = .6, .gain = .9},
    Instrument{.name = "clarinet", .program = 71, .timbre = {2, 4, .08, {{{1500, 400, .8}, {0, 1, 0}}}},
               .attack_sec = .03, .sustain = .95, .release_half_life_sec = .03, .brightness_held = .5,
               .vibrato_cents = 6, .gain = .75},
    Instrument{.name = "saxophone", .program = 66, .timbre = {2, 3, .8, {{{650, 200, 1.1}, {1600, 400, 1}}}},
               .attack_sec = .03, .sustain = .9, .release_half_life_sec = .04, .brightness_held = .6,
               .vibrato_cents = 16, .vibrato_hz = 5.2, .noise = .15, .gain = .75},
    Instrument{.name = "brass", .program = 61, .timbre = {1, 4, 1, {{{1200, 500, 1}, {0, 1, 0}}}},
               .attack_sec = .035, .sustain = .85, .release_half_life_sec = .03, .darkening_half_life_sec = .25,
               .brightness_held = .5, .detune_cents = 6, .gain = .75},
    Instrument{.name = "shehnai", .program = 111, .timbre = {1, 2, 1, {{{1400, 350, 2}, {3300, 700, 1.5}}}},
               .attack_sec = .03, .sustain = .95, .release_half_life_sec = .03, .brightness_held = .8,
               .vibrato_cents = 20, .vibrato_hz = 5.6, .gain = .55},
    Instrument{.name = "finger bass", .program = 33, .timbre = {4, 6, 1, {{{700, 300, .6}, {0, 1, 0}}}},
               .attack_sec = .004, .decay_half_life_sec = .5, .sustain = .3, .release_half_life_sec = .03,
               .darkening_half_life_sec = .12, .noise = .05, .gain = 1.2},
    Instrument{.name = "upright bass", .program = 32, .timbre = {5, 8, 1, {{{110, 60, .8}, {600, 200, .5}}}},
               .attack_sec = .006, .decay_half_life_sec = .3, .release_half_life_sec = .05,
               .darkening_half_life_sec = .08, .noise = .15, .gain = 1.5},
    Instrument{.name = "synth bass", .program = 38, .timbre = {2, 5, 1, {{}}},
               .attack_sec = .003, .decay_half_life_sec = .3, .sustain = .5, .release_half_life_sec = .02,
               .darkening_half_life_sec = .07, .brightness_held = .15, .detune_cents = 5, .gain = 1.05},
    Instrument{.name = "sub bass", .program = 39, .timbre = {7, 10, .3, {{}}},
               .attack_sec = .004, .decay_half_life_sec = .9, .sustain = .4, .release_half_life_sec = .06,
               .darkening_half_life_sec = .1, .gain = 1.3},
    Instrument{.name = "picked bass", .program = 34, .timbre = {2, 4, 1, {{{1100, 500, .9}, {2400, 800, .5}}}},
               .attack_sec = .002, .decay_half_life_sec = .45, .sustain = .2, .release_half_life_sec = .02,
               .darkening_half_life_sec = .2, .brightness_held = .2, .noise = .2, .gain = 1.05},
};
// clang-format on

}  // namespace

std::span<const Instrument> all_instruments() { return kInstruments; }

const Instrument& find_instrument(std::string_view name) {
  for (const Instrument& instrument : kInstruments)
    if (instrument.name == name) return instrument;
  fail(ExitCode::failed, {.what = "no such instrument", .where = "synthesiser", .seen = std::string(name),
                          .wanted = "a name of the instrument table", .fix = "correct the genre table"});
}

}  // namespace songscape
