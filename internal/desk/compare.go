package desk

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
	"broadsheet/internal/richtext/compare"
	"broadsheet/internal/story"
	"broadsheet/internal/web"
	"broadsheet/internal/wire"
	"broadsheet/internal/wire/family"
)

// comparePage is the view of wire-compare.html: two takes, word by word.
type comparePage struct {
	Frame
	Back     string
	Old, New comparedTake
	Headline richtext.Edits
	Rows     []compareRow
	Changes  int
}

// comparedTake is one side.
type comparedTake struct {
	Href, Agency, Version string
	At                    Stamp
	Language              string
}

// compareRow is a block, or what became of it.
type compareRow struct {
	State     compare.State
	Edits     richtext.Edits // of a changed one
	Block     richtext.Doc   // of another
	Form      bool           // changed in its shape alone: words that were made strong, a link
	Crosshead bool
	Render    richtext.Renderer
}

func (d *Desk) wireCompare(w http.ResponseWriter, r *http.Request) error {
	ctx, by := r.Context(), web.Account(r.Context())
	chosen, err := pathID(r, "id")
	if err != nil {
		return err
	}
	entry, err := d.Wire.Entry(ctx, by, chosen)
	if err != nil {
		return err
	}
	with, err := d.comparedWith(r, chosen, entry.Arrived)
	if err != nil {
		return err
	}
	versions := []id.ID{with, entry.Arrived}
	slices.Sort(versions) // the one that came first is the old one
	before, err := d.Wire.Version(ctx, by, versions[0])
	if err != nil {
		return err
	}
	after, err := d.Wire.Version(ctx, by, versions[1])
	if err != nil {
		return err
	}
	view := comparePage{
		Back: "/desk/wire/" + chosen.String(), Old: d.compared(before, versions[0]), New: d.compared(after, versions[1]),
		Headline: compare.Words(before.Headline(), after.Headline()), Rows: compareRows(before.Story(), after.Story()),
	}
	for i := range view.Rows {
		if view.Rows[i].State != compare.Same {
			view.Changes++
		}
	}
	if view.Frame, err = d.frame(r, "Differences: "+after.Headline(), "Wire"); err != nil {
		return err
	}
	return d.show(w, r, "wire-compare", view)
}

// comparedWith is the version that the address names, else the one before the current one.
func (d *Desk) comparedWith(r *http.Request, item, current id.ID) (id.ID, error) {
	if with := queryID(r, "with"); with != 0 {
		return with, nil
	}
	versions, err := d.Wire.Versions(r.Context(), web.Account(r.Context()), item)
	if err != nil {
		return 0, err
	}
	for _, v := range versions {
		if v.Arrived < current {
			return v.Arrived, nil
		}
	}
	return 0, errs.E(errs.NotFound, "There is no other version to compare it with.")
}

func (d *Desk) compared(it *wire.Item, arrived id.ID) comparedTake {
	return comparedTake{
		Href: "/desk/wire/" + it.ID.String(), Agency: it.ProviderName(), Version: it.Version, At: d.clock().stamp(arrived.Time()), Language: it.Language,
	}
}

func compareRows(before, after richtext.Doc) (rows []compareRow) {
	for _, one := range compare.Blocks(before, after) {
		rows = append(rows, compareRowOf(&one))
	}
	return rows
}

func compareRowOf(one *compare.Row) compareRow {
	row := compareRow{State: one.State, Render: richtext.ExportRenderer()}
	block := one.New
	if block == nil {
		block = one.Old
	}
	row.Block = richtext.Doc{Content: []richtext.Node{*block}}
	row.Crosshead = block.Type == richtext.TypeCrosshead
	if one.State == compare.Changed {
		old, now := richtext.Doc{Content: []richtext.Node{*one.Old}}.Text(), row.Block.Text()
		row.Edits, row.Form = compare.Words(old, now), old == now
	}
	return row
}

// movedPage is the view of moved.html: what of a story's wire has moved on, and the
// difference, block by block, to what was used and to what stands in the story.
type movedPage struct {
	Frame
	Story string
	Moves []movedView
}

type movedView struct {
	Item, Version string
	Says          string // "Meridian’s 2nd lead came at 4:12 p.m."
	Kill          bool
	Headline      richtext.Edits
	Href, Compare string
	Rows          []movedRow
	Same          int // blocks that are as they were
}

// movedRow is a block that is another now. The three documents are for the script, which
// puts them into the text.
type movedRow struct {
	compareRow
	Name  string // what the button does
	Now   string // the new block, as JSON; "" when it is gone
	Ours  string // our block that was made of the old one, as JSON; "" when there is none
	After string // our block that it follows, as JSON; "" for the beginning
	Have  richtext.Doc
	Said  bool // our block is word for word what is new
}

