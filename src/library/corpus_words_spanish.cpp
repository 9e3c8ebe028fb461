#include "library/corpus_languages.h"

namespace songscape::corpus_vocabulary {

const Vocabulary kSpanish = {
    {{
        {"amor", "a'mor"},        {"corazón", "kora'son"},     {"beso", "'beso"},           {"cariño", "ka'rinyo"},
        {"promesa", "pro'mesa"},  {"mirada", "mi'ra9a"},       {"deseo", "de'seo"},         {"alma", "'alma"},
        {"sonrisa", "son'Risa"},  {"caricia", "ka'risya"},     {"lluvia", "'yubya"},        {"río", "'Rio"},
        {"mar", "'mar"},          {"nube", "'nube"},           {"viento", "'byento"},       {"tormenta", "tor'menta"},
        {"agua", "'agwa"},        {"jardín", "xar'9in"},       {"arena", "a'rena"},         {"espuma", "es'puma"},
        {"luna", "'luna"},        {"noche", "'noce"},          {"estrella", "es'treya"},    {"sombra", "'sombra"},
        {"sueño", "'swenyo"},     {"silencio", "si'lensyo"},   {"madrugada", "ma9ru'Ga9a"}, {"vela", "'bela"},
        {"cielo", "'syelo"},      {"oscuridad", "oskuri'9a9"}, {"camino", "ka'mino"},       {"tren", "'tren"},
        {"montaña", "mon'tanya"}, {"frontera", "fron'tera"},   {"puente", "'pwente"},       {"viaje", "'byaxe"},
        {"polvo", "'polbo"},      {"horizonte", "ori'sonte"},  {"maleta", "ma'leta"},       {"huella", "'weya"},
        {"casa", "'kasa"},        {"ventana", "ben'tana"},     {"madre", "'ma9re"},         {"pan", "'pan"},
        {"mesa", "'mesa"},        {"abuela", "a'bwela"},       {"patio", "'patyo"},         {"fuego", "'fweGo"},
        {"puerta", "'pwerta"},    {"pueblo", "'pweblo"},       {"fiesta", "'fyesta"},       {"baile", "'bayle"},
        {"guitarra", "gi'taRa"},  {"tambor", "tam'bor"},       {"alegría", "ale'Gria"},     {"canción", "kan'syon"},
        {"vino", "'bino"},        {"plaza", "'plasa"},         {"risa", "'Risa"},           {"domingo", "do'mingo"},
    }},
    {{{"y ", "i"}, {"en ", "en"}, {"sin ", "sin"}, {"como ", "komo"}, {"de ", "de"}, {"con ", "kon"}}},
    {"Lucía", "Mateo", "Carmen", "Diego", "Inés", "Rafael", "Elena", "Tomás", "Paloma", "Andrés"}};

}  // namespace songscape::corpus_vocabulary
