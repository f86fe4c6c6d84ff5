package parse

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"broadsheet/internal/wire/conform"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/newsmlg2"
	"broadsheet/internal/wire/ninjs"
)

// sayings is an item as JSON, without what belongs to its delivery.
func sayings(t *testing.T, it *item.Item) string {
	t.Helper()
	rest, err := it.Rest(&item.Item{})
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(rest, &v); err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return it.URI + " " + string(it.PubStatus) + "\n" + string(text)
}

func checkNewsML(t *testing.T, items []item.Item) {
	t.Helper()
	if len(items) == 0 {
		return
	}
	text, err := newsmlg2.Write(items, newsmlg2.Header{Sent: time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC), Sender: "paper.example"})
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range conform.NewsMLG2(text) {
		t.Error(fault)
	}
	checkXSD(t, text)
	back, err := newsmlg2.Parse(t.Context(), text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	var want []item.Item
	for i := range items {
		want = append(want, item.Unfold(&items[i])...)
	}
	if len(back) != len(want) {
		t.Fatalf("%d items, want %d", len(back), len(want))
	}
	for i := range want {
		if !want[i].Equal(&back[i]) {
			rest, _ := want[i].Rest(&back[i])
			t.Errorf("item %d, %s (-want +got):\n%s\n%s", i, rest, cmp.Diff(sayings(t, &want[i]), sayings(t, &back[i])), text)
		}
	}
}

// checkXSD asks IPTC's own XML Schema, where it lies with xml.xsd beside IPTC's samples and
// xmllint is installed.
func checkXSD(t *testing.T, text []byte) {
	t.Helper()
	schemas, err := filepath.Glob(filepath.Join(sampleFolder(), "newsml-g2", "NewsML-G2_*-spec-All-Power.xsd"))
	if err != nil || len(schemas) == 0 {
		return
	}
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		return
	}
	cmd := exec.CommandContext(t.Context(), lint, "--nonet", "--noout", "--schema", schemas[len(schemas)-1], "-")
	cmd.Stdin = bytes.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// TestNewsMLReadsBack writes every item that the tests have as NewsML-G2, whatever format it
// came in, and reads it back.
func TestNewsMLReadsBack(t *testing.T) {
	files := []string{"testdata/strait.xml", "testdata/photo1.json", "testdata/text3.json"}
	t.Run("ours", func(t *testing.T) {
		for _, file := range files {
			checkNewsML(t, writable(t, file))
		}
	})
	for _, ext := range []string{".xml", ".json"} {
		t.Run("samples "+ext, func(t *testing.T) {
			for _, file := range samples(t, ext) {
				t.Run(filepath.Base(file), func(t *testing.T) { checkNewsML(t, writable(t, file)) })
			}
		})
	}
}

// writable are the items of a file that can be written: news and packages.
func writable(t *testing.T, file string) (found []item.Item) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	items, err := File(t.Context(), Input{Name: file, Raw: raw})
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range items {
		if it.Kind == item.News || it.Kind == item.Package {
			found = append(found, it)
		}
	}
	return found
}

// TestNinjsReadsBack writes every item that the tests have as ninjs with our addition, and
// reads it back. Plain text, which is written as our HTML, comes back with its spaces and
// line breaks in order.
func TestNinjsReadsBack(t *testing.T) {
	check := func(t *testing.T, file string) {
		for _, it := range writable(t, file) {
			line, err := ninjs.Write(&it)
			if err != nil {
				t.Fatal(err)
			}
			back, err := ninjs.Parse(t.Context(), line)
			if err != nil {
				t.Fatal(err)
			}
			tidyPlain(&it)
			tidyPlain(&back[0])
			if !it.Equal(&back[0]) {
				t.Errorf("(-want +got):\n%s", cmp.Diff(sayings(t, &it), sayings(t, &back[0])))
			}
		}
	}
	for _, file := range []string{"testdata/strait.xml", "testdata/photo1.json", "testdata/text3.json"} {
		t.Run(filepath.Base(file), func(t *testing.T) { check(t, file) })
	}
	for _, ext := range []string{".xml", ".json"} {
		t.Run("samples"+ext, func(t *testing.T) {
			for _, file := range samples(t, ext) {
				t.Run(filepath.Base(file), func(t *testing.T) { check(t, file) })
			}
		})
	}
}

func tidyPlain(it *item.Item) {
	for i := range it.Bodies {
		it.Bodies[i].Value = squeeze(it.Bodies[i].Value)
	}
	for i := range it.Associations {
		tidyPlain(&it.Associations[i].Item)
	}
}
