package demo

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/discussion"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
)

// A said is a remark that was made.
type said struct {
	id     id.ID
	author id.ID
	at     time.Time
	mine   bool
}

// discuss makes the comments and votes. Answers come after what they answer has an ID,
// so the remarks of all stories are made level by level, many at once.
func (n *newsroom) discuss(ctx context.Context) error {
	lib, err := openLibrary(content())
	if err != nil {
		return err
	}
	plans := lib.plans(n.pages)
	made := &memory{ids: map[*remark]id.ID{}, by: map[*page][]said{}, authors: map[*remark]id.ID{}}
	for depth := range 3 {
		var level []turn
		for i := range n.pages {
			p := &n.pages[i]
			for j, r := range plans[p.block.key].remarks {
				if r.depth == depth {
					level = append(level, turn{p, r, i*7 + j})
				}
			}
		}
		if err := spread(ctx, atOnce, level, func(ctx context.Context, t turn) error { return n.say(ctx, made, t) }); err != nil {
			return err
		}
	}
	if err := n.vote(ctx, made); err != nil {
		return err
	}
	return n.trouble(ctx)
}

// A turn is a remark that is to be made under a page.
type turn struct {
	page   *page
	remark *remark
	number int // chooses the reader
}

// memory is what has been said so far.
type memory struct {
	mu      sync.Mutex
	ids     map[*remark]id.ID
	authors map[*remark]id.ID
	by      map[*page][]said
}

func (n *newsroom) say(ctx context.Context, m *memory, t turn) error {
	m.mu.Lock()
	parent, to := m.ids[t.remark.parent], m.authors[t.remark.parent]
	m.mu.Unlock()
	by := n.speaker(t, to)
	at := t.page.published.Add(t.remark.after)
	d := discussion.Draft{StoryID: t.page.id, ParentID: parent, Markdown: t.remark.text}
	c, err := n.discussionAt(at).Post(ctx, by, d)
	for try := 1; errors.Is(err, errs.Limited) && try < maxTries; try++ { // this reader says nearly the same elsewhere
		t.number += 5
		by = n.speaker(t, to)
		c, err = n.discussionAt(at).Post(ctx, by, d)
	}
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ids[t.remark], m.authors[t.remark] = c.ID, by.ID
	m.by[t.page] = append(m.by[t.page], said{c.ID, by.ID, at, t.remark.mine})
	return nil
}

const maxTries = 5

// speaker chooses who makes a remark: not the person that it answers.
func (n *newsroom) speaker(t turn, to id.ID) *account.Account {
	if a := n.staff[t.remark.staff]; a != nil {
		return a
	}
	i := (t.number*29 + t.remark.depth*11) % len(n.readers)
	if n.readers[i].ID == to {
		i = (i + 1) % len(n.readers)
	}
	return n.readers[i]
}

// discussionAt is the discussion at a moment in the past. Our readers are not held to
// its pace.
func (n *newsroom) discussionAt(t time.Time) *discussion.Service {
	service := *n.Discussion
	service.Now = func() time.Time { return t }
	service.Pace = &discussion.Pace{}
	service.Check = nil
	return &service
}

// A ballot is one vote to be given; comment is zero for the discussion itself.
type ballot struct {
	story, comment id.ID
	by             *account.Account
	at             time.Time
}

// vote gives every discussion its votes. About a third go to the discussion itself, the
// others to its comments, where a few get many.
func (n *newsroom) vote(ctx context.Context, m *memory) error {
	var ballots []ballot
	for i := range n.pages {
		p := &n.pages[i]
		ballots = append(ballots, n.ballots(rand.New(rand.NewPCG(uint64(i), 11)), p, m.by[p])...) //nolint:gosec // no secrets
	}
	return spread(ctx, atOnce, ballots, func(ctx context.Context, b ballot) (err error) {
		room := n.discussionAt(b.at)
		if b.comment == 0 {
			_, err = room.VoteStory(ctx, b.by, b.story, true)
		} else {
			_, err = room.Vote(ctx, b.by, b.comment, true)
		}
		return err
	})
}

