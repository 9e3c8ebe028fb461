#include "library/decoder_client.h"

#include <cstdlib>

#include "core/error.h"

namespace songscape {

DecoderClient::DecoderClient(DecoderOptions options) : options_(std::move(options)) {}

DecodedSong DecoderClient::decode(const std::filesystem::path&, const Excerpts&,
                                  const std::function<void(DecodedClip)>&) const {
  throw DecodeFailure("the decoder is not built yet");
}

std::string DecoderClient::capabilities() const { return "{}"; }

}  // namespace songscape
