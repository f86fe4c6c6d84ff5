-- +goose Up
CREATE TABLE story (
	id           BIGINT PRIMARY KEY,
	state        TEXT   NOT NULL CHECK (state IN ('draft', 'published', 'unpublished')),
	section      TEXT   NOT NULL, -- of the published version, or of the draft before there is one
	headline     TEXT   NOT NULL, -- of the draft, as the next two
	search       TEXT   NOT NULL, -- lower case, for the desk's filter
	content      TEXT   NOT NULL,
	revision     BIGINT NOT NULL,
	saved_ms     BIGINT NOT NULL,
	saved_id     BIGINT,
	saved_by     TEXT   NOT NULL,
	created_id   BIGINT,
	created_ms   BIGINT NOT NULL,
	version      BIGINT NOT NULL, -- 0: never published
	published_revision BIGINT NOT NULL,
	first_ms     BIGINT,          -- first published
	updated_ms   BIGINT           -- last published
);

CREATE INDEX story_section_live ON story (section, first_ms DESC, id DESC) WHERE state = 'published';
CREATE INDEX story_live ON story (first_ms DESC, id DESC) WHERE state = 'published';
CREATE INDEX story_desk ON story (saved_ms DESC, id DESC);

-- Every published version is kept.
CREATE TABLE story_version (
	story_id     BIGINT NOT NULL REFERENCES story (id),
	number       BIGINT NOT NULL,
	head         TEXT   NOT NULL,
	content      TEXT   NOT NULL,
	published_ms BIGINT NOT NULL,
	published_id BIGINT,
	published_by TEXT   NOT NULL,
	PRIMARY KEY (story_id, number)
);

-- What was sent by somebody who had not seen what another one saved.
CREATE TABLE story_copy (
	id       BIGINT PRIMARY KEY,
	story_id BIGINT NOT NULL REFERENCES story (id),
	base     BIGINT NOT NULL,
	content  TEXT   NOT NULL,
	saved_ms BIGINT NOT NULL,
	saved_id BIGINT,
	saved_by TEXT   NOT NULL,
	state    TEXT   NOT NULL CHECK (state IN ('open', 'settled'))
);

CREATE INDEX story_copy_open ON story_copy (story_id, id) WHERE state = 'open';

-- Which stories were made from which wire items.
CREATE TABLE story_wire (
	item_id  BIGINT NOT NULL,
	story_id BIGINT NOT NULL REFERENCES story (id),
	PRIMARY KEY (item_id, story_id)
);

-- Which photos published stories show: readers may have no others.
CREATE TABLE story_photo (
	story_id BIGINT NOT NULL REFERENCES story (id),
	media_id BIGINT NOT NULL,
	PRIMARY KEY (story_id, media_id)
);

CREATE INDEX story_photo_media ON story_photo (media_id);

-- +goose Down
DROP TABLE story_photo;
DROP TABLE story_wire;
DROP TABLE story_copy;
DROP TABLE story_version;
DROP TABLE story;
