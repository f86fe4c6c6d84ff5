package site

import (
	"errors"
	"net/http"
	"net/url"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/web"
)

// form is a page that asks for something.
func (s *Site) form(r *http.Request, heading string, v FormValues) (FormPage, error) {
	f, err := s.frame(r.Context(), "small", "", heading)
	return FormPage{Frame: f, Heading: heading, Values: v}, err
}

// showForm answers with a form, and says what was wrong with it before.
func (s *Site) showForm(w http.ResponseWriter, r *http.Request, name, heading string, v FormValues, fault error) error {
	p, err := s.form(r, heading, v)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if fault != nil {
		kind, message := errs.Of(fault)
		if kind == errs.Internal {
			return fault
		}
		p.Error, status = message, web.Status(kind)
		if kind == errs.Limited {
			w.Header().Set("Retry-After", "60")
		}
	}
	p.Next = next(r)
	return s.answer(w, status, name, p)
}

// next is where a visitor wants to go afterwards: a path of this site.
func next(r *http.Request) string {
	to := r.FormValue("next")
	if u, err := url.Parse(to); err != nil || u.Host != "" || u.Scheme != "" || !localPath(to) {
		return "/"
	}
	return to
}

const (
	headRegister = "Register"
	headSignIn   = "Sign in"
	headConfirm  = "Confirm your address"
)

func (s *Site) registerForm(w http.ResponseWriter, r *http.Request) error {
	return s.showForm(w, r, "register", headRegister, FormValues{}, nil)
}

func (s *Site) register(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	p := account.Person{
		Email: r.PostForm.Get("email"), Name: r.PostForm.Get("name"), Password: r.PostForm.Get("password"), Role: account.Reader,
	}
	if err := s.Accounts.Register(r.Context(), p, web.ClientIP(r)); err != nil {
		return s.showForm(w, r, "register", headRegister, FormValues{Email: p.Email, Name: p.Name}, err)
	}
	http.Redirect(w, r, "/account/check-mail", http.StatusSeeOther)
	return nil
}

func (s *Site) checkMail(w http.ResponseWriter, r *http.Request) error {
	return s.notice(w, r, http.StatusOK, NoticePage{
		Heading: "Look into your mail",
		Text:    "We have sent you a letter with a link. Open it, and your account is ready. The link works for two days. If nothing comes, look among the spam, or register again.",
		Links:   []Link{{"Front page", "/"}},
	})
}

// A mail program may open links by itself, so opening the link changes nothing:
// the button on the page does.
func (s *Site) confirmForm(w http.ResponseWriter, r *http.Request) error {
	return s.showForm(w, r, "confirm", headConfirm, FormValues{Token: r.URL.Query().Get("token")}, nil)
}

func (s *Site) confirm(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	_, session, err := s.Accounts.Confirm(r.Context(), r.PostForm.Get("token"), r.PostForm.Get("password"), web.ClientIP(r))
	if err != nil {
		return s.showForm(w, r, "confirm", headConfirm, FormValues{Token: r.PostForm.Get("token")}, err)
	}
	web.KeepSession(w, session)
	return s.notice(w, r, http.StatusOK, NoticePage{
		Heading: "Welcome", Text: "Your address is confirmed and you are signed in.", Links: []Link{{"Front page", "/"}, {"Most active discussions", "/discussions"}},
	})
}

func (s *Site) signInForm(w http.ResponseWriter, r *http.Request) error {
	return s.showForm(w, r, "sign-in", headSignIn, FormValues{}, nil)
}

// signIn begins a session. A comment that was written before signing in comes
// along with the form, and is posted then.
func (s *Site) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	v := FormValues{Email: r.PostForm.Get("email"), Draft: r.PostForm.Get("text"), Then: r.PostForm.Get("then"), Parent: r.PostForm.Get("parent")}
	by, session, err := s.Accounts.SignIn(r.Context(), v.Email, r.PostForm.Get("password"), web.ClientIP(r))
	if err != nil {
		return s.showForm(w, r, "sign-in", headSignIn, v, err)
	}
	web.KeepSession(w, session)
	if story, err := id.Parse(v.Then); err == nil && v.Draft != "" {
		return s.say(w, r, by, story)
	}
	to := next(r)
	if to == "/" && by.Staff() {
		to = "/desk"
	}
	http.Redirect(w, r, to, http.StatusSeeOther) //nolint:gosec // next lets only paths of this site through
	return nil
}

func (s *Site) signOut(w http.ResponseWriter, r *http.Request) error {
	if token := web.SessionToken(r); token != "" {
		if err := s.Accounts.SignOut(r.Context(), token); err != nil && !errors.Is(err, errs.Unauthenticated) {
			return err
		}
	}
	web.ForgetSession(w)
	http.Redirect(w, r, back(r, "/"), http.StatusSeeOther) //nolint:gosec // back gives only paths of this site
	return nil
}
