package discussion

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
)

// outline reads a whole discussion page by page and returns the IDs in order.
func (r *room) outline(story id.ID, v View) (ids []id.ID, pages int) {
	r.t.Helper()
	for {
		page, err := r.Threads(r.t.Context(), story, v)
		if err != nil {
			r.t.Fatal(err)
		}
		pages++
		if len(page.Comments) > pageLimit(v.Limit) {
			r.t.Errorf("%d comments on a page of %d", len(page.Comments), v.Limit)
		}
		for _, c := range page.Comments {
			ids = append(ids, c.ID)
		}
		if page.Next == "" {
			return ids, pages
		}
		if page.Next == v.Cursor || len(page.Comments) == 0 {
			r.t.Fatalf("page %d at %q does not move on", pages, page.Next)
		}
		v.Cursor = page.Next
	}
}

// wantOrder is the order of reading, by the definition.
func wantOrder(all []*Comment, sort Sort, votes map[id.ID]int) (ids []id.ID) {
	below := map[id.ID][]*Comment{}
	for _, c := range all {
		below[c.ParentID] = append(below[c.ParentID], c)
	}
	slices.SortFunc(below[0], func(a, b *Comment) int {
		switch sort {
		case Oldest:
			return cmp.Compare(a.ID, b.ID)
		case Voted:
			return cmp.Or(cmp.Compare(votes[b.ID], votes[a.ID]), cmp.Compare(b.ID, a.ID))
		default:
			return cmp.Compare(b.ID, a.ID)
		}
	})
	var walk func(parent id.ID)
	walk = func(parent id.ID) {
		for _, c := range below[parent] {
			ids = append(ids, c.ID)
			walk(c.ID)
		}
	}
	walk(0)
	return ids
}

// grow makes a discussion of n comments whose threads have all shapes.
func (r *room) grow(story id.ID, n int, rnd *rand.Rand) (all []*Comment, votes map[id.ID]int) {
	r.t.Helper()
	r.Pace = &Pace{}
	votes = map[id.ID]int{}
	for i := range n {
		var parent id.ID
		switch {
		case i == 0 || rnd.IntN(4) == 0:
		case rnd.IntN(3) == 0:
			parent = all[0].ID // one very long thread
		case rnd.IntN(2) == 0:
			if last := all[len(all)-1]; last.Depth < MaxDepth {
				parent = last.ID // and deep ones
			}
		default:
			if c := all[rnd.IntN(len(all))]; c.Depth < MaxDepth {
				parent = c.ID
			}
		}
		c := r.say(person(rnd.Int64N(40)), story, parent, fmt.Sprintf("Comment %d", i))
		all = append(all, c)
		for v := range rnd.Int64N(4) {
			if _, err := r.Vote(r.t.Context(), person(100+v), c.ID, true); err != nil {
				r.t.Fatal(err)
			}
			votes[c.ID]++
		}
	}
	return all, votes
}

func TestThreads(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, r := t.Context(), newRoom(t, db)
		all, votes := r.grow(7, 150, rand.New(rand.NewPCG(3, 4)))
		r.say(person(1), 8, 0, "Under another story.")
		for _, sort := range []Sort{Newest, Oldest, Voted} {
			want := wantOrder(all, sort, votes)
			for _, limit := range []int{1, 2, 3, 7, 10, 200} {
				got, pages := r.outline(7, View{Sort: sort, Limit: limit})
				if !slices.Equal(got, want) {
					t.Fatalf("%s by %d:\ngot  %v\nwant %v", sort, limit, got, want)
				}
				if most := 2*len(all)/limit + 2; limit > 2 && pages > most {
					t.Errorf("%s by %d: %d pages, want at most %d", sort, limit, pages, most)
				}
			}
			for i := 0; i < len(all); i += 7 {
				place, err := r.Locate(ctx, all[i].ID, View{Sort: sort, Limit: 10})
				if err != nil || place.StoryID != 7 {
					t.Fatal(place, err)
				}
				page, err := r.Threads(ctx, 7, View{Sort: sort, Limit: 10, Cursor: place.Cursor})
				if err != nil {
					t.Fatal(err)
				}
				if !slices.ContainsFunc(page.Comments, func(c Comment) bool { return c.ID == all[i].ID }) {
					t.Errorf("%s: comment %d is not on the page at %s", sort, i, place.Cursor)
				}
			}
		}
		page, err := r.Threads(ctx, 7, View{Depth: 3, Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Comments {
			if whole, err := r.ByID(ctx, c.ID); err != nil || c.Depth != min(whole.Depth, 2) {
				t.Errorf("depth %d of %d: %v", c.Depth, whole.Depth, err)
			}
		}
	})
}

func TestThreadsDeeperThanPaths(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		r := newRoom(t, db)
		r.Pace = &Pace{}
		var want []id.ID
		parent := id.ID(0)
		for i := range 3 * MaxDepth {
			c := r.say(person(int64(i%2)), 7, parent, fmt.Sprintf("Level %d", i))
			if c.Depth != i {
				t.Fatalf("depth of %d is %d", i, c.Depth)
			}
			want, parent = append(want, c.ID), c.ID
		}
		for _, limit := range []int{5, 100} {
			if got, _ := r.outline(7, View{Limit: limit}); !slices.Equal(got, want) {
				t.Errorf("by %d: %v, want %v", limit, got, want)
			}
		}
		r.checkFigures()
	})
}

func TestThreadsRefuseForeignCursors(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, r := t.Context(), newRoom(t, db)
		a := r.say(person(1), 7, 0, "A thread under story seven.")
		r.say(person(2), 7, a.ID, "A reply under it.")
		r.say(person(1), 8, 0, "Story eight.")
		foreign := cursor{mark{0, a.ID}, a.ID}.String()
		page, err := r.Threads(ctx, 8, View{Cursor: foreign})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Comments {
			if c.StoryID != 8 {
				t.Errorf("another story's comment: %+v", c)
			}
		}
		for _, bad := range []string{"x", "-", "1-2", "1-" + a.ID.String() + "-", strings.Repeat("9", 99) + "-" + a.ID.String()} {
			_, err := r.Threads(ctx, 7, View{Cursor: bad})
			wantKind(t, err, errs.Invalid)
		}
		_, err = r.Threads(ctx, 7, View{Sort: "best"})
		wantKind(t, err, errs.Invalid)
		if page, err := r.Threads(ctx, 555, View{}); err != nil || len(page.Comments) != 0 || !page.Open {
			t.Errorf("a discussion that has not begun: %+v, %v", page, err)
		}
	})
}
