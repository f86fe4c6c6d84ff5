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

// Keys are what c's relatives will find it by, and find are what it looks for them
// by. They are not the same: a text finds a sidebar by the beginning of its name, but
// two sidebars are not each other's.
func (s *Sign) Keys(c *Clues) (own, find []Key) {
	both := func(k Kind, value string) {
		own, find = append(own, key(k, s.Agency, "=", value)), append(find, key(k, s.Agency, "=", value))
	}
	// An item is found by its identifiers; others find it by linking there. Which kind it
	// is follows from the one that links, so it is known under each.
	names := append([]string{c.Item.String()}, c.Names[:min(len(c.Names), maxNames)]...)
	for _, k := range []Kind{ByUpdate, ByLink, ByMember} {
		for _, name := range names {
			own = append(own, key(k, s.Agency, "is", name))
			find = append(find, key(k, s.Agency, "to", name))
		}
	}
	link := func(k Kind, to id.ID) {
		own = append(own, key(k, s.Agency, "to", to.String()))
		find = append(find, key(k, s.Agency, "is", to.String()))
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
	for _, name := range c.Stories[:min(len(c.Stories), maxNames)] {
		both(ByStory, Normal(name))
	}
	for _, name := range c.Series[:min(len(c.Series), maxNames)] {
		both(BySeries, Normal(name))
	}
	o, f := s.slugKeys()
	return append(own, o...), append(find, f...)
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
