// Package story holds what the desk writes and the paper prints.
//
// A story has one draft, which several people may save, and any number of
// published versions, which never change. What readers see is the newest version
// of a published story; see [Live]. Where each block came from is in the text
// itself, and the byline and the contributor line follow from it.
package story

import (
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
)

// Limits of a story's lines, in bytes.
const (
	MaxHeadline    = 300
	MaxStandfirst  = 1000
	MaxDateline    = 120
	MaxSlug        = 80
	MaxByline      = 10 // names
	MaxName        = 100
	MaxContributor = 500
	MaxTopics      = 20
	maxLanguage    = 35 // BCP 47, section 4.4.1
)

// A State says where a story stands.
type State string

// The states of a story.
const (
	Draft       State = "draft"
	Published   State = "published"
	Unpublished State = "unpublished" // was published, and was taken back
)

// Content is what the desk edits.
type Content struct {
	Headline    string       `json:"headline"`
	Standfirst  string       `json:"standfirst"`
	Byline      []string     `json:"byline"` // names of the staff who wrote it; empty for the house
	Dateline    string       `json:"dateline"`
	Section     string       `json:"section"`
	Slug        string       `json:"slug"`
	Language    string       `json:"language"`    // BCP 47; empty for the paper's own
	Contributor string       `json:"contributor"` // replaces the contributor line that follows from the sources
	Topics      []string     `json:"topics"`
	Lead        id.ID        `json:"lead"` // the lead photo
	Body        richtext.Doc `json:"body"`
}

// A Story is a story as the desk sees it.
type Story struct {
	ID id.ID
	Content
	State             State
	Revision          int64 // counts what was saved
	PublishedRevision int64 // which of them readers see, when published
	Version           int   // counts what was published
	SavedBy           string
	Saved             time.Time
	Created           time.Time
	FirstPublished    time.Time // zero until then
	Updated           time.Time // last published
	Alerts            int       // open ones about it; in lists only
}

// Changed reports whether the draft differs from what readers see.
func (s *Story) Changed() bool { return s.State == Published && s.Revision != s.PublishedRevision }

// A Head is what lists show of a published story.
type Head struct {
	ID             id.ID     `json:"id"`
	Section        string    `json:"section"`
	Slug           string    `json:"slug"`
	Headline       string    `json:"headline"`
	Standfirst     string    `json:"standfirst"`
	BylineLine     string    `json:"byline"`
	WireCopy       string    `json:"wire_copy,omitempty"` // whose copy it is, as it came, when a rule published it
	Language       string    `json:"language"`
	Lead           id.ID     `json:"lead"`
	Version        int       `json:"version"`
	FirstPublished time.Time `json:"first_published"`
	Updated        time.Time `json:"updated"`
}

// Path is the story's address on the site.
func (h *Head) Path() string { return "/" + h.Section + "/" + h.Slug + "-" + h.ID.String() }

// A Live is a story as readers see it.
type Live struct {
	Head
	Byline          []string // the staff who are named in BylineLine
	Dateline        string
	Topics          []string
	Body            richtext.Doc
	ContributorLine string
	Sources         []Source
}

// A Source is somebody whose work is in a story.
type Source struct {
	Name  string `json:"name"`
	Wire  bool   `json:"wire"` // an agency, not the paper's own staff
	Text  bool   `json:"text"`
	Photo bool   `json:"photo"`
}

// A Style is how the paper words its lines.
type Style struct {
	House string // the paper's own name in a byline, as "The Broadsheet"
}

// Byline returns the byline: the staff who wrote it or else the house, and news
// services if their copy was used. A story that is all one agency's has its name.
func (st Style) Byline(names []string, sources []Source) string {
	var agencies []string
	house := false
	for _, s := range sources {
		switch {
		case s.Text && s.Wire:
			agencies = append(agencies, s.Name)
		case s.Text:
			house = true
		}
	}
	switch {
	case len(names) > 0 && len(agencies) > 0:
		return "By " + join(names) + " and news services"
	case len(names) > 0:
		return "By " + join(names)
	case len(agencies) == 1 && !house:
		return agencies[0]
	case len(agencies) > 0:
		return st.House + " and news services"
	}
	return st.House
}

