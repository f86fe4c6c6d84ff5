-- +goose Up

-- A file as an agency sent it, byte for byte.
CREATE TABLE wire_file (
	id          BIGINT PRIMARY KEY,
	sha256      TEXT   NOT NULL UNIQUE,
	name        TEXT   NOT NULL,
	service     TEXT   NOT NULL,
	raw         BYTEA  NOT NULL,
	received_ms BIGINT NOT NULL
);

-- One item, with what the list shows and is filtered by from its current version.
CREATE TABLE wire_item (
	id          BIGINT PRIMARY KEY,
	uri         TEXT   NOT NULL UNIQUE,
	arrived_id  BIGINT NOT NULL, -- of the current version: the order of the list
	place       TEXT   NOT NULL CHECK (place IN ('desk', 'library')),
	type        TEXT   NOT NULL,
	service     TEXT   NOT NULL,
	provider    TEXT   NOT NULL,
	urgency     BIGINT NOT NULL, -- 1 to 9; 10 when unknown
	status      TEXT   NOT NULL CHECK (status IN ('usable', 'withheld', 'canceled')),
	embargo_ms  BIGINT NOT NULL, -- 0 when there is none
	expires_ms  BIGINT NOT NULL, -- 0 when it does not
	version     TEXT   NOT NULL,
	version_num BIGINT NOT NULL,
	version_ms  BIGINT NOT NULL,
	versions    BIGINT NOT NULL,
	photos      BIGINT NOT NULL,
	words       BIGINT NOT NULL,
	language    TEXT   NOT NULL,
	slugline    TEXT   NOT NULL,
	headline    TEXT   NOT NULL,
	summary     TEXT   NOT NULL,
	search      TEXT   NOT NULL -- lower case
);

-- Urgency and type are in the indexes so that a filter by them reads no rows that it leaves out.
CREATE INDEX wire_desk ON wire_item (arrived_id DESC, urgency, type) WHERE place = 'desk';
CREATE INDEX wire_desk_service ON wire_item (service, arrived_id DESC, urgency, type) WHERE place = 'desk';

-- Every version of an item that came, also those that came too late.
CREATE TABLE wire_version (
	id          BIGINT PRIMARY KEY, -- in the order of arrival
	item_id     BIGINT NOT NULL REFERENCES wire_item (id),
	file_id     BIGINT NOT NULL REFERENCES wire_file (id),
	version     TEXT   NOT NULL,
	version_num BIGINT NOT NULL,
	version_ms  BIGINT NOT NULL,
	status      TEXT   NOT NULL,
	digest      TEXT   NOT NULL, -- of what the item says, without its envelope
	data        TEXT   NOT NULL,
	UNIQUE (item_id, digest)
);

-- Names for the filter.
CREATE TABLE wire_service (
	name    TEXT   PRIMARY KEY,
	items   BIGINT NOT NULL,
	last_id BIGINT NOT NULL
);

-- Which items an item speaks of: a package of its texts and pictures.
CREATE TABLE wire_link (
	item_id BIGINT NOT NULL REFERENCES wire_item (id),
	target  BIGINT NOT NULL, -- the ID that the target has or will have
	place   BIGINT NOT NULL, -- in the item's order
	PRIMARY KEY (item_id, target)
);

CREATE INDEX wire_link_target ON wire_link (target, item_id);

-- The files of pictures and videos, by the address the agency gave.
CREATE TABLE wire_media (
	item_id  BIGINT NOT NULL REFERENCES wire_item (id),
	href     TEXT   NOT NULL,
	state    TEXT   NOT NULL CHECK (state IN ('kept', 'wanted', 'failed')),
	blob_key TEXT   NOT NULL,
	size     BIGINT NOT NULL,
	note     TEXT   NOT NULL, -- why it failed, for a person
	PRIMARY KEY (item_id, href)
);

-- +goose Down
DROP TABLE wire_media;
DROP TABLE wire_link;
DROP TABLE wire_service;
DROP TABLE wire_version;
DROP TABLE wire_item;
DROP TABLE wire_file;
