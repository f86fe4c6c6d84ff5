package desk

import (
	"net/http"
	"strconv"
	"strings"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/web"
	"broadsheet/internal/wire"
	"broadsheet/internal/wire/family"
)

// wireFamily is the view of wire-family.html: where an item stands in its story, and
// where it was used.
type wireFamily struct {
	Item     string // its ID
	Branches []wireBranch
	Packages []wireTake
	Newest   *wireTake // of the item's agency, when that is another take
	Takes    int
	More     bool
	Why      string // why the item is in this family, in words
	Used     []wireUse
	MayMove  bool
}

// wireBranch is what one agency has sent.
type wireBranch struct {
	Agency string
	Takes  []wireTake
}

// wireTake is a take in the tree.
type wireTake struct {
	Href, Headline string
	What           string // "2nd lead, write-through"
	Fate           string // "killed", "corrected", or "" while it stands or was merely replaced
	Replaced, Dead bool
	Here           bool // it is what one reads
	At             Stamp
	Compare        string // address of the difference to what one reads; "" when there is nothing to compare
	Under          []wireTake
}

// wireUse is a story that the item was used in.
type wireUse struct{ Href, Headline, State, Class, Which string }

// wireFamily returns nil for an item of which there is nothing to show.
func (d *Desk) wireFamily(r *http.Request, e *wire.Entry, query string) (*wireFamily, error) {
	ctx, by := r.Context(), web.Account(r.Context())
	f, err := d.Wire.Family(ctx, by, e.ID)
	if err != nil {
		return nil, err
	}
	v := &wireFamily{Item: e.ID.String(), MayMove: by.May(account.StoryWrite) && f.ID != 0, More: f.More, Why: d.whyHere(f)}
	t := treeView{d: d, f: f, here: e, query: query}
	for _, b := range f.Branches {
		v.Branches = append(v.Branches, t.branch(b))
		if b.Lead != nil && b.Lead.Item != e.ID && b.Agency == family.Normal(e.Provider) {
			newest := t.take(b.Lead)
			v.Newest = &newest
		}
	}
	for i := range f.Packages {
		p := &f.Packages[i]
		v.Packages = append(v.Packages, wireTake{Href: "/desk/wire/" + p.ID.String() + query, Headline: p.Headline, At: d.clock().stamp(p.Arrived.Time())})
	}
	v.Takes = t.count
	if v.Used, err = d.usedIn(r, e); err != nil {
		return nil, err
	}
	if v.Takes <= 1 && len(v.Packages) == 0 && len(v.Used) == 0 && f.Why != family.ByHand {
		return nil, nil //nolint:nilnil // stated above
	}
	return v, nil
}

// treeView turns a family into what the page shows.
type treeView struct {
	d     *Desk
	f     *wire.Family
	here  *wire.Entry
	query string
	count int
}

func (t *treeView) branch(b *family.Branch) wireBranch {
	v := wireBranch{Agency: b.Agency}
	add := func(n *family.Node) {
		if e, ok := t.f.Entries[n.Item]; ok && e.Provider != "" {
			v.Agency = e.Provider
		}
		v.Takes = append(v.Takes, t.take(n))
	}
	if b.Lead != nil {
		add(b.Lead)
	}
	for _, n := range b.Others {
		add(n)
	}
	return v
}

func (t *treeView) take(n *family.Node) wireTake {
	t.count++
	v := wireTake{
		Href: "/desk/wire/" + n.Item.String() + t.query, Headline: n.Headline, What: roleName(&n.Sign, n.Current), At: t.d.clock().stamp(n.Sent),
		Replaced: n.Fate == family.Replaced, Dead: n.Fate == family.Killed, Here: n.Arrived == t.here.Arrived,
	}
	if n.Fate == family.Killed || n.Fate == family.Corrected {
		v.Fate = string(n.Fate)
	}
	if !v.Here && n.Sign.Role != family.Photo && n.Sign.Role != family.Collection {
		v.Compare = "/desk/wire/" + t.here.ID.String() + "/compare?with=" + n.Arrived.String()
	}
	for _, u := range n.Under {
		v.Under = append(v.Under, t.take(u))
	}
	return v
}

