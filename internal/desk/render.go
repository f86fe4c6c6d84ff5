package desk

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"

	assets "broadsheet/web"
	"broadsheet/web/dist"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/web"
)

// maxBody is the largest JSON that a page may send, in bytes: a story and what surrounds it.
const maxBody = 4 << 20

// policy lets a desk page load only what is served here, and run only files.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// pageNames are the templates in web/templates/desk that stand in the frame.
var pageNames = []string{"alerts", "door", "discussion", "editor", "error", "files", "moved", "people", "photos", "sources", "stories", "tokens", "wire", "wire-compare", "wirerule", "wirerules"}

// pieceNames are templates that several pages use a piece of.
var pieceNames = []string{"desk/compared.html", "desk/wire-family.html"}

// pages are the desk's templates and the names of its built files.
type pages struct {
	byName map[string]*template.Template
	assets assetNames
}

// assetNames are the addresses of the built files.
type assetNames struct{ Desk, Editor, Style string }

func loadPages() (*pages, error) {
	names, err := dist.Names()
	if err != nil {
		return nil, err
	}
	p := &pages{byName: map[string]*template.Template{}}
	for entry, to := range map[string]*string{"desk.js": &p.assets.Desk, "editor.js": &p.assets.Editor, "desk.css": &p.assets.Style} {
		if names[entry] == "" {
			return nil, fmt.Errorf("web/dist has no %s; run make assets", entry)
		}
		*to = assets.Prefix + names[entry]
	}
	for _, name := range pageNames {
		p.byName[name], err = template.New("frame.html").ParseFS(assets.Templates(), append([]string{"desk/frame.html", "desk/" + name + ".html"}, pieceNames...)...)
		if err != nil {
			return nil, fmt.Errorf("desk page %s: %w", name, err)
		}
	}
	return p, nil
}

// A Frame is what stands around every page.
type Frame struct {
	Title  string
	Paper  string
	Me     *account.Account
	Places []Place
	Zone   string // IANA name, for the script's clock
	Clock  string // "ap" or another style of times
	Assets assetNames
	Said   string // what a form just did, without scripts
	Write  bool   // Me may write stories
	Alerts int    // that nobody has handled; told to those who write

	Notices []deskNotice // what Me has not seen of alerts
	Here    string       // the page's own address
}

// A Place is a link at the left.
type Place struct {
	Name    string
	Href    string
	Key     string
	CountOf string // the name of its figure in numbers
	Count   int
	Current bool
}

// frame makes the frame of a page at a place.
func (d *Desk) frame(r *http.Request, title, place string) (Frame, error) {
	me := web.Account(r.Context())
	f := Frame{
		Title: title, Paper: d.Paper, Me: me, Zone: d.Zone.String(), Clock: d.Style, Assets: d.pages.assets,
		Said: said[r.URL.Query().Get("said")], Write: me.May(account.StoryWrite),
	}
	f.Here = r.URL.Path + queryOf(r.URL.Query())
	n, err := d.numbers(r.Context(), me)
	if err != nil {
		return f, err
	}
	f.Alerts = n.Alerts
	if me.May(account.WireRead) {
		if f.Notices, err = d.noticesOf(r); err != nil {
			return f, err
		}
	}
	for _, p := range []struct {
		Place
		need account.Permission
	}{
		{Place{Name: "Wire", Href: "/desk/wire", Key: "g w", CountOf: "wire", Count: n.Wire}, account.WireRead},
		{Place{Name: "Stories", Href: "/desk/stories", Key: "g s"}, account.StoryWrite},
		{Place{Name: "Alerts", Href: "/desk/alerts", Key: "g a", CountOf: "alerts", Count: n.Alerts}, account.StoryWrite},
		{Place{Name: "Photos", Href: "/desk/photos", Key: "g p"}, account.MediaEdit},
		{Place{Name: "Discussion", Href: "/desk/discussion", Key: "g d", CountOf: "discussion", Count: n.Discussion}, account.CommentModerate},
		{Place{Name: "Sources", Href: "/desk/wire/sources", Key: "g o", CountOf: "sources", Count: n.Sources}, account.WireRead},
		{Place{Name: "People", Href: "/desk/people", Key: "g e"}, account.AccountManage},
		{Place{Name: "Tokens", Href: "/desk/tokens", Key: "g t"}, account.AccountManage},
	} {
		if me.May(p.need) {
			p.Current = p.Name == place
			f.Places = append(f.Places, p.Place)
		}
	}
	return f, nil
}

