#include "report/page.h"

namespace songscape {

const Definitions& metric_glossary() {
  static const Definitions glossary{
      {{"Reconstruction error (MSE)",
        "The mean squared difference between a song's spectrogram and what the model rebuilt from its latent vector; "
        "values lie on 0 to 1, so .01 is an error of about 8 dB. Lower is better."},
       {"KL",
        "How far the model moves each song's code from the prior, in nats. Near 0: the code says nothing about the "
        "song (posterior collapse)."},
       {"Active dimensions", "Latent dimensions that differ from song to song. The others carry nothing."},
       {"Silhouette",
        "How much nearer a song is to its own cluster than to the next one, from −1 to 1. It needs no labels, so it "
        "says how tight the clusters are, not whether they mean anything."},
       {"Calinski-Harabasz", "Spread between the clusters over spread within them. Higher is tighter; no upper end."},
       {"Davies-Bouldin", "How alike each cluster is to its nearest neighbour. Lower is better, 0 is best."},
       {"ARI (adjusted Rand index)",
        "How often pairs of songs are together both in a cluster and in a label, corrected for chance: 0 is what "
        "chance gives, 1 is the same grouping."},
       {"NMI (normalised mutual information)",
        "How much knowing the cluster tells about the label, from 0 to 1. It rises with the number of clusters even by "
        "chance: compare it with the shuffled control."},
       {"Purity",
        "The share of songs whose label is the commonest one in their cluster. With as many clusters as songs it is 1 "
        "for nothing: read it beside ARI."},
       {"Trustworthiness",
        "The share of neighbours on the map that are true neighbours in the latent space, from 0 to 1. Below .9, do "
        "not read much into who stands beside whom."},
       {"Controls",
        "The same clustering without the trained model: raw features, principal components, simple statistics, an "
        "untrained encoder, shuffled labels. A model has learnt something only where it beats the best of them."},
       {"Collapse warning",
        "A high silhouette beside an ARI near 0 is the sign of a latent space in which songs fall into tight groups "
        "that have nothing to do with what they are."}},
      true};
  return glossary;
}

}  // namespace songscape