// roleName is what a take is called.
func roleName(s *family.Sign, current bool) string {
	name := map[family.Role]string{
		family.Flash: "Flash", family.Urgent: "Urgent", family.Lead: "Story", family.Part: "Take", family.Correction: "Correction", family.Kill: "Kill",
		family.Advisory: "Advisory", family.Sidebar: "Sidebar", family.Photo: "Photo", family.Collection: "Package",
	}[s.Role]
	if s.Number > 0 {
		switch s.Role {
		case family.Lead, family.Sidebar:
			name = ordinal(s.Number) + " lead"
		case family.Part:
			name = ordinal(s.Number) + " take"
		case family.Kill, family.Correction:
			name += " of the " + ordinal(s.Number) + " lead"
		case family.Flash, family.Urgent, family.Advisory, family.Photo, family.Collection:
		}
	}
	if s.Through {
		name += ", write-through"
	}
	if s.Corrects {
		name += ", corrects"
	}
	if !current {
		name += ", earlier version"
	}
	return name
}

func ordinal(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}

// whyHere says what an item was joined by.
func (d *Desk) whyHere(f *wire.Family) string {
	switch f.Why {
	case family.ByHand:
		if f.MovedBy == "" {
			return "Put here by hand."
		}
		return "Put here by " + f.MovedBy + ", " + d.clock().stamp(f.Moved).Text + "."
	case family.ByUpdate:
		return "Its agency says that it is a new form of another take."
	case family.ByStory:
		return "Its agency gives the story the same identifier."
	case family.ByLink:
		return "Another take links to it, or it links there."
	case family.ByMember:
		return "It is in a package with another take."
	case family.BySeries:
		return "It is of the same series."
	case family.BySlug:
		return "It has the story’s slugline."
	case family.ByText:
		return "Its text is like another agency’s (" + strconv.Itoa(int(f.Likeness*100)) + " of 100 names and figures)."
	case family.Alone:
	}
	return ""
}

// usedIn lists the drafts and pages that hold an item, and which version of it.
func (d *Desk) usedIn(r *http.Request, e *wire.Entry) (list []wireUse, err error) {
	ctx, by := r.Context(), web.Account(r.Context())
	stories, err := d.Stories.UsedIn(ctx, by, e.ID)
	if err != nil {
		return nil, err
	}
	uses, err := d.Stories.Uses(ctx, by, e.ID)
	if err != nil {
		return nil, err
	}
	version := map[id.ID]id.ID{}
	for _, u := range uses {
		version[u.Story] = u.Version
	}
	for _, st := range stories {
		u := wireUse{Headline: st.Headline, Which: "this version"}
		if by.May(account.StoryWrite) {
			u.Href = "/desk/stories/" + st.ID.String()
		}
		u.State, u.Class = storyState(st)
		switch used := version[st.ID]; {
		case used == 0:
			u.Which = ""
		case used != e.Arrived:
			u.Which = "the version of " + d.clock().stamp(used.Time()).Text
		}
		list = append(list, u)
	}
	return list, nil
}

// wireMove moves an item out of its family, or into that of another item, which may be
// given by its address.
func (d *Desk) wireMove(w http.ResponseWriter, r *http.Request) error {
	ctx, by := r.Context(), web.Account(r.Context())
	item, err := pathID(r, "id")
	if err != nil {
		return err
	}
	back := "/desk/wire/" + item.String()
	to := strings.TrimSpace(r.FormValue("to"))
	if to == "" {
		if err := d.Wire.MoveOut(ctx, by, item); err != nil {
			return err
		}
		return done(w, r, back, "done")
	}
	to, _, _ = strings.Cut(to[strings.LastIndexByte(to, '/')+1:], "?")
	relative, err := id.Parse(to)
	if err != nil {
		return &errs.Error{Kind: errs.Invalid, Field: "to", Message: "Give the address of an item on the wire, as the browser shows it."}
	}
	if err := d.Wire.MoveTo(ctx, by, item, relative); err != nil {
		return err
	}
	return done(w, r, back, "done")
}
