// Package item is the model of what news agencies send, whatever format it comes in, and
// the rules that follow from it alone: when an item may be shown, what its headline and
// credit are, which of its files is the picture.
//
// A parser fills an [Item] with the functions of this package that add to it; it knows
// neither the database nor the room.
package item

import (
	"strings"
	"time"

	"broadsheet/internal/id"
)

// A Kind is what sort of thing an agency sent.
type Kind string

// The kinds. Only News and Package are for the wire list; the others are
// knowledge about the news and are kept beside it.
const (
	News      Kind = "news"      // a text, picture, video, ...
	Package   Kind = "package"   // an arrangement of other items
	Knowledge Kind = "knowledge" // one or more concepts: people, places, codes
	Planning  Kind = "planning"  // what the agency is going to cover
	Catalog   Kind = "catalog"   // vocabularies and their prefixes
)

// A Status is what may be done with an item, by the agency's word.
type Status string

// The statuses, named as in ninjs. A status that is not known is Withheld: an
// item is never shown because its agency used a word that we do not know.
const (
	Usable   Status = "usable"
	Withheld Status = "withheld" // not yet, or not any more, until further notice
	Canceled Status = "canceled" // killed: must be taken down everywhere
)

// An Item is one thing an agency sent, in one version, whatever format it came in.
// Names are ninjs 3.1's where it has one, NewsML-G2's otherwise. docs/wire.md has a
// table of where each field comes from.
//
// An Item holds no markup of its agency: bodies and descriptions are typed
// documents or plain text.
type Item struct {
	ID      id.ID  `json:"id"`  // made from URI, so that the same item is always the same ID
	URI     string `json:"uri"` // NewsML-G2 @guid
	Version string `json:"version,omitempty"`
	Kind    Kind   `json:"kind"`
	Type    string `json:"type,omitempty"` // text, picture, video, audio, graphic, composite, event, ...
	Format  string `json:"format"`         // its parser's Format: newsml-g2, ninjs, ...
	File    string `json:"file,omitempty"` // the file it came in
	Line    int    `json:"line,omitempty"` // where in the file it begins

	Standard           Standard `json:"standard,omitzero"`
	Profile            string   `json:"profile,omitempty"`
	Dialect            string   `json:"dialect,omitempty"`            // the agency profile that it was completed by; "" for the generic one
	Sequence           string   `json:"sequence,omitempty"`           // its number in the provider's service, as sent
	RepresentationType string   `json:"representationType,omitempty"` // full or partial
	ItemClass          Concept  `json:"itemClass,omitzero"`
	Message            *Message `json:"message,omitempty"` // the transmission, when there was an envelope

	// What may be done with it and when.
	PubStatus   Status    `json:"pubStatus"`
	StatusCode  Concept   `json:"statusCode,omitzero"` // the agency's own word for PubStatus
	Signals     []Concept `json:"signals,omitempty"`   // update, correction, ...
	Embargoed   Date      `json:"embargoed,omitzero"`
	Expires     []Date    `json:"expires,omitempty"`
	Urgency     int       `json:"urgency,omitempty"`  // 1 most urgent to 9; 0 unknown
	Priority    int       `json:"priority,omitempty"` // of the transmission; 1 to 9; 0 unknown
	TakeKey     string    `json:"takeKey,omitempty"`  // which delivery of its story it is, in the agency's words: 1st Ld-Writethru
	EdNotes     []Text    `json:"edNotes,omitempty"`
	Rights      []Rights  `json:"rights,omitempty"`
	Creditlines []Text    `json:"creditlines,omitempty"`

	FirstCreated    Date `json:"firstCreated,omitzero"`
	VersionCreated  Date `json:"versionCreated,omitzero"`
	ContentCreated  Date `json:"contentCreated,omitzero"`
	ContentModified Date `json:"contentModified,omitzero"`

	// Who sent it and who made it.
	Provider     Concept   `json:"provider,omitzero"`
	Services     []Concept `json:"services,omitempty"`
	Generators   []Text    `json:"generators,omitempty"` // software
	InfoSources  []Concept `json:"infoSources,omitempty"`
	Creators     []Concept `json:"creators,omitempty"`
	Contributors []Concept `json:"contributors,omitempty"`
	Bylines      []Text    `json:"bylines,omitempty"`

	// Words.
	Language     string      `json:"language,omitempty"`
	Languages    []Concept   `json:"languages,omitempty"` // each with its role, as voice-over
	Title        string      `json:"title,omitempty"`     // short, for lists
	Titles       []Text      `json:"titles,omitempty"`    // all, when they have languages or roles
	FileName     string      `json:"fileName,omitempty"`  // as the agency would name it
	Headlines    []Text      `json:"headlines,omitempty"`
	Sluglines    []Text      `json:"sluglines,omitempty"`
	Datelines    []Text      `json:"datelines,omitempty"`
	Descriptions []Body      `json:"descriptions,omitempty"` // captions, summaries, shot lists
	Bodies       []Body      `json:"bodies,omitempty"`
	Formatted    bool        `json:"formatted,omitempty"` // the text stands in columns: results, prices
	Keywords     []Text      `json:"keywords,omitempty"`
	Details      []TextValue `json:"details,omitempty"` // counts and the like: charCount, wordCount

	// What it is about, in codes.
	Located       []Concept `json:"located,omitempty"`    // where it was made
	Categories    []Concept `json:"categories,omitempty"` // one-word codes of ANPA 1312 and IPTC 7901: pl, s
	Subjects      []Concept `json:"subjects,omitempty"`
	People        []Concept `json:"people,omitempty"`
	Organisations []Concept `json:"organisations,omitempty"`
	Places        []Concept `json:"places,omitempty"` // geographic areas and points of interest
	Events        []Concept `json:"events,omitempty"`
	Objects       []Concept `json:"objects,omitempty"`
	Genres        []Concept `json:"genres,omitempty"`
	Audiences     []Concept `json:"audiences,omitempty"`
	ExclAudiences []Concept `json:"exclAudiences,omitempty"`
	SourceTypes   []Concept `json:"sourceTypes,omitempty"` // digitalSourceType
	Concepts      []Concept `json:"concepts,omitempty"`    // of a concept or knowledge item
	Assertions    []Concept `json:"assertions,omitempty"`  // what the agency says about concepts used here

	// What it hangs together with.
	AltIDs          []AltID       `json:"altIds,omitempty"`
	InstanceOf      []Concept     `json:"instanceOf,omitempty"`
	DerivedFrom     []Concept     `json:"derivedFrom,omitempty"`
	Links           []Link        `json:"links,omitempty"`
	Hops            []Hop         `json:"hops,omitempty"` // hopHistory
	Catalogs        []string      `json:"catalogs,omitempty"`
	Series          []Series      `json:"series,omitempty"`
	DUKey           *DUKey        `json:"duKey,omitempty"`
	Fixture         string        `json:"fixture,omitempty"` // the regular feature that it is an instance of
	Correction      *Correction   `json:"correction,omitempty"`
	Groups          []Group       `json:"groups,omitempty"` // of a package
	Renditions      []Rendition   `json:"renditions,omitempty"`
	Icons           []Rendition   `json:"icons,omitempty"`
	Parts           []Part        `json:"parts,omitempty"` // partMeta: shots of a video, pages
	Associations    []Association `json:"associations,omitempty"`
	TrustIndicators []Link        `json:"trustIndicators,omitempty"`

	// ninjs 3's event and planning parts, in ninjs 3.1's own shape.
	EventDetails    map[string]any   `json:"eventDetails,omitempty"`
	PlannedCoverage []map[string]any `json:"plannedCoverage,omitempty"`

	Counts   []TextValue `json:"counts,omitempty"`   // comments, views: they change without a new version
	Other    []TextValue `json:"other,omitempty"`    // everything that has no field above: its path and its value
	Warnings []string    `json:"warnings,omitempty"` // what was odd or left out, for a person
}

