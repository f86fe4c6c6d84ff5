-- +goose Up
CREATE TABLE section (
	slug     TEXT   PRIMARY KEY,
	name     TEXT   NOT NULL,
	position BIGINT NOT NULL
);

INSERT INTO section (slug, name, position) VALUES
	('world', 'World', 1), ('politics', 'Politics', 2), ('business', 'Business', 3),
	('science', 'Science', 4), ('culture', 'Culture', 5), ('sport', 'Sport', 6);

-- +goose Down
DROP TABLE section;
