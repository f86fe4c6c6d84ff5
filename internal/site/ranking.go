package site

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"

	"broadsheet/internal/bus"
	"broadsheet/internal/discussion"
	"broadsheet/internal/id"
	"broadsheet/internal/pagecache"
	"broadsheet/internal/sqldb"
)

// The ranking moves with every comment and vote on the site, and stands on
// every page. So what people see of it is settled a few times a second, for all
// pages at once, and only when a line of it has changed.
const (
	onRanking     = 6
	onRankingPage = 20
	settleEvery   = 250 * time.Millisecond
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
		body, err := s.look.render("ranking-page", RankingPage{Frame: f, Entries: entries})
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
		case <-s.moved:
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
// that have it follow, and open pages hear of it.
func (s *Site) settle(ctx context.Context, shown []byte) ([]byte, error) {
	s.cache.Purge(keyRanking)
	now, err := s.ranking(ctx)
	if err != nil || bytes.Equal(now, shown) {
		return shown, err
	}
	s.cache.Touch(tagRanking)
	err = s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		return bus.Publish(ctx, tx, topicSite, kindSettled, struct{}{})
	})
	return now, err
}

// follow purges what an event concerns. A commit waits for it.
func (s *Site) follow(e bus.Event) {
	switch e.Kind {
	case discussion.KindRanking:
		select {
		case s.moved <- struct{}{}:
		default: // it will be settled anyway
		}
	case discussion.KindPosted, discussion.KindVoted, discussion.KindStory, discussion.KindPaused, discussion.KindResumed:
		if story, ok := change(e); ok {
			s.cache.Touch(tagDiscussion(story))
		}
	case discussion.KindRemoved, discussion.KindRestored: // rare, and nobody should wait
		if story, ok := change(e); ok {
			s.cache.Purge(tagDiscussion(story))
		}
	case "story.published", "story.updated", "story.unpublished":
		if e.Topic != "stories" { // the same news comes on three topics
			return
		}
		if story, ok := change(e); ok {
			s.cache.Purge(tagStory(story), tagLists)
		}
	case "media.changed":
		s.cache.Purge(e.Topic)
	}
}

// change returns which story an event is about.
func change(e bus.Event) (id.ID, bool) {
	var c struct {
		Story id.ID `json:"story"`
	}
	err := json.Unmarshal(e.Data, &c)
	return c.Story, err == nil && c.Story != 0
}