// A Text is a line of words with what the agency said about it.
type Text struct {
	Value       string `json:"value"`
	Role        string `json:"role,omitempty"`
	Language    string `json:"language,omitempty"`
	ContentType string `json:"contentType,omitempty"`
	Source      string `json:"source,omitempty"` // a link or version beside the text; of a dateline, how it stood in the text
}

// Private reports whether a note is for the receiving desk only. Notes are never
// published; some agencies also mark what may not leave the first desk.
func (t Text) Private() bool { return strings.Contains(strings.ToLower(t.Role), "private") }

// A TextValue is a value and the path it stood at: contentMeta/altId/@environment in
// NewsML-G2, rightsinfo.langid in ninjs.
type TextValue struct {
	Path  string `json:"path"`
	Value string `json:"value"`
}

// A Date is a point in time as an agency gave it. Time keeps the agency's offset.
// Text is set when the value is not a full date and time: a year, a day, or words.
type Date struct {
	Time time.Time `json:"time,omitzero"`
	Text string    `json:"text,omitempty"`
}

// IsZero reports whether nothing was given.
func (d Date) IsZero() bool { return d.Time.IsZero() && d.Text == "" }

// String is the date as the agency gave it.
func (d Date) String() string {
	if d.Text != "" || d.Time.IsZero() {
		return d.Text
	}
	return d.Time.Format(time.RFC3339Nano)
}

