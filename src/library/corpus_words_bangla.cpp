#include "library/corpus_languages.h"

namespace songscape::corpus_vocabulary {

const Vocabulary kBangla = {
    {{
        {"প্রেম", "prem"},     {"মন", "mon"},        {"ভালোবাসা", "bhalobaSa"},
        {"হৃদয়", "hridOy"},    {"চোখ", "cokh"},      {"হাসি", "haSi"},
        {"বন্ধু", "bondhu"},    {"কথা", "kOtha"},     {"স্পর্শ", "spOrSo"},
        {"মায়া", "maya"},     {"বৃষ্টি", "briSTi"},   {"নদী", "nodi"},
        {"মেঘ", "megh"},      {"জল", "jOl"},        {"হাওয়া", "hawa"},
        {"ফুল", "phul"},       {"শ্রাবণ", "SrabOn"},  {"ঢেউ", "Dhew"},
        {"সাগর", "SagOr"},    {"পাতা", "pata"},     {"রাত", "rat"},
        {"চাঁদ", "ca~d"},      {"তারা", "tara"},     {"স্বপ্ন", "SOpno"},
        {"আঁধার", "a~dhar"},   {"ঘুম", "ghum"},       {"প্রদীপ", "prodip"},
        {"নীরব", "nirOb"},    {"ছায়া", "chaya"},    {"ভোর", "bhor"},
        {"পথ", "pOth"},       {"যাত্রা", "jatra"},   {"পাহাড়", "pahaR"},
        {"মাঝি", "majhi"},    {"নৌকা", "nowka"},    {"দূর", "dur"},
        {"ধুলো", "dhulo"},     {"সেতু", "Setu"},      {"রেলগাড়ি", "relgaRi"},
        {"দিগন্ত", "digOnto"}, {"ঘর", "ghOr"},       {"মা", "ma"},
        {"উঠোন", "uThon"},    {"জানালা", "janala"}, {"ভাত", "bhat"},
        {"গ্রাম", "gram"},     {"দুয়ার", "duwar"},    {"মাটি", "maTi"},
        {"পুকুর", "pukur"},     {"শৈশব", "SoySOb"},   {"মেলা", "m&la"},
        {"গান", "gan"},       {"নাচ", "nac"},       {"ঢোল", "Dhol"},
        {"বাঁশি", "ba~Si"},    {"উৎসব", "utSOb"},    {"রঙ", "rON"},
        {"আনন্দ", "anOndo"},   {"মিষ্টি", "miSTi"},   {"বাউল", "bawul"},
    }},
    {{{"আর ", "ar"}, {"নিয়ে ", "niye"}, {"থেকে ", "theke"}, {"কিংবা ", "kiNba"}, {"ছাড়া ", "chaRa"}, {"ও ", "o"}}},
    {"মিতা", "অনিক", "রূপা", "সজল", "নীলা", "তমাল", "শিউলি", "অয়ন", "পারুল", "দীপ"}};

}  // namespace songscape::corpus_vocabulary
