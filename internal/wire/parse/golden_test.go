package parse

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"broadsheet/internal/wire/ninjs"
)

var update = flag.Bool("update", false, "write what wire parse prints now into testdata/*.ninjs")

// webFixtures are the files of the formats that came with the web, each beside what wire
// parse prints of it.
func webFixtures(t testing.TB) []string {
	t.Helper()
	var files []string
	for _, room := range []string{"feed", "letter", "picture", "calendar"} {
		found, err := filepath.Glob(filepath.Join("..", room, "testdata", "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			if info, err := os.Stat(f); err == nil && !info.IsDir() && filepath.Ext(f) != ".ninjs" {
				files = append(files, f)
			}
		}
	}
	return files
}

// TestGolden compares what is printed of a file with what stands beside it, which a person
// has read. Each item is there over several lines.
func TestGolden(t *testing.T) {
	for _, file := range append(webFixtures(t), xmlFixtures(t)...) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			items, err := File(t.Context(), Input{Name: filepath.Base(file), Raw: raw})
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			for i := range items {
				line, err := ninjs.Write(&items[i])
				if err != nil {
					t.Fatal(err)
				}
				if err := json.Indent(&got, line, "", " "); err != nil {
					t.Fatal(err)
				}
				got.WriteByte('\n')
			}
			golden := file + ".ninjs"
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != string(want) {
				t.Errorf("%s: differs from %s at %s", file, golden, firstDifference(got.String(), string(want)))
			}
		})
	}
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "\n  got  " + a[i] + "\n  want " + b[i]
		}
	}
	return "its end"
}
