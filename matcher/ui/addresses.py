"""Where files and plain pages beside the app's own pages are."""

from typing import Final

#: Files for whoever is signed in: a file's name has an ending, so that no page is served in its place.
DOWNLOADS: Final = "/exports"
CLIENT_DATA: Final = f"{DOWNLOADS}/client-data.zip"
#: A therapist's own outcomes.
OWN: Final = "/my-outcomes.html"
#: A therapist's own profile: the page, and the link that opens it.
PROFILE: Final = "/my-profile"
PROFILE_LINK: Final = f"{PROFILE}.html"
