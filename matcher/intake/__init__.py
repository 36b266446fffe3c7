"""Reading what a client wrote: concerns suggested from free text, and words that a person must look at now.

Everything here is rules and small tables that can be read in ``data/reference``; nothing is downloaded and nothing is
learned from a client's words. The functions live in ``matcher.intake.concerns`` and ``matcher.intake.safety``.
"""
