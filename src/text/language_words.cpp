#include "text/language_words.h"

namespace songscape {
namespace {

constexpr LanguageWords kLanguages[] = {
    {"en", Script::latin, false,
     "the and you of to a i in it that my is me for on with be your all this but she he we are not his her so what "
     "they "
     "when have no from was as at by like just know don't do up can now if will one there our out their him them where "
     "how an been or were has had would could shall then than who which into over down never every i'm it's you're "
     "i'll can't let go got get love thy thee thou o'er",
     ""},
    {"es", Script::latin, false,
     "de la que el y en no a los se me un las mi con por tu te una es lo del su al si como más para yo ya qué sin pero "
     "sus le este cuando porque quiero todo esta eres ni o soy hay así él estoy hoy nada está tan sé amor ser aquí muy "
     "donde ella mis tus nos han fue era sobre entre hasta desde cual quien también otra vez esa ese son estar tengo "
     "dame va voy cómo dónde nunca siempre allí",
     "ñ á í ó"},
    {"de", Script::latin, false,
     "die der und ich das du ist nicht in den ein es zu so mir wir mich sie mit dich er dir auf was eine wie von im "
     "dem "
     "für auch aus noch an nur wenn doch mein dein wo schon immer sich uns bin hast kann hab da aber war sind als oder "
     "will hier man nach alles bist durch um werden wird vom zum zur ihr hat haben bei über keine kein nie mehr wieder "
     "ja nein dann jetzt diese dieser einen einem einer vor unter ohne",
     "ß ä ö ü"},
    {"fr", Script::latin, false,
     "de je la le et les tu que des en pas est à un l dans pour une j on qui d ce me c mon du te moi se toi il n'est "
     "qu nous ne plus ma ça ton sur y mais vous si au comme avec tout sans elle ta son sa mes tes ses quand où même "
     "suis "
     "es ai as rien bien fait être faire veux peux deux cette ces leur lui aux par jamais toujours encore là trop "
     "c'est j'ai qu'on ils sont était",
     "ç è ê à œ û î ô"},
    {"it", Script::latin, false,
     "che e di non la il è un mi per in ti a una si io con sono ma l le i della del lo se tu come più mio nel alla mia "
     "da al gli ho cosa perché c'è sei anche ha questo quando solo tutto ci tuo quello sempre dove amore poi qui o su "
     "già mai te noi voi suo sua delle degli nella dei dalla dal essere fare così ora chi due niente",
     "ò ì ù"},
    {"pt", Script::latin, false,
     "que de não o e a eu é um do da me em você se meu com uma no te na os pra mais minha por mas para como tudo só as "
     "vou quando meus ao ele ela já sem seu sua foi tem teu tua lhe nós dos das nos nas pelo pela são está muito isso "
     "aqui quem sou onde assim coração estou nem à às até também",
     "ã õ ç ê ô"},
    {"nl", Script::latin, false,
     "de ik en het een je van niet dat in is me mijn te zijn op met voor wat er aan als die maar zo ben naar heb bij "
     "nog "
     "uit jij dan ze hij wij kan om al weet daar wil geen door over mij jou jouw haar ook tot nu wel hoe waar nooit "
     "altijd alleen wordt werd hebben heeft had deze onze",
     ""},
    {"ar", Script::arabic, true,
     "في من على ما لا يا إلى عن أن كل هل لم قد إذا هذا أنا أنت هو هي كان بين لي مع حتى التي الذي لك ليس ثم إن بعد كيف "
     "ولا "
     "وما ومن فيه منه له بها حبيبي قلبي",
     "ة ي ك أ إ ى"},
    {"fa", Script::arabic, false,
     "از به که در را این با و تو من است هر ما آن تا بر چون دل اگر نه او ای شد بی هم یک می برای بود کن خود همه جان",
     "پ چ ژ گ ک ی"},
    {"ur", Script::arabic, false,
     "کے میں ہے کی کا سے کو نہیں اور ہیں یہ نے تو بھی پر وہ ہو دل اس جو مجھے تیرے میرے مری تری کوئی ہم کیا تھا رہا اک "
     "تم",
     "ٹ ڈ ڑ ں ے ہ ھ گ پ چ"},
    {"bn", Script::bangla, true,
     "আমি আমার না তুমি এই করে আর কি যে তোমার সে কোন তার এ থেকে মনে তবু আজ মাঝে কেন যদি হয়ে সব যায় ছিল নেই বলে মতো তোমায় "
     "আমায়",
     "র"},
    {"as", Script::bangla, false, "আৰু মই মোৰ তোমাৰ তাৰ এই হৈ কৰি নাই মোক পৰা কৰে হয় ৰ তুমি আমাৰ", "ৰ ৱ"},
    {"hi", Script::devanagari, true,
     "है में की के से का को और न तो ही हो नहीं मैं पर ये हैं भी मेरे जो तेरे ने वो था क्या यह कर हम तुम मन सब कोई दिल अब जब मुझे मेरी तेरी "
     "अपने "
     "एक इस उस कहीं कभी रहा गया बिन जिस किस करि नहिं कह सो मोहि तब प्रभु",
     ""},
    {"mr", Script::devanagari, false,
     "आहे आणि मी तू नाही हे ते या मला तुझ्या माझ्या का हा ती होते होता तुझे माझे तुला आहेत असे काय पण झाले कधी जे मग आता आम्ही त्या केला "
     "केली",
     "ळ"},
    {"ne", Script::devanagari, false,
     "छ छन् पनि थियो लाई मलाई तिमी हामी भएको गर्ने गरेको हरू यो त्यो छैन छु हुन्छ गर्छ तिम्रो हाम्रो उनी भयो", ""},
};

}  // namespace

std::span<const LanguageWords> language_words() { return kLanguages; }

}  // namespace songscape