// Contributors returns the line under a story that names the agencies whose copy
// or photos are in it, or "".
func (st Style) Contributors(sources []Source) string {
	var names []string
	for _, s := range sources {
		if s.Wire {
			names = append(names, s.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return join(names) + " contributed to this report."
}

// join is "A", "A and B", "A, B and C".
func join(names []string) string {
	last := len(names) - 1
	if last <= 0 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// sources lists who is in the text, in order, then who is only in its photos.
func sources(body richtext.Doc, photos []richtext.Origin) (list []Source) {
	add := func(o richtext.Origin, text, photo bool) {
		wire := o.Kind == richtext.OriginWire
		for i := range list {
			if list[i].Wire == wire && (list[i].Name == o.Name || !wire) {
				list[i].Text, list[i].Photo = list[i].Text || text, list[i].Photo || photo
				return
			}
		}
		if wire && o.Name == "" {
			return
		}
		list = append(list, Source{Name: o.Name, Wire: wire, Text: text, Photo: photo})
	}
	for i := range body.Content {
		n := &body.Content[i]
		if n.Type != richtext.TypePhoto && n.Type != richtext.TypeVideo && n.Type != richtext.TypeEmbed {
			add(n.Attrs.Origin, true, false)
		}
	}
	for _, o := range photos {
		if o.Kind == richtext.OriginWire {
			add(o, false, true)
		}
	}
	return list
}

// clean trims c's lines, fills in its slug, notes who wrote the blocks that have no
// origin, and reports what is too long or broken.
func (c *Content) clean(by *account.Account) error {
	c.Body = c.Body.WithMissingOrigin(richtext.Origin{Kind: richtext.OriginStaff, ID: by.ID.String(), Name: by.Name})
	c.Headline, c.Standfirst = oneLine(c.Headline), oneLine(c.Standfirst)
	c.Dateline, c.Contributor = oneLine(c.Dateline), oneLine(c.Contributor)
	c.Byline, c.Topics = lines(c.Byline), lines(c.Topics)
	if c.Slug = Slug(c.Slug); c.Slug == "" {
		c.Slug = Slug(c.Headline)
	}
	for _, f := range []struct {
		name, value string
		limit       int
	}{
		{"headline", c.Headline, MaxHeadline},
		{"standfirst", c.Standfirst, MaxStandfirst},
		{"dateline", c.Dateline, MaxDateline},
		{"contributor", c.Contributor, MaxContributor},
		{"language", c.Language, maxLanguage},
		{"section", c.Section, MaxSlug},
		{"byline", longest(c.Byline), MaxName},
		{"topics", longest(c.Topics), MaxName},
	} {
		if len(f.value) > f.limit {
			return &errs.Error{Kind: errs.Invalid, Field: f.name, Message: "The " + f.name + " is too long. Shorten it."}
		}
	}
	switch {
	case len(c.Byline) > MaxByline:
		return &errs.Error{Kind: errs.Invalid, Field: "byline", Message: "A byline names at most 10 people."}
	case len(c.Topics) > MaxTopics:
		return &errs.Error{Kind: errs.Invalid, Field: "topics", Message: "A story has at most 20 topics."}
	}
	return c.Body.Validate()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func lines(list []string) []string {
	out := []string{}
	for _, s := range list {
		if s = oneLine(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func longest(list []string) (s string) {
	for _, v := range list {
		if len(v) > len(s) {
			s = v
		}
	}
	return s
}

// Slug makes the part of an address out of a headline: lower-case Latin letters
// without accents, digits and hyphens, at most MaxSlug bytes, cut between words.
// Letters of other scripts are kept as they are.
func Slug(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’':
		default:
			gap = true
		}
	}
	slug := norm.NFC.String(b.String())
	if len(slug) <= MaxSlug {
		return slug
	}
	cut := strings.ToValidUTF8(slug[:MaxSlug+1], "")
	if i := strings.LastIndexByte(cut, '-'); i > MaxSlug/2 {
		return cut[:i]
	}
	return strings.ToValidUTF8(slug[:MaxSlug], "")
}

// A Problem is something that stands between a draft and its page.
type Problem struct {
	Blocks  bool   `json:"blocks"` // false: only a warning
	Field   string `json:"field"`
	Message string `json:"message"`
}
