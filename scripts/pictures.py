"""Pictures of the pages for docs/pages/: as wide as a desk and a phone, light and dark.

    python scripts/pictures.py [FOLDER]

It needs what `make test-browser` needs, and shows the invented articles of its tests.
"""

from __future__ import annotations

import base64
import sys
import tempfile
from pathlib import Path
from typing import Literal

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.serving import ROOT
from tests.browser import opening
from tests.browser.pages import PAGES

SHOWN = ("front", "search", "narrowed", "unanswered", "speakers", "speaker", "article", "quotation", "verdict")
SIZES = {1280: 900, 390: 844}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
QUALITY = 45
"""Of WebP: letters stay clean, a picture takes some 20 kB."""


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pages"
    folder.mkdir(parents=True, exist_ok=True)
    path = opening.chromium_path()
    if path is None:
        print("no browser: apt install chromium, or CHROMIUM=/path names one", file=sys.stderr)
        return 1
    written = 0
    with (
        tempfile.TemporaryDirectory() as data,
        opening.site(Path(data), hard=False) as site,
        opening.chromium(path) as browser,
    ):
        for width, height in SIZES.items():
            page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
            session = page.context.new_cdp_session(page)
            for name in SHOWN:
                page.goto(site + PAGES[name])
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)
                    # Playwright itself writes PNG and JPEG alone.
                    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
                    picture = base64.b64decode(taken["data"])
                    (folder / f"{name}-{width}-{scheme}.webp").write_bytes(picture)
                    written += len(picture)
            page.close()
    print(f"{len(SHOWN) * len(SIZES) * len(SCHEMES)} pictures, {written:,} bytes in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
