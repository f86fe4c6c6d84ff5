package site

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"broadsheet/internal/bus"
	"broadsheet/internal/discussion"
	"broadsheet/internal/id"
	"broadsheet/internal/pagecache"
	"broadsheet/internal/sqldb"
)

// The ranking and the figures beside headlines move with every comment and vote
// on the site, and stand on every page. So what people see of them is settled a
// few times a second, for all pages at once, and only when something changed.
const (
	onRanking     = 6
	onRankingPage = 20
	settleEvery   = 250 * time.Millisecond
	maxSettled    = 200 // discussions told of at once
	keyRanking    = "part:ranking"
	topicSite     = "site"
	kindSettled   = "ranking.settled"
)

// ranking returns the box with the most active discussions.
func (s *Site) ranking(ctx context.Context) ([]byte, error) {
	e, err := s.cache.Get(ctx, keyRanking, pagecache.Recent, func(ctx context.Context) (pagecache.Page, error) {
		entries, err := s.ranked(ctx, onRanking)
		if err != nil {
			return pagecache.Page{}, err
		}
		body, err := s.look.render("ranking", Ranking{Entries: entries})
		return pagecache.Page{Body: body, Tags: []string{keyRanking, tagLists}}, err
	})
	if err != nil {
		return nil, err
	}
	return e.Bytes(), nil
}

// ranked returns the first n discussions that have begun.
func (s *Site) ranked(ctx context.Context, n int) ([]RankedStory, error) {
	list, err := s.Discussions.MostActive(ctx, n)
	if err != nil {
		return nil, err
	}
	var ids []id.ID
	for _, r := range list {
		ids = append(ids, r.StoryID)
	}
	heads, err := s.Stories.LiveByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []RankedStory
	for _, r := range list {
		h, ok := heads[r.StoryID]
		if !ok || r.Votes+r.Comments == 0 {
			continue
		}
		out = append(out, RankedStory{ID: h.ID.String(), Path: h.Path(), Headline: h.Headline, Votes: r.Votes, Comments: r.Comments})
	}
	return out, nil
}

func (s *Site) rankingPage(w http.ResponseWriter, r *http.Request) error {
	return s.cache.Serve(w, r, "/discussions", freshness(r), func(ctx context.Context) (pagecache.Page, error) {
		f, err := s.frame(ctx, "small ranking", "/discussions", "Most active discussions")
		if err != nil {
			return pagecache.Page{}, err
		}
		f.Description = "The discussions in which most is going on now, and the rule by which they are ranked."
		entries, err := s.ranked(ctx, onRankingPage)
		if err != nil {
			return pagecache.Page{}, err
		}
		body, err := s.look.render("ranking-page", RankingPage{Frame: f, Entries: entries, Rule: discussion.RankingRule()})
		return s.html(body, tagRanking, tagLists), err
	})
}

// Run follows the newsroom's events until ctx ends: it purges the pages that an
// event concerns before the change is answered, and settles the ranking.
func (s *Site) Run(ctx context.Context) {
	cancel := s.Bus.Subscribe(s.follow)
	defer cancel()
	s.cache.PurgeAll() // of what may have changed before we listened
	var shown []byte
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.moved.ready:
		}
		var err error
		if shown, err = s.settle(ctx, shown); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "the ranking cannot be settled", "err", err)
		}
		pause := time.NewTimer(settleEvery)
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
	}
}

// settle renews the ranking box. If it differs from what is shown, the pages
// that have it follow. Open pages hear of that and of the figures that changed.
func (s *Site) settle(ctx context.Context, shown []byte) ([]byte, error) {
	news := settled{Figures: s.moved.take()}
	s.cache.Purge(keyRanking)
	now, err := s.ranking(ctx)
	if err != nil {
		return shown, err
	}
	if news.Ranking = !bytes.Equal(now, shown); news.Ranking {
		s.cache.Touch(tagRanking)
	}
	if !news.Ranking && len(news.Figures) == 0 {
		return shown, nil
	}
	return now, s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		return bus.Publish(ctx, tx, topicSite, kindSettled, news)
	})
}

// Settled is what the event kindSettled carries.
type settled struct {
	Ranking bool      `json:"ranking"` // another box
	Figures []Figures `json:"figures"`
}

// Figures are the counts of one discussion.
type Figures struct {
	Story    id.ID `json:"story"`
	Comments int   `json:"comments"`
	Total    int   `json:"total"` // votes
	Own      int   `json:"own"`   // votes for the discussion itself
}

// A movement gathers what changed since it was last taken.
type movement struct {
	mu    sync.Mutex
	by    map[id.ID]Figures
	ready chan struct{} // holds one while there is something to take
}

// note remembers the newest figures of a discussion; zero ones say only that
// the ranking moved.
func (m *movement) note(f Figures) {
	m.mu.Lock()
	if f.Story != 0 && len(m.by) < maxSettled {
		m.by[f.Story] = f
	}
	m.mu.Unlock()
	select {
	case m.ready <- struct{}{}:
	default: // it will be taken anyway
	}
}

func (m *movement) take() []Figures {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := slices.Collect(maps.Values(m.by))
	clear(m.by)
	return list
}

// follow purges what an event concerns. A commit waits for it.
func (s *Site) follow(e bus.Event) {
	switch e.Kind {
	case discussion.KindRanking:
		s.moved.note(Figures{})
	case discussion.KindPosted, discussion.KindVoted, discussion.KindStory, discussion.KindPaused, discussion.KindResumed:
		if c, ok := change(e); ok {
			s.cache.Touch(tagDiscussion(c.Story))
			s.moved.note(Figures{c.Story, c.Comments, c.Votes, c.Own})
		}
	case discussion.KindRemoved, discussion.KindRestored: // rare, and nobody should wait
		if c, ok := change(e); ok {
			s.cache.Purge(tagDiscussion(c.Story))
			s.moved.note(Figures{c.Story, c.Comments, c.Votes, c.Own})
		}
	case "story.published", "story.updated", "story.unpublished", "story.held", "story.freed":
		if e.Topic != "stories" { // the same news comes on three topics
			return
		}
		if c, ok := change(e); ok {
			s.cache.Purge(tagStory(c.Story), tagLists)
			if e.Kind != "story.published" && e.Kind != "story.updated" { // the box on every page may have it, or now for another time
				s.cache.Purge(tagRanking)
			}
			s.moved.note(Figures{})
		}
	case "media.changed":
		s.cache.Purge(e.Topic)
	}
}

// change returns what an event tells of a story; of the story's own events only
// which one it is.
func change(e bus.Event) (c discussion.Change, ok bool) {
	err := json.Unmarshal(e.Data, &c)
	return c, err == nil && c.Story != 0
}
