"""The same invented news in twelve languages, for checks of languages that the rules cannot read."""

from typing import NamedTuple

from summarise.backends.scripted import ScriptedBackend as ScriptedBackend
from summarise.checks.languages import Literals as Literals
from summarise.checks.languages import language_of as language_of
from summarise.checks.languages import languages_of as languages_of


class Tongue(NamedTuple):
    """An article in a language (code and English name), with a right sentence and one with a wrong figure."""

    code: str
    name: str
    article: str
    right: str
    wrong: str


TONGUES = (
    Tongue(
        "de",
        "German",
        "Der Stadtrat von Brennau hat am Dienstag beschlossen, die alte Brücke über den Fluss zu schließen. Die "
        "Arbeiten kosten 12,5 Millionen Euro und sollen 18 Monate dauern.\n\nBürgermeisterin Lena Vogt sagte, die "
        "Stadt habe lange auf das Geld gewartet. Mehr als 340 Anwohner hatten gegen den Plan unterschrieben.",
        "Brennau schließt die Brücke für 18 Monate, und 340 Anwohner sind gegen den Plan.",
        "Brennau schließt die Brücke für 27 Monate, und 340 Anwohner sind gegen den Plan.",
    ),
    Tongue(
        "fr",
        "French",
        "Le conseil municipal de Brennau a décidé mardi de fermer le vieux pont qui traverse la rivière. Les travaux "
        "coûteront 12,5 millions d'euros et dureront 18 mois.\n\nLa maire, Lena Vogt, a dit que la ville attendait cet "
        "argent depuis longtemps. Plus de 340 habitants avaient signé une pétition contre le projet.",
        "Le pont sera fermé pendant 18 mois, et 340 habitants sont contre le projet.",
        "Le pont sera fermé pendant 27 mois, et 340 habitants sont contre le projet.",
    ),
    Tongue(
        "es",
        "Spanish",
        "El ayuntamiento de Brennau decidió el martes cerrar el viejo puente que cruza el río. Las obras costarán 12,5 "
        "millones de euros y durarán 18 meses.\n\nLa alcaldesa, Lena Vogt, dijo que la ciudad había esperado mucho "
        "tiempo ese dinero. Más de 340 vecinos habían firmado en contra del plan.",
        "El puente estará cerrado durante 18 meses y 340 vecinos están en contra del plan.",
        "El puente estará cerrado durante 27 meses y 340 vecinos están en contra del plan.",
    ),
    Tongue(
        "it",
        "Italian",
        "Il consiglio comunale di Brennau ha deciso martedì di chiudere il vecchio ponte che attraversa il fiume. I "
        "lavori costeranno 12,5 milioni di euro e dureranno 18 mesi.\n\nLa sindaca, Lena Vogt, ha detto che la città "
        "aspettava da tempo questi soldi. Più di 340 abitanti avevano firmato contro il progetto.",
        "Il ponte resterà chiuso per 18 mesi, e 340 abitanti sono contro il progetto.",
        "Il ponte resterà chiuso per 27 mesi, e 340 abitanti sono contro il progetto.",
    ),
    Tongue(
        "nl",
        "Dutch",
        "De gemeenteraad van Brennau heeft dinsdag besloten om de oude brug over de rivier te sluiten. De werken "
        "kosten 12,5 miljoen euro en zullen 18 maanden duren.\n\nBurgemeester Lena Vogt zei dat de stad lang op het "
        "geld had gewacht. Meer dan 340 bewoners hadden tegen het plan getekend.",
        "De brug gaat 18 maanden dicht, en 340 bewoners zijn tegen het plan van de gemeente.",
        "De brug gaat 27 maanden dicht, en 340 bewoners zijn tegen het plan van de gemeente.",
    ),
    Tongue(
        "pl",
        "Polish",
        "Rada miasta Brennau postanowiła we wtorek zamknąć stary most, który przecina rzekę. Prace będą kosztować 12,5 "
        "miliona euro i potrwają 18 miesięcy.\n\nBurmistrz Lena Vogt powiedziała, że miasto długo czekało na te "
        "pieniądze. Ponad 340 mieszkańców podpisało się przeciwko planowi.",
        "Most będzie zamknięty przez 18 miesięcy, a 340 mieszkańców jest przeciwko planowi.",
        "Most będzie zamknięty przez 27 miesięcy, a 340 mieszkańców jest przeciwko planowi.",
    ),
    Tongue(
        "tr",
        "Turkish",
        "Brennau belediye meclisi salı günü nehrin üzerindeki eski köprünün kapatılmasına karar verdi. Çalışmalar 12,5 "
        "milyon avroya mal olacak ve 18 ay sürecek.\n\nBelediye başkanı Lena Vogt, kentin bu parayı uzun süredir "
        "beklediğini söyledi. Plana karşı 340 kişiden fazlası imza vermişti.",
        "Köprü 18 ay boyunca kapalı kalacak ve 340 kişi bu plana karşı çıkıyor.",
        "Köprü 27 ay boyunca kapalı kalacak ve 340 kişi bu plana karşı çıkıyor.",
    ),
    Tongue(
        "ru",
        "Russian",
        "Городской совет Бреннау решил во вторник закрыть старый мост через реку. Работы обойдутся в 12,5 миллиона "
        "евро и продлятся 18 месяцев.\n\nМэр Лена Фогт сказала, что город долго ждал этих денег. Против плана "
        "подписались более 340 жителей.",
        "Мост закроют на 18 месяцев, а против плана выступают 340 жителей.",
        "Мост закроют на 27 месяцев, а против плана выступают 340 жителей.",
    ),
    Tongue(
        "ar",
        "Arabic",
        "قرر مجلس مدينة برناو يوم الثلاثاء إغلاق الجسر القديم فوق النهر. ستكلف الأعمال 12.5 مليون يورو وستستمر 18 "
        "شهرا.\n\nقالت رئيسة البلدية لينا فوغت إن المدينة انتظرت هذا المال طويلا. وقع أكثر من 340 من السكان ضد "
        "الخطة.",
        "سيغلق الجسر لمدة 18 شهرا ويعارض الخطة 340 من السكان.",
        "سيغلق الجسر لمدة 27 شهرا ويعارض الخطة 340 من السكان.",
    ),
    Tongue(
        "zh",
        "Chinese",
        "布伦瑙市议会周二决定关闭横跨河流的旧桥。工程将耗资1250万欧元，持续18个月。\n\n市长莱娜·福格特表示，该市等待这笔资金"
        "已久。超过340名居民签名反对该计划。",
        "这座桥将关闭18个月，有340名居民反对该计划。",
        "这座桥将关闭27个月，有340名居民反对该计划。",
    ),
    Tongue(
        "ja",
        "Japanese",
        "ブレナウ市議会は火曜日、川にかかる古い橋を閉鎖することを決めた。工事には1250万ユーロかかり、18か月続く見込みだ。"
        "\n\nレナ・フォークト市長は、市はこの資金を長い間待っていたと述べた。340人を超える住民が計画に反対して署名した。",
        "橋は18か月にわたって閉鎖され、住民340人が計画に反対している。",
        "橋は27か月にわたって閉鎖され、住民340人が計画に反対している。",
    ),
    Tongue(
        "hi",
        "Hindi",
        "ब्रेनाउ की नगर परिषद ने मंगलवार को नदी पर बने पुराने पुल को बंद करने का फैसला किया। काम पर 12.5 मिलियन यूरो खर्च "
        "होंगे और यह 18 महीने चलेगा।\n\nमेयर लेना फोग्ट ने कहा कि शहर लंबे समय से इस पैसे की प्रतीक्षा कर रहा था। 340 से अधिक "
        "निवासियों ने योजना के खिलाफ हस्ताक्षर किए थे।",
        "पुल 18 महीने तक बंद रहेगा और 340 निवासी योजना के खिलाफ हैं।",
        "पुल 27 महीने तक बंद रहेगा और 340 निवासी योजना के खिलाफ हैं।",
    ),
)