// A Standard is the version of the format.
type Standard struct {
	Name        string `json:"name,omitempty"`
	Version     string `json:"version,omitempty"`
	Schema      string `json:"schema,omitempty"`
	Conformance string `json:"conformance,omitempty"`
}

// Rights are one statement of who owns an item and what may be done with it.
type Rights struct {
	Holder     Concept     `json:"holder,omitzero"`
	Notice     Text        `json:"notice,omitzero"`
	UsageTerms []Text      `json:"usageTerms,omitempty"`
	Links      []Link      `json:"links,omitempty"`
	LangID     string      `json:"langId,omitempty"`
	Linked     string      `json:"linkedRights,omitempty"`
	Encoded    string      `json:"encodedRights,omitempty"` // a rights expression, as sent
	Details    []TextValue `json:"details,omitempty"`       // scope, parts it is for
}

// An AltID is another identifier of the same thing.
type AltID struct {
	Role        string `json:"role,omitempty"`
	Value       string `json:"value"`
	Environment string `json:"environment,omitempty"`
}

// A Link points to something else.
type Link struct {
	Rel         string      `json:"rel,omitempty"`
	Href        string      `json:"href,omitempty"`
	URI         string      `json:"uri,omitempty"` // of an item: @residref
	Version     string      `json:"version,omitempty"`
	ContentType string      `json:"contentType,omitempty"`
	Title       string      `json:"title,omitempty"`
	Details     []TextValue `json:"details,omitempty"`
}

// A Hop is one station on an item's way to us.
type Hop struct {
	Seq     string    `json:"seq,omitempty"`
	Time    Date      `json:"time,omitzero"`
	Party   Concept   `json:"party,omitzero"`
	Actions []Concept `json:"actions,omitempty"` // Role holds the target
}

// A Message is the envelope that items travelled in.
type Message struct {
	Sent         Date      `json:"sent,omitzero"`
	Sender       string    `json:"sender,omitempty"`
	TransmitID   string    `json:"transmitId,omitempty"`
	Priority     string    `json:"priority,omitempty"`
	Origin       string    `json:"origin,omitempty"`
	Channels     []string  `json:"channels,omitempty"`
	Destinations []Text    `json:"destinations,omitempty"`
	Timestamps   []Text    `json:"timestamps,omitempty"`
	Signals      []Concept `json:"signals,omitempty"`

	Details []TextValue `json:"details,omitempty"` // what else it says, by its path
}

// A Rendition is one file of a picture, video or document.
type Rendition struct {
	Name              string      `json:"name,omitempty"` // highRes, thumbnail, ...
	Href              string      `json:"href,omitempty"`
	ResidRef          string      `json:"residref,omitempty"` // the agency's identifier of the file
	ContentType       string      `json:"contentType,omitempty"`
	Title             string      `json:"title,omitempty"`
	Width             int         `json:"width,omitempty"`
	Height            int         `json:"height,omitempty"`
	SizeInBytes       int64       `json:"sizeInBytes,omitempty"`
	Duration          string      `json:"duration,omitempty"` // as sent; Seconds says how long
	DurationUnit      string      `json:"durationUnit,omitempty"`
	Format            string      `json:"format,omitempty"`
	AspectRatio       string      `json:"aspectRatio,omitempty"`
	VideoCodec        string      `json:"videoCodec,omitempty"`
	FrameRate         string      `json:"frameRate,omitempty"`
	ScanType          string      `json:"scanType,omitempty"`
	Bitrate           string      `json:"bitrate,omitempty"`
	TransportProtocol string      `json:"transportProtocol,omitempty"`
	Orientation       int         `json:"orientation,omitempty"` // as in EXIF: 1 upright to 8
	LayoutOrientation string      `json:"layoutOrientation,omitempty"`
	ColourSpace       string      `json:"colourSpace,omitempty"`
	PointOfInterest   *Point      `json:"poi,omitempty"`
	AltIDs            []AltID     `json:"altIds,omitempty"`
	Details           []TextValue `json:"details,omitempty"`

	// Bytes are the file itself where it came inside the item's own file: in a mail, or
	// as a photo by itself. They are kept where all files are, not with the item.
	Bytes []byte `json:"-"`
}

// A Point is the place in a picture that must not be cropped away, in pixels.
type Point struct {
	X int `json:"x"`
	Y int `json:"y"`
}

// A Part describes a piece of the content: a shot, a page.
type Part struct {
	ID           string      `json:"id,omitempty"`
	Seq          string      `json:"seq,omitempty"`
	Start        string      `json:"start,omitempty"`
	End          string      `json:"end,omitempty"`
	Unit         string      `json:"unit,omitempty"`
	Rendition    string      `json:"rendition,omitempty"` // which one Start and End count in
	Headlines    []Text      `json:"headlines,omitempty"`
	Descriptions []Text      `json:"descriptions,omitempty"`
	Languages    []Concept   `json:"languages,omitempty"`
	Icons        []Rendition `json:"icons,omitempty"`
	Details      []TextValue `json:"details,omitempty"`
}

