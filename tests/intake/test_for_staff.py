from matcher.intake.for_staff import for_staff, in_words

ANSWERS = {
    "about": "kept with the client",
    "age_range": "25_44",
    "hopes": "To sleep",
    "past_helped": ["homework", "kind"],
    "for_whom": "child",
    "faith": ["muslim"],
    "faith_weight": "nice",
    "cultural_safety": [],
    "place": "",
    "consent_matching": True,
}


def test_staff_are_given_what_is_no_part_of_the_client_and_nothing_blank():
    assert for_staff(ANSWERS) == {
        "for_whom": "child",
        "hopes": "To sleep",
        "past_helped": ["homework", "kind"],
        "faith": ["muslim"],
        "faith_weight": "nice",
    }


def test_kept_answers_are_read_as_questions_and_words():
    read = dict(in_words(for_staff(ANSWERS)))
    assert read["What helped?"] == "They had a plan and gave me things to try; They were warm and on my side"
    assert read["What do you hope will be different?"] == "To sleep"
    assert "Muslim (would be nice)" in read.values()
