#include "library/corpus_languages.h"

namespace songscape::corpus_vocabulary {

const Vocabulary kEnglish = {
    {{
        {"heart", "'hArt"},        {"love", "'lVv"},         {"kiss", "'kIs"},         {"promise", "'prOmIs"},
        {"darling", "'dArlIN"},    {"whisper", "'wIsp3"},    {"honey", "'hVni"},       {"tender", "'tEnd3"},
        {"forever", "f@r'Ev3"},    {"smile", "'smayl"},      {"river", "'rIv3"},       {"rain", "'reyn"},
        {"thunder", "'8Vnd3"},     {"water", "'wOt3"},       {"cloud", "'klawd"},      {"garden", "'gArd@n"},
        {"ocean", "'owS@n"},       {"summer", "'sVm3"},      {"silver", "'sIlv3"},     {"wind", "'wInd"},
        {"moonlight", "'munlayt"}, {"shadow", "'S&dow"},     {"midnight", "'mIdnayt"}, {"star", "'stAr"},
        {"dream", "'drim"},        {"lantern", "'l&nt3n"},   {"silence", "'sayl@ns"},  {"candle", "'k&nd@l"},
        {"sleep", "'slip"},        {"darkness", "'dArkn@s"}, {"highway", "'haywey"},   {"stranger", "'streynj3"},
        {"mountain", "'mawnt@n"},  {"journey", "'j3ni"},     {"station", "'steyS@n"},  {"wheel", "'wil"},
        {"bridge", "'brIj"},       {"horizon", "h@'rayz@n"}, {"footstep", "'fUtstEp"}, {"distance", "'dIst@ns"},
        {"window", "'wIndow"},     {"mother", "'mV93"},      {"kitchen", "'kIc@n"},    {"table", "'teyb@l"},
        {"letter", "'lEt3"},       {"fire", "'fay3"},        {"brother", "'brV93"},    {"village", "'vIlIj"},
        {"apple", "'&p@l"},        {"doorway", "'dOrwey"},   {"dancing", "'d&nsIN"},   {"music", "'myuzIk"},
        {"drummer", "'drVm3"},     {"laughter", "'l&ft3"},   {"wedding", "'wEdIN"},    {"singer", "'sIN3"},
        {"fiddle", "'fId@l"},      {"golden", "'gowld@n"},   {"ribbon", "'rIb@n"},     {"morning", "'mOrnIN"},
    }},
    {{{"and ", "&nd"}, {"in ", "In"}, {"of ", "@v"}, {"like ", "layk"}, {"without ", "wI9awt"}, {"for ", "fOr"}}},
    {"Nora", "Ellis", "Grace", "Rowan", "Ivy", "Owen", "Hazel", "Miles", "Clara", "Jude"}};

}  // namespace songscape::corpus_vocabulary
