-- +goose Up
-- What receivers of the paper's feeds have got of each story: which version, and whether it
-- was taken back since. edition counts what they got, so it rises when a story comes
-- back unchanged.
CREATE TABLE story_out (
	story_id   BIGINT PRIMARY KEY REFERENCES story (id),
	section    TEXT   NOT NULL,
	version    BIGINT NOT NULL,
	edition    BIGINT NOT NULL,
	state      TEXT   NOT NULL CHECK (state IN ('out', 'withdrawn')),
	changed_ms BIGINT NOT NULL, -- when this edition was made
	photos     TEXT   NOT NULL DEFAULT '' -- IDs of those that ever went out with it, - before one that was taken back
);

CREATE INDEX story_out_changed ON story_out (state, changed_ms DESC, story_id DESC);
CREATE INDEX story_out_section ON story_out (section, state, changed_ms DESC, story_id DESC);

INSERT INTO story_out (story_id, section, version, edition, state, changed_ms)
	SELECT id, section, version, version, 'out', updated_ms FROM story WHERE state = 'published';

-- +goose Down
DROP TABLE story_out;
