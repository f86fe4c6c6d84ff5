package site

import (
	"cmp"
	"html/template"

	"broadsheet/internal/discussion"
)

// Frame is what surrounds every page: the head, the masthead and the foot.
type Frame struct {
	Lang, Dir   string
	Paper       string // its name
	Tagline     string
	Title       string // of the document, without the paper's name
	Description string
	Canonical   string // absolute; "" for pages that nobody should link to
	Feed        string
	Feeds       []FeedLink // that give whole stories to other newsrooms
	Class       string     // of the body: "front", "small section", "small story"
	Section     string     // slug, for its colour and its place in the navigation
	Sections    []SectionLink
	Today       Stamp
	Style       template.CSS
	Script      string
	Icon        string
	Fonts       []string
	Social      *Social
	Article     *NewsArticle
	Live        string // address of the event stream of this page, "" for none
}

// SectionLink is an entry of the navigation.
type SectionLink struct {
	Slug, Name string
	Current    bool
}

// Social is what a link to the page looks like elsewhere (Open Graph).
type Social struct {
	Type, Title, Description, URL, Image, ImageAlt string
	ImageWidth, ImageHeight                        int
	Published, Modified                            string
}

// Stamp is an instant for people and for programs.
type Stamp struct{ ISO, Text string }

// Picture is a photo in the sizes it exists in.
type Picture struct {
	Src, Srcset, Sizes string
	Alt                string
	Width, Height      int
	Title              string
	Caption            string
	Credit             string
	Eager              bool // in view when the page opens
}

// GonePhoto stands where readers may not see a photo. Its words are empty where they
// may not be read either.
type GonePhoto struct {
	Expired         bool
	Caption, Credit string
}

// with is the photo with a block's own words where it has any.
func (g GonePhoto) with(caption, credit string) GonePhoto {
	if g.Expired {
		g.Caption, g.Credit = cmp.Or(caption, g.Caption), cmp.Or(credit, g.Credit)
	}
	return g
}

// Item is a story as the front page and the sections list it.
type Item struct {
	ID         string
	Path       string
	Section    string // slug
	Label      string // name of the section
	Headline   string
	Standfirst string
	Picture    *Picture
	Published  Stamp
	Votes      int
	Comments   int
	Level      int // of its heading: 2 or 3
}

// FrontPage is the first page of the paper.
type FrontPage struct {
	Frame
	Lead    *Item
	Seconds []Item
	Rivers  []River // beside the ranking
	Pairs   []River // below it
	Ranking string  // slot
}

// River is what a section has on the front page.
type River struct {
	Slug, Name string
	First      *Item
	More       []Item
}

// SectionPage lists the stories of a section, newest first.
type SectionPage struct {
	Frame
	Name    string
	Items   []Item
	Older   string // address of the next page, "" on the last
	Newer   bool   // this is not the first page
	Ranking string // slot
}

// StoryPage is a published story without its discussion, which has a slot.
type StoryPage struct {
	Frame
	ID          string
	Path        string
	Label       string
	Headline    string
	Standfirst  string
	Byline      string
	WireCopy    string // whose text it is, as it came; "" when somebody here has worked on it
	Dateline    string
	Published   Stamp
	Updated     *Stamp
	Lead        *Picture
	LeadGone    *GonePhoto
	Body        template.HTML //nolint:forbidigo // made by richtext
	Contributor string
	Topics      []string
	Comments    string // slot: the count
	Discussion  string // slot
	Ranking     string // slot
}

// Link is a name and where it leads.
type Link struct{ Name, URL string }

// Video is a film inside a story. Nothing of it is loaded before it is wanted.
type Video struct {
	URL      string // where it can be seen without our script
	Player   string // address for a frame; "" when Source is set
	Source   string // a file of our own
	Captions string
	Title    string
	Provider string
	Length   string // "2:31"
	Poster   *Picture
}

// Discussion is the part of a page below the text of a story.
type Discussion struct {
	StoryID   string
	StoryPath string
	Address   string // of its own page
	Open      bool
	Headline  string
	Votes     int
	Comments  int
	Threads   []Comment
	Sort      string
	After     string // ID before that of any event that the page does not show yet
	Sorts     []SortLink
	More      string // address of further threads
	ReplyTo   *Comment
	Draft     string
	Error     string
	MaxLength int
	Whole     bool // on its own page
}

// SortLink is a way to order a discussion.
type SortLink struct {
	Name, URL string
	Current   bool
}

// Comment is a comment with what was answered to it.
type Comment struct {
	ID       string
	StoryID  string
	Author   string
	AuthorID string
	Staff    bool
	Posted   Stamp
	Votes    int
	Body     template.HTML //nolint:forbidigo // made by richtext
	Removed  bool
	Depth    int
	Replies  []Comment
}

// DiscussionPage is a discussion on a page of its own.
type DiscussionPage struct {
	Frame
	Back       Link
	Discussion Discussion
	Ranking    string // slot
}

// Ranking is the list of the most active discussions.
type Ranking struct {
	Entries []RankedStory
	Level   int
}

// RankedStory is an entry of the ranking.
type RankedStory struct {
	ID       string
	Path     string
	Headline string
	Votes    int
	Comments int
}

// RankingPage is the ranking with its rule.
type RankingPage struct {
	Frame
	Entries []RankedStory
	Rule    discussion.Rule
}

// FormPage is any page that asks for something: the account pages, a report.
type FormPage struct {
	Frame
	Heading string
	Error   string
	Next    string // where to go afterwards, a path of this site
	Values  FormValues
}

// FormValues is what was typed, shown again when it could not be taken.
type FormValues struct {
	Email, Name, Token string
	Draft, Then        string // a comment that waits for its author to sign in
	Parent             string
}

// ReportPage asks what is wrong with a comment.
type ReportPage struct {
	Frame
	Comment Comment
	Reasons []Reason
	Error   string
	Chosen  string
	Text    string
	Done    bool
	Back    string
}

// Reason is why somebody reports a comment.
type Reason struct{ Value, Name string }

// NoticePage says one thing.
type NoticePage struct {
	Frame
	Heading string
	Text    string
	Links   []Link
	Request string // ID under which the log has it; "" for none
}

// ModeratePage asks a moderator for a decision.
type ModeratePage struct {
	Frame
	Comment Comment
	Back    string
}
