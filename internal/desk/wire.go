package desk

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
	"broadsheet/internal/web"
	"broadsheet/internal/wire"
)

// wireLength is how many lines a page of the wire has.
const wireLength = 100

// wirePage is the view of wire.html.
type wirePage struct {
	Frame
	Filter    wireFilter
	Services  []string
	Urgencies []urgency
	Rows      []wireRow
	More      string // address of the next page, or ""
	Item      *wireItem
	MayTokens bool
}

// urgency is a choice of the filter.
type urgency struct {
	Value int
	Name  string
}

var urgencies = []urgency{{1, "Flash only (1)"}, {2, "Urgent (1–2)"}, {3, "1 to 3"}, {4, "1 to 4"}, {5, "1 to 5"}}

// wireFilter is the filter as the form shows it.
type wireFilter struct {
	Words, Service string
	Urgency        int
	Query          string // the filter in an address, with its question mark, or ""
}

// wireRow is a line of the list.
type wireRow struct {
	ID, Href, Fingerprint      string
	Headline, Slug, Service    string
	Urgency, Versions, Photos  int
	Words                      int
	At                         Stamp
	Urgent, Embargoed, Killed  bool
	Withheld, Expired, Current bool
}

// wireItem is the item at the right.
type wireItem struct {
	wireRow
	Byline, Dateline, Credit string
	Version                  string
	Language                 string
	EdNotes                  []string
	Embargo                  string // when it ends, in words
	Copy                     richtext.Doc
	Render                   richtext.Renderer
	Pictures                 []wirePicture
	Facts                    []fact
	History                  []wireVersion
	Warnings                 []string
	Back                     string
	MayUse                   bool
	Family                   *wireFamily
}

type fact struct{ Name, Value string }

type wirePicture struct {
	Src, Alt, Caption, Credit, Size string
	Waiting                         string // why there is no picture to see
}

type wireVersion struct {
	At      Stamp
	Version string
	Status  string
	File    string
	Current bool
}

func readWireFilter(r *http.Request) (wire.Filter, wireFilter) {
	q := r.URL.Query()
	shown := wireFilter{Words: strings.TrimSpace(q.Get("q")), Service: q.Get("service")}
	shown.Urgency, _ = strconv.Atoi(q.Get("urgency"))
	if shown.Urgency < 0 || shown.Urgency > 9 {
		shown.Urgency = 0
	}
	keep := url.Values{}
	if shown.Words != "" {
		keep.Set("q", shown.Words)
	}
	if shown.Service != "" {
		keep.Set("service", shown.Service)
	}
	if shown.Urgency > 0 {
		keep.Set("urgency", strconv.Itoa(shown.Urgency))
	}
	if len(keep) > 0 {
		shown.Query = "?" + keep.Encode()
	}
	return wire.Filter{
		Words: shown.Words, Service: shown.Service, UrgencyMax: shown.Urgency, After: queryID(r, "after"), Limit: wireLength + 1,
	}, shown
}

func (d *Desk) wirePage(w http.ResponseWriter, r *http.Request) (err error) {
	ctx, by := r.Context(), web.Account(r.Context())
	view := wirePage{Urgencies: urgencies, MayTokens: by.May(account.AccountManage)}
	var chosen id.ID
	if r.PathValue("id") != "" {
		if chosen, err = pathID(r, "id"); err != nil {
			return err
		}
	}
	var filter wire.Filter
	filter, view.Filter = readWireFilter(r)
	if chosen != 0 {
		if view.Item, err = d.wireItem(r, chosen, view.Filter.Query); err != nil {
			return err
		}
	}
	title := "Wire"
	if view.Item != nil {
		title = view.Item.Headline
	}
	if r.URL.Query().Get("part") == "read" {
		return d.show(w, r, "wire", view)
	}
	if view.Frame, err = d.frame(r, title, "Wire"); err != nil {
		return err
	}
	sources, err := d.Wire.Services(ctx, by)
	if err != nil {
		return err
	}
	for _, s := range sources {
		view.Services = append(view.Services, s.Name)
	}
	list, err := d.Wire.List(ctx, by, filter)
	if err != nil {
		return err
	}
	if len(list) > wireLength {
		list = list[:wireLength]
		view.More = "/desk/wire" + cmp.Or(view.Filter.Query, "?")
		view.More += "&after=" + list[wireLength-1].Arrived.String()
	}
	for i := range list {
		row := d.wireRow(&list[i], view.Filter.Query)
		row.Current = list[i].ID == chosen
		view.Rows = append(view.Rows, row)
	}
	return d.show(w, r, "wire", view)
}

