package desk

import (
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/source"
	"broadsheet/internal/web"
	"broadsheet/internal/wire/transport"
)

// sourcesPage is the view of sources.html.
type sourcesPage struct {
	Frame
	Rows     []sourceRow
	Manage   bool
	Files    int // that could not be read
	Kinds    []transport.Kind
	Profiles []string
	Form     sourceForm
	Secret   string // of the token that was just made; shown once
	Tested   *sourceTest
}

type sourceRow struct {
	ID, Name, Kind, Address, Fingerprint string
	Every                                string
	Seen, Quiet, Failed, Next            Stamp
	Files, Items, Errors                 int64
	Error                                string
	Paused, Polls                        bool
}

// sourceForm is the form that adds a source, with what was wrong the last time. It never
// gives a secret back.
type sourceForm struct{ Name, Kind, Address, User, Profile, Every, After, Takedown, Wrong string }

// sourceTest is what a source would give, on the page.
type sourceTest struct {
	ID, Name string
	source.Preview
}

// formKinds are the kinds that the desk can add. Folders are added at the command line,
// by who runs the server.
var formKinds = []transport.Kind{transport.Pull, transport.Push, transport.FTP, transport.FTPS, transport.SFTP, transport.IMAP}

func (d *Desk) sourcesPage(w http.ResponseWriter, r *http.Request) error {
	return d.sources(w, r, sourcesPage{}, http.StatusOK)
}

func (d *Desk) sources(w http.ResponseWriter, r *http.Request, view sourcesPage, status int) (err error) {
	if view.Frame, err = d.frame(r, "Sources", "Sources"); err != nil {
		return err
	}
	all, err := d.Sources.List(r.Context(), view.Me)
	if err != nil {
		return err
	}
	if view.Files, err = d.Wire.CountUnreadable(r.Context()); err != nil {
		return err
	}
	view.Manage, view.Kinds, view.Profiles = view.Me.May(account.WireSources), formKinds, d.Sources.Profiles()
	c := d.clock()
	for i := range all {
		view.Rows = append(view.Rows, sourceRowOf(&all[i], c))
	}
	if status != http.StatusOK || r.Method != http.MethodGet {
		return d.write(w, status, "sources", "frame.html", view)
	}
	return d.show(w, r, "sources", view)
}

func sourceRowOf(s *source.Source, c clock) sourceRow {
	row := sourceRow{
		ID: s.ID.String(), Name: s.Name, Kind: string(s.Kind), Address: s.Address, Every: everyText(s.Every), Seen: c.stamp(s.Seen),
		Quiet: c.stamp(s.Quiet), Failed: c.stamp(s.ErrorAt), Next: c.stamp(s.Next), Files: s.Files, Items: s.Items, Errors: s.Errors,
		Error: s.Error, Paused: s.State == source.Paused, Polls: s.Polls(),
	}
	row.Fingerprint = fmt.Sprint(row.Seen.ISO, row.Quiet.ISO, row.Failed.ISO, row.Files, row.Items, row.Errors, row.Paused)
	return row
}

// sourcesDo tests a source, or adds one.
func (d *Desk) sourcesDo(w http.ResponseWriter, r *http.Request) error {
	if r.FormValue("test") != "" {
		return d.sourceTest(w, r)
	}
	return d.sourceAdd(w, r)
}