// A Group arranges the parts of a package.
type Group struct {
	ID      string   `json:"id,omitempty"`
	Role    string   `json:"role,omitempty"`
	Mode    string   `json:"mode,omitempty"` // sequence, alternatives, bag
	Root    bool     `json:"root,omitempty"`
	Titles  []Text   `json:"titles,omitempty"`
	Groups  []string `json:"groups,omitempty"` // IDs of groups inside this one
	Members []Member `json:"members,omitempty"`
}

// A Member is a reference from a package to an item.
type Member struct {
	Link
	Rank         string    `json:"rank,omitempty"`
	ItemClass    Concept   `json:"itemClass,omitzero"`
	Provider     Concept   `json:"provider,omitzero"`
	PubStatus    Status    `json:"pubStatus,omitempty"`
	StatusCode   Concept   `json:"statusCode,omitzero"`
	Genres       []Concept `json:"genres,omitempty"`
	Headlines    []Text    `json:"headlines,omitempty"`
	Descriptions []Text    `json:"descriptions,omitempty"`
	Width        int       `json:"width,omitempty"`
	Height       int       `json:"height,omitempty"`
	SizeInBytes  int64     `json:"sizeInBytes,omitempty"`
}

// An Association is an item inside another: the pictures of a story.
type Association struct {
	Name string `json:"name"`
	Rel  string `json:"rel,omitempty"`
	Item Item   `json:"item"`
}

// Release returns when and whether the item may be shown to the public.
func (it *Item) Release() Release {
	r := Release{Status: it.PubStatus}
	if !it.Embargoed.IsZero() {
		r.Embargo = it.Embargoed.Time
		if r.Embargo.IsZero() {
			r.Embargo = Indefinite
		}
	}
	for _, d := range it.Expires { // where there are several dates the last one counts; one that cannot be read does not
		if d.Time.After(r.Expires) {
			r.Expires = d.Time
		}
	}
	if end := it.termsEnd(); !end.IsZero() && (r.Expires.IsZero() || end.Before(r.Expires)) {
		r.Expires = end
	}
	return r
}

// FreeAt reports whether the item may be shown to the public at a time; see [Release.FreeAt].
func (it *Item) FreeAt(now time.Time) bool { return it.Release().FreeAt(now) }

// Headline is the line to show in a list: the first headline in the item's
// language, else any headline, title, slugline or name.
func (it *Item) Headline() string {
	if h := InLanguage(it.Headlines, it.Language); h != "" {
		return h
	}
	if it.Title != "" {
		return it.Title
	}
	if s := it.Slugline(); s != "" {
		return s
	}
	for _, c := range it.Concepts {
		if c.Name != "" {
			return c.Name
		}
	}
	return it.FileName
}

// Slugline is the first slugline.
func (it *Item) Slugline() string { return InLanguage(it.Sluglines, it.Language) }

// Byline is what to print above the story: the agency's byline, else its creators.
func (it *Item) Byline() string {
	if b := InLanguage(it.Bylines, it.Language); b != "" {
		return b
	}
	var names []string
	for _, c := range it.Creators {
		if c.Name != "" {
			names = append(names, c.Name)
		}
	}
	return strings.Join(names, ", ")
}

// ProviderName is the agency's name for a person to read.
func (it *Item) ProviderName() string {
	if it.Provider.Name != "" {
		return it.Provider.Name
	}
	for _, r := range it.Rights {
		if r.Holder.Name != "" {
			return r.Holder.Name
		}
	}
	for _, c := range it.InfoSources {
		if c.Name != "" {
			return c.Name
		}
	}
	if _, code, ok := strings.Cut(it.Provider.Code, ":"); ok {
		return code
	}
	return it.Provider.Label()
}

// InLanguage returns the first text in a language, by its first part (en of en-GB),
// else the first text at all.
func InLanguage(texts []Text, lang string) string {
	want, _, _ := strings.Cut(strings.ToLower(lang), "-")
	for _, t := range texts {
		have, _, _ := strings.Cut(strings.ToLower(t.Language), "-")
		if t.Value != "" && have == want {
			return t.Value
		}
	}
	for _, t := range texts {
		if t.Value != "" {
			return t.Value
		}
	}
	return ""
}

// Joined is all the texts, a line each.
func Joined(texts []Text) string {
	var values []string
	for _, t := range texts {
		if t.Value != "" {
			values = append(values, t.Value)
		}
	}
	return strings.Join(values, "\n")
}
