-- +goose Up
CREATE TABLE event (
	id      BIGINT PRIMARY KEY,
	topic   TEXT   NOT NULL,
	kind    TEXT   NOT NULL,
	data    TEXT   NOT NULL
);

CREATE INDEX event_topic ON event (topic, id);

CREATE TABLE job (
	id         BIGINT PRIMARY KEY,
	kind       TEXT   NOT NULL,
	payload    TEXT   NOT NULL,
	state      TEXT   NOT NULL CHECK (state IN ('due', 'dead')),
	due_ms     BIGINT NOT NULL,
	attempts   BIGINT NOT NULL,
	last_error TEXT   NOT NULL
);

CREATE INDEX job_due ON job (due_ms, id) WHERE state = 'due';

-- +goose Down
DROP TABLE job;
DROP TABLE event;
