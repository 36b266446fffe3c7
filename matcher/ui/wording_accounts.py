"""Every sentence of the sign-in pages and of the pages about accounts."""

from typing import Final

SIGN_IN_TITLE: Final = "Sign in"
SIGN_IN_LEAD: Final = "For people who work at {clinic}."
SIGN_IN_CLIENTS: Final = "Looking for a therapist? You need no account."
SIGN_IN_CLIENTS_LINK: Final = "Start here"
NAME: Final = "Sign-in name"
NAME_HINT: Final = "Often your work e-mail address."
PASSWORD: Final = "Password"
SIGN_IN_BUTTON: Final = "Sign in"
SIGN_IN_OTHERWISE: Final = "Sign in with your organisation's account"
FORGOTTEN: Final = "Forgotten your password? Whoever manages accounts at your clinic can give you a new link."

THERE_IS_A_PROBLEM: Final = "There is a problem"
ERROR_PREFIX: Final = "Error: "
WRONG: Final = "The sign-in name and password do not go together. Check both and try again."
TOO_MANY: Final = (
    "There were too many tries that did not work. Wait {wait}, then try again. "
    "A new link from whoever manages accounts works at once."
)
STALE_FORM: Final = "This page was open for too long or cookies are off. Please try again."
NAME_MISSING: Final = "Enter your sign-in name."
PASSWORD_MISSING: Final = "Enter your password."
NO_ACCOUNT: Final = (
    "Your sign-in was accepted, but there is no account for you at this clinic. Ask whoever manages "
    "accounts to add you."
)
OPENID_FAILED_TITLE: Final = "You are not signed in"
OPENID_FAILED: Final = "The sign-in did not finish. Please try again."
NOT_SET_UP: Final = "This way of signing in is not set up here."
FORM_REFUSED_TITLE: Final = "Nothing was done"
A_MINUTE: Final = "a minute"
MINUTES: Final = "{minutes} minutes"
OTHER_SITE: Final = "This came from another site, so nothing was done."

SIGN_OUT_TITLE: Final = "Sign out"
SIGN_OUT_LEAD: Final = "You are signed in as {name}."
SIGN_OUT_BUTTON: Final = "Sign out"
SIGN_OUT_BACK: Final = "Stay signed in"
SIGNED_OUT_TITLE: Final = "You are signed out"
SIGNED_OUT_LEAD: Final = "Nothing you had saved is lost. On a shared computer, close this window too."
SIGN_IN_AGAIN: Final = "Sign in again"
ENDED_LEAD: Final = (
    "Your session has ended: you signed out, were away for a while, or your account was changed. "
    "Nothing you had saved is lost."
)

LINK_TITLE: Final = "Your one-time link"
LINK_LEAD: Final = "One moment. If nothing happens, paste the part of your link that follows the # sign."
LINK_CODE: Final = "The part after #"
LINK_BUTTON: Final = "Continue"
LINK_SPENT: Final = (
    "This link has been used, has expired, or was replaced by a newer one. Ask whoever manages accounts for a new one."
)
OWNER_TITLE: Final = "Make the owner's account"
OWNER_LEAD: Final = "This is the first account of {clinic}. As owner you can then invite everyone else."
INVITE_TITLE: Final = "Welcome, {name}"
INVITE_LEAD: Final = "Choose a password to finish your account. You will sign in as {account}."
RESET_TITLE: Final = "Choose a new password"
RESET_LEAD: Final = "For {account}. You will be signed out everywhere else."
DISPLAY_NAME: Final = "Your name, as colleagues see it"
NEW_PASSWORD: Final = "New password"
NEW_PASSWORD_HINT: Final = "At least {least} characters. Three or four unrelated words are easy to remember."
REPEAT: Final = "The same password again"
SAVE_PASSWORD: Final = "Save and sign in"
NOT_THE_SAME: Final = "The two passwords are not the same."

REFUSED_TITLE: Final = "Not part of your role"
REFUSED_LEAD: Final = (
    "You are signed in, but this page is not part of your role. If you need it, ask whoever manages accounts."
)
REFUSED_LINK: Final = "Your account"
STAFF_TROUBLE_TITLE: Final = "This page could not be shown"
STAFF_TROUBLE: Final = (
    "Something went wrong on our side, and it has been noted. Nothing was changed. Try again in a moment."
)

