package desk

import (
	"net/http"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/web"
)

// doorPage is the view of door.html: signing in, and making the first admin.
type doorPage struct {
	Frame
	First bool   // the first admin's form
	Token string // of the one-time link
	Next  string // where to go on to
	Email string
	Name  string
	Wrong string
}

func (d *Desk) door(w http.ResponseWriter, r *http.Request, view doorPage, status int) error {
	title := "Sign in"
	if view.First {
		title = "Make the first admin"
	}
	f, err := d.frame(r, title, "")
	if err != nil {
		return err
	}
	f.Me, f.Places = nil, nil // nobody is in yet
	view.Frame = f
	return d.write(w, status, "door", "frame.html", view)
}

func (d *Desk) signInPage(w http.ResponseWriter, r *http.Request) error {
	next := localPath(r.URL.Query().Get("next"))
	if web.Account(r.Context()).Staff() {
		http.Redirect(w, r, next, http.StatusSeeOther) //nolint:gosec // localPath keeps it on the desk
		return nil
	}
	return d.door(w, r, doorPage{Next: next}, http.StatusOK)
}

func (d *Desk) signIn(w http.ResponseWriter, r *http.Request) error {
	view := doorPage{Email: r.FormValue("email"), Next: localPath(r.FormValue("next"))}
	a, session, err := d.Accounts.SignIn(r.Context(), view.Email, r.FormValue("password"), web.ClientIP(r))
	if kind, message := errs.Of(err); err != nil && kind != errs.Internal {
		view.Wrong = message
		return d.door(w, r, view, web.Status(kind))
	}
	if err != nil {
		return err
	}
	web.KeepSession(w, session)
	if !a.Staff() {
		view.Next = "/"
	}
	http.Redirect(w, r, view.Next, http.StatusSeeOther)
	return nil
}

func (d *Desk) signOut(w http.ResponseWriter, r *http.Request) error {
	if token := web.SessionToken(r); token != "" {
		if err := d.Accounts.SignOut(r.Context(), token); err != nil {
			return err
		}
	}
	web.ForgetSession(w)
	http.Redirect(w, r, "/desk/sign-in", http.StatusSeeOther)
	return nil
}

func (d *Desk) firstAdminPage(w http.ResponseWriter, r *http.Request) error {
	return d.door(w, r, doorPage{First: true, Token: r.URL.Query().Get("token")}, http.StatusOK)
}

func (d *Desk) firstAdmin(w http.ResponseWriter, r *http.Request) error {
	view := doorPage{First: true, Token: r.FormValue("token"), Email: r.FormValue("email"), Name: r.FormValue("name")}
	_, session, err := d.Accounts.FirstAdmin(r.Context(), view.Token, account.Person{
		Email: view.Email, Name: view.Name, Password: r.FormValue("password"),
	})
	if kind, message := errs.Of(err); err != nil && kind != errs.Internal {
		view.Wrong = message
		return d.door(w, r, view, web.Status(kind))
	}
	if err != nil {
		return err
	}
	web.KeepSession(w, session)
	http.Redirect(w, r, "/desk/people", http.StatusSeeOther)
	return nil
}
