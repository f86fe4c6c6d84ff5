package desk

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"

	"broadsheet/internal/discussion"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
	"broadsheet/internal/web"
)

// discussionPage is the view of discussion.html.
type discussionPage struct {
	Frame
	Show    string // which list: "", "recent" or "removed"
	Story   string // only under this story, or ""
	Rows    []commentRow
	More    string
	Reasons []ruling
}

// ruling is a reason for which a comment is removed, by one key.
type ruling struct{ Key, Word, Reason string }

// rulings are the reasons that moderators give, in the order of their keys.
var rulings = []ruling{
	{"1", "Abusive", "Abusive or insulting"},
	{"2", "Spam", "Spam or advertising"},
	{"3", "Off topic", "Off topic"},
	{"4", "Illegal", "Breaks the law"},
	{"5", "Private", "Names private matters"},
}

// commentRow is a comment with what moderators know of it.
type commentRow struct {
	ID, Fingerprint    string
	Author             string
	Staff              bool
	At                 Stamp
	Story, StoryHref   string
	Said               richtext.Doc
	Render             richtext.Renderer
	State              string
	Live, Held, Gone   bool
	HeldFor            string
	Votes, Reports     int
	Why                []reportLine
	Href               string // on the site
	OnlyStory, OnlyWho string
}

type reportLine struct{ Reason, Note, By string }

func (d *Desk) discussionPage(w http.ResponseWriter, r *http.Request) (err error) {
	q := r.URL.Query()
	view := discussionPage{Show: q.Get("show"), Reasons: rulings}
	filter := discussion.Filter{After: q.Get("after"), StoryID: queryID(r, "story"), Limit: 50}
	switch view.Show {
	case "recent":
		filter.States = []discussion.State{discussion.Live, discussion.Held}
	case "removed":
		filter.States = []discussion.State{discussion.Removed}
	default:
		view.Show, filter.Waiting = "", true
	}
	if view.Frame, err = d.frame(r, "Discussion", "Discussion"); err != nil {
		return err
	}
	page, err := d.Discussion.Queue(r.Context(), view.Me, filter)
	if err != nil {
		return err
	}
	if filter.StoryID != 0 {
		view.Story = filter.StoryID.String()
	}
	if page.Next != "" {
		view.More = "/desk/discussion?" + url.Values{"show": {view.Show}, "story": {view.Story}, "after": {page.Next}}.Encode()
	}
	var stories []id.ID
	for i := range page.Items {
		stories = append(stories, page.Items[i].StoryID)
	}
	heads, err := d.Stories.LiveByIDs(r.Context(), stories)
	if err != nil {
		return err
	}
	for i := range page.Items {
		row := d.commentRow(&page.Items[i])
		if head, ok := heads[page.Items[i].StoryID]; ok {
			row.Story, row.StoryHref = head.Headline, head.Path()
		}
		row.Href = "/discussions/" + page.Items[i].StoryID.String() + "#c" + row.ID
		row.Story = cmp.Or(row.Story, "A story that is not published")
		view.Rows = append(view.Rows, row)
	}
	return d.show(w, r, "discussion", view)
}

func (d *Desk) commentRow(q *discussion.Queued) commentRow {
	row := commentRow{
		ID: q.ID.String(), Author: q.AuthorName, Staff: q.Staff, At: d.clock().stamp(q.Posted),
		Said: q.Body, Render: richtext.Renderer{LinkRel: "ugc nofollow noreferrer"}, State: string(q.State),
		Live: q.State == discussion.Live, Held: q.State == discussion.Held, Gone: q.State == discussion.Removed,
		HeldFor: q.HeldFor, Votes: q.Votes, Reports: q.Reports, OnlyStory: "/desk/discussion?show=recent&story=" + q.StoryID.String(),
	}
	for _, report := range q.Open {
		row.Why = append(row.Why, reportLine{string(report.Reason), report.Note, report.ReporterName})
	}
	row.Fingerprint = row.State + "-" + strconv.Itoa(row.Reports)
	return row
}

// moderate does to a comment what a moderator pressed.
func (d *Desk) moderate(w http.ResponseWriter, r *http.Request) error {
	comment, err := pathID(r, "id")
	if err != nil {
		return err
	}
	action, reason := discussion.Action(r.FormValue("action")), r.FormValue("reason")
	if why := r.FormValue("remove"); why != "" { // a button that says the reason
		action, reason = discussion.Remove, why
	}
	switch action {
	case discussion.Remove:
	case discussion.Restore, discussion.Approve, discussion.Dismiss:
		reason = cmp.Or(reason, "Within the rules")
	case discussion.Hold:
		reason = cmp.Or(reason, "To be looked at")
	default:
		return errs.E(errs.Invalid, "Choose what to do with the comment.")
	}
	if err := d.Discussion.Moderate(r.Context(), web.Account(r.Context()), comment, action, reason); err != nil {
		return err
	}
	back := "/desk/discussion"
	if r.FormValue("show") != "" {
		back += "?" + url.Values{"show": {r.FormValue("show")}}.Encode()
	}
	return done(w, r, back, "done")
}
