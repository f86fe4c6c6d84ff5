package site

import (
	"context"
	"net/http"

	"broadsheet/internal/web"
)

// ErrorPage answers a request that failed: for people with a page that says
// what to do, for our script with JSON.
func (s *Site) ErrorPage(w http.ResponseWriter, r *http.Request, status int, message string) {
	if wantsJSON(r) {
		if err := sendJSON(w, status, failure{message}); err != nil {
			s.log.ErrorContext(r.Context(), "an error cannot be answered", "err", err)
		}
		return
	}
	headings := map[int]string{
		http.StatusNotFound: "There is no such page", http.StatusGone: "This is no longer here",
		http.StatusForbidden: "This is not for you", http.StatusUnauthorized: "Sign in first",
		http.StatusTooManyRequests: "One moment, please", http.StatusUnprocessableEntity: "That cannot be taken",
		http.StatusConflict: "Something changed meanwhile", http.StatusInternalServerError: "Something went wrong here",
	}
	p := NoticePage{Heading: headings[status], Text: message, Request: w.Header().Get(web.RequestIDHeader)}
	if p.Heading == "" {
		p.Heading = http.StatusText(status)
	}
	if status == http.StatusUnauthorized {
		p.Links = append(p.Links, Link{"Sign in", "/account/sign-in"}, Link{"Register", "/account/register"})
	}
	if from := back(r, ""); from != "" {
		p.Links = append(p.Links, Link{"Back", from})
	}
	p.Links = append(p.Links, Link{"Front page", "/"})
	if err := s.notice(w, r, status, p); err != nil {
		s.log.ErrorContext(r.Context(), "an error page cannot be shown", "err", err)
		http.Error(w, message, status)
	}
}

type failure struct {
	Error string `json:"error"`
}

// notice answers with a page that says one thing. It needs no database.
func (s *Site) notice(w http.ResponseWriter, r *http.Request, status int, p NoticePage) error {
	f, err := s.frame(context.WithoutCancel(r.Context()), "small", "", p.Heading)
	if err != nil {
		f = s.bare("small", p.Heading)
	}
	p.Frame = f
	return s.answer(w, status, "notice", p)
}
