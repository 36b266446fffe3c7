"""What can go wrong with a cluster, said so that a person can act on it."""


class ClusterError(ValueError):
    """The cluster cannot do what was asked; nothing was written, and the same command may be run again."""
