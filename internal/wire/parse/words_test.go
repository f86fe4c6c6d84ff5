package parse

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// xmlFixtures are the files of invented agencies in IPTC's XML formats, each beside what wire
// parse prints of it.
func xmlFixtures(t testing.TB) []string {
	t.Helper()
	var files []string
	for _, room := range []string{"newsmlg2", "newsml1", "nitf"} {
		found, err := filepath.Glob(filepath.Join("..", room, "testdata", "*.xml"))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 4 {
		t.Fatal("the fixtures are not where they should be")
	}
	return files
}

// TestFixturesLoseNothing counts the words of every fixture's texts, which must be printed as
// often as they were sent, and looks for every attribute's value.
func TestFixturesLoseNothing(t *testing.T) {
	for _, file := range append(xmlFixtures(t), "testdata/strait.xml") {
		t.Run(strings.TrimPrefix(file, "../"), func(t *testing.T) {
			out := printed(t, file)
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text, _, err := tree.ToUTF8(raw)
			if err != nil {
				t.Fatal(err)
			}
			sent := map[string]int{}
			walkXML(t, string(text), func(path, value string) {
				switch {
				case strings.HasSuffix(path, "/script"), strings.HasSuffix(path, "/Encoding/DataContent"): // left out with a warning
				case item.ParseDate(value).Text == "" && strings.Contains(out, squeeze(item.ParseDate(value).String())):
				case !strings.Contains(path, "@"):
					count(sent, squeeze(value))
				case !strings.Contains(out, squeeze(value)) && !isOurName(path, value):
					t.Errorf("lost: %s = %.200q", path, value)
				}
			})
			have := map[string]int{}
			count(have, out)
			for word, n := range sent {
				if have[word] < n {
					t.Errorf("lost: %q was sent %d times, is printed %d times", word, n, have[word])
				}
			}
		})
	}
}

// count adds the words of a text, without the marks between them.
func count(words map[string]int, text string) {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		words[word]++
	}
}

// isOurName reports whether an attribute says only how something looks, how the file is to
// be validated, or which of our fields the value beside it belongs in.
func isOurName(path, value string) bool {
	element, name, _ := strings.Cut(path[strings.LastIndexByte(path, '/')+1:], "@")
	switch element + "@" + name {
	case "nitf@version", "meta@name", "note@type", "media@media-type", "tobject.subject@tobject.subject.ipr", "scheme@alias",
		"MediaType@FormalName", "NewsComponent@EquivalentsList", "TopicOccurrence@Topic", "Property@ValueRef":
		return true
	case "Status@FormalName", "FutureStatus@FormalName": // other words for it are kept
		return strings.EqualFold(value, "usable") || strings.EqualFold(value, "canceled")
	case "DerivedFrom@NewsItem", "AssociatedWith@NewsItem": // in two parts, of which the letter after the revision says nothing
		return true
	case "rRule@freq", "occurStatus@qcode", "newsCoverageStatus@qcode": // as ninjs writes it: in lower case, as a URI
		return true
	case "itemClass@qcode":
		return strings.Contains(path, "/planning/")
	case "meta@content": // a keyword and its take key, parted by a comma
		return strings.Contains(value, ", ")
	case "Role@FormalName":
		return value == "Caption"
	case "Format@FormalName":
		return value == "NITF" || value == "XHTML"
	case "Property@FormalName":
		return slices.Contains([]string{"Keyword", "City", "Country", "Width", "Height", "PixelWidth", "PixelHeight", "Words", "Duration", "FrameRate"}, value)
	}
	switch name {
	case "class", "id", "lede", "align", "border", "colspan", "xmlns", "schemaLocation":
		return true
	}
	return false
}
