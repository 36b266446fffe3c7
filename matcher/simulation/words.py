"""What made-up clients say about themselves: short sentences of our own, by concern and severity."""

from collections.abc import Sequence

from matcher.simulation.draws import Rng

_SAY: dict[str, tuple[str, str]] = {
    "depression": ("I have been feeling flat and it is hard to get going", "Nothing feels enjoyable any more"),
    "grief": ("I lost someone close and I do not know how to carry it", "Since the funeral everything feels unreal"),
    "self_esteem": ("I never feel good enough", "I put myself down all the time"),
    "meaning_spirituality": ("I am asking what my life is for", "My faith has changed and I feel unmoored"),
    "life_transition": ("A lot has changed this year and I am finding my feet", "I moved cities and feel lost"),
    "generalised_anxiety": ("My mind does not stop worrying", "I feel on edge most days"),
    "social_anxiety": ("I dread meetings and parties", "I avoid people because I am sure they judge me"),
    "panic": ("I get sudden rushes of fear out of nowhere", "Panic attacks have started on the train"),
    "phobia": ("I am so frightened of needles that I avoid blood tests", "I cannot get on a plane"),
    "ocd": ("I check things over and over", "Unwanted thoughts get stuck and I wash to feel right"),
    "health_anxiety": ("Every ache makes me think it is something serious", "I keep looking up symptoms"),
    "trauma": ("Something that happened years ago keeps coming back", "I have nightmares and startle easily"),
    "domestic_violence": ("I left a controlling partner", "Home was not a safe place and I am still shaken"),
    "self_harm": ("I used to hurt myself and want other ways to cope", "I want help with urges to hurt myself"),
    "emotion_regulation": ("My feelings go from nought to a hundred", "I feel swamped and then numb"),
    "bipolar_psychosis": (
        "I have bipolar disorder and want to stay steady",
        "I had an episode last year and want support",
    ),
    "relationship": ("My partner and I keep having the same fight", "We have drifted apart"),
    "family_conflict": ("Family gatherings end in arguments", "My parents and I are barely speaking"),
    "parenting": ("I lose patience with the kids and feel awful", "Bedtime and school mornings are a battle"),
    "separation": ("We separated this year and I am picking up the pieces", "The divorce is dragging on"),
    "intimacy_sexuality": ("Intimacy has become difficult", "I would like to talk about sex without shame"),
    "friendship_loneliness": ("I do not have anyone to call", "I feel lonely even among people"),
    "substance_use": ("I am drinking more than I want to", "I would like to cut down on cannabis"),
    "gambling_gaming": ("The pokies have got hold of me", "I game until three in the morning"),
    "anger": ("I snap at people I love", "My temper is costing me"),
    "sleep": ("I lie awake for hours", "I have not slept properly in months"),
    "eating_body_image": ("I think about what I eat and how I look all day", "I binge and then feel ashamed"),
    "chronic_illness_pain": ("Living with pain is wearing me down", "My illness has changed what I can do"),
    "perinatal": ("We had a baby and I am not myself", "I am pregnant and frightened"),
    "adhd": ("I start everything and finish nothing", "I was told I have ADHD and want practical help"),
    "autism": ("I think I am autistic and I am worn out from masking", "I was diagnosed as autistic last year"),
    "work_career": ("Work has become unbearable", "I do not know what to do with my career"),
    "stress_burnout": ("I am running on empty", "I am burnt out and cannot switch off"),
    "lgbtqia_identity": ("I am working out my gender", "I came out recently and it has been a lot"),
    "cultural_identity": ("I feel caught between two cultures", "Racism at work has worn me down"),
}
_END = (
    "I would like someone to talk it through with.",
    "I have not had therapy before.",
    "I saw someone a few years ago and it helped.",
    "I am hoping for practical things to try.",
    "I want to understand where it comes from.",
    "",
    "",
    "",
)
_RISK = (
    "Some days I have thought that I would rather not be here.",
    "I have had thoughts of ending my life, though I have no plan.",
    "Sometimes I think about hurting myself.",
)
_CHILD = "I am writing about my child."


def about(rng: Rng, concerns: Sequence[Sequence[str]], risk: Sequence[bool], child: Sequence[bool]) -> list[str]:
    """Return a sentence or two a client, on two concerns at most; only clients with a raised risk speak of it.

    For a child somebody else writes, and names no concern in their own words.
    """
    n = len(concerns)
    picks = rng.integers(2, size=(n, 2)).tolist()
    ends = [_END[i] for i in rng.integers(len(_END), size=n)]
    risks = [_RISK[i] for i in rng.integers(len(_RISK), size=n)]
    return [
        _CHILD if young else _sentences(codes, pick, worry if raised else end)
        for codes, pick, end, worry, raised, young in zip(concerns, picks, ends, risks, risk, child, strict=True)
    ]


def _sentences(codes: Sequence[str], picks: Sequence[int], end: str) -> str:
    said = [f"{_SAY[code][pick]}." for code, pick in zip(codes, picks, strict=False)]
    return " ".join([*said, end]).strip()
