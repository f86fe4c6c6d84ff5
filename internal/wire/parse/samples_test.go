package parse

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/ninjs"
	"broadsheet/internal/wire/tree"
)

// samples returns IPTC's sample files with one of the extensions. They are not part of
// the repository: they stand beside the checkout, or where BROADSHEET_TEST_SAMPLES says.
func samples(t testing.TB, ext string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(sampleFolder(), "*", "*"+ext))
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(f string) bool { return strings.HasPrefix(filepath.Base(f), "ninjs-schema") })
	if len(files) == 0 {
		t.Skip("IPTC's samples are not beside this checkout")
	}
	return files
}

func sampleFolder() string {
	if folder := os.Getenv("BROADSHEET_TEST_SAMPLES"); folder != "" {
		return folder
	}
	return filepath.Join("..", "..", "..", "..", "shared", "wire-samples")
}

// has reports whether a value was printed: a short one by itself, because it could be
// anywhere by chance, a longer one as part of another at least.
func has(out, value string) bool {
	if value = squeeze(value); len(value) < 10 {
		value = "\n" + value + "\n"
	}
	return strings.Contains(out, value)
}

// printed parses a file and returns all values that wire parse prints of it, a line each,
// without what an agency's profile moves from the text into other fields.
func printed(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	items, err := read(t.Context(), raw, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i := range items {
		line, err := ninjs.Write(&items[i])
		if err != nil {
			t.Fatal(err)
		}
		var v any
		d := json.NewDecoder(strings.NewReader(string(line)))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			t.Fatal(err)
		}
		leaves(v, func(s string) { b.WriteString("\n" + squeeze(s) + "\n" + squeeze(strip(s)) + "\n") })
	}
	return b.String()
}

func leaves(v any, fn func(string)) {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range v {
			leaves(k, fn)
		}
	case []any:
		for _, k := range v {
			leaves(k, fn)
		}
	case string:
		fn(v)
	case json.Number, bool:
		fn(fmt.Sprint(v))
	}
}

// strip removes tags, so that words that run through marks are found.
func strip(s string) string {
	z := html.NewTokenizer(strings.NewReader(s))
	var b strings.Builder
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.WriteString(html.UnescapeString(string(z.Raw())))
		default:
		}
	}
}

// squeeze makes differences of space, and of dates written in another way, disappear.
func squeeze(s string) string {
	return strings.NewReplacer("Z", "+00:00", "\u00a0", " ").Replace(strings.Join(strings.Fields(strings.ReplaceAll(s, "\u00a0", " ")), " "))
}

// TestSamplesXML parses every NewsML-G2 sample and looks for each of its texts and
// attributes in what wire parse prints.
func TestSamplesXML(t *testing.T) {
	// What is not printed, and why.
	reviewed := func(path, value string) bool {
		name := path[strings.LastIndexAny(path, "/@")+1:]
		switch {
		case strings.Contains(path, "@xmlns"), strings.HasSuffix(path, "@schemaLocation"):
			return true // says how to validate the file, nothing about the news
		case strings.Contains(path, "/body.content"), strings.Contains(path, "/html"):
			return name == "class" || name == "id" || name == "lede" // layout of the agency's own page
		case strings.HasSuffix(path, "inlineXML"):
			return strings.HasPrefix(value, "...")
		case name == "freq", strings.HasSuffix(path, "planning/itemClass@qcode"):
			return true // printed as ninjs writes it: daily, text
		case name == "duration" || name == "videoframerate":
			return item.Number(value) != 0 // printed as a number
		}
		return false
	}
	for _, file := range samples(t, ".xml") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			out := printed(t, file)
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text, _, err := tree.ToUTF8(raw)
			if err != nil {
				t.Fatal(err)
			}
			walkXML(t, string(text), func(path, value string) {
				if strings.Contains(path, "/sports-content") { // results are kept whole, as the XML that they are
					name := path[strings.LastIndexAny(path, "/@")+1:]
					if !strings.Contains(out, squeeze(name+`="`+html.EscapeString(value)+`"`)) && !strings.Contains(out, ">"+squeeze(value)+"<") {
						t.Errorf("lost: %s = %q", path, value)
					}
					return
				}
				if !has(out, value) && !has(out, trimmedDate(value)) && !reviewed(path, value) {
					t.Errorf("lost: %s = %.200q", path, value)
				}
			})
		})
	}
}

// trimmedDate is how a date is printed that has a zero in its fraction of a second.
func trimmedDate(s string) string {
	if d := item.ParseDate(s); !d.Time.IsZero() && d.Text == "" {
		return d.String()
	}
	return s
}

// walkXML is deliberately not our parser: it is the standard library's.
func walkXML(t *testing.T, src string, fn func(path, value string)) {
	d := xml.NewDecoder(strings.NewReader(src))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	d.Entity = xml.HTMLEntity
	var path []string
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		at := strings.Join(path, "/")
		switch tok := tok.(type) {
		case xml.StartElement:
			path = append(path, tok.Name.Local)
			for _, a := range tok.Attr {
				if v := strings.TrimSpace(a.Value); v != "" && a.Name.Space != "xmlns" {
					fn(at+"/"+tok.Name.Local+"@"+a.Name.Local, v)
				}
			}
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			if v := strings.TrimSpace(string(tok)); v != "" {
				fn(at, v)
			}
		}
	}
}

// TestSamplesJSON parses every ninjs sample and looks for each of its values in what
// wire parse prints.
func TestSamplesJSON(t *testing.T) {
	for _, file := range samples(t, ".json") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			out := printed(t, file)
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var v any
			d := json.NewDecoder(strings.NewReader(string(raw)))
			d.UseNumber()
			if err := d.Decode(&v); err != nil {
				t.Fatal(err)
			}
			leaves(v, func(s string) {
				s = strings.TrimSpace(s)
				if s == "" || s == "0" { // a count of 0, in one sample, of a text that is not empty
					return
				}
				for _, want := range []string{s, strip(s), trimmedDate(s)} {
					if has(out, want) {
						return
					}
				}
				if strings.Contains(s, "<") { // markup: each of its texts must be there
					for _, part := range texts(s) {
						if !strings.Contains(out, squeeze(part)) { // a piece of a text that is printed with its tags
							t.Errorf("lost of markup: %.200q", part)
						}
					}
					return
				}
				t.Errorf("lost: %.200q", s)
			})
		})
	}
}

// texts are the pieces of text between the tags of foreign markup, without what stands
// in its head and beside it.
func texts(src string) []string {
	var found []string
	z := html.NewTokenizer(strings.NewReader(src))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return found
		case html.TextToken:
			if s := strings.TrimSpace(html.UnescapeString(string(z.Raw()))); s != "" {
				found = append(found, s)
			}
		default:
		}
	}
}