func (d *Desk) wireRow(e *wire.Entry, query string) wireRow {
	c := d.clock()
	return wireRow{
		ID: e.ID.String(), Href: "/desk/wire/" + e.ID.String() + query, Fingerprint: e.Arrived.String(),
		Headline: e.Headline, Slug: e.Slugline, Service: e.Service,
		Urgency: e.Urgency, Urgent: e.Urgency > 0 && e.Urgency <= 2, Versions: e.Versions, Photos: e.Photos, Words: e.Words,
		At: c.stamp(e.Arrived.Time()), Embargoed: e.EmbargoedAt(c.now), Killed: e.Status == wire.Canceled,
		Withheld: e.Status == wire.Withheld, Expired: e.ExpiredAt(c.now),
	}
}

func (d *Desk) wireItem(r *http.Request, chosen id.ID, query string) (*wireItem, error) {
	ctx, by := r.Context(), web.Account(r.Context())
	entry, err := d.Wire.Entry(ctx, by, chosen)
	if kind, _ := errs.Of(err); kind == errs.NotFound {
		return nil, errs.E(errs.NotFound, "This item is not on the wire.")
	}
	if err != nil {
		return nil, err
	}
	it, err := d.Wire.Get(ctx, by, chosen)
	if err != nil {
		return nil, err
	}
	versions, err := d.Wire.Versions(ctx, by, chosen)
	if err != nil {
		return nil, err
	}
	v := &wireItem{
		wireRow: d.wireRow(&entry, query), Byline: it.Byline(), Dateline: first(it.Datelines), Credit: first(it.Creditlines),
		Version: it.Version, Language: it.Language, Warnings: it.Warnings, Back: "/desk/wire" + query,
		MayUse: by.May(account.StoryWrite) && it.PubStatus != wire.Canceled,
	}
	v.Copy, v.Render = it.Story(), richtext.Renderer{LinkRel: "noreferrer"}
	v.Embargo = d.embargo(it)
	for _, n := range it.EdNotes {
		v.EdNotes = append(v.EdNotes, n.Value)
	}
	v.Facts = facts(it)
	if v.Family, err = d.wireFamily(r, &entry, query); err != nil {
		return nil, err
	}
	if v.Pictures, err = d.pictures(r, it); err != nil {
		return nil, err
	}
	for _, one := range versions {
		v.History = append(v.History, wireVersion{
			At: d.clock().stamp(one.Received()), Version: one.Version, Status: string(one.Status), File: one.File, Current: one.Current,
		})
	}
	return v, nil
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

// pictures are the pictures of an item, as the desk may see them.
func (d *Desk) pictures(r *http.Request, it *wire.Item) ([]wirePicture, error) {
	photos, err := d.Wire.Photos(r.Context(), web.Account(r.Context()), it)
	if err != nil {
		return nil, err
	}
	var list []wirePicture
	for i := range photos {
		p := &photos[i]
		one := wirePicture{Alt: p.Alt, Caption: cmp.Or(p.Caption, p.Title), Credit: cmp.Or(p.Credit, p.Photographer, p.Origin.Name)}
		if p.Width > 0 {
			one.Size = strconv.Itoa(p.Width) + " × " + strconv.Itoa(p.Height)
		}
		if p.Key == "" {
			one.Waiting = cmp.Or(p.Problem, "The picture has not come yet.")
		} else {
			one.Src = "/desk/wire/" + it.ID.String() + "/pictures/" + strconv.Itoa(i)
		}
		list = append(list, one)
	}
	return list, nil
}

// wirePicture serves the n-th picture of an item, as the agency sent it, to the desk alone.
func (d *Desk) wirePicture(w http.ResponseWriter, r *http.Request) (err error) {
	item, err := pathID(r, "id")
	if err != nil {
		return err
	}
	it, err := d.Wire.Get(r.Context(), web.Account(r.Context()), item)
	if err != nil {
		return err
	}
	photos, err := d.Wire.Photos(r.Context(), web.Account(r.Context()), it)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 0 || n >= len(photos) {
		return errs.E(errs.NotFound, "This item has no such picture.")
	}
	f, err := photos[n].Open(r.Context())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	head := make([]byte, 512)
	size, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	kind := http.DetectContentType(head[:size])
	if !strings.HasPrefix(kind, "image/") {
		return errs.E(errs.NotFound, "This file is not a picture that can be shown.")
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	w.Header().Set("Cache-Control", "private, max-age=3600")
	http.ServeContent(w, r, "", time.Time{}, f)
	return nil
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
	add("Language", it.Language)
	add("Identifier", it.URI)
	return list
}

// wireUse makes a story of an item and opens it.
func (d *Desk) wireUse(w http.ResponseWriter, r *http.Request) error {
	item, err := pathID(r, "id")
	if err != nil {
		return err
	}
	st, problems, err := d.Stories.FromWire(r.Context(), web.Account(r.Context()), item)
	if err != nil {
		return err
	}
	to := "/desk/stories/" + st.ID.String()
	if len(problems) > 0 {
		to += "?said=left"
	}
	http.Redirect(w, r, to, http.StatusSeeOther) //nolint:gosec // made of an ID
	return nil
}
