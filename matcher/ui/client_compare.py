"""The people a client is looking at, side by side in one table; the narrowest phones take two a row."""

import streamlit as st

from matcher.domain.recommendation import Recommendation, WishReceipt
from matcher.domain.therapist import Therapist
from matcher.domain.vocabulary import PROFESSIONS
from matcher.intake.parsing import AnswersError
from matcher.ui import wording_matches as w
from matcher.ui.card import STATUS, wish_words
from matcher.ui.components import page, plain
from matcher.ui.journey import BEFORE, HELP, MATCHES, Journey
from matcher.ui.language import say
from matcher.ui.practical import Asking, asking, costs, first_opening, meets, rebate_note, with_every_wish
from matcher.ui.request import ask_for
from matcher.ui.shown import FIRST, shown

Person = tuple[Therapist, Recommendation]


def draw_compare(journey: Journey) -> None:
    """Show the first few side by side: practical facts, every wish, and what is worth knowing."""
    if journey.raised():
        journey.go(HELP)
    if not journey.agreed():
        journey.go(BEFORE)
    try:
        now = shown(journey, journey.client())
    except AnswersError:
        journey.go(MATCHES)
        return
    if now.slate.withheld:
        journey.go(HELP)
    back = st.button(say(w.BACK_TO_MATCHES), type="tertiary", key="back")
    st.title(say(w.COMPARE_TITLE), anchor=False)
    matching = journey.services.matching()
    by = asking(journey, now.client)
    shown_now = [(matching.therapist(found.therapist_id), found) for found in now.slate.recommendations[:FIRST]]
    people = [(therapist, with_every_wish(found, therapist, by)) for therapist, found in shown_now]
    if people:
        page(comparison(people, by))
        if note := rebate_note((therapist for therapist, _ in people), by):
            st.caption(note)
    else:
        st.markdown(say(w.COMPARE_NONE))
    for number, (therapist, _found) in enumerate(people, 1):
        if st.button(say(w.CHOOSE, name=therapist.name), key=f"choose-{number}"):
            ask_for(journey, "therapist", therapist.therapist_id)
    if back:
        journey.go(MATCHES)


def comparison(people: list[Person], by: Asking) -> str:
    """Return the table: a column a person, a row a question, roles kept where a phone lays it out anew."""
    names = [therapist.name for therapist, _ in people]
    rows = [(say(label), cells) for label, cells in _facts(people, by)]
    rows += [(wish_words(line), _wish(line, people)) for line in people[0][1].receipt]
    rows.append((say(w.WORTH_KNOWING), [_list(found.cautions) for _, found in people]))
    head = "".join(f'<th scope="col" role="columnheader">{plain(name)}</th>' for name in names)
    body = "".join(_row(label, cells, names) for label, cells in rows)
    return (
        f'<table class="compare" role="table"><caption>{plain(say(w.COMPARE_CAPTION))}</caption>'
        f'<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">{plain(say(w.COMPARE_WHAT))}</th>'
        f'{head}</tr></thead><tbody role="rowgroup">{body}</tbody></table>'
    )


def _facts(people: list[Person], by: Asking) -> list[tuple[str, list[str]]]:
    staff = [therapist for therapist, _ in people]
    return [
        (w.PROFESSION, [plain(say(PROFESSIONS.get(one.profession or "", w.NOT_SAID))) for one in staff]),
        (w.HOW_TO_MEET, [plain(_begun(say(meets(one.formats)))) for one in staff]),
        (w.FIRST_OPENING, [plain(first_opening(one, by)) for one in staff]),
        (w.COST, ["<br>".join(plain(words) for words in costs(one, by)) for one in staff]),
    ]


def _begun(words: str) -> str:
    """Return words as they begin a cell."""
    return words[:1].upper() + words[1:]


def _wish(line: WishReceipt, people: list[Person]) -> list[str]:
    found = [
        next((one for one in person.receipt if (one.wish, one.label) == (line.wish, line.label)), None)
        for _, person in people
    ]
    return [
        plain(say(w.NOT_SAID))
        if one is None
        else f'<b class="{plain(one.status)}">{plain(say(STATUS[one.status]))}</b>'
        for one in found
    ]


def _list(sentences: tuple[str, ...]) -> str:
    if not sentences:
        return plain(say(w.NOTHING_SAID))
    return f"<ul>{''.join(f'<li>{plain(say(sentence))}</li>' for sentence in sentences)}</ul>"


def _row(label: str, cells: list[str], names: list[str]) -> str:
    parts = "".join(
        f'<td role="cell"><span class="whose" aria-hidden="true">{plain(name)}</span>{cell}</td>'
        for name, cell in zip(names, cells, strict=True)
    )
    return f'<tr role="row"><th scope="row" role="rowheader">{plain(label)}</th>{parts}</tr>'
