-- +goose Up
CREATE TABLE photo (
	id                   BIGINT PRIMARY KEY,
	title                TEXT   NOT NULL,
	caption              TEXT   NOT NULL,
	alt                  TEXT   NOT NULL,
	extended_description TEXT   NOT NULL,
	photographer         TEXT   NOT NULL,
	credit               TEXT   NOT NULL,
	source               TEXT   NOT NULL,
	distributor          TEXT   NOT NULL,
	copyright            TEXT   NOT NULL,
	usage_terms          TEXT   NOT NULL,
	instructions         TEXT   NOT NULL,
	city                 TEXT   NOT NULL,
	country              TEXT   NOT NULL,
	keywords             TEXT   NOT NULL,
	taken_ms             BIGINT,
	embargo_ms           BIGINT,
	words                TEXT   NOT NULL,
	width                BIGINT NOT NULL CHECK (width > 0),
	height               BIGINT NOT NULL CHECK (height > 0),
	mime                 TEXT   NOT NULL,
	filename             TEXT   NOT NULL,
	size                 BIGINT NOT NULL,
	original             TEXT   NOT NULL,
	created_ms           BIGINT NOT NULL,
	origin_kind          TEXT   NOT NULL,
	origin_id            TEXT   NOT NULL,
	origin_name          TEXT   NOT NULL,
	version              BIGINT NOT NULL
);

CREATE INDEX photo_wire ON photo (origin_id, original, id) WHERE origin_kind = 'wire';

-- What is kept here can be made again from the originals.
CREATE TABLE photo_rendition (
	photo_id BIGINT NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
	width    BIGINT NOT NULL,
	version  BIGINT NOT NULL,
	blob     TEXT   NOT NULL,
	PRIMARY KEY (photo_id, width)
);

CREATE INDEX photo_rendition_blob ON photo_rendition (blob);

-- +goose Down
DROP TABLE photo_rendition;
DROP TABLE photo;
