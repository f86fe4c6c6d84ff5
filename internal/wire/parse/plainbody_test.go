package parse

import (
	"strings"
	"testing"

	"broadsheet/internal/wire/ninjs"
)

// A body is printed as our HTML also when the agency sent plain text, and what it sent it as is kept.
func TestPlainBodyIsPrintedAsHTML(t *testing.T) {
	items, err := File(t.Context(), Input{Name: "a.json", Raw: []byte(`{"uri": "tag:a.example,2026:1", "standard": {"name": "ninjs", "version": "3.1"},
		"bodies": [{"contentType": "text/plain", "value": "One & two.\n\nThree."}]}`)})
	if err != nil {
		t.Fatal(err)
	}
	line, err := ninjs.Write(&items[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"bodies":[{"contentType":"text/html","value":"<p>One &amp; two.</p>`, `<p>Three.</p>`, `"bodies":[{"contentType":"text/plain"}]`} {
		if !strings.Contains(string(line), want) {
			t.Errorf("the line lacks %s:\n%s", want, line)
		}
	}
}
