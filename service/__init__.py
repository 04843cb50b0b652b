"""The service: HTTP over `index`. It parses, asks and serialises; what is on record is not decided here."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import NoReturn

from flask import Flask
from flask_openapi.models.info import Info
from flask_openapi.openapi import OpenAPI
from pydantic import ValidationError

from index.encoder import Encoder, default_encoder
from index.engine.choice import engine_of
from index.keys import Keys
from index.live.folding import Folding
from index.live.working import ChildWorker
from index.live.writer import Live
from index.standing import Standing
from service import adding as _adding  # noqa: F401  its views join those of api
from service import answers, api, caching, compression, engine, errors, feeds, pages, payloads, routing
from service.docs import docs
from service.operation import access, addresses, headers, limits, logs, metrics
from service.settings import Settings, SettingsError, load

__all__ = ["Settings", "SettingsError", "create_app"]

MAX_BODY = 1 << 20
"""Bytes of a request's body; no request needs as much."""


def create_app(
    settings: Settings | None = None,
    *,
    encoder: Encoder | None = None,
    holder: engine.Holder | None = None,
    testing: bool = False,
) -> Flask:
    """The application, ready for a WSGI server.

    Without `settings` they come from the environment (SettingsError where one is wrong). Without `encoder` the model
    starts to load at once, in the background; without `holder` the index in `settings.data` is held. With `testing`
    every answer is checked against the model that documents it.
    """
    settings = settings or load()
    app = OpenAPI(
        __name__,
        info=Info(
            title="attributed",
            version=_version(),
            description="Who said what, word for word: attributed quotations from news articles, searchable.",
        ),
        security_schemes={
            "bearer": {"type": "http", "scheme": "bearer", "description": "`attributed keys add` makes a key."},
            "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        },
        doc_ui=False,  # its pages fetch scripts from elsewhere
        validation_error_status=400,
        validation_error_model=answers.Problem,
        validation_error_callback=_refuse,
        validate_response=testing,
    )
    app.openapi_version = "3.1.0"  # what it writes is valid under both, and more clients read 3.1 than 3.2
    app.config.update(TESTING=testing, MAX_CONTENT_LENGTH=MAX_BODY)
    app.config["ATTRIBUTED_ARTICLES_BYTES"] = settings.articles_mib * MAX_BODY
    app.url_map.merge_slashes = False  # an id may hold `//`, and a redirect would change it
    app.url_map.converters["any_id"] = routing.AnyId

    if encoder is None:
        data, model = settings.data, settings.model
        encoder = engine.LateEncoder(lambda: default_encoder(data, model))
    adder = None
    if holder is None:
        standing = Standing(settings.data, encoder, engine_of(settings.engine))
        folding = Folding(
            settings.data, settings.model, settings.fold_articles, settings.fold_minutes * 60, settings.engine
        )
        holder = adder = Live(settings.data, standing, ChildWorker(settings.data, encoder, settings.model), folding)
        if not testing:
            standing.watch()
            holder.watch()
    engine.install(app, engine.Engine(holder, encoder, adder))

    logs.install(app, addresses=settings.log_addresses, questions=settings.log_questions)
    metrics.install(app, holder, _version(), shown_to=settings.metrics)
    compression.install(app)
    app.before_request(routing.check_address)
    addresses.install(app, proxies=settings.proxies, public_url=settings.public_url, hosts=settings.hosts)
    known = Keys(settings.data)
    headers.install(app, hsts=settings.hsts, cors=settings.cors)
    access.install(app, known, anonymous_read=settings.anonymous_read, failed=limits.count_wrong_key)
    limits.install(app, {"read": settings.limit_read, "write": settings.limit_write, "keys": settings.limit_keys})
    caching.install(app, caching.program(), private=not settings.anonymous_read)
    app.register_api(api.api)
    app.register_api(feeds.files)
    app.register_api(api.health)
    app.register_blueprint(pages.pages)
    app.register_blueprint(docs)
    errors.install(app, pages.render_problem, logs.request_id)
    return app


def _version() -> str:
    try:
        return version("attributed")
    except PackageNotFoundError:  # a checkout that was never installed
        return "0"


def _refuse(error: ValidationError) -> NoReturn:
    raise payloads.refusal(error)
