"""Pages without an account that clients never need: loaded when somebody opens them."""

from matcher.ui.journey import Journey


def draw_own_profile(journey: Journey) -> None:
    """Draw the page on which a therapist keeps their own profile by a code."""
    # The services behind it take a second to import, and a client's first page needs none of them.
    from matcher.ui import own_profile  # noqa: PLC0415

    own_profile.draw_own_profile(journey)
