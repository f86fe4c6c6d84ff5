package family

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"time"

	"broadsheet/internal/id"
)

// A Kind is what two items have in common.
type Kind string

// The kinds, the surest first.
const (
	ByHand   Kind = "hand"     // an editor said so
	ByUpdate Kind = "update"   // one says that it is a new form of the other
	ByStory  Kind = "story"    // an identifier of the story
	ByLink   Kind = "link"     // one links to the other
	ByMember Kind = "member"   // one is a package that holds the other
	BySeries Kind = "series"   // a series
	BySlug   Kind = "slugline" // the story's name, in one agency
	ByText   Kind = "text"     // the likeness of the words
	Alone    Kind = "alone"    // nothing: the item begins a family
)

// A Key is something that relatives have in common, in a form for looking up.
type Key struct {
	Kind Kind
	Hash int64 // positive
}

// How long before an item its relatives are looked for. A story without marks is
// taken for the next one of its name only for so long as running stories are sent on,
// which is shorter than the day between one market report and the next.
const (
	Window     = 72 * time.Hour
	SlugWindow = 14 * time.Hour
	TextWindow = 36 * time.Hour // for likeness alone
)

// Limits of what is used of an item.
const (
	maxLinks    = 100
	maxNames    = 20
	maxPrefixes = 6 // words of a slugline
)

// Traces are what an item is found by and finds others by. Own and Find are not the
// same: a text finds a sidebar by the beginning of its name, but two sidebars are not
// each other's.
type Traces struct {
	Own  []Key
	Find []Key
	To   map[id.ID]Kind // items that it names, if they are here
}

// Traces gives what c and its relatives find each other by.
func (s *Sign) Traces(c *Clues) (t Traces) {
	t.To = map[id.ID]Kind{}
	link := func(k Kind, to id.ID) {
		if _, known := t.To[to]; !known && to != c.Item {
			t.To[to] = k
			t.Own = append(t.Own, key(k, s.Agency, "to", to.String()))
		}
	}
	for _, l := range c.Links[:min(len(c.Links), maxLinks)] {
		if l.Update {
			link(ByUpdate, l.To)
		} else {
			link(ByLink, l.To)
		}
	}
	for _, to := range c.Members[:min(len(c.Members), maxLinks)] {
		link(ByMember, to)
	}
	for _, k := range []Kind{ByUpdate, ByLink, ByMember} { // those that have named it before it came
		for _, name := range append([]id.ID{c.Item}, c.Names[:min(len(c.Names), maxNames)]...) {
			t.Find = append(t.Find, key(k, s.Agency, "to", name.String()))
		}
	}
	both := func(keys ...Key) { t.Own, t.Find = append(t.Own, keys...), append(t.Find, keys...) }
	for _, name := range c.Names[:min(len(c.Names), maxNames)] { // two items with one other name are one thing
		both(key(ByUpdate, s.Agency, "=", name.String()))
	}
	for _, name := range c.Stories[:min(len(c.Stories), maxNames)] {
		both(key(ByStory, s.Agency, "=", Normal(name)))
	}
	for _, name := range c.Series[:min(len(c.Series), maxNames)] {
		both(key(BySeries, s.Agency, "=", Normal(name)))
	}
	own, find := s.slugKeys()
	t.Own, t.Find = append(t.Own, own...), append(t.Find, find...)
	return t
}

// slugKeys: a name finds itself, and names that go on from it and are gone on from.
func (s *Sign) slugKeys() (own, find []Key) {
	if s.Base == "" {
		return nil, nil
	}
	own = []Key{key(BySlug, s.Agency, "=", s.Base)}
	find = []Key{own[0], key(BySlug, s.Agency, "from", s.Base)}
	words := strings.Fields(s.Base)
	for n := 2; n < min(len(words), maxPrefixes); n++ { // one word alone is not the name of a story
		begin := strings.Join(words[:n], " ")
		own = append(own, key(BySlug, s.Agency, "from", begin))
		find = append(find, key(BySlug, s.Agency, "=", begin))
	}
	return own, find
}

func key(k Kind, parts ...string) Key {
	sum := sha256.Sum256([]byte(string(k) + "\x00" + strings.Join(parts, "\x00")))
	return Key{k, int64(binary.BigEndian.Uint64(sum[:8]) >> 1)}
}
