package site

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"broadsheet/internal/account"
	"broadsheet/internal/discussion"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/web"
)

// What people send: each form answers a browser without script with a page to
// go to, and our own script, which asks for JSON, with what it needs to know.

const (
	maxForm   = 64 << 10 // bytes
	moderates = account.CommentModerate
)

func readForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return errs.E(errs.Invalid, "What was sent cannot be read, or is longer than 64 KB.")
	}
	return nil
}

// wantsJSON reports whether our script asks.
func wantsJSON(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "application/json")
}

func sendJSON(w http.ResponseWriter, status int, data any) error {
	body, err := json.Marshal(data)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body) // nobody is left to tell
	return nil
}

// done sends a browser on, or answers our script.
func done(w http.ResponseWriter, r *http.Request, to string, data any) error {
	if wantsJSON(r) {
		return sendJSON(w, http.StatusOK, data)
	}
	http.Redirect(w, r, to, http.StatusSeeOther) //nolint:gosec // made of our own paths, see back
	return nil
}

func (s *Site) postComment(w http.ResponseWriter, r *http.Request) error {
	story, err := id.Parse(r.PathValue("story"))
	if err != nil {
		return errNoPage
	}
	if err := readForm(w, r); err != nil {
		return err
	}
	return s.say(w, r, web.Account(r.Context()), story)
}

// say posts the comment in the form that r brought.
func (s *Site) say(w http.ResponseWriter, r *http.Request, by *account.Account, story id.ID) error {
	if err := s.visible(r.Context(), story); err != nil {
		return err
	}
	d := discussion.Draft{StoryID: story, Markdown: r.PostForm.Get("text"), Key: r.PostForm.Get("key")}
	if text := r.PostForm.Get("parent"); text != "" {
		var err error
		if d.ParentID, err = id.Parse(text); err != nil {
			return errNoPage
		}
	}
	c, err := s.Discussions.Post(r.Context(), by, d)
	if err != nil {
		return s.notPosted(w, r, d, err)
	}
	id := c.ID.String()
	if c.State != discussion.Live {
		return done(w, r, "/discussions/"+story.String()+"?held=1", posted{ID: id, Held: true})
	}
	if wantsJSON(r) { // our script knows where it is
		return sendJSON(w, http.StatusOK, posted{ID: id})
	}
	to, err := s.addressOf(r.Context(), c.ID)
	if art, err := s.article(r.Context(), story); err == nil && c.ParentID == 0 {
		to = art.path() + "#c-" + id // the newest stand first under the story
	}
	if err != nil {
		return err
	}
	return done(w, r, to, posted{ID: id})
}

type posted struct {
	ID   string `json:"id"`
	Held bool   `json:"held"`
}

// notPosted answers for a comment that could not be taken, and keeps it for its
// author.
func (s *Site) notPosted(w http.ResponseWriter, r *http.Request, d discussion.Draft, err error) error {
	kind, message := errs.Of(err)
	switch {
	case wantsJSON(r):
		return err
	case errors.Is(err, errs.Unauthenticated):
		p, err := s.form(r, "Sign in to comment", FormValues{Draft: d.Markdown, Then: d.StoryID.String()})
		if err != nil {
			return err
		}
		if d.ParentID != 0 {
			p.Values.Parent = d.ParentID.String()
		}
		return s.answer(w, http.StatusUnauthorized, "sign-in", p)
	case kind == errs.Internal || kind == errs.NotFound:
		return err
	}
	p, failed := s.talkPage(r.Context(), talkRequest{
		story: d.StoryID, view: discussion.View{Depth: levels}, reply: d.ParentID, draft: d.Markdown, fault: message,
	})
	if failed != nil {
		return err // what went wrong first matters more
	}
	p.Ranking = ""
	return s.answer(w, web.Status(kind), "discussion-page", p)
}

// toggle is what a vote button does: "on" and "off" if it says so, else the
// other of what is.
func (s *Site) toggle(r *http.Request, story, comment id.ID) (on bool, err error) {
	switch r.PostForm.Get("on") {
	case "1":
		return true, nil
	case "0":
		return false, nil
	}
	by := web.Account(r.Context())
	if err := by.Must(account.CommentVote); err != nil {
		return false, err
	}
	own, err := s.Discussions.OwnVotes(r.Context(), by, story)
	if err != nil {
		return false, err
	}
	if comment == 0 {
		return !own.Discussion, nil
	}
	return !slices.Contains(own.Comments, comment), nil
}

type voted struct {
	On    bool `json:"on"`
	Votes int  `json:"votes"`
}

func (s *Site) voteStory(w http.ResponseWriter, r *http.Request) error {
	story, err := id.Parse(r.PathValue("story"))
	if err != nil {
		return errNoPage
	}
	if err := readForm(w, r); err != nil {
		return err
	}
	art, err := s.article(r.Context(), story)
	if err != nil {
		return err
	}
	on, err := s.toggle(r, story, 0)
	if err != nil {
		return s.signInFirst(w, r, err, art.path()+"#discussion")
	}
	counts, err := s.Discussions.VoteStory(r.Context(), web.Account(r.Context()), story, on)
	if err != nil {
		return s.signInFirst(w, r, err, art.path()+"#discussion")
	}
	return done(w, r, back(r, art.path())+"#discussion", voted{on, counts.Own})
}

