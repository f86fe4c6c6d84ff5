package discussion

import (
	"context"
	"errors"
	"math"
	"strconv"
	"strings"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

// Sizes of pages, in comments.
const (
	DefaultPage = 50
	maxPage     = 200
)

func pageLimit(n int) int {
	if n <= 0 {
		return DefaultPage
	}
	return min(n, maxPage)
}

// A Sort is the order of threads. Inside a thread, replies always stand below
// what they answer, the oldest first.
type Sort string

// The orders.
const (
	Newest Sort = "newest"
	Oldest Sort = "oldest"
	Voted  Sort = "votes" // the most votes of the first comment, then the newest
)

// ParseSort reads an order's name; "" is Newest.
func ParseSort(s string) (Sort, error) {
	switch sort := Sort(s); sort {
	case "":
		return Newest, nil
	case Newest, Oldest, Voted:
		return sort, nil
	}
	return "", invalid("sort", "Comments can be sorted by newest, oldest or votes.")
}

// A View is what somebody wants to read of a discussion.
type View struct {
	Sort   Sort   // "" means Newest
	Cursor string // Page.Next of the page before, or from Locate; "" begins at the top
	Limit  int    // comments on the page; 0 means DefaultPage
	Depth  int    // levels of indentation: deeper replies get the last one; 0 means all
}

// A Page is a part of a discussion.
type Page struct {
	Counts
	Sort      Sort
	Comments  []Comment // in the order of reading
	Continues bool      // the first comment belongs to a thread that began on an earlier page
	Next      string    // cursor of the next page; "" on the last one
}

// A mark is a place in a list that is ordered by a number and an ID.
type mark struct {
	n  int64
	id id.ID
}

func (m mark) String() string { return strconv.FormatInt(m.n, 36) + "-" + m.id.String() }

// parseMark reads a mark; "" is the one before everything, for descending lists.
func parseMark(s string) (m mark, err error) {
	if s == "" {
		return mark{math.MaxInt64, math.MaxInt64}, nil
	}
	n, rest, _ := strings.Cut(s, "-")
	m.n, err = strconv.ParseInt(n, 36, 64)
	if err == nil {
		m.id, err = id.Parse(rest)
	}
	if err != nil {
		return m, badCursor()
	}
	return m, nil
}

func badCursor() error {
	return errs.E(errs.Invalid, "This page of the list is not known. Start again from the first one.")
}

// A cursor is a place in the threads of a discussion: after the comment after in
// the thread of root, or if after is zero, before root.
type cursor struct {
	root  mark // its number is what the order goes by: its time, or the votes that it had
	after id.ID
}

func (c cursor) String() string {
	if c.after == 0 {
		return c.root.String()
	}
	return c.root.String() + "-" + c.after.String()
}

func parseCursor(s string) (c cursor, err error) {
	first, rest, ok := strings.Cut(s, "-")
	root, after, deep := strings.Cut(rest, "-")
	if !ok {
		return c, badCursor()
	}
	if c.root, err = parseMark(first + "-" + root); err != nil {
		return c, err
	}
	if deep {
		if c.after, err = id.Parse(after); err != nil {
			return c, badCursor()
		}
	}
	return c, nil
}

// Threads returns a page of a discussion: whole threads in the order of v.Sort,
// each with all of its replies. A thread is cut only if it is longer than half a
// page. The cost depends on the length of the page, not on that of the discussion.
func (s *Service) Threads(ctx context.Context, story id.ID, v View) (page *Page, err error) {
	defer errs.Wrap(&err, "read discussion of story %s", story)
	if v.Sort, err = ParseSort(string(v.Sort)); err != nil {
		return nil, err
	}
	r := reader{story: story, sort: v.Sort, limit: pageLimit(v.Limit)}
	at := r.top()
	if v.Cursor != "" {
		if at, err = parseCursor(v.Cursor); err != nil {
			return nil, err
		}
	}
	page = &Page{Sort: v.Sort}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		d, err := discussionOf(ctx, tx, story)
		if errors.Is(err, errs.NotFound) {
			page.Open = true // nobody has said anything yet; the story's page knows whether there is a story
			return nil
		}
		if err != nil {
			return err
		}
		if !d.live {
			return errs.E(errs.NotFound, "There is no such story.")
		}
		page.Counts = d.counts()
		return r.read(ctx, tx, at)
	})
	if err != nil {
		return nil, err
	}
	page.Comments, page.Next = public(r.list), r.next
	page.Continues = len(r.list) > 0 && r.list[0].ParentID != 0
	if v.Depth > 0 {
		for i := range page.Comments {
			page.Comments[i].Depth = min(page.Comments[i].Depth, v.Depth-1)
		}
	}
	return page, nil
}

