"""The blueprint of the pages, and what every template may use."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, request

from index import understanding
from index.types import QUOTATION_KINDS
from service import wording

# Its templates lie beside the package, in service/templates.
pages = Blueprint("pages", "service", template_folder="templates")
pages.add_app_template_filter(understanding.day, "day")
pages.add_app_template_filter(understanding.published, "published")
pages.add_app_template_filter(understanding.stated, "stated")
pages.add_app_template_filter(wording.evidence, "evidence")
pages.add_app_template_filter(wording.known_in_short, "known_in_short")
pages.add_app_template_filter(wording.coded, "coded")
pages.add_app_template_filter(wording.without_verdict, "without_verdict")
pages.add_app_template_filter(wording.failure_words, "failure_words")
pages.add_app_template_filter(wording.levelled, "levelled")
pages.add_app_template_filter(wording.paragraphed, "paragraphed")
pages.add_app_template_filter(wording.counted, "counted")
pages.add_app_template_filter(wording.VERDICTS.__getitem__, "verdict_words")


@pages.app_context_processor
def wordings() -> dict[str, object]:
    """What every template may use; `asked` holds the parameters as they came."""
    try:
        asked: Mapping[str, str] = request.args
    except UnicodeDecodeError:  # the page that says so is being made
        asked = {}
    return {
        "asked": asked,
        "kind_words": wording.KINDS,
        "recorded_words": wording.RECORDED,
        "stretches": wording.stretches,
        "quotation_kinds": QUOTATION_KINDS,
        "speaker_kind_words": wording.SPEAKER_KINDS,
    }
