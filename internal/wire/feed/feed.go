// Package feed reads the web's feeds: RSS of every version (0.9x, 1.0 as RDF, 2.0), Atom
// 0.3 and 1.0, and JSON Feed 1.0 and 1.1, with the modules that newsrooms send in them:
// Media RSS, Dublin Core, GeoRSS and others.
//
// Each entry is an item. Its pictures, whether enclosed, described by Media RSS or inside
// its text, are associations of the item with what the feed says about them. What the
// feed says about itself holds for every entry that does not say otherwise.
package feed

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// The formats of the items that this package reads.
const (
	RSS  = "rss"
	Atom = "atom"
	JSON = "json-feed"
)

// IsRSS reports the root element of RSS.
func IsRSS(root string) bool { return root == "rss" || root == "RDF" }

// IsAtom reports the root element of Atom.
func IsAtom(root string) bool { return root == "feed" || root == "entry" }

// lookedAt is how much of a JSON file is searched for what makes it a feed.
const lookedAt = 2048

// IsJSON reports a file that begins as JSON Feed does.
func IsJSON(text []byte) bool {
	start := text[:min(len(text), lookedAt)]
	return start[0] == '{' && bytes.Contains(bytes.ReplaceAll(start, []byte(`\/`), []byte("/")), []byte("://jsonfeed.org/version/"))
}

// A channel is what a feed says about itself.
type channel struct {
	format   string
	standard item.Standard
	title    string
	link     string // of the page it belongs to, absolute
	base     *url.URL
	language string
	rights   item.Rights
	creators []item.Concept
	provider item.Concept
	software []item.Text
	message  *item.Message // shared by all items
}

// host names the feed in the identifiers of entries whose own are only unique in it.
func (c *channel) host() string {
	for _, s := range []string{c.link, urlOf(c.base)} {
		if u, err := url.Parse(s); err == nil && u.Host != "" {
			return strings.TrimPrefix(strings.ToLower(u.Host), "www.") + strings.TrimSuffix(u.Path, "/")
		}
	}
	return url.PathEscape(c.title)
}

func urlOf(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.String()
}

// newItem begins an item with what holds for the whole feed.
func (c *channel) newItem(line int) *item.Item {
	it := &item.Item{
		Kind: item.News, Type: "text", Format: c.format, Line: line, Standard: c.standard, PubStatus: item.Usable,
		Provider: c.provider, Generators: c.software, Message: c.message,
	}
	if c.title != "" {
		it.Services = []item.Concept{{Name: c.title, URI: c.link}}
	}
	return it
}

// finish gives an item what its entry did not say, and its identifier.
func (m *maker) finish(guid string) item.Item {
	it, c := m.item, m.channel
	it.Language = cmp.Or(it.Language, c.language)
	if len(it.Rights) == 0 && (c.rights.Notice.Value != "" || len(c.rights.Links) > 0) {
		it.Rights = []item.Rights{c.rights}
	}
	if len(it.Creators) == 0 && len(it.Bylines) == 0 {
		it.Creators = c.creators
	}
	if it.VersionCreated.IsZero() {
		it.VersionCreated = it.FirstCreated
	}
	if it.FirstCreated.IsZero() {
		it.FirstCreated = it.VersionCreated
	}
	m.identify(guid)
	m.setTexts()
	m.attach()
	return *it
}

// identify makes the item's URI of the entry's identifier; where there is none, of its
// address; where there is none either, of its title and date.
func (m *maker) identify(guid string) {
	it := m.item
	switch {
	case isURI(guid):
		it.URI = guid
	case guid != "":
		it.URI = "urn:broadsheet:feed:" + m.host() + ":" + url.PathEscape(guid)
		it.AltIDs = append(it.AltIDs, item.AltID{Role: "guid", Value: guid})
	case m.link != "":
		it.URI = m.link
	default:
		sum := sha256.Sum256([]byte(strings.Join([]string{m.host(), it.Headline(), it.FirstCreated.String(), m.content.src, m.summary.src}, "\x00")))
		it.URI = "urn:broadsheet:sha256:" + hex.EncodeToString(sum[:])
		it.Warnings = append(it.Warnings, "its feed gave it no identifier; it has one made from its words")
	}
}

// isURI reports an identifier that is unique by itself: a scheme, and something after it.
func isURI(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || rest == "" || scheme == "" || strings.ContainsAny(s, " \t\n<>\"") {
		return false
	}
	for i, r := range strings.ToLower(scheme) {
		if (r < 'a' || r > 'z') && (i == 0 || !strings.ContainsRune("0123456789+-.", r)) {
			return false
		}
	}
	return true
}

// resolve makes an address absolute. One that cannot be is returned as it is.
func resolve(base *url.URL, href string) string {
	href = strings.TrimSpace(href)
	if href == "" || base == nil {
		return href
	}
	u, err := base.Parse(href)
	if err != nil {
		return href
	}
	return u.String()
}

// below is a base address inside another.
func below(base *url.URL, href string) *url.URL {
	if href == "" {
		return base
	}
	if u, err := url.Parse(resolve(base, href)); err == nil && u.IsAbs() {
		return u
	}
	return base
}

func tooMany(n int) error {
	if n > tree.MaxItems {
		return tree.Fault(1, "more than %d items in one file", tree.MaxItems)
	}
	return nil
}

// Parse reads a feed of any of the XML formats.
func Parse(ctx context.Context, text []byte) ([]item.Item, error) {
	root, err := tree.ParseXML(text)
	if err != nil {
		return nil, err
	}
	var entries []*tree.Node
	c := &channel{message: &item.Message{}}
	read := (*maker).readRSS
	if root.Name == "rss" || root.Name == "RDF" {
		entries = c.readRSS(root)
	} else {
		entries, read = c.readAtom(root), (*maker).readAtom
	}
	if len(entries) == 0 {
		return nil, tree.Fault(root.Line, "<%s> has no entry that could be an item", root.Name)
	}
	if err := tooMany(len(entries)); err != nil {
		return nil, err
	}
	c.seal()
	var items []item.Item
	for _, n := range entries {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m := newMaker(c, n.Line, below(c.base, n.Base()))
		items = append(items, read(m, n))
	}
	return items, nil
}

// seal is called when all is read that a feed says about itself.
func (c *channel) seal() {
	if c.base == nil {
		c.base = below(nil, c.link)
	}
	if c.provider.IsZero() {
		c.provider = item.Concept{Name: c.title, URI: c.link}
	}
}