func (d *Desk) movedPage(w http.ResponseWriter, r *http.Request) error {
	ctx, by := r.Context(), web.Account(r.Context())
	storyID, err := pathID(r, "id")
	if err != nil {
		return err
	}
	st, err := d.Stories.Draft(ctx, by, storyID)
	if err != nil {
		return err
	}
	moves, err := d.Stories.Moved(ctx, by, storyID)
	if err != nil {
		return err
	}
	view := movedPage{Story: storyID.String()}
	for i := range moves {
		one, err := d.movedView(r, &moves[i], st.Body)
		if err != nil {
			return err
		}
		view.Moves = append(view.Moves, one)
	}
	if r.URL.Query().Get("part") == "" {
		if view.Frame, err = d.frame(r, "What moved on: "+st.Headline, "Stories"); err != nil {
			return err
		}
	}
	return d.show(w, r, "moved", view)
}

// says is the line about a move.
func (d *Desk) says(m *story.Move) string {
	c := d.clock()
	name := "new version"
	switch s := &m.Now.Sign; {
	case s.Killed:
		name = "kill"
	case s.Role == family.Kill || s.Role == family.Correction:
		name = string(s.Role)
	case s.Role == family.Lead && s.Number > 0:
		name = ordinal(s.Number) + " lead"
	case s.Through:
		name = "write-through"
	case m.Now.Item != m.Item:
		name = "new lead"
	}
	return m.Now.Agency + "’s " + name + " came at " + c.stamp(m.Now.Version.Time()).Text
}

func (d *Desk) movedView(r *http.Request, m *story.Move, ours richtext.Doc) (v movedView, err error) {
	ctx, by := r.Context(), web.Account(r.Context())
	used, err := d.Wire.Version(ctx, by, max(m.Version, m.Seen))
	if err != nil {
		return v, err
	}
	now, err := d.Wire.Version(ctx, by, m.Now.Version)
	if err != nil {
		return v, err
	}
	v = movedView{
		Item: m.Item.String(), Version: m.Now.Version.String(), Says: d.says(m), Kill: m.Now.Sign.Killed || m.Now.Sign.Role == family.Kill,
		Headline: compare.Words(used.Headline(), now.Headline()), Href: "/desk/wire/" + m.Now.Item.String(),
		Compare: "/desk/wire/" + m.Now.Item.String() + "/compare?with=" + max(m.Version, m.Seen).String(),
	}
	if v.Kill { // there is nothing to take from it
		return v, nil
	}
	before := used.Story()
	after := now.Story().WithMissingOrigin(now.Origin())
	mine := matchOurs(before, ours)
	last := -1 // our block that stands for the row before
	for _, one := range compare.Blocks(before, after) {
		at := -1
		if one.Old != nil {
			at = mine[one.OldAt]
		}
		if one.State == compare.Same {
			v.Same++
		} else if row, err := movedRowOf(&one, ours, at, last); err != nil {
			return v, err
		} else if !row.Said {
			v.Rows = append(v.Rows, row)
		}
		if at >= 0 {
			last = at
		}
	}
	return v, nil
}

func movedRowOf(one *compare.Row, ours richtext.Doc, at, last int) (row movedRow, err error) {
	row = movedRow{compareRow: compareRowOf(one), Name: map[compare.State]string{
		compare.Changed: "Take over", compare.Added: "Put in", compare.Removed: "Take out",
	}[one.State]}
	put := func(to *string, n *richtext.Node) {
		raw, failed := json.Marshal(richtext.Doc{Content: []richtext.Node{*n}})
		*to, err = string(raw), failed
	}
	if one.New != nil {
		put(&row.Now, one.New)
	}
	if at >= 0 {
		put(&row.Ours, &ours.Content[at])
		row.Have = richtext.Doc{Content: ours.Content[at : at+1]}
		row.Said = one.New != nil && row.Have.Text() == row.Block.Text()
	}
	row.Said = row.Said || one.State == compare.Removed && at < 0 // we have taken it out ourselves
	if last >= 0 {
		put(&row.After, &ours.Content[last])
	}
	return row, err
}

// matchOurs finds, for each block of what was used, the block of the story that was made
// of it: -1 when there is none any more.
func matchOurs(used, ours richtext.Doc) []int {
	mine := make([]int, len(used.Content))
	for i := range mine {
		mine[i] = -1
	}
	for _, row := range compare.Blocks(used, ours) {
		if row.Old != nil && row.New != nil {
			mine[row.OldAt] = row.NewAt
		}
	}
	return mine
}

// movedAnswer says that somebody has looked at a move.
func (d *Desk) movedAnswer(w http.ResponseWriter, r *http.Request) error {
	storyID, err := pathID(r, "id")
	if err != nil {
		return err
	}
	item, err := id.Parse(r.FormValue("item"))
	if err != nil {
		return err
	}
	version, err := id.Parse(r.FormValue("version"))
	if err != nil {
		return err
	}
	a := story.LookedAt
	if r.FormValue("answer") == string(story.TakenOver) {
		a = story.TakenOver
	}
	if err := d.Stories.AnswerMove(r.Context(), web.Account(r.Context()), storyID, item, version, a); err != nil {
		return err
	}
	return done(w, r, "/desk/stories/"+storyID.String(), "done")
}

// movedLine is the line in the list of stories.
func (d *Desk) movedLine(moves []story.Move) string {
	switch len(moves) {
	case 0:
		return ""
	case 1:
		return d.says(&moves[0])
	}
	return d.says(&moves[0]) + ", and " + strconv.Itoa(len(moves)-1) + " more"
}
