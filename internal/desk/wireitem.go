package desk

import (
	"cmp"
	"net/http"
	"strings"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
	"broadsheet/internal/story"
	"broadsheet/internal/web"
	"broadsheet/internal/wire"
)

// wireItem is the item at the right.
type wireItem struct {
	wireRow
	Byline, Dateline, Credit string
	Version                  string
	Older                    Stamp // of the version that is shown, if it is not the current one
	Language                 string
	EdNotes                  []string
	Embargo                  string // when it ends, in words
	Copy                     richtext.Doc
	Render                   richtext.Renderer
	Pictures                 []wirePicture
	Shot                     *wirePicture // the one that is looked at on the light table
	Facts                    []fact
	History                  []wireVersion
	Tags                     []wire.Tag
	TagLine                  string
	Rules                    []string
	Family                   *wireFamily
	Drafts                   []choice // stories that a photo can be put into
	Warnings                 []string
	HiddenAt                 Stamp
	Back, Query              string
	MayUse, MaySort          bool
}

type fact struct{ Name, Value string }

type wireVersion struct {
	At      Stamp
	Href    string
	Version string
	Status  string
	File    string
	Current bool
	Shown   bool
}

// maxDraftsOffered is how many drafts a photo can be put into at once.
const maxDraftsOffered = 12

func (d *Desk) wireItem(r *http.Request, chosen id.ID, f *wireFilter) (*wireItem, error) {
	ctx, by := r.Context(), web.Account(r.Context())
	entry, err := d.Wire.Entry(ctx, by, chosen)
	if kind, _ := errs.Of(err); kind == errs.NotFound {
		return nil, errs.E(errs.NotFound, "This item is not on the wire.")
	}
	if err != nil {
		return nil, err
	}
	v := &wireItem{wireRow: d.wireRow(&entry, f.Query), Back: "/desk/wire" + f.Query, Query: f.Query, HiddenAt: d.clock().stamp(entry.Hidden)}
	it, err := d.wireVersion(r, v, &entry)
	if err != nil {
		return nil, err
	}
	v.Byline, v.Dateline, v.Credit = it.Byline(), first(it.Datelines), first(it.Creditlines)
	v.Version, v.Language, v.Warnings = it.Version, it.Language, it.Warnings
	v.MayUse, v.MaySort = by.May(account.StoryWrite) && it.PubStatus != wire.Canceled, by.May(account.WireSort)
	v.Copy, v.Render = it.Story(), richtext.Renderer{LinkRel: "noreferrer"}
	v.Embargo = d.embargo(it)
	for _, n := range it.EdNotes {
		v.EdNotes = append(v.EdNotes, n.Value)
	}
	v.Facts = facts(it)
	if v.Family, err = d.wireFamily(r, &entry, f.Query); err != nil {
		return nil, err
	}
	if v.Pictures, err = d.pictures(r, it); err != nil {
		return nil, err
	}
	if f.Light && len(v.Pictures) > 0 {
		v.Shot = &v.Pictures[min(pictureNumber(r.URL.Query().Get("n")), len(v.Pictures)-1)]
	}
	return v, d.wireSurroundings(r, v, chosen)
}

// wireVersion returns the version that is asked for, or the current one.
func (d *Desk) wireVersion(r *http.Request, v *wireItem, entry *wire.Entry) (*wire.Item, error) {
	ctx, by := r.Context(), web.Account(r.Context())
	versions, err := d.Wire.Versions(ctx, by, entry.ID)
	if err != nil {
		return nil, err
	}
	shown := cmp.Or(queryID(r, "version"), entry.Arrived)
	for _, one := range versions {
		v.History = append(v.History, wireVersion{
			At: d.clock().stamp(one.Received()), Version: one.Version, Status: string(one.Status), File: one.File, Current: one.Current,
			Href: "/desk/wire/" + v.ID + addTo(v.Query, "version="+one.Arrived.String()), Shown: one.Arrived == shown,
		})
	}
	if shown == entry.Arrived {
		return d.Wire.Get(ctx, by, entry.ID)
	}
	v.Older = d.clock().stamp(shown.Time())
	it, err := d.Wire.GetVersion(ctx, by, entry.ID, shown)
	if err == nil && it.Headline() != "" {
		v.Headline = it.Headline()
	}
	return it, err
}

