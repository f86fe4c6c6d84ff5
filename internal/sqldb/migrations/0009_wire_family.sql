-- +goose Up

-- Which family an item of the wire's list belongs to.
CREATE TABLE wire_member (
	item_id   BIGINT PRIMARY KEY REFERENCES wire_item (id),
	family_id BIGINT NOT NULL,
	agency    TEXT   NOT NULL, -- normalised
	sign      TEXT   NOT NULL, -- what the newest take is, as JSON
	sent_ms   BIGINT NOT NULL, -- of that
	print     BYTEA  NOT NULL, -- what its text is compared by
	why       TEXT   NOT NULL, -- what it was joined by; 'hand' when an editor put it there
	likeness  BIGINT NOT NULL  -- per thousand, when it was joined by its text
);

CREATE INDEX wire_member_family ON wire_member (family_id, agency);

-- What each version of an item is to its family.
CREATE TABLE wire_take (
	arrived_id BIGINT PRIMARY KEY, -- the version
	item_id    BIGINT NOT NULL REFERENCES wire_item (id),
	sign       TEXT   NOT NULL,
	targets    TEXT   NOT NULL, -- the items that it names, as JSON
	sent_ms    BIGINT NOT NULL,
	headline   TEXT   NOT NULL
);

CREATE INDEX wire_take_item ON wire_take (item_id, arrived_id);

-- What relatives are found by. A span is a length of time, so that what is too old to be
-- looked at is one end of the index; kept are as many spans as are looked at.
CREATE TABLE wire_key (
	span       BIGINT NOT NULL,
	hash       BIGINT NOT NULL,
	arrived_id BIGINT NOT NULL,
	item_id    BIGINT NOT NULL,
	PRIMARY KEY (span, hash, arrived_id)
);

-- The same for the bands of texts.
CREATE TABLE wire_band (
	span       BIGINT NOT NULL,
	hash       BIGINT NOT NULL,
	arrived_id BIGINT NOT NULL,
	item_id    BIGINT NOT NULL,
	PRIMARY KEY (span, hash, arrived_id)
);

-- One row, which is locked while a family is changed: two relatives that come at the
-- same time find each other.
CREATE TABLE wire_family_turn (id BIGINT PRIMARY KEY);
INSERT INTO wire_family_turn (id) VALUES (1);

-- What editors have moved.
CREATE TABLE wire_move (
	id          BIGINT PRIMARY KEY,
	item_id     BIGINT NOT NULL REFERENCES wire_item (id),
	from_family BIGINT NOT NULL,
	to_family   BIGINT NOT NULL,
	moved_id    BIGINT,
	moved_by    TEXT   NOT NULL,
	moved_ms    BIGINT NOT NULL
);

CREATE INDEX wire_move_item ON wire_move (item_id, id);

-- The version of what followed a wire item that somebody has looked at for a story.
CREATE TABLE story_seen (
	story_id BIGINT NOT NULL REFERENCES story (id),
	item_id  BIGINT NOT NULL, -- that the story has used
	seen_id  BIGINT NOT NULL, -- the version, of that item or a newer one
	PRIMARY KEY (story_id, item_id)
);

-- +goose Down
DROP TABLE story_seen;
DROP TABLE wire_move;
DROP TABLE wire_family_turn;
DROP TABLE wire_band;
DROP TABLE wire_key;
DROP TABLE wire_take;
DROP TABLE wire_member;
