package demo

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/discussion"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/source"
	"broadsheet/internal/story"
	"broadsheet/internal/wire"
)

// How fast a demo moves. After a while somebody has either seen it or forgotten it, and
// it slows down so as not to fill the disk.
const (
	wireEvery  = 6 * time.Second
	readersMin = time.Second
	readersMax = 3 * time.Second
	livelyFor  = 30 * time.Minute
	slowdown   = 20
)

// Live lets the agencies send and the readers talk until ctx ends. The rooms have been
// filled before, in this run of the program or an earlier one.
func Live(ctx context.Context, rooms Rooms) (err error) {
	defer errs.Wrap(&err, "keep the demo newsroom moving")
	c, err := gatherCrowd(ctx, rooms)
	if err != nil {
		return err
	}
	var group sync.WaitGroup
	group.Go(func() { c.every(ctx, func() time.Duration { return wireEvery }, c.ticker()) })
	group.Go(func() { c.every(ctx, c.pause, c.move) })
	group.Go(func() { c.occur(ctx) })
	group.Wait()
	return nil
}

// gatherCrowd finds the readers and the stories of rooms that have been filled.
func gatherCrowd(ctx context.Context, rooms Rooms) (*crowd, error) {
	n, err := newNewsroom(rooms, time.Now())
	if err != nil {
		return nil, err
	}
	lib, err := openLibrary(content())
	if err != nil {
		return nil, err
	}
	if n.readers, err = n.Accounts.List(ctx, account.System(), account.Filter{Readers: true}); err != nil {
		return nil, err
	}
	if err := n.recognise(ctx); err != nil {
		return nil, err
	}
	n.readers = slices.DeleteFunc(n.readers, func(a *account.Account) bool { return !invented(a) })
	heads, err := n.crowded(ctx)
	if err != nil {
		return nil, err
	}
	if len(heads) == 0 || len(n.readers) == 0 {
		return nil, errs.E(errs.NotFound, "The demo newsroom is empty: there is nothing to keep moving.")
	}
	c := &crowd{newsroom: n, heads: heads, rng: rand.New(rand.NewPCG(uint64(n.start.UnixNano()), 1))} //nolint:gosec // no secrets
	c.listen(lib)
	return c, nil
}

// recognise finds the sources with whose tokens the agencies push.
func (n *newsroom) recognise(ctx context.Context) error {
	list, err := n.Sources.List(ctx, account.System())
	n.tokens = map[string]source.Source{}
	for i := range list {
		n.tokens[list[i].Name] = list[i]
	}
	return err
}

// crowdedStories is among how many of the most active discussions the readers move.
const crowdedStories = 12

func (n *newsroom) crowded(ctx context.Context) ([]story.Head, error) {
	ranking, err := n.Discussion.MostActive(ctx, crowdedStories)
	if err != nil {
		return nil, err
	}
	ids := make([]id.ID, len(ranking))
	for i := range ranking {
		ids[i] = ranking[i].StoryID
	}
	heads, err := n.Stories.LiveByIDs(ctx, ids)
	return slices.Collect(maps.Values(heads)), err
}

// invented reports whether an account is one of those whom [Live] may speak for: not
// somebody who has registered, nor the one to sign in with.
func invented(a *account.Account) bool {
	return strings.HasPrefix(a.Email, "reader0") && strings.HasSuffix(a.Email, "@demo.example")
}

// every calls do again and again, after pauses, until ctx ends. What goes wrong once is
// logged and does not end it: a story may have been taken from the paper meanwhile.
func (n *newsroom) every(ctx context.Context, pause func() time.Duration, do func(context.Context) error) {
	timer := time.NewTimer(pause())
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		if err := do(ctx); err != nil && ctx.Err() == nil {
			n.Log.LogAttrs(ctx, slog.LevelDebug, "the demo skipped a step", slog.Any("err", err))
		}
		next := pause()
		if time.Since(n.start) > livelyFor {
			next *= slowdown
		}
		timer.Reset(next)
	}
}

// ticker returns a function that sends the next live dispatch. When all have been sent
// they begin again, as new items.
func (n *newsroom) ticker() func(context.Context) error {
	var round []*dispatch
	return func(ctx context.Context) (err error) {
		if len(round) == 0 {
			if round, err = n.desk.round(time.Now()); err != nil {
				return err
			}
		}
		p := round[0]
		round = round[1:]
		p.Sent = time.Now()
		if p.Version == 1 {
			p.First = p.Sent
		}
		return n.sendNow(ctx, p)
	}
}

// sendNow hands a dispatch to the wire, with everything that follows from it.
func (n *newsroom) sendNow(ctx context.Context, p *dispatch) error {
	in, err := p.incoming()
	if err == nil {
		_, err = n.push(ctx, in, time.Time{})
	}
	return err
}

// occur sends what comes once, each at its time after the start.
func (n *newsroom) occur(ctx context.Context) {
	list, err := n.desk.once()
	if err != nil {
		n.Log.ErrorContext(ctx, "the demo's agencies have nothing to add", "err", err)
		return
	}
	for _, p := range list {
		timer := time.NewTimer(time.Until(p.Sent))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		if err := n.happen(ctx, p); err != nil && ctx.Err() == nil {
			n.Log.LogAttrs(ctx, slog.LevelDebug, "the demo skipped a step", slog.Any("err", err))
		}
	}
}

// happen sends what comes once, unless it has come before or what it goes on from is not here:
// the newsroom may have been filled on another day.
func (n *newsroom) happen(ctx context.Context, o occurrence) error {
	by := account.System()
	if _, err := n.Wire.Get(ctx, by, wire.IDOf(o.after)); err != nil {
		return err
	}
	it, err := n.Wire.Get(ctx, by, wire.IDOf(o.URI))
	switch {
	case errors.Is(err, errs.NotFound):
	case err != nil:
		return err
	case it.Version == strconv.Itoa(o.Version):
		return nil
	}
	return n.sendNow(ctx, o.dispatch)
}

