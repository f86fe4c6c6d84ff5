// Package discussion is what readers say under a story: comments and replies,
// votes, reports, what moderators do about them, and the ranking of the
// discussions in which most is going on.
//
// A comment is held, live or removed. Only live comments are shown, counted and
// ranked; a removed one that has replies keeps its place in the thread, empty.
// Votes are only ever for something, once a person, and can be taken back.
//
// Nothing here costs more because a discussion is long: a thread is read from
// an index whose order is the order of reading (threads.go), counts are kept
// beside the story's ID, and the ranking is one index scan (heat.go).
package discussion

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
)

// Limits of what people may send.
const (
	MaxBody   = 5000 // bytes of Markdown in a comment
	MaxNote   = 1000 // bytes of text in a report
	MaxRuling = 500  // bytes of a moderator's reason
	MaxKey    = 64   // bytes of a client's key
	MaxDepth  = 16   // replies deeper than this are kept in the order of time
)

// A State says who may see a comment.
type State string

// The states of a comment.
const (
	Held    State = "held"    // waits for a moderator; seen by moderators only
	Live    State = "live"    // shown to everyone
	Removed State = "removed" // taken down; its place stays if there are replies
)

// A Reason is why a reader reports a comment.
type Reason string

// The reasons for a report.
const (
	OffTopic Reason = "off topic"
	Abusive  Reason = "abusive"
	Spam     Reason = "spam"
	Illegal  Reason = "illegal"
	Other    Reason = "other" // needs a note
)

// Reasons lists the reasons in the order in which a form offers them.
func Reasons() []Reason { return []Reason{OffTopic, Abusive, Spam, Illegal, Other} }

// A Comment is one contribution to the discussion of a story. Of a comment that
// is not live, the functions for readers give only its place: no author, no text.
type Comment struct {
	ID         id.ID
	StoryID    id.ID
	ParentID   id.ID // zero at the root of a thread
	RootID     id.ID // itself at the root of a thread
	AuthorID   id.ID
	AuthorName string // as it was when the comment was posted
	Staff      bool   // the author worked for the paper then
	Body       richtext.Doc
	Text       string // the body without marks
	State      State
	HeldFor    string // why it was held, for moderators
	Votes      int
	Depth      int // 0 at the root; see Threads
	Children   int // direct replies shown
	Replies    int // at the root: all replies shown in the thread
	Reports    int // not yet answered, for moderators
	Posted     time.Time
}

// place is where a comment stands, for those who may not read it.
func (c *Comment) place() Comment {
	return Comment{
		ID: c.ID, StoryID: c.StoryID, ParentID: c.ParentID, RootID: c.RootID, State: c.State,
		Depth: c.Depth, Children: c.Children, Replies: c.Replies, Posted: c.Posted,
	}
}

// A Draft is a comment that somebody wants to post.
type Draft struct {
	StoryID  id.ID
	ParentID id.ID  // the comment it answers, or zero
	Markdown string // see richtext.FromMarkdown
	Key      string // made by the client, new for each comment; the same one twice is one comment. May be empty
}

func (d *Draft) validate() error {
	switch {
	case strings.TrimSpace(d.Markdown) == "":
		return invalid("body", "Write something first.")
	case len(d.Markdown) > MaxBody:
		return invalid("body", "That is too long by %d characters. A comment can have about %d.", len(d.Markdown)-MaxBody, MaxBody)
	case !utf8.ValidString(d.Markdown) || strings.ContainsRune(d.Markdown, 0):
		return invalid("body", "That text has characters that cannot be shown. Type it again without them.")
	case len(d.Key) > MaxKey || !utf8.ValidString(d.Key) || strings.ContainsRune(d.Key, 0):
		return invalid("key", "A comment's key is text of at most %d bytes.", MaxKey)
	}
	return nil
}

func cleanReport(reason Reason, note string) (string, error) {
	note = strings.TrimSpace(note)
	switch {
	case !slices.Contains(Reasons(), reason):
		return "", invalid("reason", "Choose why you report it: off topic, abusive, spam, illegal or other.")
	case len(note) > MaxNote || !utf8.ValidString(note) || strings.ContainsRune(note, 0):
		return "", invalid("text", "Say it in at most %d characters.", MaxNote)
	case reason == Other && note == "":
		return "", invalid("text", "Say in a few words what is wrong with the comment.")
	}
	return note, nil
}

func cleanRuling(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return "", invalid("reason", "Give a reason. It is kept with your name, and other moderators see it.")
	case len(reason) > MaxRuling || !utf8.ValidString(reason) || strings.ContainsRune(reason, 0):
		return "", invalid("reason", "Give the reason in at most %d characters.", MaxRuling)
	}
	return reason, nil
}

func invalid(field, format string, args ...any) error {
	err := errs.E(errs.Invalid, format, args...)
	err.Field = field
	return err
}

// Counts are the figures of one discussion.
type Counts struct {
	Comments int  // live ones
	Votes    int  // Own and those for live comments together: what is shown
	Own      int  // for the discussion itself
	Open     bool // comments and votes are taken
}

// Ranked is a line of the ranking.
type Ranked struct {
	StoryID  id.ID
	Votes    int
	Comments int
}