// A reader collects the comments of a page.
type reader struct {
	story id.ID
	sort  Sort
	limit int
	list  []record
	next  string
}

// mark is the place of a thread's first comment in the order.
func (s Sort) mark(root *record) mark {
	if s == Voted {
		return mark{int64(root.Votes), root.ID}
	}
	return mark{root.Posted.UnixMilli(), root.ID}
}

// top is the place before the first thread.
func (r *reader) top() cursor {
	if r.sort == Oldest {
		return cursor{root: mark{math.MinInt64, 1}}
	}
	return cursor{root: mark{math.MaxInt64, math.MaxInt64 - 1}}
}

func (r *reader) left() int { return r.limit - len(r.list) }

func (r *reader) read(ctx context.Context, tx *sqldb.Tx, at cursor) error {
	if at.after != 0 {
		rest, err := replies(ctx, tx, r.story, at.root.id, at.after, r.limit+1)
		if err != nil {
			return err
		}
		if len(rest) > r.limit {
			r.list = rest[:r.limit]
			r.next = cursor{at.root, r.list[r.limit-1].ID}.String()
			return nil
		}
		r.list = rest
	}
	roots, err := rootsAfter(ctx, tx, r, at)
	if err != nil {
		return err
	}
	whole, cut := r.choose(roots)
	below, err := wholeThreads(ctx, tx, whole, r.left())
	if err != nil {
		return err
	}
	for _, root := range whole {
		r.list = append(append(r.list, root), below[root.ID]...)
	}
	if cut == nil {
		return nil
	}
	part, err := replies(ctx, tx, r.story, cut.ID, cut.ID, r.left()-1)
	if err != nil {
		return err
	}
	r.list = append(append(r.list, *cut), part...)
	r.next = cursor{r.sort.mark(cut), r.list[len(r.list)-1].ID}.String()
	return nil
}

// choose says which threads fit the page as a whole, and which one is cut, if
// any. If threads are left over, it sets r.next.
func (r *reader) choose(roots []record) (whole []record, cut *record) {
	used := len(r.list)
	for i := range roots {
		root := &roots[i]
		if used += 1 + root.Replies; used <= r.limit {
			continue
		}
		before := used - 1 - root.Replies
		if before <= r.limit/2 && before < r.limit {
			return roots[:i], root
		}
		r.next = cursor{root: r.sort.mark(root)}.String()
		return roots[:i], nil
	}
	return roots, nil
}

// A Place is where a comment is found: on the page of its story that begins at
// Cursor.
type Place struct {
	StoryID id.ID
	Cursor  string
}

// Locate finds the page that holds a comment, for a link to it. The page begins
// with the comment's thread, or if that is long, somewhat before the comment.
func (s *Service) Locate(ctx context.Context, comment id.ID, v View) (place Place, err error) {
	defer errs.Wrap(&err, "locate comment %s", comment)
	if v.Sort, err = ParseSort(string(v.Sort)); err != nil {
		return Place{}, err
	}
	limit := pageLimit(v.Limit)
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		found, err := byIDs(ctx, tx, []id.ID{comment})
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return errNoComment()
		}
		c := found[0]
		root := c
		if c.ParentID != 0 {
			if root, err = get(ctx, tx, c.RootID, ""); err != nil {
				return err
			}
		}
		place.StoryID = c.StoryID
		at := cursor{root: v.Sort.mark(&root)}
		before, err := repliesBefore(ctx, tx, &c, limit)
		if err != nil {
			return err
		}
		if len(before) == limit { // the thread does not fit on one page up to here
			at.after = before[limit/2]
		}
		place.Cursor = at.String()
		return nil
	})
	return place, err
}
