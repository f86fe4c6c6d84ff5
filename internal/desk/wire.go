package desk

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"broadsheet/internal/account"
	"broadsheet/internal/id"
	"broadsheet/internal/web"
	"broadsheet/internal/wire"
)

const (
	wireLength  = 100 // lines of a page of the wire
	lightLength = 60  // items of a page of the light table
)

// wirePage is the view of wire.html.
type wirePage struct {
	Frame
	Filter    wireFilter
	Services  []string
	Choices   wire.Choices
	Urgencies []urgency
	Statuses  []choice
	Searches  []wireSearch
	Current   *wireSearch // the saved search that the filter is
	Rows      []wireRow
	Shots     []wireShot // on the light table
	More      string     // address of the next page, or ""
	Item      *wireItem
	MayTokens bool
	MayRules  bool
}

// urgency is a choice of the filter.
type urgency struct {
	Value int
	Name  string
}

type choice struct{ Value, Name string }

var (
	urgencies = []urgency{{1, "Flash only (1)"}, {2, "Urgent (1–2)"}, {3, "1 to 3"}, {4, "1 to 4"}, {5, "1 to 5"}}
	statuses  = []choice{{"usable", "Usable"}, {"embargo", "With an embargo"}, {"withheld", "Withheld"}, {"canceled", "Killed"}}
)

// wireFilter is the filter as the form shows it.
type wireFilter struct {
	wire.Filter
	Light bool   // as a light table
	Query string // the filter in an address, with its question mark, or ""
	More  int    // how many fields are set that do not stand in the first line
}

// wireSearch is a saved search.
type wireSearch struct {
	wire.Search
	Href string
	New  int // items of it that its reader has not seen
	Seen string
}

// wireRow is a line of the list.
type wireRow struct {
	ID, Href, Fingerprint, Order string
	Headline, Slug, Service      string
	Type                         string // but for texts
	Urgency, Versions, Photos    int
	Words                        int
	At                           Stamp
	Urgent, Embargoed, Killed    bool
	Withheld, Expired, Current   bool
	HiddenBy                     string
}

func readWireFilter(r *http.Request) wireFilter {
	q := r.URL.Query()
	shown := wireFilter{Filter: wire.ParseFilter(q), Light: q.Get("view") == "light"}
	shown.Limit = wireLength + 1
	if shown.Light {
		shown.Limit = lightLength + 1
	}
	keep := shown.Values()
	for name := range keep {
		if name != "q" && name != "service" && name != "urgency" {
			shown.More++
		}
	}
	if shown.Light {
		keep.Set("view", "light")
	}
	if len(keep) > 0 {
		shown.Query = "?" + keep.Encode()
	}
	return shown
}

// Chosen reports whether anything is filtered.
func (f wireFilter) Chosen() bool { return len(f.Values()) > 0 }

// Saved is the filter as a saved search keeps it.
func (f wireFilter) Saved() string { return f.Values().Encode() }

func (d *Desk) wirePage(w http.ResponseWriter, r *http.Request) (err error) {
	view := wirePage{Urgencies: urgencies, Statuses: statuses, Filter: readWireFilter(r)}
	var chosen id.ID
	if r.PathValue("id") != "" {
		if chosen, err = pathID(r, "id"); err != nil {
			return err
		}
		if view.Item, err = d.wireItem(r, chosen, &view.Filter); err != nil {
			return err
		}
	}
	part := r.URL.Query().Get("part")
	if part == "read" {
		return d.show(w, r, "wire", view)
	}
	if part == "" {
		if err := d.wireAround(r, &view); err != nil {
			return err
		}
	}
	if view.Filter.Light {
		err = d.wireShots(r, &view, chosen)
	} else {
		err = d.wireRows(r, &view, chosen)
	}
	if err != nil {
		return err
	}
	return d.show(w, r, "wire", view)
}

// wireAround fills in what stands around the list.
func (d *Desk) wireAround(r *http.Request, view *wirePage) (err error) {
	ctx, by := r.Context(), web.Account(r.Context())
	title := "Wire"
	if view.Item != nil {
		title = view.Item.Headline
	}
	if view.Frame, err = d.frame(r, title, "Wire"); err != nil {
		return err
	}
	view.MayTokens, view.MayRules = by.May(account.AccountManage), by.May(account.WireRules)
	sources, err := d.Wire.Services(ctx, by)
	if err != nil {
		return err
	}
	for _, s := range sources {
		view.Services = append(view.Services, s.Name)
	}
	if view.Choices, err = d.Wire.Choices(ctx, by); err != nil {
		return err
	}
	return d.wireSearches(r, view)
}

func (d *Desk) wireSearches(r *http.Request, view *wirePage) error {
	list, err := d.Wire.Searches(r.Context(), view.Me)
	if err != nil {
		return err
	}
	now := view.Filter.Saved()
	for _, s := range list {
		one := wireSearch{Search: s, Href: "/desk/wire?" + s.Query}
		for _, n := range view.Notices {
			if n.ID == s.ID.String() {
				one.New, one.Seen = n.Items, n.Seen
			}
		}
		view.Searches = append(view.Searches, one)
	}
	for i := range view.Searches {
		if s := &view.Searches[i]; s.Query == now && (view.Current == nil || s.Own) {
			view.Current = s
		}
	}
	return nil
}

func (d *Desk) wireRows(r *http.Request, view *wirePage, chosen id.ID) error {
	list, err := d.Wire.List(r.Context(), web.Account(r.Context()), view.Filter.Filter)
	if err != nil {
		return err
	}
	if len(list) > wireLength {
		list = list[:wireLength]
		view.More = view.Filter.after(list[wireLength-1].Arrived)
	}
	for i := range list {
		row := d.wireRow(&list[i], view.Filter.Query)
		row.Current = list[i].ID == chosen
		view.Rows = append(view.Rows, row)
	}
	return nil
}

// after is the address of the page that follows an entry.
func (f wireFilter) after(last id.ID) string {
	v := f.Values()
	v.Set("after", last.String())
	if f.Light {
		v.Set("view", "light")
	}
	return "/desk/wire?" + v.Encode()
}

func (d *Desk) wireRow(e *wire.Entry, query string) wireRow {
	c := d.clock()
	row := wireRow{
		ID: e.ID.String(), Href: "/desk/wire/" + e.ID.String() + query, Fingerprint: e.Arrived.String() + strconv.FormatInt(e.Hidden.Unix(), 36), Order: e.Arrived.String(),
		Headline: e.Headline, Slug: e.Slugline, Service: e.Service,
		Urgency: e.Urgency, Urgent: e.Urgency > 0 && e.Urgency <= 2, Versions: e.Versions, Photos: e.Photos, Words: e.Words,
		At: c.stamp(e.Arrived.Time()), Embargoed: e.EmbargoedAt(c.now), Killed: e.Status == wire.Canceled,
		Withheld: e.Status == wire.Withheld, Expired: e.ExpiredAt(c.now), HiddenBy: e.HiddenBy,
	}
	if e.Type != "" && e.Type != "text" {
		row.Type = strings.ToUpper(e.Type[:1]) + e.Type[1:]
	}
	return row
}

// queryOf is a query without the parts that only say how a page is shown.
func queryOf(v url.Values) string {
	for _, name := range []string{"part", "after", "n", "version", "said"} {
		v.Del(name)
	}
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}
