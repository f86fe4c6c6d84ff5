package site

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"broadsheet/internal/discussion"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/pagecache"
	"broadsheet/internal/richtext"
	"broadsheet/internal/web"
)

const (
	underStory = 30 // comments under a story; the rest has pages of its own
	levels     = 8  // of indentation; phones show fewer
	maxCursor  = 64
)

// discussionPart is the discussion under a story, after a line with its count.
func (s *Site) discussionPart(ctx context.Context, story id.ID, path string) (*pagecache.Entry, error) {
	return s.cache.Get(ctx, "part:discussion:"+story.String(), pagecache.Fresh, func(ctx context.Context) (pagecache.Page, error) {
		after := s.heardSince()
		page, err := s.Discussions.Threads(ctx, story, discussion.View{Limit: underStory, Depth: levels})
		if err != nil {
			return pagecache.Page{}, err
		}
		d := s.talk(story, path, page)
		d.After = after
		if page.Next != "" {
			d.More = d.Address
		}
		body, err := s.look.render("discussion", d)
		body = append([]byte(strconv.Itoa(page.Counts.Comments)+"\n"), body...)
		return pagecache.Page{Body: body, Tags: []string{tagDiscussion(story), tagStory(story)}}, err
	})
}

// heardSince is what a page that is made now asks the event stream for: what
// happened since, and a little of what it shows already.
func (s *Site) heardSince() string { return id.First(time.Now().Add(-time.Second)).String() }

// talk is a discussion as a page shows it.
func (s *Site) talk(story id.ID, path string, page *discussion.Page) Discussion {
	d := Discussion{
		StoryID: story.String(), StoryPath: path, Address: "/discussions/" + story.String(), Votes: page.Own, Comments: page.Counts.Comments,
		Open: page.Open, Sort: string(page.Sort), MaxLength: discussion.MaxBody, Threads: s.threads(page.Comments),
	}
	for _, o := range []struct {
		sort discussion.Sort
		name string
	}{{discussion.Newest, "Newest"}, {discussion.Oldest, "Oldest"}, {discussion.Voted, "Most votes"}} {
		link := SortLink{Name: o.name, URL: d.Address + "?sort=" + string(o.sort), Current: o.sort == page.Sort}
		if o.sort == discussion.Newest {
			link.URL = d.Address
		}
		d.Sorts = append(d.Sorts, link)
	}
	return d
}

// threads makes trees of comments that come in the order of reading.
func (s *Site) threads(list []discussion.Comment) []Comment {
	var roots []Comment
	for len(list) > 0 {
		end := 1
		for end < len(list) && list[end].Depth > list[0].Depth {
			end++
		}
		c := s.comment(&list[0])
		c.Replies = s.threads(list[1:end])
		roots = append(roots, c)
		list = list[end:]
	}
	return roots
}

func (s *Site) comment(c *discussion.Comment) Comment {
	return Comment{
		ID: c.ID.String(), StoryID: c.StoryID.String(), Author: c.AuthorName, AuthorID: c.AuthorID.String(), Staff: c.Staff,
		Posted: s.clock.Comment(c.Posted), Votes: c.Votes, Body: c.Body.HTML(richtext.Renderer{LinkRel: "ugc nofollow"}),
		Removed: c.State != discussion.Live, Depth: min(c.Depth, levels-1) + 1,
	}
}

// discussionPage answers with a page of a discussion; ?reply= opens the form for
// an answer.
func (s *Site) discussionPage(w http.ResponseWriter, r *http.Request) error {
	story, err := id.Parse(r.PathValue("story"))
	if err != nil {
		return errNoPage
	}
	q := r.URL.Query()
	if q.Has("held") {
		return s.notice(w, r, http.StatusOK, NoticePage{
			Heading: "Thank you", Text: "A moderator will read your comment before it is shown.",
			Links: []Link{{"Back to the discussion", "/discussions/" + story.String()}},
		})
	}
	sort, err := discussion.ParseSort(q.Get("sort"))
	if err != nil || len(q.Get("from")) > maxCursor {
		return errNoPage
	}
	t := talkRequest{story: story, view: discussion.View{Sort: sort, Cursor: q.Get("from"), Depth: levels}}
	if text := q.Get("reply"); text != "" {
		if t.reply, err = id.Parse(text); err != nil {
			return errNoPage
		}
	}
	key := "/discussions/" + story.String() + "?" + string(sort) + "&" + t.view.Cursor + "&" + t.reply.String()
	return s.cache.Serve(w, r, key, freshness(r), func(ctx context.Context) (pagecache.Page, error) {
		p, err := s.talkPage(ctx, t)
		if err != nil {
			return pagecache.Page{}, err
		}
		body, err := s.look.render("discussion-page", p)
		if err != nil {
			return pagecache.Page{}, err
		}
		ranking, err := s.ranking(ctx)
		if err != nil {
			return pagecache.Page{}, err
		}
		body = fill(body, map[string][]byte{slotRanking: ranking})
		return s.html(body, tagStory(story), tagDiscussion(story), tagRanking), nil
	})
}

