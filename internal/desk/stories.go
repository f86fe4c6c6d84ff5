package desk

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"broadsheet/internal/id"
	"broadsheet/internal/section"
	"broadsheet/internal/story"
	"broadsheet/internal/web"
)

// storiesLength is how many lines a page of the stories has.
const storiesLength = 100

// storiesPage is the view of stories.html.
type storiesPage struct {
	Frame
	Words string
	Mine  bool
	State string
	Rows  []storyRow
	More  string
}

// storyRow is a line of the stories.
type storyRow struct {
	ID, Href, Fingerprint string
	Headline, Section     string
	By                    string
	At                    Stamp
	State                 string // "Draft", "Live", "Live, changed", "Taken down"
	Class                 string
	Moved                 string // what has come on the wire since, in words
	Alerts                int    // that nobody has handled
}

// storyStates are what a story's state is called, and its class in the style.
func storyState(st *story.Story) (name, class string) {
	switch {
	case st.Changed():
		return "Live, changed", "changed"
	case st.State == story.Published:
		return "Live", "live"
	case st.State == story.Unpublished:
		return "Taken down", "killed"
	}
	return "Draft", "unsent"
}

func (d *Desk) storiesPage(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	view := storiesPage{Words: strings.TrimSpace(q.Get("q")), Mine: q.Get("mine") == "1", State: q.Get("state")}
	filter := story.Filter{Words: view.Words, Mine: view.Mine, Limit: storiesLength + 1}
	switch s := story.State(view.State); s {
	case story.Draft, story.Published, story.Unpublished:
		filter.State = s
	default:
		view.State = ""
	}
	if ms, err := strconv.ParseInt(q.Get("before"), 10, 64); err == nil {
		filter.After = story.Cursor{Time: time.UnixMilli(ms).UTC(), ID: queryID(r, "after")}
	}
	var err error
	if view.Frame, err = d.frame(r, "Stories", "Stories"); err != nil {
		return err
	}
	list, err := d.Stories.Drafts(r.Context(), view.Me, filter)
	if err != nil {
		return err
	}
	if len(list) > storiesLength {
		list = list[:storiesLength]
		last := list[storiesLength-1]
		next := url.Values{"before": {strconv.FormatInt(last.Saved.UnixMilli(), 10)}, "after": {last.ID.String()}}
		for name, value := range map[string]string{"q": view.Words, "state": view.State, "mine": q.Get("mine")} {
			if value != "" {
				next.Set(name, value)
			}
		}
		view.More = "/desk/stories?" + next.Encode()
	}
	sections, err := d.sectionNames(r)
	if err != nil {
		return err
	}
	ids := make([]id.ID, len(list))
	for i, st := range list {
		ids[i] = st.ID
	}
	moves, err := d.Stories.MovedOf(r.Context(), view.Me, ids)
	if err != nil {
		return err
	}
	c := d.clock()
	for _, st := range list {
		row := storyRow{
			ID: st.ID.String(), Href: "/desk/stories/" + st.ID.String(), Headline: st.Headline, Section: sections[st.Section],
			By: st.SavedBy, At: c.stamp(st.Saved), Fingerprint: strconv.FormatInt(st.Revision, 10) + "-" + strconv.Itoa(st.Version) + "-" + strconv.Itoa(st.Alerts),
			Alerts: st.Alerts,
		}
		row.State, row.Class = storyState(st)
		row.Moved = d.movedLine(moves[st.ID])
		row.Fingerprint += "-" + row.Moved
		view.Rows = append(view.Rows, row)
	}
	return d.show(w, r, "stories", view)
}

func (d *Desk) sectionNames(r *http.Request) (map[string]string, error) {
	list, err := d.Sections.List(r.Context())
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, s := range list {
		names[s.Slug] = s.Name
	}
	return names, nil
}

// storyNew begins a story in the first section and opens it.
func (d *Desk) storyNew(w http.ResponseWriter, r *http.Request) error {
	by := web.Account(r.Context())
	st, err := d.Stories.Create(r.Context(), by, story.Content{Byline: []string{by.Name}, Language: d.Language})
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/desk/stories/"+st.ID.String(), http.StatusSeeOther)
	return nil
}

// editorPage is the view of editor.html.
type editorPage struct {
	Frame
	Story    editorStory
	Headline string
	Sections []section.Section
	Versions []storyVersion
	Copies   int // versions kept because of a conflict, not settled yet
}

type storyVersion struct {
	Number int
	At     Stamp
	By     string
}

func (d *Desk) editorPage(w http.ResponseWriter, r *http.Request) error {
	ctx, by := r.Context(), web.Account(r.Context())
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	st, err := d.Stories.Draft(ctx, by, id)
	if err != nil {
		return err
	}
	view := editorPage{Headline: st.Headline}
	title := st.Headline
	if title == "" {
		title = "New story"
	}
	if view.Frame, err = d.frame(r, title, "Stories"); err != nil {
		return err
	}
	if view.Story, err = d.editorStory(ctx, by, st); err != nil {
		return err
	}
	if view.Sections, err = d.Sections.List(ctx); err != nil {
		return err
	}
	versions, err := d.Stories.Versions(ctx, by, id)
	if err != nil {
		return err
	}
	c := d.clock()
	for _, v := range versions {
		view.Versions = append(view.Versions, storyVersion{Number: v.Number, At: c.stamp(v.Published), By: v.PublishedBy})
	}
	kept, err := d.Stories.Copies(ctx, by, id)
	if err != nil {
		return err
	}
	view.Copies = len(kept)
	return d.show(w, r, "editor", view)
}

func (d *Desk) preview(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	draft, err := d.Stories.Preview(r.Context(), web.Account(r.Context()), id)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Set("X-Robots-Tag", "noindex")
	return d.Preview(w, r, draft)
}
