// Package profile knows the dialects of news agencies.
//
// Formats are standards, but what agencies write into them is not: AP begins a story with
// "LONDON (AP) _", dpa with "London (dpa) - "; one kills a story with a take key, another
// with the first words of its headline; a time without a zone is New York's here and
// Berlin's there. A [Profile] holds what is particular to one agency, as data: a file in
// TOML, those of the large agencies embedded in the program (folder agencies), those of a
// newsroom in a folder of its own. docs/wire-profiles.md is how to write one.
//
// A parser makes an item of a file without knowing the agency. Then [Set.For] finds the
// profile, and [Profile.Apply] completes the item. Applying never loses a word: what is
// taken out of a text is in the field that it went to.
package profile

import (
	"slices"
	"time"
)

// Generic is the name of the profile of every agency that has none.
const Generic = "generic"

// A Profile is the dialect of an agency. Its shapes and wordings are followed by those of
// the generic profile, which every agency may use.
type Profile struct {
	ID string `toml:"-"` // the name of its file

	Name     string   `toml:"name"`     // the agency, for a person
	Based    []string `toml:"based_on"` // what is known and from where, for a person
	Credit   string   `toml:"credit"`   // the credit line of an item that has none
	Language string   `toml:"language"` // of an item that does not say, as a BCP 47 tag
	Timezone string   `toml:"timezone"` // of times without a zone, by its IANA name
	Charset  string   `toml:"charset"`  // of line formats; "" is found out by looking

	Detect Detect `toml:"detect"`

	// Shapes; see shape.go for how one is written.
	Datelines  []string `toml:"datelines"`  // how a first paragraph begins, up to the text
	Bylines    []string `toml:"bylines"`    // a whole first paragraph that is a byline
	Signatures []string `toml:"signatures"` // a whole last paragraph that is the desk's sign-off
	TakeKeys   []Take   `toml:"take"`
	Notes      []Note   `toml:"note"`
	Changes    []Change `toml:"change"`
	Holds      []string `toml:"embargoes"` // how a note begins that holds the item until a time

	Urgency    int               `toml:"urgency"`    // of a text whose format has none, 0 for unknown
	Urgencies  map[string]int    `toml:"urgencies"`  // priority as sent to our urgency
	Categories map[string]string `toml:"categories"` // category as sent to an IPTC code of eight digits
	Subjects   map[string]string `toml:"subjects"`   // a word of slugline, keywords or subjects to an IPTC code
	Places     map[string]string `toml:"places"`     // the agency's spelling to ours
	Fields     map[string]string `toml:"fields"`     // the path of what a parser had no field for, to a field

	zone    *time.Location // nil when there is no Timezone
	wording wording        // of the lists above
	all     wording        // the same, and that of the generic profile behind it
}

// A wording is a profile's shapes and words, ready to be looked for.
type wording struct {
	datelines  []shape
	bylines    []shape
	signatures []shape
	takes      []take
	notes      []note
	changes    []change
	embargoes  []*matcher
}

// with is the wording with another behind it.
func (w wording) with(more *wording) wording {
	return wording{
		datelines:  slices.Concat(w.datelines, more.datelines),
		bylines:    slices.Concat(w.bylines, more.bylines),
		signatures: slices.Concat(w.signatures, more.signatures),
		takes:      slices.Concat(w.takes, more.takes),
		notes:      slices.Concat(w.notes, more.notes),
		changes:    slices.Concat(w.changes, more.changes),
		embargoes:  slices.Concat(w.embargoes, more.embargoes),
	}
}

type take struct {
	words   *matcher
	urgency int
}

type note struct {
	begin *matcher
	rest  bool
}

type change struct {
	kind  string
	words *matcher
}

// Detect is how an item shows that it is the agency's.
type Detect struct {
	Names    []string `toml:"names"`    // of provider, source, credit or copyright holder, whole, in any case
	URIs     []string `toml:"uris"`     // how an identifier, a scheme or a catalog begins
	Sources  []string `toml:"sources"`  // source or service of a line format's header
	Mentions []string `toml:"mentions"` // words near the beginning of the text, as "(AP)"
}

// A Take is wording that says which delivery of a story this is.
type Take struct {
	Words   []string `toml:"words"`   // "#" stands for a number
	Urgency int      `toml:"urgency"` // of an item whose format says nothing of it; 0 leaves it
}

// A Note is a part of the text that is for desks only.
type Note struct {
	Begin []string `toml:"begin"` // how its first paragraph begins
	Rest  bool     `toml:"rest"`  // all that follows belongs to it, to the end of the text
}

// The kinds of changes.
const (
	Kill       = "kill"       // must be taken down everywhere
	Withhold   = "withhold"   // not to be used until further notice
	Correction = "correction" // something in an earlier take was wrong
	Advisory   = "advisory"   // a message to desks
)

// A Change is wording that says what an item does to an earlier one.
type Change struct {
	Kind  string   `toml:"kind"`
	Words []string `toml:"words"` // in take key, slugline, headline or note; in capitals only where they are
}
