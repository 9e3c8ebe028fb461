#include "library/corpus_languages.h"

namespace songscape::corpus_vocabulary {

const Vocabulary kArabic = {
    {{
        {"حب", "Hubb"},       {"قلب", "qalb"},     {"حبيبي", "Ha'bi:bi:"}, {"عشق", "QiSq"},       {"شوق", "SAwq"},
        {"روح", "ru:H"},      {"عيون", "Qu'yu:n"}, {"وعد", "waQd"},        {"همس", "hams"},       {"غرام", "Ga'ra:m"},
        {"مطر", "'matAr"},    {"نهر", "nahr"},     {"بحر", "baHr"},        {"ماء", "ma:?"},       {"غيم", "Gaym"},
        {"ريح", "ri:H"},      {"ورد", "ward"},     {"موج", "mAwj"},        {"سماء", "sa'ma:?"},   {"بستان", "bus'ta:n"},
        {"ليل", "layl"},      {"قمر", "'qAmar"},   {"نجوم", "nu'ju:m"},    {"حلم", "Hulm"},       {"ظلام", "9A'la:m"},
        {"صمت", "sAmt"},      {"شمع", "SamQ"},     {"سهر", "'sahar"},      {"فجر", "fajr"},       {"ظل", "9ill"},
        {"طريق", "tA'ri:q"},  {"سفر", "'safar"},   {"جبل", "'jabal"},      {"صحراء", "sAH'ra:?"}, {"غريب", "Ga'ri:b"},
        {"قطار", "qi'tA:r"},  {"رحيل", "ra'Hi:l"}, {"خطوة", "'xutwa"},     {"أفق", "'?ufuq"},     {"درب", "darb"},
        {"بيت", "bayt"},      {"باب", "ba:b"},     {"أم", "?umm"},         {"خبز", "xubz"},       {"قهوة", "'qahwa"},
        {"شباك", "Sub'ba:k"}, {"نار", "na:r"},     {"جار", "ja:r"},        {"حكاية", "Hi'ka:ya"}, {"قرية", "'qArya"},
        {"عيد", "Qi:d"},      {"رقص", "rAqs"},     {"غناء", "Gi'na:?"},    {"عود", "Qu:d"},       {"طبل", "tAbl"},
        {"فرح", "'farAH"},    {"ضحكة", "'daHka"},  {"عرس", "Qurs"},        {"سوق", "su:q"},       {"لحن", "laHn"},
    }},
    {{{"و", "wa"}, {"في ", "fi:"}, {"مثل ", "mi8l"}, {"بلا ", "bila:"}, {"من ", "min"}, {"مع ", "maQ"}}},
    {"ليلى", "كريم", "نادية", "سامي", "هالة", "يوسف", "سلمى", "عمر", "رنا", "طارق"}};

}  // namespace songscape::corpus_vocabulary
