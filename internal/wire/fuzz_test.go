package wire

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"broadsheet/internal/wire/parse"
)

// FuzzEntry: whatever an item says, its line in the list can be stored and searched.
func FuzzEntry(f *testing.F) {
	for _, name := range []string{"strait.xml", "photo1.json", "text3.json"} {
		raw, err := os.ReadFile("parse/testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		items, err := parse.File(t.Context(), parse.Input{Name: "f", Raw: raw})
		if err != nil {
			return // package parse has its own
		}
		for i := range items {
			e := entryOf(&items[i], "")
			if !utf8.ValidString(searchText(&items[i], &e)) || strings.Contains(e.Headline+e.Summary+e.Service+e.Slugline+e.Language+e.Version+e.Provider+e.Type, "\x00") {
				t.Fatalf("entry %+v", e)
			}
		}
	})
}
