-- +goose Up

-- An agency's way to us, and how it goes.
CREATE TABLE wire_source (
	id            BIGINT PRIMARY KEY,
	name          TEXT   NOT NULL, -- also the service that its items are listed under
	profile       TEXT   NOT NULL,
	kind          TEXT   NOT NULL CHECK (kind IN ('pull', 'push', 'folder', 'ftp', 'ftps', 'sftp', 'imap')),
	address       TEXT   NOT NULL,
	username      TEXT   NOT NULL,
	secret        TEXT   NOT NULL,
	host_key      TEXT   NOT NULL, -- pinned, of an SFTP server
	private_hosts TEXT   NOT NULL, -- that may have private addresses, parted by spaces
	after_taking  TEXT   NOT NULL CHECK (after_taking IN ('keep', 'move', 'delete')),
	takedown      TEXT   NOT NULL CHECK (takedown IN ('', 'mark', 'hold', 'remove')), -- what a kill does by itself; '' is what the settings say
	every_ms      BIGINT NOT NULL,
	token_id      BIGINT NOT NULL, -- with which the agency pushes; 0 when it does not
	state         TEXT   NOT NULL CHECK (state IN ('active', 'paused', 'removed')),
	position      TEXT   NOT NULL, -- what the transport remembers
	next_ms       BIGINT NOT NULL, -- of the next poll; while one runs, when another may take over
	claim         BIGINT NOT NULL, -- names the poll that runs or ran last
	failures      BIGINT NOT NULL, -- polls that failed since one did not
	files         BIGINT NOT NULL,
	items         BIGINT NOT NULL,
	errors        BIGINT NOT NULL, -- polls that failed and files that could not be read
	polled_ms     BIGINT NOT NULL, -- the last poll that did not fail
	seen_ms       BIGINT NOT NULL, -- the last file
	error         TEXT   NOT NULL, -- why the last poll failed, for a person
	error_ms      BIGINT NOT NULL,
	quiet_ms      BIGINT NOT NULL, -- since when it is improbably silent; 0 when it is not
	rhythm        TEXT   NOT NULL
);

CREATE UNIQUE INDEX wire_source_name ON wire_source (name) WHERE state <> 'removed';
CREATE INDEX wire_source_due ON wire_source (next_ms, id) WHERE state = 'active' AND kind <> 'push';

-- A file that could not be read, until it can.
CREATE TABLE wire_unreadable (
	id          BIGINT PRIMARY KEY,
	sha256      TEXT   NOT NULL,
	source_id   BIGINT NOT NULL, -- 0 for what came without a source
	service     TEXT   NOT NULL,
	profile     TEXT   NOT NULL,
	name        TEXT   NOT NULL,
	reason      TEXT   NOT NULL,
	line        BIGINT NOT NULL, -- 0 when the fault has none
	size        BIGINT NOT NULL,
	raw         BYTEA  NOT NULL, -- empty when the bytes could not be had
	state       TEXT   NOT NULL CHECK (state IN ('open', 'aside')),
	received_ms BIGINT NOT NULL,
	tried_ms    BIGINT NOT NULL,
	tries       BIGINT NOT NULL,
	UNIQUE (sha256, source_id, service)
);

CREATE INDEX wire_unreadable_list ON wire_unreadable (state, id DESC);
CREATE INDEX wire_unreadable_source ON wire_unreadable (source_id) WHERE state = 'open';

-- +goose Down
DROP TABLE wire_unreadable;
DROP TABLE wire_source;