// wireSurroundings fills in what the desk has made of an item.
func (d *Desk) wireSurroundings(r *http.Request, v *wireItem, item id.ID) (err error) {
	ctx, by := r.Context(), web.Account(r.Context())
	if v.Tags, err = d.Wire.Tags(ctx, by, item); err != nil {
		return err
	}
	var names []string
	for _, t := range v.Tags {
		names = append(names, t.Name)
	}
	v.TagLine = strings.Join(names, ", ")
	if v.Rules, err = d.Wire.RulesOf(ctx, by, item); err != nil {
		return err
	}
	if !v.MayUse || len(v.Pictures) == 0 {
		return nil
	}
	drafts, err := d.Stories.Drafts(ctx, by, story.Filter{State: story.Draft, Limit: maxDraftsOffered})
	for _, st := range drafts {
		v.Drafts = append(v.Drafts, choice{st.ID.String(), cmp.Or(st.Headline, "Without a headline")})
	}
	return err
}

// addTo adds a parameter to a query that is empty or begins with a question mark.
func addTo(query, parameter string) string {
	if query == "" {
		return "?" + parameter
	}
	return query + "&" + parameter
}

func (d *Desk) embargo(it *wire.Item) string {
	switch t := it.Embargoed; {
	case t.IsZero():
		return ""
	case t.Time.IsZero():
		return cmp.Or(t.Text, "until a newer version lifts it")
	default:
		c := d.clock()
		return "until " + t.Time.In(d.Zone).Format("Monday, January 2, ") + c.hour(t.Time.In(d.Zone)) + " " + t.Time.In(d.Zone).Format("MST")
	}
}

func first(texts []wire.Text) string {
	if len(texts) == 0 {
		return ""
	}
	return texts[0].Value
}

// facts are what the desk wants to know of an item, in the order in which it asks.
func facts(it *wire.Item) (list []fact) {
	add := func(name, value string) {
		if value != "" {
			list = append(list, fact{name, value})
		}
	}
	concepts := func(name string, all []wire.Concept) {
		var labels []string
		for _, c := range all {
			label := c.Label()
			if c.Role != "" && c.Name != "" {
				label += " (" + c.Role + ")"
			}
			labels = append(labels, label)
		}
		add(name, strings.Join(labels, ", "))
	}
	add("Source", it.ProviderName())
	concepts("Information from", it.InfoSources)
	add("Slugline", it.Slugline())
	concepts("People", it.People)
	concepts("Places", it.Places)
	concepts("Organisations", it.Organisations)
	concepts("Subjects", it.Subjects)
	concepts("Events", it.Events)
	concepts("Genre", it.Genres)
	for _, rights := range it.Rights {
		add("Rights", rights.Notice.Value)
		for _, terms := range rights.UsageTerms {
			add("Usage terms", terms.Value)
		}
	}
	plans(it, add)
	concepts("Describes", it.Concepts[:min(len(it.Concepts), maxDescribed)])
	add("Language", it.Language)
	add("Identifier", it.URI)
	return list
}

// maxDescribed is how many of a vocabulary's concepts are named.
const maxDescribed = 50

// plans are what an event or a planning item says of when, where and by whom. The names
// are those of ninjs 3.1's eventDetails and plannedCoverage.
func plans(it *wire.Item, add func(name, value string)) {
	if dates, ok := it.EventDetails["dates"].(map[string]any); ok {
		add("Begins", text(dates, "startDate", "expectedStartDate"))
		add("Ends", text(dates, "endDate", "expectedEndDate"))
	}
	for _, coverage := range it.PlannedCoverage[:min(len(it.PlannedCoverage), maxDescribed)] {
		var parts []string
		dates, _ := coverage["dates"].(map[string]any)
		for _, part := range []string{
			text(coverage, "type"), text(coverage, "title"), text(dates, "startDate", "expectedStartDate"), text(coverage, "edNote"),
		} {
			if part != "" {
				parts = append(parts, part)
			}
		}
		add("Planned", strings.Join(parts, ", "))
	}
}

// text is the first of the members with these names that is a text.
func text(m map[string]any, names ...string) string {
	for _, name := range names {
		if s, ok := m[name].(string); ok && s != "" {
			return s
		}
	}
	return ""
}
