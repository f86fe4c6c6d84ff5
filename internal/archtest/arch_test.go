// Package archtest checks that imports point in the direction that
// ARCHITECTURE.md promises.
package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "broadsheet/"

// Each layer may import the layers above it, and itself where it says so. The
// rooms of the newsroom stand one below the other: see docs/adr/0004.
var layers = []struct {
	packages string
	self     bool
}{
	{packages: "internal/errs internal/id", self: true},
	{packages: "internal/config internal/sqldb internal/sqldb/* internal/blob internal/blob/* internal/obs internal/fetch internal/pagecache", self: true},
	{packages: "internal/bus internal/jobs internal/search"},
	{packages: "internal/mail"},
	{packages: "internal/rights"},
	{packages: "internal/richtext internal/richtext/*", self: true},
	{packages: "internal/account"},
	{packages: "internal/section"},
	{packages: "internal/media"},
	{packages: "internal/wire internal/wire/* internal/wire/transport/*", self: true}, // the room and its parts
	{packages: "internal/source"},
	{packages: "internal/story"},
	{packages: "internal/discussion"},
	{packages: "internal/syndicate"},
	{packages: "web web/*"}, // templates, styles and scripts, embedded
	{packages: "internal/web"},
	{packages: "internal/site internal/desk internal/api"},
	{packages: "internal/app internal/demo", self: true},
	{packages: "cmd/* test/*"},
}

func layer(pkg string) int {
	return slices.IndexFunc(layers, func(l struct {
		packages string
		self     bool
	},
	) bool {
		for p := range strings.FieldsSeq(l.packages) {
			if ok, _ := path.Match(p, pkg); ok {
				return true
			}
		}
		return false
	})
}

func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var pkg struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&pkg); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		from, ours := strings.CutPrefix(pkg.ImportPath, module)
		if !ours || from == "internal/archtest" {
			continue
		}
		have := layer(from)
		if have < 0 {
			t.Errorf("%s is in no layer; give it one", from)
			continue
		}
		for _, imp := range pkg.Imports {
			to, ours := strings.CutPrefix(imp, module)
			if l := layer(to); ours && (l > have || l == have && !layers[have].self) {
				t.Errorf("%s must not import %s", from, to)
			}
			if to == "internal/wire" && path.Dir(from) == to {
				t.Errorf("%s is a part of %s and must not import it", from, to)
			}
		}
	}
}
