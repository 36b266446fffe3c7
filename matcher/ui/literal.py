"""Text from people, shown letter by letter where Streamlit would read it as Markdown."""


def literal(text: str) -> str:
    """Return Markdown that shows exactly this text."""
    return "".join(letter if letter.isalnum() or letter in " \u2019" else f"\\{letter}" for letter in text)
