"""Pictures of pages as they stand: a whole page, however long, or what the window shows."""

import base64
from pathlib import Path

from conftest import Visitor

SCREENS = Path(__file__).resolve().parents[1] / "docs" / "screens"
QUALITY = 40
#: A longer page becomes several pictures.
TALLEST = 1850
DEEP = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  return window.innerHeight + main.scrollHeight - main.clientHeight;
}"""


def picture(visitor: Visitor, name: str, *, whole: bool = True, since: str = "") -> None:
    """Keep the whole page as it stands, the beginning of a long one, or all since some heading."""
    page = visitor.page
    visitor.settle()
    size = page.viewport_size
    for _ in range(3):
        page.set_viewport_size({"width": size["width"], "height": page.evaluate(DEEP)})
        page.wait_for_timeout(150)
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    page.wait_for_timeout(150)
    across, down = page.viewport_size["width"], page.viewport_size["height"]
    first = int(page.get_by_role("heading", name=since).bounding_box()["y"]) - 16 if since else 0
    parts = -(-(down - first) // TALLEST)
    tall = -(-(down - first) // parts)
    for part in range(parts if whole else 1):
        top = first + part * tall
        clip = {"x": 0, "y": top, "width": across, "height": min(tall, down - top), "scale": 1}
        keep(visitor, name if parts == 1 or not whole else f"{name}-{part + 1}", clip=clip)
    page.set_viewport_size(size)


def keep(visitor: Visitor, name: str, **how: object) -> None:
    """Keep what the window shows, or a part of it."""
    camera = visitor.context.new_cdp_session(visitor.page)
    taken = camera.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY, **how})
    (SCREENS / f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))
    camera.detach()
