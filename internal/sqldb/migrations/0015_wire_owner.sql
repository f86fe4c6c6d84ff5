-- +goose Up

-- Whose word counts for an item: the agency whose source brought it first. '' is nobody's
-- yet: it came by hand, or before this was kept.
ALTER TABLE wire_item ADD COLUMN owner TEXT NOT NULL DEFAULT '';
-- The agency that a source speaks for; '' is the host that is polled, else the source's name.
ALTER TABLE wire_source ADD COLUMN agency TEXT NOT NULL DEFAULT '';
ALTER TABLE wire_unreadable ADD COLUMN agency TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE wire_unreadable DROP COLUMN agency;
ALTER TABLE wire_source DROP COLUMN agency;
ALTER TABLE wire_item DROP COLUMN owner;
