-- +goose Up
-- One row a story: what its page and the ranking show, kept in step with the
-- comments and votes below by the same transaction.
CREATE TABLE discussion (
	story_id      BIGINT PRIMARY KEY,
	story         TEXT   NOT NULL CHECK (story IN ('live', 'gone')),
	posting       TEXT   NOT NULL CHECK (posting IN ('open', 'paused')),
	comments      BIGINT NOT NULL DEFAULT 0,
	votes         BIGINT NOT NULL DEFAULT 0, -- for the discussion itself
	comment_votes BIGINT NOT NULL DEFAULT 0, -- for its live comments
	-- What the rank is made of, see heat.go: the newest period, what was added in it,
	-- what all older ones are worth beside that, and the older ones themselves.
	heat_period   BIGINT NOT NULL DEFAULT 0,
	heat_sum      BIGINT NOT NULL DEFAULT 0,
	heat_tail     DOUBLE PRECISION NOT NULL DEFAULT 0,
	heat_older    TEXT   NOT NULL DEFAULT '',
	rank          DOUBLE PRECISION -- NULL while nothing counts
);

CREATE INDEX discussion_rank ON discussion (rank DESC, story_id DESC) WHERE story = 'live' AND rank IS NOT NULL;

-- place is 'kept' when the thread shows something here: a live comment, or a
-- removed one that has replies. path holds the IDs of the comments between the
-- root of the thread and this one, this one included, 8 bytes each: the order of
-- paths is the order of reading. slot is the second of posting, times 2^20: for a
-- reader nothing is added to it, so that of two requests that arrive together only
-- one finds it free, whatever each could see of the other.
CREATE TABLE comment (
	id          BIGINT PRIMARY KEY,
	story_id    BIGINT NOT NULL,
	parent_id   BIGINT, -- no reference: comments are never deleted, and SQLite would look for orphans at each insert
	root_id     BIGINT NOT NULL,
	path        BYTEA  NOT NULL,
	depth       BIGINT NOT NULL,
	author_id   BIGINT NOT NULL,
	author_name TEXT   NOT NULL,
	author_kind TEXT   NOT NULL CHECK (author_kind IN ('reader', 'staff')),
	body        TEXT   NOT NULL,
	plain       TEXT   NOT NULL,
	likeness    BIGINT NOT NULL,
	state       TEXT   NOT NULL CHECK (state IN ('held', 'live', 'removed')),
	held_for    TEXT   NOT NULL DEFAULT '',
	place       TEXT   NOT NULL CHECK (place IN ('kept', 'none')),
	votes       BIGINT NOT NULL DEFAULT 0,
	children    BIGINT NOT NULL DEFAULT 0, -- direct replies whose place is kept
	replies     BIGINT NOT NULL DEFAULT 0, -- at the root: all replies whose place is kept
	reports     BIGINT NOT NULL DEFAULT 0, -- not yet answered by a moderator
	weight      BIGINT NOT NULL, -- in the ranking, in hundredths
	posted_ms   BIGINT NOT NULL,
	slot        BIGINT NOT NULL,
	client_key  TEXT
);

CREATE INDEX comment_thread ON comment (root_id, path) WHERE place = 'kept';
CREATE INDEX comment_root ON comment (story_id, posted_ms, id) WHERE parent_id IS NULL AND place = 'kept';
CREATE INDEX comment_root_votes ON comment (story_id, votes, id) WHERE parent_id IS NULL AND place = 'kept';
CREATE UNIQUE INDEX comment_author ON comment (author_id, slot);
CREATE UNIQUE INDEX comment_key ON comment (author_id, client_key);
CREATE INDEX comment_queue ON comment (state, reports, id);
CREATE INDEX comment_story_queue ON comment (story_id, state, reports, id);

-- comment_id is 0 for a vote for the discussion itself. period and heat are what
-- the vote adds to the ranking, kept so that exactly that is taken back.
CREATE TABLE discussion_vote (
	voter_id   BIGINT NOT NULL,
	story_id   BIGINT NOT NULL,
	comment_id BIGINT NOT NULL,
	period     BIGINT NOT NULL,
	heat       BIGINT NOT NULL,
	PRIMARY KEY (voter_id, story_id, comment_id)
);

CREATE INDEX discussion_vote_comment ON discussion_vote (comment_id, period) WHERE comment_id <> 0;

CREATE TABLE comment_report (
	comment_id    BIGINT NOT NULL REFERENCES comment (id),
	reporter_id   BIGINT NOT NULL,
	reporter_name TEXT   NOT NULL,
	reason        TEXT   NOT NULL CHECK (reason IN ('off topic', 'abusive', 'spam', 'illegal', 'other')),
	note          TEXT   NOT NULL,
	state         TEXT   NOT NULL CHECK (state IN ('open', 'answered')),
	reported_ms   BIGINT NOT NULL,
	PRIMARY KEY (comment_id, reporter_id)
);

CREATE INDEX comment_report_reporter ON comment_report (reporter_id, reported_ms);

-- What moderators did, never changed and never deleted. comment_id is NULL for
-- what concerns the whole discussion.
CREATE TABLE discussion_ruling (
	id             BIGINT PRIMARY KEY,
	story_id       BIGINT NOT NULL,
	comment_id     BIGINT REFERENCES comment (id),
	moderator_id   BIGINT,
	moderator_name TEXT   NOT NULL,
	action         TEXT   NOT NULL CHECK (action IN ('remove', 'restore', 'hold', 'approve', 'dismiss', 'pause', 'resume')),
	reason         TEXT   NOT NULL
);

CREATE INDEX discussion_ruling_comment ON discussion_ruling (comment_id, id);
CREATE INDEX discussion_ruling_story ON discussion_ruling (story_id, id);

-- +goose Down
DROP TABLE discussion_ruling;
DROP TABLE comment_report;
DROP TABLE discussion_vote;
DROP TABLE comment;
DROP TABLE discussion;