// everyText is a time between polls as the form takes it: 2m, not 2m0s.
func everyText(d time.Duration) string {
	text := d.String()
	if d%time.Minute == 0 {
		text = strings.TrimSuffix(text, "0s")
	}
	if d%time.Hour == 0 {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

func (d *Desk) sourceAdd(w http.ResponseWriter, r *http.Request) error {
	form := sourceForm{
		Name: r.FormValue("name"), Kind: r.FormValue("kind"), Address: r.FormValue("address"), User: r.FormValue("user"),
		Profile: r.FormValue("profile"), Every: strings.TrimSpace(r.FormValue("every")), After: r.FormValue("after"), Takedown: r.FormValue("takedown"),
	}
	token, err := d.addSource(r, &form)
	if kind, message := errs.Of(err); err != nil && kind != errs.Internal {
		form.Wrong = message
		return d.sources(w, r, sourcesPage{Form: form}, web.Status(kind))
	}
	if err != nil {
		return err
	}
	if token != "" {
		return d.sources(w, r, sourcesPage{Form: sourceForm{Name: form.Name}, Secret: token}, http.StatusOK)
	}
	return done(w, r, "/desk/wire/sources", "added")
}

func (d *Desk) addSource(r *http.Request, form *sourceForm) (token string, err error) {
	src := source.Source{
		Name: form.Name, Kind: transport.Kind(form.Kind), Address: form.Address, User: form.User, Profile: form.Profile,
		Secret: transport.Secret(r.FormValue("secret")), After: transport.After(form.After), Takedown: source.Takedown(form.Takedown),
	}
	if form.Every != "" {
		if src.Every, err = time.ParseDuration(form.Every); err != nil {
			return "", errs.E(errs.Invalid, "Write how often it is polled as 30s, 5m or 2h.")
		}
	}
	_, token, err = d.Sources.Add(r.Context(), web.Account(r.Context()), src)
	return token, err
}

func (d *Desk) sourceState(w http.ResponseWriter, r *http.Request) error {
	which, err := pathID(r, "id")
	if err != nil {
		return err
	}
	state := source.State(r.FormValue("state"))
	if state != source.Active && state != source.Paused && state != source.Removed {
		return errs.E(errs.Invalid, "A source can be paused, resumed or removed.")
	}
	if err := d.Sources.SetState(r.Context(), web.Account(r.Context()), which, state); err != nil {
		return err
	}
	return done(w, r, "/desk/wire/sources", "saved")
}

// sourceTest shows what a source would give. With trust, it first pins the key that an
// SFTP server shows.
func (d *Desk) sourceTest(w http.ResponseWriter, r *http.Request) error {
	which, err := id.Parse(r.FormValue("test"))
	if err != nil {
		return errs.E(errs.NotFound, "There is no such source.")
	}
	by := web.Account(r.Context())
	if key := r.FormValue("trust"); key != "" {
		if err := d.Sources.Trust(r.Context(), by, which, key); err != nil {
			return err
		}
	}
	seen, err := d.Sources.Test(r.Context(), by, which)
	if err != nil {
		return err
	}
	all, err := d.Sources.List(r.Context(), by)
	if err != nil {
		return err
	}
	tested := &sourceTest{ID: which.String(), Preview: seen}
	for i := range all {
		if all[i].ID == which {
			tested.Name = all[i].Name
		}
	}
	return d.sources(w, r, sourcesPage{Tested: tested}, http.StatusOK)
}

// filesPage is the view of files.html.
type filesPage struct {
	Frame
	Rows   []fileRow
	Aside  bool
	Retry  bool // Me may
	Full   bool // there are more than are shown
	Notice string
}

type fileRow struct {
	ID, Name, Service, Reason, Fingerprint string
	Line, Tries                            int
	Size                                   string
	Bytes                                  bool // can be downloaded
	At                                     Stamp
}

// maxFiles is how many files wire.Service.ListUnreadable returns.
const maxFiles = 200

func (d *Desk) filesPage(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	view := filesPage{Aside: q.Get("aside") == "1"}
	if read, err := strconv.Atoi(q.Get("read")); err == nil {
		left, _ := strconv.Atoi(q.Get("left"))
		view.Notice = fmt.Sprintf("%s could be read now, %d still cannot.", counted(read, "file"), left)
	}
	var err error
	if view.Frame, err = d.frame(r, "Files that could not be read", "Sources"); err != nil {
		return err
	}
	list, err := d.Wire.ListUnreadable(r.Context(), view.Me, view.Aside)
	if err != nil {
		return err
	}
	view.Full, view.Retry = len(list) == maxFiles, view.Me.May(account.WireIngest)
	c := d.clock()
	for i := range list {
		u := &list[i]
		view.Rows = append(view.Rows, fileRow{
			ID: u.ID.String(), Name: u.Name, Service: u.Service, Reason: u.Reason, Line: u.Line, Tries: u.Tries, Size: sizeText(u.Size),
			Bytes: u.Size > 0, At: c.stamp(u.Received), Fingerprint: fmt.Sprint(u.Tries, u.Reason),
		})
	}
	return d.show(w, r, "files", view)
}

// sizeText is a number of bytes as people say it.
func sizeText(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f kB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", n)
}

// fileBytes gives a file as it came. It is a stranger's: it is only ever saved.
func (d *Desk) fileBytes(w http.ResponseWriter, r *http.Request) error {
	which, err := pathID(r, "id")
	if err != nil {
		return err
	}
	u, raw, err := d.Wire.UnreadableBytes(r.Context(), web.Account(r.Context()), which)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": u.Name}))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cache-Control", "private, no-store")
	_, _ = w.Write(raw) //nolint:gosec // not HTML: an attachment of unknown type, in a sandbox
	return nil
}

// fileRetry reads one file again.
func (d *Desk) fileRetry(w http.ResponseWriter, r *http.Request) error {
	which, err := pathID(r, "id")
	if err != nil {
		return err
	}
	results, err := d.Sources.Retry(r.Context(), web.Account(r.Context()), which)
	if err != nil {
		return err
	}
	if wantsJSON(r) {
		return answer(w, http.StatusOK, map[string]string{"message": fmt.Sprintf("Read: %s on the wire.", counted(len(results), "item"))})
	}
	return done(w, r, "/desk/wire/files", "done")
}

// filesRetry reads all files again that wait.
func (d *Desk) filesRetry(w http.ResponseWriter, r *http.Request) error {
	read, left, err := d.Sources.RetryAll(r.Context(), web.Account(r.Context()))
	if err != nil {
		return err
	}
	told := url.Values{"read": {strconv.Itoa(read)}, "left": {strconv.Itoa(left)}}
	http.Redirect(w, r, "/desk/wire/files?"+told.Encode(), http.StatusSeeOther)
	return nil
}

func (d *Desk) fileAside(w http.ResponseWriter, r *http.Request) error {
	which, err := pathID(r, "id")
	if err != nil {
		return err
	}
	if err := d.Wire.SetAside(r.Context(), web.Account(r.Context()), which, r.FormValue("undo") == ""); err != nil {
		return err
	}
	return done(w, r, "/desk/wire/files", "done")
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
