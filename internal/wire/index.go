package wire

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/search"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire/rule"
)

func (s *Service) index(tx *sqldb.Tx) search.Index { return search.New(tx.Dialect, search.Wire) }

// An indexed is what the search index holds of an item, from its row.
type indexed struct {
	arrived     id.ID
	text, terms string
	status      Status
	hidden      string
	place       string
}

func scanIndexed(r sqldb.Row) (x indexed, err error) {
	err = r.Scan(&x.arrived, &x.text, &x.terms, &x.status, &x.hidden, &x.place)
	return x, err
}

// setTerms keeps what a version can be filtered by.
func setTerms(ctx context.Context, tx *sqldb.Tx, itemID id.ID, terms []string) error {
	raw, err := json.Marshal(terms)
	if err != nil {
		return err
	}
	_, err = sqldb.Exec(ctx, tx, `UPDATE wire_item SET terms = $2, indexed = 1 WHERE id = $1`, itemID, string(raw))
	return err
}

// reindex brings the search index up to date with an item's row: after a version, a tag,
// “not for us”, or another status.
func (s *Service) reindex(ctx context.Context, tx *sqldb.Tx, itemID id.ID) error {
	x, err := sqldb.One(ctx, tx, scanIndexed, `SELECT arrived_id, search, terms, status, hidden, place FROM wire_item WHERE id = $1`, itemID)
	if err != nil || x.place != placeDesk || x.arrived == 0 {
		return err
	}
	terms, err := s.termsOf(ctx, tx, itemID, &x)
	if err != nil {
		return err
	}
	return s.index(tx).Put(ctx, tx, search.Doc{Key: itemID, Order: x.arrived, Text: x.text, Terms: terms})
}

func (s *Service) termsOf(ctx context.Context, tx *sqldb.Tx, itemID id.ID, x *indexed) (terms []string, err error) {
	if err := json.Unmarshal([]byte(x.terms), &terms); err != nil {
		return nil, err
	}
	terms = append(terms, rule.Status(x.status))
	if x.hidden == stateHidden {
		terms = append(terms, rule.Hidden)
	}
	tags, err := tagsOf(ctx, tx, itemID)
	for _, t := range tags {
		terms = append(terms, rule.Tag(t.Name))
	}
	return terms, err
}

// reindexPage is how many items Reindex takes at a time.
const reindexPage = 50

// Reindex puts into the search index what a former version of the program has stored
// without. It returns when all is there; what comes meanwhile is indexed as it comes.
func (s *Service) Reindex(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "index the wire")
	for ctx.Err() == nil {
		var done int
		err := s.DB.Update(ctx, func(tx *sqldb.Tx) error {
			ids, err := sqldb.All(ctx, tx, sqldb.Scalar[id.ID], `SELECT id FROM wire_item WHERE indexed = 0 ORDER BY id LIMIT $1`+tx.ForUpdate(), reindexPage)
			done = len(ids)
			for _, itemID := range ids {
				if err := s.indexOld(ctx, tx, itemID); err != nil {
					return err
				}
			}
			return err
		})
		if err != nil || done == 0 {
			return err
		}
	}
	return ctx.Err()
}

func (s *Service) indexOld(ctx context.Context, tx *sqldb.Tx, itemID id.ID) error {
	it, err := getItem(ctx, tx, itemID)
	if errors.Is(err, errs.NotFound) { // a version that came too late made the row, and no current one yet
		return setTerms(ctx, tx, itemID, nil)
	}
	if err != nil {
		return err
	}
	e, err := sqldb.One(ctx, tx, scanEntry, "SELECT "+entryColumns+" FROM wire_item WHERE id = $1", itemID)
	if err != nil {
		return err
	}
	if err := setTerms(ctx, tx, itemID, rule.Terms(it, e.Service, e.Photos)); err != nil {
		return err
	}
	if placeOf(it) != placeDesk {
		return nil
	}
	return s.reindex(ctx, tx, itemID)
}

// facetsOf are the values that an item can be filtered by, as a person reads them.
func facetsOf(it *Item) map[facet]bool {
	found := map[facet]bool{}
	for _, list := range []struct {
		kind     string
		concepts [][]Concept
	}{{"subject", [][]Concept{it.Subjects}}, {"place", [][]Concept{it.Places, it.Located}}} {
		for _, concepts := range list.concepts {
			for i := range concepts {
				if label := concepts[i].Label(); label != "" && len(label) <= rule.MaxValue && len(found) < maxFacets {
					found[facet{list.kind, label}] = true
				}
			}
		}
	}
	if it.Language != "" && len(it.Language) <= rule.MaxValue {
		found[facet{"language", it.Language}] = true
	}
	if it.Type != "" && len(it.Type) <= rule.MaxValue {
		found[facet{"type", it.Type}] = true
	}
	return found
}

// maxFacets is how many values of one item are counted.
const maxFacets = 40

func storeFacets(ctx context.Context, tx *sqldb.Tx, found map[facet]int) error {
	order := slices.SortedFunc(maps.Keys(found), func(a, b facet) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.value, b.value))
	})
	for _, f := range order {
		if _, err := sqldb.Exec(ctx, tx, `
			INSERT INTO wire_facet (kind, value, items) VALUES ($1, $2, $3)
			ON CONFLICT (kind, value) DO UPDATE SET items = wire_facet.items + EXCLUDED.items`, f.kind, f.value, found[f]); err != nil {
			return err
		}
	}
	return nil
}

// Choices are the values that the list's filter offers, the most frequent of each first
// chosen, then in the order of the alphabet.
type Choices struct{ Subjects, Places, Languages, Types, Tags []string }

// maxChoices is how many values of a kind are offered.
const maxChoices = 100

// Choices returns what the filter offers. Who reads the wire may.
func (s *Service) Choices(ctx context.Context, by *account.Account) (c Choices, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return c, err
	}
	defer errs.Wrap(&err, "the filter's choices")
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		for kind, to := range map[string]*[]string{
			"subject": &c.Subjects, "place": &c.Places, "language": &c.Languages, "type": &c.Types, "tag": &c.Tags,
		} {
			if *to, err = sqldb.All(ctx, tx, sqldb.Scalar[string], `
				SELECT value FROM wire_facet WHERE kind = $1 ORDER BY items DESC, value LIMIT $2`, kind, maxChoices); err != nil {
				return err
			}
			slices.Sort(*to)
		}
		return nil
	})
	return c, err
}
