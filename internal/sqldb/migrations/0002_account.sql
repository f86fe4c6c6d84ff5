-- +goose Up
CREATE TABLE account (
	id           BIGINT PRIMARY KEY,
	email        TEXT   NOT NULL,
	name         TEXT   NOT NULL,
	name_key     TEXT   NOT NULL UNIQUE,
	role         TEXT   NOT NULL CHECK (role IN ('reader', 'reporter', 'editor', 'moderator', 'admin')),
	password     TEXT   NOT NULL,
	confirmed_ms BIGINT,
	created_ms   BIGINT NOT NULL
);

CREATE UNIQUE INDEX account_email ON account (email);
CREATE INDEX account_staff ON account (name_key, id) WHERE role <> 'reader';

CREATE TABLE session (
	token_hash TEXT   PRIMARY KEY,
	account_id BIGINT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
	created_ms BIGINT NOT NULL,
	seen_ms    BIGINT NOT NULL
);

CREATE INDEX session_account ON session (account_id);

-- Links that do one thing once: confirm an address, make the first admin.
CREATE TABLE once_token (
	token_hash TEXT   PRIMARY KEY,
	purpose    TEXT   NOT NULL CHECK (purpose IN ('confirm', 'first_admin', 'password')),
	account_id BIGINT REFERENCES account (id) ON DELETE CASCADE,
	expires_ms BIGINT NOT NULL
);

CREATE TABLE api_token (
	id         BIGINT PRIMARY KEY,
	token_hash TEXT   NOT NULL UNIQUE,
	label      TEXT   NOT NULL,
	made_by    BIGINT,
	created_ms BIGINT NOT NULL,
	used_ms    BIGINT,
	state      TEXT   NOT NULL CHECK (state IN ('live', 'revoked'))
);

-- +goose Down
DROP TABLE api_token;
DROP TABLE once_token;
DROP TABLE session;
DROP TABLE account;
