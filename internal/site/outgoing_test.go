package site

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"broadsheet/internal/wire/conform"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/parse"
)

// items reads a feed as another newsroom does.
func (v *visitor) items(path string) []item.Item {
	v.n.t.Helper()
	text := []byte(v.get(path, 200))
	faults := conform.NewsMLG2(text)
	if strings.HasSuffix(path, ".json") {
		faults = nil
		var list []json.RawMessage
		if err := json.Unmarshal(text, &list); err != nil {
			v.n.t.Fatal(err)
		}
		for _, object := range list {
			faults = append(faults, conform.Ninjs(object)...)
		}
	}
	for _, fault := range faults {
		v.n.t.Errorf("%s: %s", path, fault)
	}
	items, err := parse.File(v.n.t.Context(), parse.Input{Name: path, Raw: text})
	if err != nil {
		v.n.t.Fatal(err)
	}
	return items
}

func TestOutgoingFeeds(t *testing.T) {
	n := newSQLite(t)
	v := n.visitor()
	kept, gone := n.publish("Kept"), n.publish("Gone")
	for _, path := range []string{"/feed.ninjs.json", "/world/feed.ninjs.json", "/feed.newsml.xml", "/world/feed.newsml.xml"} {
		a := v.do(http.MethodGet, path, nil)
		v.header.Set("If-None-Match", a.header.Get("ETag"))
		if again := v.do(http.MethodGet, path, nil); a.status != 200 || again.status != http.StatusNotModified {
			t.Errorf("%s: %d, and asked again with %q %d", path, a.status, a.header.Get("ETag"), again.status)
		}
		v.header.Del("If-None-Match")
		items := v.items(path)
		if items[0].Headline() != "Gone" || items[0].PubStatus != item.Usable || !strings.Contains(items[0].Story().Text(), "They will meet again.") {
			t.Errorf("%s: the first item is %+v", path, items[0])
		}
		last := items[len(items)-1] // the photo, of its own or inside
		if len(last.Associations) > 0 {
			last = last.Associations[0].Item
		}
		if last.Best() == nil || v.do(http.MethodGet, strings.TrimPrefix(last.Best().Href, "https://paper.example"), nil).status != 200 {
			t.Errorf("%s: the photo is %+v", path, last)
		}
	}
	contains(t, v.get("/world", 200), "the section's head", `<link rel="alternate" type="application/json" href="/world/feed.ninjs.json" title="ninjs">`,
		`<link rel="alternate" type="application/vnd.iptc.g2.newsmessage&#43;xml" href="/world/feed.newsml.xml" title="newsml-g2">`)
	v.get("/no-such-section/feed.ninjs.json", 404)

	if err := n.Stories.Unpublish(t.Context(), n.editor, gone.ID); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/world/feed.ninjs.json", "/feed.newsml.xml"} {
		found := map[string]item.Status{}
		for _, it := range v.items(path) {
			found[it.URI] = it.PubStatus
		}
		if found[n.Syndicate.Paper().URI("story", gone.ID)] != item.Canceled || found[n.Syndicate.Paper().URI("story", kept.ID)] != item.Usable {
			t.Errorf("%s after one was taken back: %v", path, found)
		}
		if strings.Contains(v.get(path, 200), "Gone") {
			t.Errorf("%s still has its headline", path)
		}
	}
}
