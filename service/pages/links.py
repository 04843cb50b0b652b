"""Parameters of a page, and the links that carry them on: to another page of hits, another order, another filter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Response, redirect, request, url_for
from pydantic import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from index.queries import MAX_OFFSET
from service import models, payloads

FIELDS = ("q", "speaker", "kind", "from", "to")
"""What the form of a question shows."""

_Parameters = TypeVar("_Parameters", bound=models.Parameters)


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of `total` is shown, and where the parts before and after it are; None where there is none."""

    first: int
    last: int
    total: int
    before: str | None
    after: str | None


def kept(model: type[models.Parameters], *without: str) -> dict[str, Any]:
    """The parameters of this request that a link carries on: those that `model` knows, none that was left empty."""
    # `url_for` would take other names, like _scheme, as its own.
    names = [name for name in model.names() if name not in without]
    given = {name: [value for value in request.args.getlist(name) if value.strip()] for name in names}
    return {name: values for name, values in given.items() if values}


def parsed(model: type[_Parameters]) -> _Parameters:
    """The parameters of a page. ProblemError 400 where one is wrong.

    A field of a form that was left empty was not given; what the model does not know is not for the page.
    """
    given = kept(model)
    payloads.check_repeats(given)
    try:
        return model.model_validate(
            {name: values if name in payloads.MAY_REPEAT else values[0] for name, values in given.items()}
        )
    except ValidationError as error:
        raise payloads.refusal(error) from error


def here(given: dict[str, Any]) -> str:
    """The address of this page with these parameters."""
    return url_for(str(request.endpoint), **{**(request.view_args or {}), **given})


def paging(parameters: models.Paged, count: int, total: int) -> Paging:
    """Where a page of `count` items stands among `total`."""
    offset, limit = parameters.offset, parameters.limit

    def at(start: int) -> str:
        return here({**kept(type(parameters), "offset"), "offset": start})

    onwards = count and offset + count < total and offset + limit <= MAX_OFFSET
    return Paging(
        first=offset + 1,
        last=offset + count,
        total=total,
        before=at(max(0, offset - limit)) if offset else None,
        after=at(offset + limit) if onwards else None,
    )


def unseen(*without: str) -> list[tuple[str, str]]:
    """Names and values that the form sends again without showing them, so that asking on does not lose them.

    The page begins anew, and a guess is switched off for the question in which it was made, not for the next one.
    """
    given = kept(models.SearchParameters, *FIELDS, "offset", "ignore", *without)
    return [(name, value) for name, values in given.items() for value in values]


def elsewhere(address: str) -> AnyResponse:
    """Send the reader to another page, by 303.

    The script of the page would follow that by itself and put a part of the other page into this one: it is told to go.
    """
    if "HX-Request" in request.headers:
        return Response(status=200, headers={"HX-Redirect": address, "Vary": "HX-Request"})
    return redirect(address, 303)
