-- One generation. Written once, then only read.

CREATE TABLE article (
    row            INTEGER PRIMARY KEY,
    id             TEXT NOT NULL UNIQUE,
    title          TEXT,
    date           TEXT,              -- ISO 8601
    date_certainty TEXT NOT NULL,     -- day, month, year, address; unknown where there is no date
    source         TEXT,
    url            TEXT,
    authors        TEXT NOT NULL,     -- JSON list
    section        TEXT,
    agency         TEXT,
    summary_only   INTEGER NOT NULL,  -- 1: the text is a feed's summary
    body           INTEGER NOT NULL,  -- where the narration begins
    text           TEXT NOT NULL,
    fingerprint    TEXT NOT NULL,     -- SHA-256 over all of the above but row
    language       TEXT,              -- ISO 639-1
    extractor      TEXT NOT NULL,     -- version that found its quotations
    passages       TEXT NOT NULL      -- version that made its passages
) STRICT;

-- A speaker over the whole corpus.
CREATE TABLE speaker (
    row        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    aliases    TEXT NOT NULL,      -- JSON list
    quotations INTEGER NOT NULL,
    articles   INTEGER NOT NULL
) STRICT;

-- The user's own first, then those of most quotations; how many quotations articles give under it.
CREATE TABLE speaker_role (
    speaker    INTEGER NOT NULL REFERENCES speaker (row),
    place      INTEGER NOT NULL,
    role       TEXT NOT NULL,
    quotations INTEGER NOT NULL,
    given      INTEGER NOT NULL,   -- 1: by the user
    PRIMARY KEY (speaker, place)
) STRICT, WITHOUT ROWID;

-- Every form by which a speaker can be asked for: folded name, aliases, surname of a person.
CREATE TABLE speaker_name (
    folded  TEXT NOT NULL,
    speaker INTEGER NOT NULL REFERENCES speaker (row),
    full    INTEGER NOT NULL,      -- 1: the whole name, 0: an alias or a surname
    PRIMARY KEY (folded, speaker)
) STRICT, WITHOUT ROWID;

-- A speaker as one article gives it.
CREATE TABLE article_speaker (
    row     INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES article (row),
    id      TEXT NOT NULL,
    name    TEXT NOT NULL,
    kind    TEXT NOT NULL,
    aliases TEXT NOT NULL,         -- JSON list
    roles   TEXT NOT NULL,         -- JSON list
    gender  TEXT,
    speaker INTEGER REFERENCES speaker (row) -- who it is over the whole corpus
) STRICT;

-- A quotation, its attribution and its passage. row is the id of its vector and of its words.
CREATE TABLE quotation (
    row             INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    article         INTEGER NOT NULL REFERENCES article (row),
    place           INTEGER NOT NULL DEFAULT 0,  -- newest first, then article id (9 before 10), then start: breaks every tie
    kind            TEXT NOT NULL,
    spans           TEXT NOT NULL,               -- JSON list of [start, end, text]
    cue             TEXT,                        -- JSON [start, end, text]
    source          TEXT,                        -- JSON [start, end, text]
    step            TEXT,
    article_speaker INTEGER REFERENCES article_speaker (row),
    speaker         INTEGER REFERENCES speaker (row),
    method          TEXT,
    confidence      REAL NOT NULL,
    passage         TEXT NOT NULL,               -- JSON [start, end, text]
    search_text     TEXT NOT NULL,
    spoken_text     TEXT,
    sentences       TEXT NOT NULL,               -- JSON list of [start, end]
    search_hash     TEXT NOT NULL                -- SHA-256 of what is embedded: its vector may be used again
) STRICT;
CREATE INDEX quotation_article ON quotation (article);
CREATE INDEX quotation_speaker ON quotation (speaker);
CREATE INDEX quotation_search_hash ON quotation (search_hash);

-- The same words by the same speaker: every quotation that is not the only one of its group.
CREATE TABLE copy (
    row   INTEGER PRIMARY KEY REFERENCES quotation (row),
    first INTEGER NOT NULL REFERENCES quotation (row),  -- the earliest of the group
    place INTEGER NOT NULL                              -- 0 for the earliest, then rising
) STRICT;
CREATE INDEX copy_first ON copy (first);

-- What one table says and another does not: empty where all is well.
CREATE VIEW contradiction (line) AS
SELECT 'the places of quotations are not 1 to ' || count(*) FROM quotation
    HAVING count(DISTINCT place) <> count(*) OR min(place) <> 1 OR max(place) <> count(*)
UNION ALL
SELECT 'the copies of row ' || first || ' have no places from 0 on, itself the first' FROM copy GROUP BY first
    HAVING count(*) < 2 OR min(place) <> 0 OR max(place) <> count(*) - 1 OR count(DISTINCT place) <> count(*)
        OR sum(row = first AND place = 0) <> 1
UNION ALL
SELECT 'speaker ' || speaker.id || ' has ' || count(quotation.row) || ' quotations in '
        || count(DISTINCT quotation.article) || ' articles, said are ' || quotations || ' in ' || articles
    FROM speaker LEFT JOIN quotation ON quotation.speaker = speaker.row GROUP BY speaker.row
    HAVING count(quotation.row) <> quotations OR count(DISTINCT quotation.article) <> articles
UNION ALL
SELECT 'quotation row ' || quotation.row || ' has another speaker than its article gives it' FROM quotation
    LEFT JOIN article_speaker ON article_speaker.row = quotation.article_speaker
    WHERE quotation.speaker IS NOT article_speaker.speaker OR article_speaker.article <> quotation.article;
