package discussion

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
)

// checkFigures recomputes every stored figure from the comments and votes alone.
func (r *room) checkFigures() {
	r.t.Helper()
	ctx := r.t.Context()
	err := r.DB.View(ctx, func(tx *sqldb.Tx) error {
		comments, err := sqldb.All(ctx, tx, scan, `SELECT `+columns+` FROM comment c ORDER BY c.posted_ms, c.id`)
		if err != nil {
			return err
		}
		votes, err := sqldb.All(ctx, tx, func(row sqldb.Row) (v [3]id.ID, err error) {
			return v, row.Scan(&v[0], &v[1], &v[2])
		}, `SELECT voter_id, story_id, comment_id FROM discussion_vote`)
		if err != nil {
			return err
		}
		r.checkThreads(comments, votes)
		rows, err := sqldb.All(ctx, tx, scanDiscussion, `SELECT `+discussionColumns+` FROM discussion`)
		for _, d := range rows {
			r.checkCounts(d, comments, votes)
		}
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *room) checkThreads(comments []record, votes [][3]id.ID) {
	r.t.Helper()
	shown := map[id.ID]bool{}
	children, replies := map[id.ID]int{}, map[id.ID]int{}
	backwards := slices.Clone(comments)
	slices.SortFunc(backwards, func(a, b record) int { return b.Depth - a.Depth })
	for _, c := range backwards { // the deepest first
		if shown[c.ID] = c.State == Live || children[c.ID] > 0; shown[c.ID] && c.ParentID != 0 {
			children[c.ParentID]++
			replies[c.RootID]++
		}
	}
	for _, c := range comments {
		place := map[bool]string{true: kept, false: none}[shown[c.ID]]
		n := 0
		for _, v := range votes {
			if v[2] == c.ID {
				n++
			}
		}
		if c.place != place || c.Children != children[c.ID] || c.Replies != replies[c.ID] || c.Votes != n {
			r.t.Errorf("comment %s (%s): place %s, %d children, %d replies, %d votes; want %s, %d, %d, %d",
				c.Text, c.State, c.place, c.Children, c.Replies, c.Votes, place, children[c.ID], replies[c.ID], n)
		}
	}
}

func (r *room) checkCounts(d discussionRow, comments []record, votes [][3]id.ID) {
	r.t.Helper()
	var live, own, forLive int
	states := map[id.ID]State{}
	for _, c := range comments {
		states[c.ID] = c.State
		if c.StoryID == d.story && c.State == Live {
			live++
		}
	}
	for _, v := range votes {
		switch {
		case v[1] != d.story:
		case v[2] == 0:
			own++
		case states[v[2]] == Live:
			forLive++
		}
	}
	if d.comments != live || d.own != own || d.votes != forLive {
		r.t.Errorf("story %d: %d comments, %d + %d votes; want %d, %d + %d", d.story, d.comments, d.own, d.votes, live, own, forLive)
	}
}

// A ballot is a vote as the model keeps it.
type ballot struct {
	voter, comment id.ID
	staff          bool
	at             time.Time
}

// A model of the ranking that knows nothing of how it is stored: the rule, word
// for word, over all comments and votes.
type model struct {
	t       testing.TB
	zone    *time.Location
	posts   map[id.ID][]*Comment
	ballots map[id.ID][]ballot
	state   map[id.ID]State
}

func (m *model) score(story id.ID, now time.Time) (score float64) {
	decayed := func(weight float64, at time.Time) float64 {
		return weight * math.Exp2(-now.Sub(at).Hours()/6)
	}
	seen := map[string]bool{}
	posts := slices.SortedFunc(slices.Values(m.posts[story]), func(a, b *Comment) int { return a.Posted.Compare(b.Posted) })
	for _, c := range posts {
		if m.state[c.ID] != Live || c.Staff {
			continue
		}
		key := fmt.Sprint(c.AuthorID, c.Posted.In(m.zone).Format(time.DateOnly))
		if seen[key] {
			score += decayed(0.25, c.Posted)
		} else {
			score += decayed(1, c.Posted)
		}
		seen[key] = true
	}
	for _, v := range m.ballots[story] {
		if !v.staff && (v.comment == 0 || m.state[v.comment] == Live) {
			score += decayed(0.1, v.at)
		}
	}
	return score
}

// After any mix of comments, replies, votes, votes taken back, removals and
// restorations, the stored ranking is the one that follows from the rule.
func TestRankingFollowsFromTheRule(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		for seed := range uint64(2) {
			rankAtRandom(t, db, seed)
		}
	})
}

