// Package section knows the sections of the paper: World, Business, Sport.
package section

import (
	"context"

	"broadsheet/internal/errs"
	"broadsheet/internal/sqldb"
)

// maxSections bounds a paper's sections.
const maxSections = 100

// A Section is a part of the paper with a page of its own.
type Section struct {
	Slug     string // as in its address
	Name     string // as shown
	Position int    // in the navigation, from 1
}

// A Service answers questions about sections.
type Service struct{ DB *sqldb.DB }

// List returns all sections in their order. Anyone may read it.
func (s *Service) List(ctx context.Context) (list []Section, err error) {
	defer errs.Wrap(&err, "list sections")
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err = sqldb.All(ctx, tx, scan, `SELECT slug, name, position FROM section ORDER BY position, slug LIMIT $1`, maxSections)
		return err
	})
	return list, err
}

// Get returns one section. Anyone may read it. An unknown slug is errs.NotFound.
func (s *Service) Get(ctx context.Context, slug string) (sec Section, err error) {
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		sec, err = sqldb.One(ctx, tx, scan, `SELECT slug, name, position FROM section WHERE slug = $1`, slug)
		return err
	})
	if kind, _ := errs.Of(err); kind == errs.NotFound {
		return sec, &errs.Error{Kind: errs.NotFound, Message: "There is no such section.", Err: err}
	}
	return sec, err
}

func scan(r sqldb.Row) (s Section, err error) {
	return s, r.Scan(&s.Slug, &s.Name, &s.Position)
}
