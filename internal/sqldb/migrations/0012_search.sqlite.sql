-- +goose Up

-- What the wire's items are found by; see internal/search. It keeps no text.
CREATE VIRTUAL TABLE search_wire USING fts5 (
	words, terms, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '2 3'
);

CREATE TABLE search_wire_doc (
	key_id BIGINT PRIMARY KEY,
	ord    BIGINT NOT NULL UNIQUE -- the rowid in search_wire
);

-- +goose Down
DROP TABLE search_wire_doc;
DROP TABLE search_wire;