func (n *newsroom) ballots(rng *rand.Rand, p *page, comments []said) (list []ballot) {
	slices.SortFunc(comments, func(a, b said) int { return a.at.Compare(b.at) })
	between := func(from time.Time) time.Time {
		return from.Add(time.Duration(math.Pow(rng.Float64(), 2) * float64(n.start.Sub(from)-time.Second)))
	}
	own := min(p.votes/3, len(n.readers)*4/5)
	if len(comments) == 0 {
		own = min(p.votes, len(n.readers))
	}
	for _, i := range rng.Perm(len(n.readers))[:own] {
		list = append(list, ballot{story: p.id, by: n.readers[i], at: between(p.published)})
	}
	given := map[[2]id.ID]bool{}
	for tries := 0; len(list) < p.votes && len(comments) > 0 && tries < 20*p.votes; tries++ {
		c := comments[int(math.Pow(rng.Float64(), 1.6)*float64(len(comments)))]
		by := n.readers[rng.IntN(len(n.readers))]
		if !c.mine && rng.IntN(3) > 0 || by.ID == c.author || given[[2]id.ID{c.id, by.ID}] {
			continue
		}
		given[[2]id.ID{c.id, by.ID}] = true
		list = append(list, ballot{p.id, c.id, by, between(c.at)})
	}
	return list
}

// trouble leaves something to do for the moderators: comments that are held, and
// reports.
func (n *newsroom) trouble(ctx context.Context) error {
	lead := &n.pages[slices.IndexFunc(n.pages, func(p page) bool { return p.block.key == leadStory })]
	for i, h := range []struct{ text, why string }{
		{"You are all paid by Selim, every one of you, and I can prove it.", "The text accuses other readers."},
		{"Cheap spare parts for all ships!! Write to me, name in profile.", "The text looks like an advertisement."},
		{"whoever boarded the Ardent should be thrown off the pier with a stone", "The text may be a threat."},
	} {
		room := n.discussionAt(n.start.Add(-time.Duration(3+4*i) * time.Minute))
		room.Check = func(context.Context, *account.Account, *discussion.Comment) (string, error) { return h.why, nil }
		if _, err := room.Post(ctx, n.readers[3+i], discussion.Draft{StoryID: lead.id, Markdown: h.text}); err != nil {
			return err
		}
	}
	for i, r := range reported() {
		at := n.start.Add(-time.Duration(6+5*i) * time.Minute)
		c, err := n.discussionAt(at).Post(ctx, n.readers[10+i], discussion.Draft{StoryID: lead.id, Markdown: r.text})
		if err != nil {
			return err
		}
		for j, reason := range r.reasons {
			at := at.Add(time.Duration(1+j) * time.Minute)
			if err := n.discussionAt(at).Report(ctx, n.readers[20+7*i+j], c.ID, reason, r.note); err != nil {
				return err
			}
		}
	}
	return nil
}

// A grievance is a comment that readers report.
type grievance struct {
	text    string
	reasons []discussion.Reason // one report each
	note    string
}

func reported() []grievance {
	return []grievance{
		{
			"Wake up. There was no corridor. Look at the windows in the picture and count them.",
			[]discussion.Reason{discussion.OffTopic},
			"",
		},
		{
			"The man from Marlow Vale is too lazy to fish, that is why he likes the lane closed. Ask anyone.",
			[]discussion.Reason{discussion.Abusive, discussion.Abusive, discussion.Abusive},
			"This is about me and my boat.",
		},
		{
			"Insure your hull with Seven Lamps Mutual! First month free for readers of this page.",
			[]discussion.Reason{discussion.Spam, discussion.Spam},
			"",
		},
		{
			"I have the sailors' home addresses, if somebody wants to send flowers. Ask me.",
			[]discussion.Reason{discussion.Other},
			"He should not offer that, even if he means well.",
		},
	}
}