// said are the messages that a redirect can carry.
var said = map[string]string{
	"seen": "Seen.", "moved": "Moved.", "live": "The rule is on.", "paused": "The rule is paused.",
	"saved": "Saved.", "added": "Added.", "removed": "Removed.", "done": "Done.", "revoked": "Revoked. It opens nothing any more.",
	"left": "Not all photos could be taken into the story. The item on the wire says why.",
}

// show answers with a page, or with the part of it that was asked for.
func (d *Desk) show(w http.ResponseWriter, r *http.Request, page string, data any) error {
	name := "frame.html"
	if part := r.URL.Query().Get("part"); part == "rows" || part == "read" {
		name = part
	}
	return d.write(w, http.StatusOK, page, name, data)
}

func (d *Desk) write(w http.ResponseWriter, status int, page, name string, data any) error {
	var b bytes.Buffer
	if err := d.pages.byName[page].ExecuteTemplate(&b, name, data); err != nil {
		return fmt.Errorf("desk page %s: %w", page, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("Cache-Control", "private, no-store")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
	return nil
}

// answer writes JSON.
func answer(w http.ResponseWriter, status int, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(text)
	return nil
}

// read reads a JSON body into v.
func read(w http.ResponseWriter, r *http.Request, v any) error {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errs.E(errs.Invalid, "That is larger than %d MB. Split the story.", tooLarge.Limit>>20)
	}
	if err != nil {
		return &errs.Error{Kind: errs.Invalid, Message: "The connection broke while this was sent. It is kept in your browser; it will be sent again.", Err: err}
	}
	if err := json.Unmarshal(text, v); err != nil {
		if kind, _ := errs.Of(err); kind != errs.Internal {
			return err
		}
		return &errs.Error{Kind: errs.Invalid, Message: "That cannot be read. Load the page again.", Err: err}
	}
	return nil
}

// wantsJSON reports whether a script asks, not a page.
func wantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/desk/api/") || strings.Contains(r.Header.Get("Accept"), "application/json")
}

// done answers a form: scripts get JSON, others the page they came from.
func done(w http.ResponseWriter, r *http.Request, to, what string) error {
	if wantsJSON(r) {
		return answer(w, http.StatusOK, map[string]string{"message": said[what]})
	}
	sep := "?"
	if strings.Contains(to, "?") {
		sep = "&"
	}
	http.Redirect(w, r, to+sep+"said="+what, http.StatusSeeOther) //nolint:gosec // handlers give paths of the desk
	return nil
}

// errorPage is the view of error.html.
type errorPage struct {
	Frame
	Status    int
	Message   string
	RequestID string
}

// ErrorPage answers a request that failed. Who is not signed in is led to the door.
func (d *Desk) ErrorPage(w http.ResponseWriter, r *http.Request, status int, message string) {
	if wantsJSON(r) {
		_ = answer(w, status, map[string]string{"error": message})
		return
	}
	if status == http.StatusUnauthorized && r.Method == http.MethodGet {
		http.Redirect(w, r, "/desk/sign-in?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	view := errorPage{Status: status, Message: message, RequestID: w.Header().Get(web.RequestIDHeader)}
	var err error
	if view.Frame, err = d.frame(r, http.StatusText(status), ""); err == nil {
		err = d.write(w, status, "error", "frame.html", view)
	}
	if err != nil {
		http.Error(w, message, status)
	}
}

// localPath returns a path on this site that a form asked to go on to, or the wire.
func localPath(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/desk") || path.Clean(u.Path) != u.Path {
		return "/desk/wire"
	}
	return u.RequestURI()
}