func (s *Site) voteComment(w http.ResponseWriter, r *http.Request) error {
	comment, err := id.Parse(r.PathValue("comment"))
	if err != nil {
		return errNoPage
	}
	if err := readForm(w, r); err != nil {
		return err
	}
	c, err := s.Discussions.ByID(r.Context(), comment)
	if err != nil {
		return err
	}
	if err := s.visible(r.Context(), c.StoryID); err != nil {
		return err
	}
	here := "/comments/" + comment.String()
	on, err := s.toggle(r, c.StoryID, comment)
	if err != nil {
		return s.signInFirst(w, r, err, here)
	}
	votes, err := s.Discussions.Vote(r.Context(), web.Account(r.Context()), comment, on)
	if err != nil {
		return s.signInFirst(w, r, err, here)
	}
	to := here
	if from := back(r, ""); from != "" {
		to = from + "#c-" + comment.String()
	}
	return done(w, r, to, voted{on, votes})
}

// back is the page of ours that a form was sent from, else other.
func back(r *http.Request, other string) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host || !localPath(u.Path) {
		return other
	}
	u.Scheme, u.Host, u.Fragment, u.User = "", "", "", nil
	return u.String()
}

// localPath reports whether a path cannot lead to another site.
func localPath(path string) bool {
	return strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !strings.ContainsAny(path, "\\\r\n")
}

// signInFirst sends a visitor who is not signed in to do so, and then to next.
func (s *Site) signInFirst(w http.ResponseWriter, r *http.Request, err error, next string) error {
	if !errors.Is(err, errs.Unauthenticated) || wantsJSON(r) {
		return err
	}
	http.Redirect(w, r, "/account/sign-in?next="+url.QueryEscape(next), http.StatusSeeOther)
	return nil
}

func (s *Site) reportForm(w http.ResponseWriter, r *http.Request) error {
	return s.showReport(w, r, http.StatusOK, ReportPage{})
}

func (s *Site) showReport(w http.ResponseWriter, r *http.Request, status int, p ReportPage) error {
	comment, err := id.Parse(r.PathValue("comment"))
	if err != nil {
		return errNoPage
	}
	if p.Comment, err = s.liveComment(r.Context(), comment); err != nil {
		return err
	}
	if p.Frame, err = s.frame(r.Context(), "small", "", "Report a comment"); err != nil {
		return err
	}
	p.Back = "/comments/" + p.Comment.ID
	names := map[discussion.Reason]string{
		discussion.OffTopic: "It has nothing to do with the story", discussion.Abusive: "It attacks or insults somebody",
		discussion.Spam: "It advertises something", discussion.Illegal: "It may be against the law", discussion.Other: "Something else, which I describe below",
	}
	for _, reason := range discussion.Reasons() {
		p.Reasons = append(p.Reasons, Reason{string(reason), names[reason]})
	}
	return s.answer(w, status, "report", p)
}

func (s *Site) report(w http.ResponseWriter, r *http.Request) error {
	comment, err := id.Parse(r.PathValue("comment"))
	if err != nil {
		return errNoPage
	}
	if err := readForm(w, r); err != nil {
		return err
	}
	c, err := s.Discussions.ByID(r.Context(), comment)
	if err != nil {
		return err
	}
	if err := s.visible(r.Context(), c.StoryID); err != nil {
		return err
	}
	reason, text := r.PostForm.Get("reason"), r.PostForm.Get("text")
	err = s.Discussions.Report(r.Context(), web.Account(r.Context()), comment, discussion.Reason(reason), text)
	if kind, message := errs.Of(err); kind == errs.Invalid && !wantsJSON(r) {
		return s.showReport(w, r, http.StatusUnprocessableEntity, ReportPage{Error: message, Chosen: reason, Text: text})
	}
	here := "/comments/" + comment.String()
	if err != nil {
		return s.signInFirst(w, r, err, here+"/report")
	}
	if wantsJSON(r) {
		return sendJSON(w, http.StatusOK, struct{}{})
	}
	return s.notice(w, r, http.StatusOK, NoticePage{
		Heading: "Thank you", Text: "A moderator will read your report.", Links: []Link{{"Back to the discussion", here}},
	})
}

func (s *Site) moderateForm(w http.ResponseWriter, r *http.Request) error {
	comment, err := id.Parse(r.PathValue("comment"))
	if err != nil {
		return errNoPage
	}
	file, err := s.Discussions.Case(r.Context(), web.Account(r.Context()), comment)
	if err != nil {
		return err
	}
	p := ModeratePage{Comment: s.comment(&file.Comment), Back: "/comments/" + comment.String()}
	if p.Frame, err = s.frame(r.Context(), "small", "", "Moderate a comment"); err != nil {
		return err
	}
	return s.answer(w, http.StatusOK, "moderate", p)
}

func (s *Site) moderate(action discussion.Action) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		comment, err := id.Parse(r.PathValue("comment"))
		if err != nil {
			return errNoPage
		}
		if err := readForm(w, r); err != nil {
			return err
		}
		here := "/comments/" + comment.String()
		by := web.Account(r.Context())
		if err := s.Discussions.Moderate(r.Context(), by, comment, action, r.PostForm.Get("reason")); err != nil {
			return s.signInFirst(w, r, err, here+"/moderate")
		}
		return done(w, r, here+"/moderate", struct{}{})
	}
}
