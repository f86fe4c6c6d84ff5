-- +goose Up

-- Whether the desk sees an item: '' yes, 'hidden' not for us or dropped by a rule,
-- 'restored' somebody wanted it back, so that no rule drops it again.
ALTER TABLE wire_item ADD COLUMN hidden TEXT NOT NULL DEFAULT '' CHECK (hidden IN ('', 'hidden', 'restored'));
ALTER TABLE wire_item ADD COLUMN hidden_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE wire_item ADD COLUMN hidden_by TEXT NOT NULL DEFAULT ''; -- a person, or a rule by its name

-- What the item can be filtered by, apart from what the desk changes; a JSON array.
ALTER TABLE wire_item ADD COLUMN terms TEXT NOT NULL DEFAULT '';
ALTER TABLE wire_item ADD COLUMN indexed BIGINT NOT NULL DEFAULT 0; -- 1: it is in search_wire

-- Filters are the search index's; the list as it is has these.
DROP INDEX wire_desk;
DROP INDEX wire_desk_service;
CREATE INDEX wire_shown ON wire_item (arrived_id DESC) WHERE place = 'desk' AND hidden <> 'hidden';
CREATE INDEX wire_unindexed ON wire_item (id) WHERE indexed = 0;

CREATE TABLE wire_tag (
	item_id BIGINT NOT NULL REFERENCES wire_item (id),
	tag     TEXT   NOT NULL,
	by_name TEXT   NOT NULL, -- a person, or a rule by its name
	PRIMARY KEY (item_id, tag)
);

-- Values for the filter's fields, and how often they came.
CREATE TABLE wire_facet (
	kind  TEXT   NOT NULL CHECK (kind IN ('subject', 'place', 'language', 'type', 'tag')),
	value TEXT   NOT NULL,
	items BIGINT NOT NULL,
	PRIMARY KEY (kind, value)
);

CREATE INDEX wire_facet_often ON wire_facet (kind, items DESC, value);

CREATE TABLE wire_rule (
	id         BIGINT PRIMARY KEY,
	place      BIGINT NOT NULL, -- in the order in which rules are asked
	state      TEXT   NOT NULL CHECK (state IN ('on', 'paused', 'deleted')),
	body       TEXT   NOT NULL, -- JSON, see internal/wire/rule
	changed_ms BIGINT NOT NULL,
	changed_by TEXT   NOT NULL
);

-- Which rules matched an item, and which of them ordered a story of it.
CREATE TABLE wire_routed (
	item_id    BIGINT NOT NULL REFERENCES wire_item (id),
	rule_id    BIGINT NOT NULL REFERENCES wire_rule (id),
	arrived_id BIGINT NOT NULL, -- of the version that it matched last
	copy       TEXT   NOT NULL CHECK (copy IN ('', 'draft', 'publish')),
	section    TEXT   NOT NULL,
	PRIMARY KEY (item_id, rule_id)
);

-- Saved searches: a filter with a name.
CREATE TABLE wire_search (
	id       BIGINT PRIMARY KEY,
	owner_id BIGINT NOT NULL,
	owner    TEXT   NOT NULL,
	name     TEXT   NOT NULL,
	query    TEXT   NOT NULL, -- the filter as in an address
	sharing  TEXT   NOT NULL CHECK (sharing IN ('own', 'desk')),
	state    TEXT   NOT NULL CHECK (state IN ('kept', 'deleted'))
);

CREATE INDEX wire_search_owner ON wire_search (owner_id, id) WHERE state = 'kept';
CREATE INDEX wire_search_desk ON wire_search (id) WHERE state = 'kept' AND sharing = 'desk';

-- Who is alerted by a search, and up to which item somebody has seen the notices of a
-- search or a rule.
CREATE TABLE wire_follow (
	account_id BIGINT NOT NULL,
	source_id  BIGINT NOT NULL,
	alert      TEXT   NOT NULL CHECK (alert IN ('on', 'off')),
	seen_id    BIGINT NOT NULL,
	PRIMARY KEY (account_id, source_id)
);

CREATE INDEX wire_follow_alert ON wire_follow (source_id) WHERE alert = 'on';

-- What there is to notice: items that a search with an alert, or a rule, has matched.
CREATE TABLE wire_notice (
	source_id  BIGINT NOT NULL, -- the search's or rule's
	item_id    BIGINT NOT NULL REFERENCES wire_item (id),
	arrived_id BIGINT NOT NULL,
	audience   TEXT   NOT NULL, -- a role or 'staff' for a rule's; '' for a search's, which has followers
	PRIMARY KEY (source_id, item_id)
);

CREATE INDEX wire_notice_new ON wire_notice (source_id, arrived_id);
CREATE INDEX wire_notice_audience ON wire_notice (audience, arrived_id);

-- Changes with every change of rules or alerts, so that the wire knows when to read them again.
CREATE TABLE wire_generation (
	name  TEXT   PRIMARY KEY,
	value BIGINT NOT NULL
);

INSERT INTO wire_generation (name, value) VALUES ('route', 0);

-- Stories that rules have made, and the last revision that a rule left: one that is not
-- newer has nobody's work in it.
CREATE TABLE story_routed (
	item_id   BIGINT PRIMARY KEY,
	story_id  BIGINT NOT NULL UNIQUE REFERENCES story (id),
	revision  BIGINT NOT NULL,
	provider  TEXT   NOT NULL
);

-- +goose Down
DROP TABLE story_routed;
DROP TABLE wire_generation;
DROP TABLE wire_notice;
DROP TABLE wire_follow;
DROP TABLE wire_search;
DROP TABLE wire_routed;
DROP TABLE wire_rule;
DROP TABLE wire_facet;
DROP TABLE wire_tag;
DROP INDEX wire_unindexed;
DROP INDEX wire_shown;
ALTER TABLE wire_item DROP COLUMN indexed;
ALTER TABLE wire_item DROP COLUMN terms;
ALTER TABLE wire_item DROP COLUMN hidden_by;
ALTER TABLE wire_item DROP COLUMN hidden_ms;
ALTER TABLE wire_item DROP COLUMN hidden;
CREATE INDEX wire_desk ON wire_item (arrived_id DESC, urgency, type) WHERE place = 'desk';
CREATE INDEX wire_desk_service ON wire_item (service, arrived_id DESC, urgency, type) WHERE place = 'desk';
