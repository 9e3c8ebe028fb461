// What runs that read MIDI (music_transformer) train on, free of LibTorch's headers: windows of a library's songs.
#pragma once

#include <memory>
#include <string>

#include "core/config.h"
#include "data/library_index.h"
#include "library/token_source.h"

namespace songscape {

// Whether a model of this name reads tokens; others read clips or songs with words.
bool reads_tokens(const std::string& model);

// The windows that a model of these settings reads: keys bars, hop_bars, tracks, chords, max_tokens.
TokenWindows windows_of(const ConfigMap& settings);

// settings: all keys of the run.  Says how many windows were cut or left out.
std::unique_ptr<TokenSource> music_rows(const ConfigMap& settings, const std::shared_ptr<const LibraryIndex>& library);

}  // namespace songscape