// A talkRequest is what somebody wants to see of a discussion.
type talkRequest struct {
	story id.ID
	view  discussion.View
	reply id.ID // the comment to be answered, or zero
	draft string
	fault string // what is wrong with the draft
}

func (s *Site) talkPage(ctx context.Context, t talkRequest) (DiscussionPage, error) {
	art, err := s.article(ctx, t.story)
	if err != nil {
		return DiscussionPage{}, err
	}
	heads, err := s.Stories.LiveByIDs(ctx, []id.ID{t.story})
	if err != nil {
		return DiscussionPage{}, err
	}
	after := s.heardSince()
	page, err := s.Discussions.Threads(ctx, t.story, t.view)
	if err != nil {
		return DiscussionPage{}, err
	}
	head := heads[t.story]
	path := ""
	if t.view.Cursor == "" && t.view.Sort == discussion.Newest && t.reply == 0 {
		path = "/discussions/" + t.story.String()
	}
	f, err := s.frame(ctx, "small talk", path, "Discussion: "+head.Headline)
	if err != nil {
		return DiscussionPage{}, err
	}
	f.inSection(head.Section)
	f.Live = "/live/story/" + t.story.String()
	d := s.talk(t.story, art.path(), page)
	d.Whole, d.Draft, d.Error, d.After = true, t.draft, t.fault, after
	if page.Next != "" {
		d.More = d.Address + "?sort=" + string(page.Sort) + "&from=" + page.Next
	}
	if t.reply != 0 {
		parent, err := s.liveComment(ctx, t.reply)
		if err != nil {
			return DiscussionPage{}, err
		}
		d.ReplyTo = &parent
	}
	return DiscussionPage{Frame: f, Back: Link{Name: head.Headline, URL: art.path()}, Discussion: d, Ranking: slotRanking}, nil
}

// liveComment returns a comment that readers may see.
func (s *Site) liveComment(ctx context.Context, comment id.ID) (Comment, error) {
	c, err := s.Discussions.ByID(ctx, comment)
	if err != nil {
		return Comment{}, err
	}
	if c.State != discussion.Live {
		return Comment{}, errs.E(errs.NotFound, "This comment is no longer shown.")
	}
	if err := s.visible(ctx, c.StoryID); err != nil {
		return Comment{}, err
	}
	return s.comment(c), nil
}

// findComment leads to the page that a comment stands on.
func (s *Site) findComment(w http.ResponseWriter, r *http.Request) error {
	comment, err := id.Parse(r.PathValue("comment"))
	if err != nil {
		return errNoPage
	}
	to, err := s.addressOf(r.Context(), comment)
	if err != nil {
		return err
	}
	http.Redirect(w, r, to, http.StatusSeeOther) //nolint:gosec // made of IDs
	return nil
}

func (s *Site) addressOf(ctx context.Context, comment id.ID) (string, error) {
	place, err := s.Discussions.Locate(ctx, comment, discussion.View{})
	if err != nil {
		return "", err
	}
	if err := s.visible(ctx, place.StoryID); err != nil {
		return "", err
	}
	to := "/discussions/" + place.StoryID.String()
	if place.Cursor != "" {
		to += "?from=" + place.Cursor
	}
	return to + "#c-" + comment.String(), nil
}

// me tells the script of a page who is signed in, and what they voted for.
func (s *Site) me(w http.ResponseWriter, r *http.Request) error {
	by := web.Account(r.Context())
	if by == nil {
		web.ForgetSession(w) // the hint was wrong
		return sendJSON(w, http.StatusOK, me{})
	}
	m := me{Name: by.Name, ID: by.ID.String(), Staff: by.Staff(), Moderator: by.May(moderates), Confirmed: by.Confirmed}
	if text := r.URL.Query().Get("story"); text != "" {
		story, err := id.Parse(text)
		if err != nil {
			return errNoPage
		}
		if err := s.visible(r.Context(), story); err != nil {
			return err
		}
		own, err := s.Discussions.OwnVotes(r.Context(), by, story)
		if err != nil {
			return err
		}
		m.Voted = make([]string, 0, len(own.Comments)+1)
		for _, c := range own.Comments {
			m.Voted = append(m.Voted, c.String())
		}
		if own.Discussion {
			m.Voted = append(m.Voted, story.String())
		}
	}
	return sendJSON(w, http.StatusOK, m)
}

type me struct {
	Name      string   `json:"name"`
	ID        string   `json:"id"`
	Staff     bool     `json:"staff"`
	Moderator bool     `json:"moderator"`
	Confirmed bool     `json:"confirmed"`
	Voted     []string `json:"voted"` // comments, and the story itself
}