const stories = 6

func rankAtRandom(t *testing.T, db *sqldb.DB, seed uint64) {
	r := newRoom(t, db)
	r.Pace = &Pace{}
	r.wait(time.Duration(seed) * 1000 * time.Hour)
	m := &model{
		t: t, zone: r.Zone, posts: map[id.ID][]*Comment{}, ballots: map[id.ID][]ballot{}, state: map[id.ID]State{},
	}
	rnd := rand.New(rand.NewPCG(seed, 7))
	for step := range 300 {
		r.wait(time.Duration(rnd.ExpFloat64() * float64(20*time.Minute)))
		m.step(r, rnd, id.ID(int64(seed)*stories+1+rnd.Int64N(stories)))
		if step%30 == 29 {
			m.compare(r, seed)
		}
	}
	r.checkFigures()
}

func (m *model) step(r *room, rnd *rand.Rand, story id.ID) {
	m.t.Helper()
	ctx := m.t.Context()
	by := person(rnd.Int64N(8))
	if rnd.IntN(8) == 0 {
		by = &account.Account{ID: 55, Name: "Staff", Role: account.Reporter, Confirmed: true}
	}
	var old *Comment
	if all := m.posts[story]; len(all) > 0 {
		old = all[rnd.IntN(len(all))]
	}
	switch op := rnd.IntN(10); {
	case op < 4 || old == nil:
		var parent id.ID
		if old != nil && m.state[old.ID] == Live && rnd.IntN(3) > 0 {
			parent = old.ID
		}
		c, err := r.Post(ctx, by, Draft{StoryID: story, ParentID: parent, Markdown: fmt.Sprintf("c%d", rnd.Uint64())})
		m.must(err)
		m.posts[story], m.state[c.ID] = append(m.posts[story], c), Live
	case op < 7:
		m.vote(r, rnd, story, by, old)
	case m.state[old.ID] == Live:
		m.must(r.Remove(ctx, moderator, old.ID, "test"))
		m.state[old.ID] = Removed
	default:
		m.must(r.Restore(ctx, moderator, old.ID, "test"))
		m.state[old.ID] = Live
	}
}

func (m *model) vote(r *room, rnd *rand.Rand, story id.ID, by *account.Account, old *Comment) {
	m.t.Helper()
	ctx := m.t.Context()
	target := id.ID(0)
	on := rnd.IntN(4) > 0
	if rnd.IntN(3) > 0 {
		target = old.ID
		if on && (old.AuthorID == by.ID || m.state[target] != Live) {
			return
		}
		_, err := r.Vote(ctx, by, target, on)
		m.must(err)
	} else {
		_, err := r.VoteStory(ctx, by, story, on)
		m.must(err)
	}
	at := slices.IndexFunc(m.ballots[story], func(v ballot) bool { return v.voter == by.ID && v.comment == target })
	switch {
	case on && at < 0:
		m.ballots[story] = append(m.ballots[story], ballot{by.ID, target, by.Staff(), r.now()})
	case !on && at >= 0:
		m.ballots[story] = slices.Delete(m.ballots[story], at, at+1)
	}
}

