package section_test

import (
	"errors"
	"testing"

	"broadsheet/internal/errs"
	"broadsheet/internal/section"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
)

func TestSections(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := section.Service{DB: db}
		list, err := s.List(t.Context())
		if err != nil || len(list) != 6 || list[0].Slug != "world" || list[5].Name != "Sport" {
			t.Errorf("List = %v, %v", list, err)
		}
		if sec, err := s.Get(t.Context(), "culture"); err != nil || sec.Name != "Culture" {
			t.Errorf("Get = %v, %v", sec, err)
		}
		if _, err := s.Get(t.Context(), "horoscopes"); !errors.Is(err, errs.NotFound) {
			t.Errorf("Get of an unknown section: %v", err)
		}
	})
}
