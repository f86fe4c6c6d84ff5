package desk

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/story"
	"broadsheet/internal/web"
)

// alertsLength is how many alerts a page has.
const alertsLength = 50

// alertsPage is the view of alerts.html.
type alertsPage struct {
	Frame
	Show string // "" for the open ones, or "handled"
	Rows []alertRow
	More string
}

// alertRow is an alert with what can be done about it.
type alertRow struct {
	ID, Fingerprint string
	Kind, Class     string // "Kill", and the colour of its tag
	Title, Note     string
	Where           string // "Published story", "Draft", "Photo of the library"
	What            string // headline of the story, or title of the photo
	Href            string // to it
	Item            string // to the item on the wire
	State           string // what readers get now
	At              Stamp
	Minutes         string
	Photo           string // address of a small picture, for alerts about one
	Open, MayDecide bool
	Choices         []alertChoice
	Handled         string // how, by whom and why
	Undo            string // word for taking the decision back, or ""
}

// alertChoice is a button.
type alertChoice struct {
	Decision, Word, Key, Done string
	NeedsReason               bool
}

// alertChoices are the decisions in the order of their buttons.
var alertChoices = []struct {
	decision  story.Decision
	word, key string
	done      string
}{
	{story.HoldIt, "Hold it", "h", "Held. Readers do not get it."},
	{story.RemoveIt, "Take it out", "x", "Taken out of the page."},
	{story.Corrected, "It is corrected", "c", "Noted: it says what is right."},
	{story.Seen, "Seen", "s", "Noted."},
	{story.Keep, "Keep it", "y", "Kept."},
}

func (d *Desk) alertsPage(w http.ResponseWriter, r *http.Request) (err error) {
	ctx, by := r.Context(), web.Account(r.Context())
	view := alertsPage{}
	filter := story.AlertFilter{Before: queryID(r, "before"), Limit: alertsLength + 1}
	if r.URL.Query().Get("show") == "handled" {
		view.Show, filter.Handled = "handled", true
	}
	if view.Frame, err = d.frame(r, "Alerts", "Alerts"); err != nil {
		return err
	}
	list, err := d.Stories.Alerts(ctx, by, filter)
	if err != nil {
		return err
	}
	if len(list) > alertsLength {
		list = list[:alertsLength]
		view.More = "/desk/alerts?" + url.Values{"show": {view.Show}, "before": {list[alertsLength-1].ID.String()}}.Encode()
	}
	var photos []id.ID
	for i := range list {
		if list[i].Media != 0 {
			photos = append(photos, list[i].Media)
		}
	}
	found, err := d.Media.ByIDs(ctx, photos)
	if err != nil {
		return err
	}
	for i := range list {
		view.Rows = append(view.Rows, d.alertRow(&list[i], found, by))
	}
	return d.show(w, r, "alerts", view)
}

func (d *Desk) alertRow(a *story.Alert, photos map[id.ID]*media.Photo, by *account.Account) alertRow {
	c := d.clock()
	row := alertRow{
		ID: a.ID.String(), Title: a.Title(), Note: a.Note, What: a.StoryHeadline, Item: "/desk/wire/" + a.Item.String(),
		At: c.stamp(a.Opened), Minutes: minutes(a.Minutes(c.now)), Open: a.Open, MayDecide: by.May(account.StoryPublish),
	}
	row.Kind, row.Class = alertKind(a.Kind)
	row.Where, row.State = alertState(a)
	if a.Story != 0 {
		row.Href = "/desk/stories/" + a.Story.String()
	}
	if p := photos[a.Media]; p != nil {
		row.Photo = p.Path(320)
		if a.Story == 0 {
			row.Href, row.What = "/desk/photos/"+p.ID.String(), photoRowOf(p, "").Title
		}
	}
	if row.What == "" {
		row.What = "Without a headline"
	}
	for _, choice := range alertChoices {
		if a.May(choice.decision) {
			needs := choice.decision == story.Keep
			row.Choices = append(row.Choices, alertChoice{string(choice.decision), choice.word, choice.key, choice.done, needs})
		}
	}
	switch {
	case !a.Open:
		row.Undo = "Open it again"
		row.Handled = alertHow(a) + " by " + a.By + ", " + c.stamp(a.Handled).Text
	case a.Effect == story.Hold && a.Live() && (a.Kind == story.KindKill || a.Kind == story.KindCorrection):
		row.Undo = "Show it again"
	}
	row.Fingerprint = strconv.FormatBool(a.Open) + string(a.Effect) + row.Minutes
	return row
}

func alertKind(k story.Kind) (name, class string) {
	switch k {
	case story.KindKill:
		return "Kill", "killed"
	case story.KindCorrection:
		return "Correction", "held"
	case story.KindWithheld:
		return "Withheld", "held"
	case story.KindEmbargo:
		return "Embargo", "embargo"
	case story.KindExpiry:
		return "Expired", "held"
	}
	return string(k), ""
}

// alertState says what an alert is about, and what readers get of it now.
func alertState(a *story.Alert) (where, state string) {
	switch {
	case a.Story == 0:
		return "Photo of the library", "It cannot be published."
	case !a.Live():
		return "Draft", "It cannot be published."
	case a.Effect == story.Remove:
		return "Published story", "It was taken out of the page. The draft may hold it still."
	case a.Effect == story.Hold && a.Media != 0:
		return "Photo in a published story", "Readers do not get the photo."
	case a.Effect == story.Hold:
		return "Published story", "Readers do not get the story."
	case a.Media != 0:
		return "Photo in a published story", "Readers see it still."
	}
	return "Published story", "Readers can read it still."
}

func alertHow(a *story.Alert) string {
	how := map[story.Decision]string{
		story.Keep: "Kept", story.Corrected: "Corrected", story.RemoveIt: "Taken out", story.Seen: "Seen",
		"updated": "Written without it", "unpublished": "Unpublished", "reinstated": "Taken back",
	}[a.How]
	if a.Reason != "" {
		how += " (" + a.Reason + ")"
	}
	return how
}

func minutes(n int) string {
	switch {
	case n < 1:
		return "under a minute"
	case n == 1:
		return "1 minute"
	case n < 120:
		return strconv.Itoa(n) + " minutes"
	}
	return strconv.Itoa(int((time.Duration(n)*time.Minute + 30*time.Minute).Hours())) + " hours"
}

// alertDecide does to an alert what an editor pressed.
func (d *Desk) alertDecide(w http.ResponseWriter, r *http.Request) error {
	alert, err := pathID(r, "id")
	if err != nil {
		return err
	}
	ctx, by := r.Context(), web.Account(r.Context())
	switch decision := story.Decision(r.FormValue("decision")); decision {
	case "reopen":
		err = d.Stories.Reopen(ctx, by, alert)
	case story.Keep, story.Corrected, story.HoldIt, story.RemoveIt, story.Seen:
		err = d.Stories.Decide(ctx, by, alert, decision, r.FormValue("reason"))
	default:
		err = errs.E(errs.Invalid, "Choose what to do about the alert.")
	}
	if err != nil {
		return err
	}
	return done(w, r, "/desk/alerts", "done")
}
