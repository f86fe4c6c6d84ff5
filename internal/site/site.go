// Package site is the paper as readers see it: the front page, the sections,
// the stories, the discussion under them, the feeds, and the forms by which a
// reader gets an account.
//
// Every page is the same for everybody, so it is rendered once and kept (see
// package pagecache) until an event says that it has changed. What is personal
// comes after, by the page's script, and only for those who are signed in.
// Everything works without that script.
package site

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/bus"
	"broadsheet/internal/config"
	"broadsheet/internal/discussion"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/pagecache"
	"broadsheet/internal/section"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/story"
	"broadsheet/internal/syndicate"
	"broadsheet/internal/web"
	assets "broadsheet/web"
)

// Rooms are the parts of the newsroom that the paper is made from.
type Rooms struct {
	DB          *sqldb.DB
	Bus         *bus.Bus
	Accounts    *account.Service
	Sections    *section.Service
	Media       *media.Service
	Stories     *story.Service
	Discussions *discussion.Service
	Syndicate   *syndicate.Service
}

// now is the newsroom's clock: that of its stories, so that a page and the gate below it
// never differ.
func (r Rooms) now() time.Time { return r.Stories.Now() }

// Site serves the paper.
type Site struct {
	Rooms
	config config.Site
	clock  Clock
	now    func() time.Time
	log    *slog.Logger
	live   *web.Live
	cache  *gate
	look   *look
	csp    string
	moved  movement
}

// New returns the site of a newsroom. The clock's zone is the newsroom's. Run
// must run while it serves.
func New(rooms Rooms, cfg *config.Config, static *assets.Static, cache *pagecache.Cache, live *web.Live, log *slog.Logger) (*Site, error) {
	l, err := newLook(static)
	if err != nil {
		return nil, err
	}
	s := &Site{
		Rooms: rooms, config: cfg.Site, clock: Clock{cfg.Location(), cfg.Site.TimeStyle}, now: rooms.now,
		log: log, live: live, look: l, csp: l.policy(), moved: movement{by: map[id.ID]Figures{}, ready: make(chan struct{}, 1)},
	}
	s.cache = &gate{cache: cache, stories: rooms.Stories, now: func() time.Time { return s.now() }}
	return s, nil
}

// Routes lists what the site answers. The pattern "GET /" stands for the front
// page, the sections and the stories, whose addresses are the newsroom's own.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /", Handler: s.paper},
		{Pattern: "GET /feed.xml", Handler: s.frontFeed},
		{Pattern: "GET /feed.ninjs.json", Handler: s.frontOutgoing},
		{Pattern: "GET /feed.newsml.xml", Handler: s.frontOutgoing},
		{Pattern: "GET /robots.txt", Handler: s.robots},
		{Pattern: "GET /discussions", Handler: s.rankingPage},
		{Pattern: "GET /discussions/{story}", Handler: s.discussionPage},
		{Pattern: "POST /discussions/{story}/comments", Handler: s.postComment},
		{Pattern: "POST /discussions/{story}/vote", Handler: s.voteStory},
		{Pattern: "GET /comments/{comment}", Handler: s.findComment},
		{Pattern: "POST /comments/{comment}/vote", Handler: s.voteComment},
		{Pattern: "GET /comments/{comment}/report", Handler: s.reportForm},
		{Pattern: "POST /comments/{comment}/report", Handler: s.report},
		{Pattern: "GET /comments/{comment}/moderate", Permission: account.CommentModerate, Handler: s.moderateForm},
		{Pattern: "POST /comments/{comment}/remove", Handler: s.moderate(discussion.Remove)},
		{Pattern: "POST /comments/{comment}/restore", Handler: s.moderate(discussion.Restore)},
		{Pattern: "GET /account/register", Handler: s.registerForm},
		{Pattern: "POST /account/register", Handler: s.register},
		{Pattern: "GET /account/check-mail", Handler: s.checkMail},
		{Pattern: "GET /account/confirm", Handler: s.confirmForm},
		{Pattern: "POST /account/confirm", Handler: s.confirm},
		{Pattern: "GET /account/sign-in", Handler: s.signInForm},
		{Pattern: "POST /account/sign-in", Handler: s.signIn},
		{Pattern: "POST /account/sign-out", Handler: s.signOut},
		{Pattern: "GET /me", Handler: s.me},
		{Pattern: "GET /live", Handler: s.streamRanking},
		{Pattern: "GET /live/story/{story}", Handler: s.streamStory},
		{Pattern: "GET /media/{photo}/{file}", Handler: s.photo},
	}
}

// paper answers the addresses that the newsroom's own words are part of:
// /, /{section}, its feeds as /{section}/feed.xml, and /{section}/{slug}-{id}.
func (s *Site) paper(w http.ResponseWriter, r *http.Request) error {
	path := strings.TrimPrefix(r.URL.Path, "/")
	if path == "" {
		return s.front(w, r)
	}
	sec, rest, deeper := strings.Cut(path, "/")
	switch {
	case !deeper:
		return s.section(w, r, sec)
	case rest == "feed.xml":
		return s.sectionFeed(w, r, sec)
	}
	if f := outgoingNamed(rest); f != nil {
		return s.outgoing(w, r, sec, f)
	}
	return s.story(w, r, rest)
}

// freshness is Fresh for those who are signed in: they may just have changed
// something, and must see it.
func freshness(r *http.Request) pagecache.Freshness {
	for _, line := range r.Header["Cookie"] {
		if strings.Contains(line, "signed_in=") {
			return pagecache.Fresh
		}
	}
	return pagecache.Recent
}

// html is a page for everybody.
func (s *Site) html(body []byte, tags ...string) pagecache.Page {
	return pagecache.Page{
		Body: body, ContentType: "text/html; charset=utf-8", Tags: tags, Until: s.clock.Midnight(s.now()),
		Header: map[string]string{"Content-Security-Policy": s.csp},
	}
}

// answer sends a page that is for one reader only.
func (s *Site) answer(w http.ResponseWriter, status int, name string, data any) error {
	body, err := s.look.render(name, data)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", s.csp)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body) // nobody is left to tell
	return nil
}

func (s *Site) robots(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_, _ = w.Write([]byte("User-agent: *\nDisallow: /account/\nDisallow: /comments/\nDisallow: /desk\nDisallow: /live\nDisallow: /me\n"))
	return nil
}
