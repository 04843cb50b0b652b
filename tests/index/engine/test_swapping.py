"""An index on a server taken in, swapped, cut off on the way, checked, moved back, and added to."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from index.build import rebuild
from index.check import check
from index.engine.breaker import Breaker
from index.engine.milvus import bringing
from index.engine.milvus.publishing import SEAL, generation_in, passages_of, records_of
from index.engine.milvus.records import Records, rows_of
from index.engine.milvus.served import Milvus
from index.engine.milvus.wording import ServedWording
from index.errors import DamagedIndexError, EngineAwayError, NoIndexError, NotFoundError
from index.generation import current
from index.live import journal
from index.live.working import OwnWorker
from index.live.writer import Live
from index.queries import Filters, Query
from index.searcher import Searcher
from index.standing import Standing
from index.types import Article, Attribution
from tests.conftest import PASSAGES, Build, FakeEncoder, FakeExtractor, read_marked
from tests.index.engine.conftest import silent

QUERY = Query("Will the ferry carry people?", Filters())


def hits(searcher: Searcher) -> list[tuple[str, float | None]]:
    return [(hit.passage.attribution.quotation.id, hit.score) for hit in searcher.search(QUERY).hits]


def collections(engine: Milvus) -> set[str]:
    name = engine.connection.address.name
    return {one for one in engine.connection.collections() if generation_in(name, one) is not None}


def test_nothing_answers_before_something_is_taken_in(served: Milvus, tmp_path: Path) -> None:
    with pytest.raises(NoIndexError, match="rebuild --engine"):
        served.require(tmp_path)
    with pytest.raises(NoIndexError):
        Searcher.open(tmp_path, engine=served)
    assert served.pointer(tmp_path) is None


def test_a_standing_reader_takes_up_the_next(
    served: Milvus, data_dir: Path, encoder: FakeEncoder, build: Build, articles: list[Article]
) -> None:
    served.take(data_dir, silent)
    standing = Standing(data_dir, encoder, served)
    before = standing.searcher()
    assert before.article("border")[0].id == "border"
    build([one for one in articles if one.id != "border"], data_dir)
    served.take(data_dir, silent)
    after = standing.searcher()
    assert after.generation == current(data_dir).name != before.generation
    assert after.search(QUERY).total == before.search(QUERY).total - 3
    assert before.article("border")[0].id == "border"  # until it is closed, what was open goes on answering
    assert served.check(data_dir) == []
    standing.close()


def test_cut_off_before_the_alias_is_moved_the_old_one_answers(
    served: Milvus,
    data_dir: Path,
    encoder: FakeEncoder,
    build: Build,
    articles: list[Article],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    served.take(data_dir, silent)
    old = current(data_dir).name
    for point in ("put", "flush", "switch"):
        build(articles[:2], data_dir, full=True)
        with monkeypatch.context() as patched:
            patched.setattr(served.connection, point, _cut_off)
            with pytest.raises(KeyboardInterrupt):
                served.take(data_dir, silent)
        with Searcher.open(data_dir, encoder, engine=served) as searcher:
            assert searcher.generation == old
            assert searcher.article("ferry")[0].id == "ferry"
    served.take(data_dir, silent)
    new = current(data_dir).name
    name = served.connection.address.name
    with Searcher.open(data_dir, encoder, engine=served) as searcher:
        assert searcher.generation == new
    # What the runs that were cut off have left is gone, but for the one that was whole; the old one stays for a while.
    assert {passages_of(name, new), records_of(name, new), records_of(name, old)} <= collections(served)
    assert len(collections(served)) <= 6


def _cut_off(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_older_ones_go_after_a_grace(
    served: Milvus, data_dir: Path, build: Build, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.engine.milvus.publishing.GRACE", -1)
    name, made = served.connection.address.name, []
    for count in (4, 2, 3):
        build(articles[:count], data_dir)
        served.take(data_dir, silent)
        made.append(current(data_dir).name)
    assert {generation_in(name, one) for one in collections(served)} == set(made[1:])


def test_check_names_what_is_gone_and_what_is_changed(served: Milvus, data_dir: Path) -> None:
    served.take(data_dir, silent)
    assert served.check(data_dir) == []
    name = served.connection.address.name
    records = Records(served.connection, records_of(name, current(data_dir).name))
    (row,) = rows_of("q1", records.get(["q1"])["q1"])
    served.connection.put(records.collection, [{**row, "value": row["value"][:-8] + "AAAA" + row["value"][-4:]}])
    served.connection.flush(records.collection)
    assert any("q1" in line and "not as it was written" in line for line in served.check(data_dir))
    other = records.get(["q2"])["q2"]
    served.connection.put(records.collection, rows_of("q1", other))
    assert any("are others than its hash says" in line for line in served.check(data_dir))
    served.connection.put(records.collection, rows_of("more", b""))
    assert any("its seal says" in line for line in served.check(data_dir))


def test_moved_there_and_back_it_answers_the_same(
    served: Milvus, data_dir: Path, encoder: FakeEncoder, tmp_path: Path
) -> None:
    served.take(data_dir, silent)
    with Searcher.open(data_dir, encoder) as searcher:
        expected, everything = hits(searcher), list(searcher.everything(Filters()).quotations)
        corpus = searcher.manifest.corpus
    elsewhere = tmp_path / "elsewhere"
    served.bring(elsewhere, silent)
    assert check(elsewhere) == []
    with Searcher.open(elsewhere, encoder) as searcher:
        assert hits(searcher) == expected
        assert list(searcher.everything(Filters()).quotations) == everything
        assert searcher.manifest.corpus == corpus
    first, second = current(data_dir), current(elsewhere)
    for name in ("vectors.faiss", "spoken.npy"):
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes()
    again = FakeExtractor({})
    rebuild([one.article for one in _stored(elsewhere)], elsewhere, extractor=again, encoder=encoder, passages=PASSAGES)
    assert again.asked == []  # a rebuild uses again all that was brought


def test_what_is_brought_says_by_what_its_words_were_cut_here(
    served: Milvus, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.take(data_dir, silent)
    monkeypatch.setattr(bringing, "versions", lambda: {"words": "of here"})
    served.bring(tmp_path / "elsewhere", silent)
    there, here = (current(data).read_manifest().versions for data in (data_dir, tmp_path / "elsewhere"))
    assert here == {**there, "words": "of here"}
    assert there["words"] != "of here"


def _stored(data: Path) -> list[object]:
    from index.store import Store

    store = Store(current(data).store)
    found = [store.article(id_) for id_ in store.article_ids()]
    store.close()
    return [one for one in found if one is not None]


def test_a_text_longer_than_a_record_is_read_whole(
    served: Milvus, tmp_path: Path, encoder: FakeEncoder, build: Build
) -> None:
    # Digits that do not repeat are not made smaller by zlib.
    noise = " ".join(str(number * 7919 % 1_000_003) for number in range(40_000))
    long, attributions = read_marked("long", f"“{{imran-khan|said|The ferry is late}},” Khan said.\n\n{noise}")
    build([long], tmp_path, extractor=FakeExtractor({"long": attributions}))
    served.take(tmp_path, silent)
    with Searcher.open(tmp_path, encoder, engine=served) as searcher:
        assert searcher.article("long")[0].text == long.text
        assert searcher.search(QUERY).hits[0].article.text == long.text


def test_additions_over_a_server(served: Milvus, data_dir: Path, encoder: FakeEncoder) -> None:
    served.take(data_dir, silent)
    added, attributions = read_marked(
        "tunnel",
        "“{imran-khan|said|The ferry takes people to the tunnel},” Imran Khan said.\n\n"
        "“{imran-khan|said|The ferry carries six hundred people a day},” he said.",
        date="2026-04-01",
    )
    worker = OwnWorker(FakeExtractor({"tunnel": attributions}), encoder, PASSAGES)
    found = {}
    for name, standing in (("embedded", Standing(data_dir, encoder)), ("served", Standing(data_dir, encoder, served))):
        live = Live(data_dir, standing, worker)
        assert live.add([dataclasses.replace(added, id=f"tunnel-{name}")])[0].status in ("added", "refused")
        live.add([added])
        live.remove("border")
        live.remove(f"tunnel-{name}")
        searcher = live.searcher()
        with pytest.raises(NotFoundError, match="border"):
            searcher.article("border")
        found[name] = hits(searcher), [one.hit.passage for one in searcher.everything(Filters()).quotations]
        assert searcher.verify("the ferry takes people to the tunnel").verdict == "verbatim"
        (copied,) = [one.hit for one in searcher.verify("The ferry carries six hundred people a day").matches]
        assert "tunnel" in copied.also_in
        live.close()
        standing.close()
    assert found["served"] == found["embedded"]
    assert len(found["served"][0]) == 7


def _tunnel(id_: str) -> tuple[Article, tuple[Attribution, ...]]:
    text = f"“{{imran-khan|said|The {id_} takes six hundred people a day}},” Imran Khan said."
    return read_marked(id_, text, date="2026-04-01")


def test_a_server_that_is_away_lets_nobody_work_and_what_was_added_stays(
    served: Milvus, data_dir: Path, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.take(data_dir, silent)
    found = dict(map(_tunnel, ("first", "second", "third")))
    extractor = FakeExtractor({article.id: said for article, said in found.items()})
    first, second, third = found
    standing = Standing(data_dir, encoder, served)
    live = Live(data_dir, standing, OwnWorker(extractor, encoder, PASSAGES))
    live.add([first])
    with monkeypatch.context() as patched:
        patched.setattr(served.connection, "_called", _away)
        with pytest.raises(EngineAwayError, match="asleep"):
            live.add([second])
    assert extractor.asked == ["first"]
    served.connection.breaker = Breaker("it")
    live.searcher().reach()
    with monkeypatch.context() as patched:  # it goes away when the article is on the disk
        patched.setattr(ServedWording, "sharing_scored", _away)
        with pytest.raises(EngineAwayError, match="asleep"):
            live.add([second])
    assert [one.status for one in live.add([second, third])] == ["unchanged", "added"]
    assert {live.searcher().article(id_)[0].id for id_ in ("first", "second", "third")} == {"first", "second", "third"}
    assert [one.id for one in journal.read(data_dir)] == ["first", "second", "third"]
    live.close()
    standing.close()


def _away(*_: object, **__: object) -> None:
    raise EngineAwayError("it is asleep")


def test_a_generation_that_lost_rows_is_not_served(
    served: Milvus, data_dir: Path, encoder: FakeEncoder, build: Build, articles: list[Article]
) -> None:
    served.take(data_dir, silent)
    old = current(data_dir).name
    build(articles[:2], data_dir)
    served.take(data_dir, silent)
    records = Records(served.connection, records_of(served.connection.address.name, current(data_dir).name))
    seal = records.get([SEAL])[SEAL]
    served.connection.put(records.collection, [*rows_of("more", b""), *rows_of(SEAL, seal)])
    with Searcher.open(data_dir, encoder, engine=served) as searcher:
        assert searcher.generation == old
        assert "its seal says" in searcher.passed[0]
    with pytest.raises(DamagedIndexError, match="its seal says"):
        Searcher.open(data_dir, encoder, engine=served, fall_back=False)
