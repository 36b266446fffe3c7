from typing import get_args

from matcher.config import Country
from matcher.domain.vocabulary import CRISIS_LINES, crisis_lines


def test_every_country_a_clinic_may_set_has_lines_the_emergency_number_first() -> None:
    assert set(get_args(Country)) == {line.country for line in CRISIS_LINES}
    for country in get_args(Country):
        assert crisis_lines(country)[0].service == "Emergency"
        assert len(crisis_lines(country)) > 1
