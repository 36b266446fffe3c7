"""Whether a text is English enough to be read by rules written for English."""

from matcher.intake.words import Words

# The commonest little words of each language; a word that is common in English too is left out of the others.
_ENGLISH = frozenset(
    """the and to of i my is in it that me a im for with but was not he she we have so this be on are they you how do what
    at when about or if can am has feel his her cant dont been just all like from your had want as because no were know ive
    get out up who would people our by will an more time always over after there help why need think life them him
    their being could which much very too having should still going anymore feeling really""".split()
)
_OTHERS: dict[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "spanish": "el los las y que de en un una no mi me es con por para se lo su pero muy más mas estoy tengo siento como yo ya está",
        "portuguese": "o os um uma e que de em não nao meu minha eu com por para se muito mas estou tenho sinto como você isso está",
        "french": "le les des et que de en un une ne pas mon ma je suis avec pour se mais très tres ai jai dans est il elle sur mes",
        "german": "der die das und ich nicht ist ein eine mit für fur zu mein meine mich mir habe bin es auf aber sehr kann wir sie auch",
        "italian": "il lo gli che di un una non mio mia io con per si ma molto sono ho mi della come più piu questo anche",
        "dutch": "de het een en ik niet is van met voor mijn ben heb maar zeer dat ook hij zij wij naar geen mij veel",
        "indonesian": "yang dan saya tidak ini itu dengan untuk dari di ke aku sangat tapi bisa ada sudah dia kami karena merasa",
        "vietnamese": "toi tôi không va và là của cho có với những một được nhưng rất này khi đang bị",
        "tagalog": "ang ng sa ako mga na ay hindi ko po lang niya siya kasi pero ito naman",
        "turkish": "ve bir bu çok için ben benim değil ama ile da gibi daha var yok ne kadar",
        "polish": "i w nie na się jest że mam jestem z do to jak ale moja mój bardzo mnie",
        "swedish": "och jag att det inte är en ett min mitt på med för men har mycket om som",
    }.items()
}


def is_english(words: Words) -> bool:
    """Return whether the words may be read as English: a text with too little to tell counts as English."""
    tokens = words.tokens[:400]
    latin = sum(token.isascii() for token in tokens)
    if latin * 2 <= len(tokens):
        return False
    english = sum(token in _ENGLISH for token in tokens)
    foreign = max(len([token for token in tokens if token in little]) for little in _OTHERS.values())
    if foreign > english:
        return False
    return len(tokens) < 12 or english * 12 >= len(tokens)
