// Made-up results of realistic size (45 genres in 9 families, long names in five scripts), for looking at the figures
// and for the tests that hold for all of them.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "core/matrix.h"
#include "report/bars.h"
#include "report/contingency.h"
#include "report/curves.h"
#include "report/map.h"
#include "report/page.h"
#include "report/piano_roll.h"
#include "report/spectrogram.h"

namespace songscape::examples {

Classes genres(int n_songs_each = 20, bool has_families = true);
// n songs, a cloud a class; `spread` 1 lets neighbours touch.
Matrix positions(const Classes& classes, double spread);
// What a fair clusterer makes of the classes: most songs right, some astray, some clusters split.
Classes clusters(const Classes& classes);
Matrix mel(int seed, int64_t n_frames = 1293);
Matrix blurred(const Matrix& mel);

Figure training_curves();
Figure cluster_selection();
Figure song_map();
Figure unlabelled_map();
Figure reconstruction();
Figure spectrograms();
// Melody, chords, bass and drums for n_bars of 4/4, and further parts of a few notes.
PianoRoll music(int n_bars, int n_parts);
Figure piano_roll();
Figure crowded_piano_roll();
Figure confusion_matrix();
Figure small_confusion_matrix();
Figure distributions();
Figure bars_with_intervals();
Figure histogram();
ReportPage page();

struct Named {
  const char* name;
  std::function<Figure()> draw;
};
inline void PrintTo(const Named& example, std::ostream* out) { *out << example.name; }
const std::vector<Named>& all();

}  // namespace songscape::examples
