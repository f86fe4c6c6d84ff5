-- +goose Up

-- From when and until when readers may see a photo or a published story, kept right by
-- the transactions that change what it follows from. Never free: free_from_ms is that of
-- wire.Indefinite. Always: 0 and the greatest number.
ALTER TABLE photo ADD COLUMN free_from_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE photo ADD COLUMN free_until_ms BIGINT NOT NULL DEFAULT 9223372036854775807;
ALTER TABLE photo ADD COLUMN expires_ms BIGINT;
-- The agency's word on a wire photo, apart from what its file or the desk says.
ALTER TABLE photo ADD COLUMN agency_status TEXT NOT NULL DEFAULT 'usable';
ALTER TABLE photo ADD COLUMN agency_from_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE photo ADD COLUMN agency_until_ms BIGINT NOT NULL DEFAULT 9223372036854775807;
-- The item that the picture itself is, where origin_id is the text that it came in.
ALTER TABLE photo ADD COLUMN picture_id BIGINT;

UPDATE photo SET free_from_ms = embargo_ms WHERE embargo_ms IS NOT NULL;

CREATE INDEX photo_picture ON photo (picture_id) WHERE picture_id IS NOT NULL;
CREATE INDEX photo_from ON photo (free_from_ms) WHERE free_from_ms > 0;
CREATE INDEX photo_until ON photo (free_until_ms) WHERE free_until_ms < 9223372036854775807;

ALTER TABLE story ADD COLUMN free_from_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE story ADD COLUMN free_until_ms BIGINT NOT NULL DEFAULT 9223372036854775807;

CREATE INDEX story_from ON story (free_from_ms) WHERE state = 'published' AND free_from_ms > 0;
CREATE INDEX story_until ON story (free_until_ms) WHERE state = 'published' AND free_until_ms < 9223372036854775807;

-- Why there is a version that no editor has published.
ALTER TABLE story_version ADD COLUMN note TEXT NOT NULL DEFAULT '';

-- Which drafts and published versions hold what of which wire item. media_id is 0 for
-- text. arrived_id says in which version the item was used.
CREATE TABLE story_use (
	item_id    BIGINT NOT NULL,
	story_id   BIGINT NOT NULL REFERENCES story (id),
	place      TEXT   NOT NULL CHECK (place IN ('draft', 'live')),
	media_id   BIGINT NOT NULL,
	arrived_id BIGINT NOT NULL,
	PRIMARY KEY (item_id, story_id, place, media_id)
);

CREATE INDEX story_use_story ON story_use (story_id, place);

INSERT INTO story_use (item_id, story_id, place, media_id, arrived_id)
	SELECT w.item_id, w.story_id, 'draft', 0, i.arrived_id FROM story_wire w JOIN wire_item i ON i.id = w.item_id;
INSERT INTO story_use (item_id, story_id, place, media_id, arrived_id)
	SELECT w.item_id, w.story_id, 'live', 0, i.arrived_id
	FROM story_wire w JOIN wire_item i ON i.id = w.item_id JOIN story s ON s.id = w.story_id AND s.state = 'published';

DROP TABLE story_wire;

-- An item may be killed or corrected by another one: which, and when that one was made.
ALTER TABLE wire_item ADD COLUMN struck_by BIGINT;
ALTER TABLE wire_item ADD COLUMN struck_ms BIGINT NOT NULL DEFAULT 0;

-- What an agency has ordered, for everything that it concerns: a story, or a photo that no
-- story shows.
CREATE TABLE wire_alert (
	id         BIGINT PRIMARY KEY, -- in the order of opening
	item_id    BIGINT NOT NULL,
	story_id   BIGINT, -- none for a photo alone
	media_id   BIGINT, -- none for text
	kind       TEXT   NOT NULL CHECK (kind IN ('kill', 'correction', 'withheld', 'embargo', 'expiry')),
	place      TEXT   NOT NULL CHECK (place IN ('live', 'draft', 'library')),
	agency     TEXT   NOT NULL,
	headline   TEXT   NOT NULL, -- of the item
	note       TEXT   NOT NULL, -- what the agency says of it, for a person
	effect     TEXT   NOT NULL CHECK (effect IN ('mark', 'hold', 'remove')),
	state      TEXT   NOT NULL CHECK (state IN ('open', 'handled')),
	opened_ms  BIGINT NOT NULL,
	handled_ms BIGINT NOT NULL DEFAULT 0,
	handled_by TEXT   NOT NULL DEFAULT '',
	how        TEXT   NOT NULL DEFAULT '',
	reason     TEXT   NOT NULL DEFAULT ''
);

CREATE INDEX wire_alert_state ON wire_alert (state, id DESC);
CREATE INDEX wire_alert_story ON wire_alert (story_id, id) WHERE state = 'open';
CREATE INDEX wire_alert_item ON wire_alert (item_id, id);

-- +goose Down
DROP TABLE wire_alert;
ALTER TABLE wire_item DROP COLUMN struck_ms;
ALTER TABLE wire_item DROP COLUMN struck_by;
CREATE TABLE story_wire (
	item_id  BIGINT NOT NULL,
	story_id BIGINT NOT NULL REFERENCES story (id),
	PRIMARY KEY (item_id, story_id)
);
INSERT INTO story_wire (item_id, story_id) SELECT DISTINCT item_id, story_id FROM story_use;
DROP TABLE story_use;
ALTER TABLE story_version DROP COLUMN note;
DROP INDEX story_until;
DROP INDEX story_from;
ALTER TABLE story DROP COLUMN free_until_ms;
ALTER TABLE story DROP COLUMN free_from_ms;
DROP INDEX photo_until;
DROP INDEX photo_from;
DROP INDEX photo_picture;
ALTER TABLE photo DROP COLUMN picture_id;
ALTER TABLE photo DROP COLUMN agency_until_ms;
ALTER TABLE photo DROP COLUMN agency_from_ms;
ALTER TABLE photo DROP COLUMN agency_status;
ALTER TABLE photo DROP COLUMN expires_ms;
ALTER TABLE photo DROP COLUMN free_until_ms;
ALTER TABLE photo DROP COLUMN free_from_ms;
