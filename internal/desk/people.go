package desk

import (
	"net/http"
	"strings"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/web"
)

// peoplePage is the view of people.html.
type peoplePage struct {
	Frame
	Words   string
	Readers bool
	Rows    []personRow
	Roles   []account.Role
	Full    bool // there are more than are shown
	Form    personForm
}

type personRow struct {
	ID, Name, Email string
	Role            account.Role
	Since           Stamp
	Self            bool
}

// personForm is the form that adds somebody, with what was wrong the last time.
type personForm struct{ Name, Email, Role, Wrong string }

// maxPeople is how many people account.Service.List returns.
const maxPeople = 200

func (d *Desk) peoplePage(w http.ResponseWriter, r *http.Request) error {
	return d.people(w, r, personForm{Role: string(account.Reporter)}, http.StatusOK)
}

func (d *Desk) people(w http.ResponseWriter, r *http.Request, form personForm, status int) (err error) {
	q := r.URL.Query()
	view := peoplePage{Words: strings.TrimSpace(q.Get("q")), Readers: q.Get("readers") == "1", Roles: account.Roles(), Form: form}
	if view.Frame, err = d.frame(r, "People", "People"); err != nil {
		return err
	}
	list, err := d.Accounts.List(r.Context(), view.Me, account.Filter{Words: view.Words, Readers: view.Readers})
	if err != nil {
		return err
	}
	view.Full = len(list) == maxPeople
	c := d.clock()
	for _, a := range list {
		view.Rows = append(view.Rows, personRow{
			ID: a.ID.String(), Name: a.Name, Email: a.Email, Role: a.Role, Since: c.stamp(a.Created), Self: a.ID == view.Me.ID,
		})
	}
	if status != http.StatusOK {
		return d.write(w, status, "people", "frame.html", view)
	}
	return d.show(w, r, "people", view)
}

func (d *Desk) personAdd(w http.ResponseWriter, r *http.Request) error {
	form := personForm{Name: r.FormValue("name"), Email: r.FormValue("email"), Role: r.FormValue("role")}
	password := r.FormValue("password")
	var err error
	if password == "" {
		err = errs.E(errs.Invalid, "Give a first password of at least %d characters. They can change it.", account.MinPassword)
	} else {
		_, err = d.Accounts.Add(r.Context(), web.Account(r.Context()), account.Person{
			Email: form.Email, Name: form.Name, Role: account.Role(form.Role), Password: password,
		})
	}
	if kind, message := errs.Of(err); err != nil && kind != errs.Internal {
		form.Wrong = message
		return d.people(w, r, form, web.Status(kind))
	}
	if err != nil {
		return err
	}
	return done(w, r, "/desk/people", "added")
}

func (d *Desk) personRole(w http.ResponseWriter, r *http.Request) error {
	who, err := pathID(r, "id")
	if err != nil {
		return err
	}
	if err := d.Accounts.SetRole(r.Context(), web.Account(r.Context()), who, account.Role(r.FormValue("role"))); err != nil {
		return err
	}
	return done(w, r, "/desk/people", "saved")
}

// tokensPage is the view of tokens.html.
type tokensPage struct {
	Frame
	Rows   []tokenRow
	Secret string // of the token that was just made; shown once
	Label  string
	Wrong  string
}

type tokenRow struct {
	ID, Label  string
	Made, Used Stamp
	Revoked    bool
}

func (d *Desk) tokensPage(w http.ResponseWriter, r *http.Request) error {
	return d.tokens(w, r, tokensPage{}, http.StatusOK)
}

func (d *Desk) tokens(w http.ResponseWriter, r *http.Request, view tokensPage, status int) (err error) {
	if view.Frame, err = d.frame(r, "Tokens", "Tokens"); err != nil {
		return err
	}
	list, err := d.Accounts.Tokens(r.Context(), view.Me)
	if err != nil {
		return err
	}
	c := d.clock()
	for _, t := range list {
		view.Rows = append(view.Rows, tokenRow{ID: t.ID.String(), Label: t.Label, Made: c.stamp(t.Created), Used: c.stamp(t.Used), Revoked: t.Revoked})
	}
	return d.write(w, status, "tokens", "frame.html", view)
}

func (d *Desk) tokenNew(w http.ResponseWriter, r *http.Request) error {
	view := tokensPage{Label: r.FormValue("label")}
	_, secret, err := d.Accounts.NewToken(r.Context(), web.Account(r.Context()), view.Label)
	if kind, message := errs.Of(err); err != nil && kind != errs.Internal {
		view.Wrong = message
		return d.tokens(w, r, view, web.Status(kind))
	}
	if err != nil {
		return err
	}
	view.Secret = secret
	return d.tokens(w, r, view, http.StatusOK)
}

func (d *Desk) tokenRevoke(w http.ResponseWriter, r *http.Request) error {
	token, err := pathID(r, "id")
	if err != nil {
		return err
	}
	if err := d.Accounts.RevokeToken(r.Context(), web.Account(r.Context()), token); err != nil {
		return err
	}
	return done(w, r, "/desk/tokens", "revoked")
}
