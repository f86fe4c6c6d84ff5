package richtext

import (
	"bytes"
	"flag"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"broadsheet/internal/id"
)

var update = flag.Bool("update", false, "write what the code gives into the golden files")

// The golden files in testdata are pairs: "-- input NAME --" is what comes in,
// "-- output NAME --" the HTML of the document that it becomes, and, where
// something was left out, "-- dropped NAME --" lists what.

func TestFromHTMLGolden(t *testing.T) {
	golden(t, "testdata/html", func(input string) (string, string, error) {
		doc, dropped, err := FromHTML(input, Origin{})
		var list strings.Builder
		for _, d := range dropped {
			fmt.Fprintln(&list, strings.TrimSpace(fmt.Sprintf("%d × %s %s", d.Count, d.Name, d.Src)))
		}
		return string(doc.HTML(Renderer{})), list.String(), err
	})
}

func TestFromMarkdownGolden(t *testing.T) {
	golden(t, "testdata/markdown", func(input string) (string, string, error) {
		doc, err := FromMarkdown(input)
		return string(doc.HTML(Renderer{LinkRel: "ugc nofollow"})), "", err
	})
}

func TestRenderGolden(t *testing.T) {
	shown := func(n Node) template.HTML { return template.HTML("[" + string(n.Type) + "]") } //nolint:forbidigo // stands for what a page shows
	golden(t, "testdata/render", func(input string) (string, string, error) {
		doc, err := Parse([]byte(input))
		return string(doc.HTML(Renderer{Photo: shown, Video: shown, Embed: shown})), "", err
	})
}

func golden(t *testing.T, dir string, run func(input string) (output, dropped string, err error)) {
	t.Helper()
	files, err := filepath.Glob(dir + "/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files in %s: %v", dir, err)
	}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{}
		for _, f := range a.Files {
			want[f.Name] = string(f.Data)
		}
		updated := &txtar.Archive{Comment: a.Comment}
		for _, f := range a.Files {
			name, ok := strings.CutPrefix(f.Name, "input ")
			if !ok {
				continue
			}
			output, dropped, err := run(string(f.Data))
			if err != nil {
				output = err.Error() + "\n"
			}
			updated.Files = append(updated.Files, f, txtar.File{Name: "output " + name, Data: []byte(output)})
			if dropped != "" {
				updated.Files = append(updated.Files, txtar.File{Name: "dropped " + name, Data: []byte(dropped)})
			}
			t.Run(filepath.Base(file)+"/"+name, func(t *testing.T) {
				if *update {
					return
				}
				if diff := cmp.Diff(want["output "+name], output); diff != "" {
					t.Errorf("output (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(want["dropped "+name], dropped); diff != "" {
					t.Errorf("dropped (-want +got):\n%s", diff)
				}
			})
		}
		if data := txtar.Format(updated); *update && !bytes.Equal(data, txtar.Format(a)) {
			if err := os.WriteFile(file, data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// sampleID is an ID for tests.
const sampleID id.ID = 1 << 40
