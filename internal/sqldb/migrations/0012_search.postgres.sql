-- +goose Up

-- What the wire's items are found by; see internal/search.
CREATE TABLE search_wire (
	key_id BIGINT   PRIMARY KEY,
	ord    BIGINT   NOT NULL UNIQUE,
	words  TSVECTOR NOT NULL
);

-- Without fastupdate: with it, what came last would be looked through one by one.
CREATE INDEX search_wire_words ON search_wire USING GIN (words) WITH (fastupdate = off);

-- The planner takes reading all vectors for cheap, as it does not know what they cost to
-- unpack; here it may only use the index.
-- +goose StatementBegin
CREATE FUNCTION search_wire_find (query TEXT, before BIGINT, since BIGINT, hits BIGINT) RETURNS TABLE (key_id BIGINT, ord BIGINT)
LANGUAGE sql STABLE SET enable_seqscan = off AS $$
	SELECT found.key_id, found.ord FROM (
		SELECT w.key_id, w.ord FROM search_wire w WHERE w.words @@ query::tsquery OFFSET 0
	) found WHERE found.ord < before AND found.ord >= since ORDER BY found.ord DESC LIMIT hits
$$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION search_wire_find;
DROP TABLE search_wire;