// An occurrence is what an agency sends once while somebody looks.
type occurrence struct {
	*dispatch
	after string // URI of the item that it goes on from
}

// once returns what is sent once, the first first.
func (d *newsdesk) once() (list []occurrence, err error) {
	for _, c := range d.copy {
		uris, _, err := d.families(c)
		if err != nil {
			return nil, err
		}
		for i := range c.blocks {
			b := &c.blocks[i]
			wait, err := b.duration("once")
			if err != nil {
				return nil, err
			}
			if wait == 0 {
				continue
			}
			j := slices.IndexFunc(c.blocks, func(a block) bool { return a.key == b.get("after") })
			if j < 0 {
				return nil, b.fault(b.line, "there is no item %q", b.get("after"))
			}
			p, err := d.dispatch(c.agency, b, uris[b.family()], d.start.Add(wait))
			if err != nil {
				return nil, err
			}
			list = append(list, occurrence{p, uris[c.blocks[j].family()]})
		}
	}
	slices.SortFunc(list, func(a, b occurrence) int { return a.Sent.Compare(b.Sent) })
	return list, nil
}

// round returns what is sent while somebody looks, the agencies in turn. Its items have
// URIs of their own.
func (d *newsdesk) round(now time.Time) (list []*dispatch, err error) {
	suffix := "-" + strconv.FormatInt(now.Unix(), 36)
	queues := make([][]*dispatch, len(d.copy))
	longest := 0
	for i, c := range d.copy {
		for j := range c.blocks {
			b := &c.blocks[j]
			if b.get("live") == "" {
				continue
			}
			p, err := d.dispatch(c.agency, b, c.agency.uri(now, b.family()+suffix), now)
			if err != nil {
				return nil, err
			}
			queues[i] = append(queues[i], p)
		}
		longest = max(longest, len(queues[i]))
	}
	for j := range longest {
		for _, q := range queues {
			if j < len(q) {
				list = append(list, q[j])
			}
		}
	}
	return list, nil
}

// A crowd is the readers of a running demo. They flock: for some steps most of them are
// at one story, then at another, which is what makes a ranking move.
type crowd struct {
	*newsroom

	heads []story.Head
	rng   *rand.Rand
	place int // the story where most are
	steps int // how many more

	remark  func() string // that fits anywhere
	closing func() string
	point   func() string // about the lead story
	opening func() string
	reply   func() string
}

func (c *crowd) listen(lib *library) {
	c.remark, c.closing = cycle(c.rng, lib.passing), cycle(c.rng, lib.closing)
	c.point, c.opening, c.reply = cycle(c.rng, lib.point), cycle(c.rng, lib.opening), cycle(c.rng, lib.reply)
}

func (c *crowd) pause() time.Duration {
	return readersMin + time.Duration(c.rng.Int64N(int64(readersMax-readersMin)))
}

// move is one thing that one reader does.
func (c *crowd) move(ctx context.Context) error {
	if c.steps--; c.steps < 0 {
		c.place, c.steps = c.rng.IntN(len(c.heads)), 8+c.rng.IntN(16)
	}
	head := &c.heads[c.place]
	if c.rng.IntN(4) == 0 {
		head = &c.heads[c.rng.IntN(len(c.heads))]
	}
	by := c.readers[c.rng.IntN(len(c.readers))]
	page, err := c.Discussion.Threads(ctx, head.ID, discussion.View{Sort: discussion.Newest})
	if err != nil {
		return err
	}
	switch kind := c.rng.IntN(10); {
	case kind < 2:
		_, err = c.Discussion.VoteStory(ctx, by, head.ID, true)
	case kind < 5 && len(page.Comments) > 0:
		_, err = c.Discussion.Vote(ctx, by, c.any(page).ID, true)
	default:
		err = c.speak(ctx, by, head, page)
	}
	if errors.Is(err, errs.Denied) || errors.Is(err, errs.Limited) { // their own comment, or too soon
		return nil
	}
	return err
}

func (c *crowd) any(page *discussion.Page) *discussion.Comment {
	return &page.Comments[c.rng.IntN(len(page.Comments))]
}

func (c *crowd) speak(ctx context.Context, by *account.Account, head *story.Head, page *discussion.Page) error {
	d := discussion.Draft{StoryID: head.ID, Markdown: c.words(head)}
	if len(page.Comments) > 0 && c.rng.IntN(3) == 0 {
		to := c.any(page)
		if to.State != discussion.Live || to.AuthorID == by.ID {
			return nil
		}
		d.ParentID, d.Markdown = to.ID, c.reply()
	}
	_, err := c.Discussion.Post(ctx, by, d)
	return err
}

// words are what a reader says under a story.
func (c *crowd) words(head *story.Head) string {
	switch {
	case head.Slug == leadSlug && c.rng.IntN(2) == 0:
		return sentence(c.opening() + " " + c.point())
	case head.Slug == leadSlug:
		return c.point() + " " + c.closing()
	}
	return c.remark()
}

// leadSlug is how the lead story is found again in a folder that was filled earlier.
const leadSlug = "vestria-qasmar-envoys-meet"

// Filled reports whether the rooms hold stories already, so that Fill has nothing to do.
func Filled(ctx context.Context, rooms Rooms) (bool, error) {
	heads, err := rooms.Stories.Latest(ctx, "", story.Cursor{}, 1)
	return len(heads) > 0, err
}
