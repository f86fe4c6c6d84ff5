package site

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"broadsheet/internal/bus"
	"broadsheet/internal/discussion"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/pagecache"
	"broadsheet/internal/web"
)

// Names of the events that open pages hear. The script of the page knows them.
const (
	eventComment = "comment" // a comment was posted or restored: its HTML
	eventRemoved = "removed"
	eventVotes   = "votes" // of a comment or the discussion
	eventRanking = "ranking"
	eventStory   = "story" // updated or taken down
	eventPaused  = "paused"
)

func (s *Site) streamRanking(w http.ResponseWriter, r *http.Request) error {
	return s.live.Stream(w, r, []string{topicSite}, s.message)
}

func (s *Site) streamStory(w http.ResponseWriter, r *http.Request) error {
	story, err := id.Parse(r.PathValue("story"))
	if err != nil {
		return errNoPage
	}
	if _, err := s.article(r.Context(), story); err != nil {
		return err
	}
	return s.live.Stream(w, r, []string{discussion.Topic(story), topicSite}, s.message)
}

// message is what open pages hear of an event. It is made once for all of them.
func (s *Site) message(ctx context.Context, e bus.Event) (web.Message, error) {
	name := eventName(e.Kind)
	if name == "" {
		return web.Message{}, nil
	}
	kept, err := s.cache.Get(ctx, "live:"+e.ID.String(), pagecache.Recent, func(ctx context.Context) (pagecache.Page, error) {
		tags := []string{}
		data, story, err := s.news(ctx, name, e)
		if errors.Is(err, errs.NotFound) || errors.Is(err, errs.Gone) { // removed since: nobody needs to ask again
			return pagecache.Page{}, nil
		}
		if err != nil {
			return pagecache.Page{}, err
		}
		switch name { // what is not shown any more must not be replayed
		case eventComment:
			tags = append(tags, tagDiscussion(story), tagStory(story))
		case eventRanking:
			tags = append(tags, tagLists)
		}
		body, err := json.Marshal(data)
		return pagecache.Page{Body: body, Tags: tags}, err
	})
	if err != nil || len(kept.Bytes()) == 0 {
		return web.Message{}, err
	}
	return web.Message{Event: name, Data: kept.Bytes()}, nil
}

func eventName(kind string) string {
	switch kind {
	case discussion.KindPosted, discussion.KindRestored:
		return eventComment
	case discussion.KindRemoved:
		return eventRemoved
	case discussion.KindVoted, discussion.KindStory:
		return eventVotes
	case discussion.KindPaused, discussion.KindResumed:
		return eventPaused
	case kindSettled:
		return eventRanking
	case "story.updated", "story.unpublished", "story.held", "story.freed":
		return eventStory
	}
	return ""
}

// News is what an event carries to open pages. Numbers are those at the moment
// of the event.
type News struct {
	Story    string `json:"story,omitempty"`
	ID       string `json:"id,omitempty"` // of the comment
	Parent   string `json:"parent,omitempty"`
	Author   string `json:"author,omitempty"` // ID
	HTML     string `json:"html,omitempty"`
	Votes    int    `json:"votes"` // of the comment
	Comments int    `json:"comments"`
	Total    int    `json:"total"` // votes in the discussion
	Own      int    `json:"own"`   // votes for the discussion itself
	Gone     bool   `json:"gone,omitempty"`

	Figures []Figures `json:"figures,omitempty"` // of any discussions, after a settling
}

func (s *Site) news(ctx context.Context, name string, e bus.Event) (News, id.ID, error) {
	switch name {
	case eventRanking:
		var sum settled
		if err := json.Unmarshal(e.Data, &sum); err != nil || !sum.Ranking {
			return News{Figures: sum.Figures}, 0, err
		}
		html, err := s.ranking(ctx)
		return News{HTML: string(html), Figures: sum.Figures}, 0, err
	case eventStory:
		return News{Gone: e.Kind == "story.unpublished" || e.Kind == "story.held"}, 0, nil
	}
	var c discussion.Change
	if err := json.Unmarshal(e.Data, &c); err != nil {
		return News{}, 0, err
	}
	n := News{Story: c.Story.String(), Votes: c.CommentVotes, Comments: c.Comments, Total: c.Votes, Own: c.Own, Gone: e.Kind == discussion.KindPaused}
	if c.Comment != 0 {
		n.ID = c.Comment.String()
	}
	if c.Parent != 0 {
		n.Parent = c.Parent.String()
	}
	if name != eventComment {
		return n, c.Story, nil
	}
	comment, err := s.liveComment(ctx, c.Comment)
	if err != nil {
		return News{}, 0, err
	}
	html, err := s.look.render("comment", comment)
	n.Author, n.HTML = comment.AuthorID, string(html)
	return n, c.Story, err
}
