"""What can go wrong with a store, said so that a person can act on it; no message holds what a client answered."""


class StoreError(ValueError):
    """The store cannot do what was asked; the message says what to mend."""


class KeyFileError(StoreError):
    """The keys are missing, unreadable, or not those the store was written with."""


class NotFoundError(StoreError):
    """The store holds no such row."""


class NoPlaceLeftError(StoreError):
    """Somebody else took the last place, or there was none."""


class AlreadyTakenError(StoreError):
    """The client already holds a place with this therapist."""


class StaleVersionError(StoreError):
    """The row was changed by somebody else since it was read: look at it again before changing it."""


class BackupError(StoreError):
    """A backup file that is not used: damaged, cut short, not ours, or made with other keys."""
