-- +goose Up

-- What is no news has a list of its own.
CREATE INDEX wire_library ON wire_item (arrived_id DESC) WHERE place = 'library';

-- +goose Down
DROP INDEX wire_library;
