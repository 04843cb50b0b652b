"""The pages that are looked at, by name."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from tests.browser import record

SAID = {article.id: [attribution.quotation.id for attribution in found] for article, found in record.articles()}
"""Article id → ids of its quotations."""
HOSTILE = next(id_ for id_ in SAID if "<script>" in id_)
MONUMENT = SAID["budget"][0]
"""A quotation that stands in two articles."""
ALTERED = "A wall which is built after a flood is a monument"

PAGES = {
    "front": "/",
    "search": "/?q=Will+the+storm+wall+hold%3F",
    "narrowed": "/?q=storm+wall&speaker=maren-okello&kind=direct&from=2024-01-01&to=2026-12-31&sort=date",
    "unanswered": "/?q=What+did+Okello+say+about+the+wall+in+June+2024%3F",
    "empty": "/?q=storm&from=1999-01-01&to=1999-12-31",
    "speakers": "/speakers",
    "speaker": "/speakers/maren-okello",
    "within": "/speakers/maren-okello?q=wall&kind=direct",
    "article": "/articles/storm",
    "one voice": "/articles/storm?speaker=maren-okello",
    "quotation": f"/quotations/{MONUMENT}",
    "verify": "/verify",
    "verdict": "/verify?" + urlencode({"quote": ALTERED}),
    "attributed verdict": "/verify?" + urlencode({"quote": f"“{ALTERED},” said Maren Okello."}),
    "from right to left": "/articles/rtl",
    "long article": "/articles/long",
    "long quotation": f"/quotations/{SAID['long'][0]}",
    "long speaker": "/speakers/maria-francisca-teodora-anunciacao-de-albuquerque-e-vasconcelos-pfeifferling",
    "hostile search": "/?q=" + quote("<script>window.struck=1</script> storm\"'>"),
    "hostile article": "/articles/" + quote(HOSTILE, safe=""),
    "hostile quotation": f"/quotations/{SAID[HOSTILE][0]}",
    "hostile verdict": "/verify?" + urlencode({"quote": "</textarea><script>window.struck=1</script> storm"}),
}
FAULTY = {"fault": ("/?q=x&from=yesterday", 400), "nothing there": ("/quotations/none", 404)}
