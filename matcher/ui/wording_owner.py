"""Every sentence of the pages for owners and leads: report, model, replay."""

from typing import Final

REPORT_TITLE: Final = "Match outcomes"
REPORT_LEAD: Final = (
    "What followed the matches, against the period before. Small numbers are hidden, so that nobody can be worked out. "
    "Nothing of this goes to clients."
)
FROM: Final = "From"
TO: Final = "To"
WHOLE_MONTHS: Final = (
    "Any months you like, whole ones. However many reports you ask for, subtracting them tells of nobody."
)
CONCERN: Final = "Concern"
ALL_CONCERNS: Final = "All concerns"
SITE: Final = "Site"
SITE_HELP: Final = "Worked out from where therapists' rooms are; places of fewer than three therapists are one site."
ALL_SITES: Final = "All sites"
MAKE: Final = "Make the report"
MAKING: Final = "Making the report"
IN_SHORT: Final = "In short"
PARTS: Final = "More: "
TAKE_AWAY: Final = "Take it away"
TAKE_AWAY_HINT: Final = "The files hold the same figures, hidden alike. Keep them as you keep other clinical records."
BEHIND: Final = "The numbers behind this picture"
METHOD: Final = "How this was worked out"
MIND: Final = "Mind:"
NO_PICTURE: Final = "There are not enough data for this picture."
NOTHING: Final = "There is nothing to show for this period."
UPSIDE_DOWN: Final = "The last day comes before the first."

MODEL_TITLE: Final = "Ranking model"
MODEL_STALE: Final = "Somebody else chose another model meanwhile. Nothing of yours was done: look again, then decide."
MODEL_LEAD: Final = "What ranks therapists here, how it does since it was trained, and how to change it."
IN_USE: Final = "In use now"
PUBLISHED_IN_USE: Final = "Published effects alone: nothing of this clinic's own past work is used."
KEPT_BUT_UNUSED: Final = (
    "This model is set to rank, but later episodes went worse by it, so published effects rank instead."
)
CARD: Final = "The model's card"
SINCE: Final = "Since it was trained"
NOT_TRAINED: Final = "What ranks now was not trained here, so there is nothing to compare with."
LEARNED_NOTHING: Final = "This model was trained on no courses, so there is nothing to compare with."
LOOK: Final = "Look at what changed since"
RETRAIN: Final = "Train a new model"
RETRAIN_LEAD: Final = (
    "It learns from all episodes up to today. It is kept beside the one in use and does not rank until you say so."
)
RETRAINING: Final = "Training, and holding it against later episodes"
NEW: Final = "Trained, not in use"
USE: Final = "Use this model"
USE_PUBLISHED: Final = "Use published effects alone"
BACK_TO: Final = "Go back to an earlier one"
BACK_LEAD: Final = "Every model trained here is kept. What was shown to clients stays as it was shown."
NO_OTHERS: Final = "There is no other model."
FIRST_CHANGES: Final = "For {changed} of the last {asked} clients the first suggestion would be somebody else."
FIRST_UNKNOWN: Final = "There are too few clients to say how many first suggestions would change."

REPLAY_TITLE: Final = "Past matches"
REPLAY_LEAD: Final = (
    "Any match as it was shown, made from what was kept of it, and what another model would have said. Answers and "
    "names of clients are not shown here. Each look is noted in the audit log."
)
PICK: Final = "Match"
SOUGHT: Final = "Number of the match"
SOUGHT_BY_LEAD: Final = "Number of the match, or an enquiry's reference"
SOUGHT_HINT: Final = "The first letters of a match's number will do. A reference finds every match of that client."
MADE_ON: Final = "Made on"
NONE_FOUND: Final = "No match kept fits: try another day or number."
NEWEST_ONLY: Final = "The newest {most} are listed. Earlier ones are found by their day or number."
PAST_OFF: Final = (
    "This client had switched past matches off. No trained model has a say then, so this is what published effects "
    "say, whichever model is asked."
)
AGAIN_PAST_OFF: Final = "By published effects, since past matches were off"
NO_MATCHES: Final = "No match has been kept yet."
OTHER_MODEL: Final = "What would have been said by"
AS_SHOWN: Final = "As it was shown"
AGAIN: Final = "As {model} would have it"
NOT_RANKED: Final = "Ranking was withheld, since a person had to look first."
NOBODY: Final = "Nobody was suggested."
PUBLISHED: Final = "published effects alone"
SHOW_OTHER: Final = "Compare"
DIFFERENT: Final = "{changed} of {shown} places differ."
CANNOT: Final = "This match cannot be made again: {why}"

OWN_TITLE: Final = "My own outcomes"
OWN_LEAD: Final = (
    "You, your clinic's owner and its leads can see this report, and each look is noted; your colleagues cannot. It "
    "shows your own work against the clinic's average, never against a named colleague."
)
OWN_CODE: Final = "Your code"
OWN_CODE_HINT: Final = "Sixteen letters and figures that your clinic gave you. It stops working after a while."
OWN_OPEN: Final = "Show my outcomes"
OWN_WRONG: Final = "This code opens nothing: it may have expired. Ask your clinic for a new one."

THERAPIST_TITLE: Final = "One therapist's outcomes"
THERAPIST_LEAD: Final = (
    "What a therapist sees of their own work, and nothing of anybody else's. Look at it together; on its own it is no "
    "ground for any decision."
)
THERAPIST: Final = "Therapist"
GIVE_CODE: Final = "Make a code for this therapist"
CODE_GIVEN: Final = (
    "It is shown once. The therapist opens **{page}** at this address and types it; it works for {days} days. "
    "Earlier codes of theirs no longer work."
)