func (m *model) compare(r *room, seed uint64) {
	m.t.Helper()
	list, err := r.MostActive(m.t.Context(), 100)
	m.must(err)
	var got, want []id.ID
	for _, line := range list {
		if line.StoryID > id.ID(seed)*stories && line.StoryID <= id.ID(seed+1)*stories {
			got = append(got, line.StoryID)
		}
	}
	scores := map[id.ID]float64{}
	for story := id.ID(seed)*stories + 1; story <= id.ID(seed+1)*stories; story++ {
		if scores[story] = m.score(story, r.now()); scores[story] > 0 {
			want = append(want, story)
		}
	}
	slices.SortFunc(want, func(a, b id.ID) int { return cmp.Compare(scores[b], scores[a]) })
	if !slices.Equal(got, want) {
		m.t.Errorf("ranking = %v, want %v by scores %v", got, want, scores)
	}
}

func (m *model) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// The first comment of a day counts 1, and when it is taken down, the next one does.
func TestWeights(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, r := t.Context(), newRoom(t, db)
		weight := func(c *Comment) (w int64) {
			t.Helper()
			if err := db.View(ctx, func(tx *sqldb.Tx) error {
				rec, err := get(ctx, tx, c.ID, "")
				w = rec.weight
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return w
		}
		a, b := r.say(person(1), 7, 0, "One."), r.say(person(1), 7, 0, "Two.")
		c := r.say(person(2), 7, 0, "Another person.")
		d := r.say(person(1), 8, 0, "Another story.")
		staff := r.say(moderator, 7, 0, "We have corrected this.")
		r.wait(20 * time.Hour) // past midnight in New York
		e := r.say(person(1), 7, 0, "Another day.")
		check := func(when string, want ...int64) {
			t.Helper()
			got := []int64{weight(a), weight(b), weight(c), weight(d), weight(staff), weight(e)}
			if !slices.Equal(got, want) {
				t.Errorf("%s: weights %v, want %v", when, got, want)
			}
			r.checkFigures()
		}
		check("posted", 100, 25, 100, 100, 0, 100)
		if err := r.Remove(ctx, moderator, a.ID, "Insult."); err != nil {
			t.Fatal(err)
		}
		check("first removed", 0, 100, 100, 100, 0, 100)
		if err := r.Restore(ctx, moderator, a.ID, "I misread it."); err != nil {
			t.Fatal(err)
		}
		check("first restored", 100, 25, 100, 100, 0, 100)
	})
}

// People write, vote and moderate at the same moment; no figure is ever wrong.
func TestFiguresUnderConcurrency(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		r := newRoom(t, db)
		r.Pace = &Pace{}
		root := r.say(person(0), 7, 0, "The root of it.")
		reply := r.say(person(1), 7, root.ID, "A reply.")
		done := make(chan error)
		const workers = 12
		for n := range int64(workers) {
			go func() {
				done <- disturb(t, r, rand.New(rand.NewPCG(9, uint64(n))), person(n), root.ID, reply.ID)
			}()
		}
		for range workers {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		r.checkFigures()
	})
}

func disturb(t *testing.T, r *room, rnd *rand.Rand, by *account.Account, targets ...id.ID) error {
	ctx := t.Context()
	for range 15 {
		target := targets[rnd.IntN(len(targets))]
		var err error
		switch rnd.IntN(6) {
		case 0:
			err = r.Remove(ctx, moderator, target, "test")
		case 1:
			err = r.Restore(ctx, moderator, target, "test")
		case 2:
			_, err = r.Vote(ctx, by, target, rnd.IntN(2) == 0)
		case 3:
			_, err = r.VoteStory(ctx, by, 7, rnd.IntN(2) == 0)
		default:
			var c *Comment
			if c, err = r.Post(ctx, by, Draft{StoryID: 7, ParentID: target, Markdown: fmt.Sprintf("c%d", rnd.Uint64())}); err == nil {
				targets = append(targets, c.ID)
			}
		}
		if err != nil && !errors.Is(err, errs.Conflict) && !errors.Is(err, errs.Denied) {
			return err
		}
	}
	return nil
}
