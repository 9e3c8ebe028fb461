// Songs found by one part alone among the other parts of all songs: a song's lyrics by its sound, and the other way.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "report/table.h"

namespace songscape {

struct RetrievalRow {
  std::string direction;  // "sound to lyrics", "lyrics to sound"
  int64_t n_songs = 0;    // that are searched, and searched among
  double recall_1 = 0, recall_5 = 0, recall_10 = 0;
  double median_rank = 0;  // from 1; ties count half
  double chance_10 = 0;    // recall@10 of a random order
};

// Over held-out songs that have both parts: latents by sound alone against latents by lyrics alone, by cosine, each
// kind taken from its mean over the training songs.  Writes retrieval.csv to the results folder.  Empty where fewer
// than two such songs are there, or where the run's model reads no lyrics.
std::vector<RetrievalRow> retrieve(const std::filesystem::path& run, const std::string& library = {});
Table retrieval_table(const std::vector<RetrievalRow>& rows);

}  // namespace songscape