ACCOUNT_TITLE: Final = "Your account"
ACCOUNT_ROLE: Final = "You are signed in as **{name}** with the role **{role}**."
SESSIONS_TITLE: Final = "Where you are signed in"
SESSION_HERE: Final = "This browser"
SESSION_OTHER: Final = "Another browser"
SESSION_LINE: Final = "{where}: since {since}, last used {seen}"
SESSION_ENDS: Final = "A session ends after {idle} minutes without a click, and after {hours} hours in any case."
SIGN_OUT_HERE: Final = "Sign out"
SIGN_OUT_ALL: Final = "Sign out everywhere"
CHANGE_PASSWORD: Final = "Change your password"
CHANGE_PASSWORD_LEAD: Final = "You will be signed out everywhere else."
CHANGE_PASSWORD_BUTTON: Final = "Save the new password"
CHANGE_PASSWORD_BACK: Final = "Back to your account"
CURRENT_PASSWORD: Final = "Current password"
CURRENT_WRONG: Final = "This is not your current password."
ROLE_MAY: Final = {
    "intake": "You see the queue, work enquiries, place the list and look after therapists' entries.",
    "lead": "You see the queue and the report, work enquiries, place the list and look after therapists' entries.",
    "owner": "You see the report and the log, and manage the model and accounts. You do not see what clients wrote.",
    "administrator": "You manage accounts, import data and see the log. You do not see what clients wrote.",
}

PEOPLE_TITLE: Final = "People"
PEOPLE_LEAD: Final = "Everyone who can sign in at {clinic}. Clients need no account."

STATES: Final = {
    "active": "Active",
    "invited": "Invited, has not set a password yet",
    "disabled": "Disabled",
}
PERSON_YOU: Final = "This is you. Somebody else who manages accounts can change your role."
PERSON_OWNERS: Final = "Only an owner can change an owner's account."
PERSON_MANAGE: Final = "Manage {name}"
ROLE: Final = "Role"
ROLE_BUTTON: Final = "Change role"
RESET_BUTTON: Final = "Make a new link"
RESET_WHY: Final = "For a forgotten or known password: the old one stops at once, and the link sets a new one."
SIGN_OUT_THEM: Final = "Sign out everywhere"
DISABLE_BUTTON: Final = "Disable"
DISABLE_WHY: Final = (
    "They are signed out at once and cannot come back until the account is enabled. What they did stays in the log."
)
ENABLE_BUTTON: Final = "Enable"
INVITE_HEADING: Final = "Invite somebody"
INVITE_FORM_LEAD: Final = "They get a one-time link and choose their own password."
INVITE_NAME: Final = "Their name, as colleagues see it"
INVITE_ACCOUNT: Final = "Their sign-in name"
INVITE_ACCOUNT_HELP: Final = (
    "Best their work e-mail address. With your organisation's sign-in it must be the address known there."
)
INVITE_BUTTON: Final = "Invite"
LINK_READY: Final = "A link for {name}"
LINK_HAND_OVER: Final = (
    "Give it to {name} alone, in person or by a channel you trust. It works once, within {hours} hours, "
    "and is shown only now."
)
LINK_DONE: Final = "I have passed it on"
DONE_ROLE: Final = "{name} is now: {role}. It counts from their next click."
DONE_DISABLED: Final = "{name} is signed out and cannot sign in any more."
DONE_ENABLED: Final = "{name} can sign in again."
DONE_SIGNED_OUT: Final = "{name} is signed out everywhere."
NOT_DONE: Final = "Not done: {why}"

AUDIT_TITLE: Final = "Audit log"
AUDIT_LEAD: Final = (
    "Who did or saw what, newest first. It names people by their ids and never says what they wrote. "
    "Nobody can change or remove an entry without it showing."
)
AUDIT_CHECK: Final = "Check that the log is whole"
AUDIT_WHOLE: Final = "The log is whole: {entries} entries, none changed, removed or added in between."
AUDIT_HEAD: Final = (
    "Note this line somewhere else. Given to `matcher audit verify --seen`, it shows later whether the whole log was "
    "put back."
)
AUDIT_BROKEN: Final = "The log is not whole. Keep a copy of the store as it is now, and find out who could write to it:"
AUDIT_ENTRIES: Final = "Entries"
AUDIT_FILTER: Final = "Only about this id or reference"
AUDIT_FILTER_HELP: Final = "A client's id or reference, a therapist's id, or a colleague's sign-in name."
AUDIT_MOST: Final = "How many, at most"
AUDIT_NOTHING: Final = "Nothing is in the log about this."
AUDIT_COLUMNS: Final = ("When", "Who", "Did", "To", "Id", "With")
