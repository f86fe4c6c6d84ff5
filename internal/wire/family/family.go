// Package family knows which of an agency's items tell one story, and what each is
// to the others: the flash, the urgent, the leads one after another, takes and
// additions, write-throughs, corrections, kills, sidebars, photos.
//
// It is pure: it reads no database and no clock. [Patterns.Read] makes a [Sign] of
// what an agency wrote about an item; [Sign.Traces] are what a relative of it can be
// found by; [Choose] says which family a newcomer belongs to; [Build] arranges the
// takes of a family as a tree. A take is one version of one item.
//
// Between agencies, which have no keys in common, texts are compared by their
// likeness; see [Fingerprint].
package family

import (
	"time"

	"broadsheet/internal/id"
)

// A Role is what a take is to its family.
type Role string

// The roles. The first three are the main line of a story: each newer one replaces
// those before it.
const (
	Flash      Role = "flash"      // a line: it has happened
	Urgent     Role = "urgent"     // a paragraph or two; also called bulletin or alert
	Lead       Role = "lead"       // the story, as it is known now
	Part       Role = "take"       // goes on where the lead ends: "2nd Take", "Adds"
	Correction Role = "correction" // says what was wrong
	Kill       Role = "kill"       // orders not to use another item
	Advisory   Role = "advisory"   // a word to editors
	Sidebar    Role = "sidebar"    // a story beside the story
	Photo      Role = "photo"      // a picture, graphic, video or sound
	Collection Role = "package"    // an arrangement of the others
)

// main reports whether takes of this role replace each other.
func (r Role) main() bool { return r == Flash || r == Urgent || r == Lead }

// Clues are what an agency says of an item, in its own words. Only Item is required.
type Clues struct {
	Item     id.ID
	Agency   string // the provider's name
	Type     string // IPTC's: text, picture, composite, …
	Package  bool
	Slugline string
	TakeKey  string // where the format has a field for it; else it is looked for in Slugline
	Headline string
	Note     string // to editors
	Genres   []string
	Signals  []string // update, correction, …
	Urgency  int      // 1 to 9; 0 unknown
	Words    int      // of the text
	Killed   bool     // this version of the item takes it back

	Names   []id.ID  // other identifiers of the item itself
	Stories []string // identifiers that all takes of the story have: NITF's du-key
	Series  []string // names of series that it is part of
	Links   []Link   // to other items
	Members []id.ID  // of a package
}

// A Link is one from an item to another of the same agency.
type Link struct {
	To id.ID

	// Update is true when the agency says that the item is a new form of the other
	// one, or was made from it. Else the other one is only worth seeing, too.
	Update bool
}

// A Sign is what Clues come to.
type Sign struct {
	Role     Role
	Number   int    // of a lead or take; of a kill or correction: of the lead that it is about; 0 when none is said
	Through  bool   // a write-through: the whole story anew, with all takes before it
	Corrects bool   // a lead that also puts something right
	Agency   string // normalised
	Slug     string // normalised: the story's name, without what belongs to the take
	Base     string // Slug without the words that make it a sidebar; the same when it is none
	Title    string // the headline without marks such as "URGENT", normalised
	Killed   bool
}

// A Take is one version of one item, as Build needs it.
type Take struct {
	Item     id.ID
	Arrived  id.ID // names the version, in the order of arrival
	Sent     time.Time
	Current  bool // the item's current version
	Sign     Sign
	Targets  []id.ID // items that it names by link or identifier; for kills and corrections
	Headline string  // as it is shown
}
