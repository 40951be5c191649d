-- What the survey was asked: one row.
CREATE TABLE spoor_survey (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    setup TEXT NOT NULL
);

-- The list. Numbers are in its order. Ident is what two lines of the same site have
-- in common. Lines that are no address have no url.
CREATE TABLE spoor_sites (
    number BIGINT PRIMARY KEY,
    ident TEXT NOT NULL UNIQUE,
    site TEXT NOT NULL /* bytewise */,
    url TEXT NOT NULL,
    bare BIGINT NOT NULL,
    domain TEXT NOT NULL,
    labels TEXT NOT NULL,
    line BIGINT NOT NULL
);

-- The order in which visits are told.
CREATE INDEX spoor_sites_order ON spoor_sites (site, number);

-- One row for each visit that is to be made, with what came of it. Facts come last,
-- so that the rest can be read without them. Times are Unix milliseconds.
CREATE TABLE spoor_visits (
    number BIGINT NOT NULL REFERENCES spoor_sites (number),
    turn BIGINT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    attempts BIGINT NOT NULL DEFAULT 0,
    lost BIGINT NOT NULL DEFAULT 0,
    worker TEXT NOT NULL DEFAULT '',
    started BIGINT NOT NULL DEFAULT 0,
    took BIGINT NOT NULL DEFAULT 0,
    runs_done BIGINT NOT NULL DEFAULT 0,
    runs_failed BIGINT NOT NULL DEFAULT 0,
    final_url TEXT NOT NULL DEFAULT '',
    bundle TEXT NOT NULL DEFAULT '',
    sha256 TEXT NOT NULL DEFAULT '',
    -- What the best try so far was, while the visit waits for the next one.
    best TEXT NOT NULL DEFAULT '',
    facts BLOB,
    PRIMARY KEY (number, turn)
);

-- All that is counted, so that a count does not read the table.
CREATE INDEX spoor_visits_state ON spoor_visits (state, reason, best, runs_done, runs_failed);

-- Who works, and when it was last heard of.
CREATE TABLE spoor_workers (
    id TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    pid BIGINT NOT NULL,
    seen BIGINT NOT NULL
);

-- When a registrable domain may be visited again, and who visits it now.
CREATE TABLE spoor_domains (
    domain TEXT PRIMARY KEY,
    free BIGINT NOT NULL,
    worker TEXT NOT NULL
);
