package parse

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/profile"
)

// TestAgencies reads a file of each agency, in shapes that it publicly documents and in
// our words, as if it met the parser for the first time. The name of a fixture begins with
// the profile's.
func TestAgencies(t *testing.T) {
	files, err := filepath.Glob("testdata/agencies/*")
	if err != nil {
		t.Fatal(err)
	}
	seen := []string{profile.Generic}
	for _, file := range files {
		id, _, _ := strings.Cut(filepath.Base(file), ".")
		seen = append(seen, id)
		t.Run(filepath.Base(file), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			items, err := File(t.Context(), Input{Name: filepath.Base(file), Raw: raw})
			if err != nil || len(items) != 1 {
				t.Fatalf("%d items, %v", len(items), err)
			}
			checkAgency(t, id, &items[0])
			checkParsed(t, raw)
		})
	}
	for _, id := range profile.Shipped().IDs() {
		if !slices.Contains(seen, id) {
			t.Errorf("there is no fixture of %s", id)
		}
	}
}

// checkAgency checks the nine things that an item of any agency has, and that the text has
// no more in it than text.
func checkAgency(t *testing.T, id string, it *item.Item) {
	t.Helper()
	if it.Dialect != id {
		t.Errorf("taken for one of %q", it.Dialect)
	}
	for what, missing := range map[string]bool{
		"ID":       it.URI == "" || it.ID == 0 || strings.Contains(it.URI, ":sha256:"),
		"headline": it.Headline() == "",
		"body":     it.Story().Empty(),
		"dates":    it.VersionCreated.Time.IsZero() || it.VersionCreated.Text != "",
		"language": it.Language == "",
		"subjects": !slices.ContainsFunc(it.Subjects, func(c item.Concept) bool { return c.Code != "" || c.Name != "" }),
		"byline":   it.Byline() == "",
		"urgency":  it.Urgency == 0,
		"credit":   it.Credit() == "",
	} {
		if missing {
			t.Errorf("no %s: %+v", what, it)
		}
	}
	if got := it.VersionCreated.Time.UTC().Format("2006-01-02 15"); got != "2026-11-26 11" && got != "2026-11-26 16" && got != "2026-11-26 10" && got != "2026-11-26 09" {
		t.Errorf("made at %s", it.VersionCreated)
	}
	text := it.Story().Text()
	for _, s := range []string{"Vance", "VANCE", "VAN-LR", "(AP)", "(AFP)", "(dpa", "(EFE)", "(Reuters)", "(NTB)", "(ANSA)", "AAP", "BUSINESS WIRE", "ΑΠΕ", "Notizblock", "Redaktionen", "ritzau", "ATTENTION", "note:", "ava", "STT"} {
		if strings.Contains(text, s) {
			t.Errorf("%q is in the text: %q", s, text)
		}
	}
}
