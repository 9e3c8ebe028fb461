// From the catalogue to an index: which songs there are, by which path, with which labels, in which group.
//
// One song a content; its path is canonical_paths().  A content that no path names any more is left out.
// Labels: a table's cell of that path (or of another path of the content) before the folder before the tags before the
// facts of its content (catalogue.h).  The folder rule: where every song lies in a folder and there are two first-level
// folders or more, a song's first-level folder is its `genre`, unless at least half of the songs have their folder's
// name as artist tag (folders are then artists); rows of a table lie in no folder, whatever their names.  Tags give
// title, artist and genre.  Title and artist are also columns of their own where a table or tags name artists.
#pragma once

#include "data/index_writer.h"
#include "library/catalogue.h"

namespace songscape {

// `generation` becomes the index's.
IndexContents build_index(const Catalogue& catalogue, uint64_t generation);

// Whether the folder rule above holds; paths and artist tags of the songs, in one order.
bool folders_are_genres(const std::vector<std::string>& paths, const std::vector<std::string>& artist_tags);

}  // namespace songscape
