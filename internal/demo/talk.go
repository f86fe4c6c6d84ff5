package demo

import (
	"io/fs"
	"maps"
	"math/rand/v2"
	"strings"
	"time"

	"broadsheet/internal/errs"
)

// A remark is a comment to be made.
type remark struct {
	text   string
	staff  string // by whom, if not by a reader
	parent *remark
	mine   bool // hand-written for this discussion: these stand where they are seen first

	depth int
	after time.Duration // since the story was published
}

// A library is everything that readers say, by topic.
type library struct {
	threads  map[string][][]*remark // a thread is a remark and its answers
	anywhere []string
	passing  []string // only said while somebody looks
	opening  []string
	point    []string
	closing  []string
	reply    []string
}

func openLibrary(fsys fs.FS) (*library, error) {
	lib := &library{threads: map[string][][]*remark{}}
	read := func(name string) ([]string, error) {
		raw, err := fs.ReadFile(fsys, "comments/"+name+".txt")
		return strings.Split(strings.TrimSpace(string(raw)), "\n"), err
	}
	topics, err := read("topics")
	if err != nil {
		return nil, err
	}
	kessar, err := read("kessar")
	if err != nil {
		return nil, err
	}
	if err := lib.readThreads(append(append(topics, "## kessar"), kessar...)); err != nil {
		return nil, err
	}
	bank, err := read("bank")
	if err != nil {
		return nil, err
	}
	lib.readBank(bank)
	for name, list := range map[string]*[]string{"anywhere": &lib.anywhere, "passing": &lib.passing} {
		lines, err := read(name)
		if err != nil {
			return nil, err
		}
		*list = lines[1:]
	}
	return lib, nil
}

// readThreads reads lines of * for a remark, ** for an answer and *** for an answer
// to that, below ## and a topic.
func (l *library) readThreads(lines []string) error {
	topic := ""
	var path [3]*remark
	for i, line := range lines {
		stars, text, _ := strings.Cut(line, " ")
		switch {
		case stars == "##":
			topic = text
			continue
		case stars == "#" || line == "":
			continue
		case strings.Trim(stars, "*") != "" || len(stars) > len(path):
			return errs.E(errs.Invalid, "comments: line %d: %q begins with one to three stars", i+1, line)
		}
		r := &remark{text: strings.ReplaceAll(text, `\n`, "\n"), depth: len(stars) - 1, mine: true}
		if name, rest, ok := strings.Cut(r.text, " "); ok && strings.HasPrefix(name, "@") && !strings.HasSuffix(name, ":") {
			r.staff, r.text = name[1:], rest
		}
		if r.depth > 0 {
			r.parent = path[r.depth-1]
		}
		path[r.depth] = r
		if r.depth == 0 {
			l.threads[topic] = append(l.threads[topic], nil)
		}
		last := len(l.threads[topic]) - 1
		l.threads[topic][last] = append(l.threads[topic][last], r)
	}
	return nil
}

func (l *library) readBank(lines []string) {
	lists := map[string]*[]string{"opening": &l.opening, "point": &l.point, "close": &l.closing, "reply": &l.reply}
	var into *[]string
	for _, line := range lines {
		if name, ok := strings.CutPrefix(line, "## "); ok {
			into = lists[name]
			continue
		}
		if into != nil && line != "" {
			*into = append(*into, line)
		}
	}
}

// A plan is what is said under one story, in the order of time.
type plan struct {
	remarks []*remark
	rng     *rand.Rand
}

// plans shares the threads of each topic out among its stories, and makes up what is
// missing. The same content always gives the same plans.
func (l *library) plans(pages []page) map[string]*plan {
	left := maps.Clone(l.threads)
	plans := map[string]*plan{}
	for i := range pages {
		p, topic := &pages[i], pages[i].block.get("discussion")
		pl := &plan{rng: rand.New(rand.NewPCG(uint64(i)+1, 7))} //nolint:gosec // invented readers need no secrets
		if p.block.key == leadStory {
			pl.remarks = l.great(pl.rng, left["kessar"], p.comments)
			left["kessar"] = nil
		} else {
			n := sharers(pages[i:], topic)
			share := (len(left[topic]) + n - 1) / n
			pl.remarks = l.small(pl.rng, left[topic][:min(share, len(left[topic]))], p.comments)
			left[topic] = left[topic][min(share, len(left[topic])):]
		}
		pl.spread(p.age())
		plans[p.block.key] = pl
	}
	return plans
}

// leadStory is the story with the great discussion.
const leadStory = "kessar-talks"

// sharers counts the stories of pages that share a topic.
func sharers(pages []page, topic string) int {
	n := 0
	for i := range pages {
		if pages[i].block.get("discussion") == topic && pages[i].block.key != leadStory {
			n++
		}
	}
	return max(n, 1)
}

// small is the threads of a topic, cut to n remarks or filled with what fits anywhere.
func (l *library) small(rng *rand.Rand, threads [][]*remark, n int) (list []*remark) {
	for _, t := range threads {
		if len(list)+len(t) > n {
			continue
		}
		list = append(list, t...)
	}
	for _, i := range rng.Perm(len(l.anywhere)) {
		if len(list) >= n {
			break
		}
		list = append(list, &remark{text: l.anywhere[i]})
	}
	return list
}

// great is the long discussion: the hand-written threads first and last, and in the
// middle what is composed of the bank, no sentence of which comes again before all
// others have been used.
func (l *library) great(rng *rand.Rand, threads [][]*remark, n int) []*remark {
	early := len(threads) / 3
	var head, middle, tail []*remark
	for i, t := range threads {
		if i < early {
			head = append(head, t...)
		} else {
			tail = append(tail, t...)
		}
	}
	opening, point := cycle(rng, l.opening), cycle(rng, l.point)
	closing, reply := cycle(rng, l.closing), cycle(rng, l.reply)
	var roots []*remark
	said := map[string]bool{}
	for len(head)+len(middle)+len(tail) < n {
		r := &remark{}
		switch kind := rng.IntN(10); {
		case kind < 4 && len(roots) > 0:
			r.parent = roots[max(0, len(roots)-1-rng.IntN(12))]
			r.depth, r.text = 1, reply()
			if rng.IntN(3) == 0 {
				r.text += " " + closing()
			}
		case kind < 5:
			r.text = point()
		case kind < 7:
			r.text = point() + " " + closing()
		case kind < 9:
			r.text = opening() + " " + point()
		default:
			r.text = opening() + " " + point() + "\n\n" + closing()
		}
		r.text = sentence(r.text)
		if r.parent == nil && said[r.text] {
			continue
		}
		said[r.text] = true
		if r.parent == nil {
			roots = append(roots, r)
		}
		middle = append(middle, r)
	}
	return append(append(head, middle...), tail...)
}

// sentence joins an opening that leads on to the words that follow it.
func sentence(s string) string {
	before, after, found := strings.Cut(s, " but ")
	if !found || !strings.HasPrefix(before, "I do not often agree") || after == "" {
		return s
	}
	return before + " but " + strings.ToLower(after[:1]) + after[1:]
}

// cycle returns a function that gives the values of list in a random order, and again
// in another one when all have been given.
func cycle(rng *rand.Rand, list []string) func() string {
	var order []int
	return func() string {
		if len(order) == 0 {
			order = rng.Perm(len(list))
		}
		i := order[0]
		order = order[1:]
		return list[i]
	}
}

// age is how long ago the story was published, for the talk under it.
func (p *page) age() time.Duration {
	d, err := p.block.duration("published")
	if err != nil {
		return 0 // read has refused it before
	}
	return d
}

// spread sets when each remark is made: from shortly after the story until just before the
// start, most of them early, answers soon after what they answer.
func (pl *plan) spread(age time.Duration) {
	roots := 0
	for _, r := range pl.remarks {
		if r.depth == 0 {
			roots++
		}
	}
	span := min(age-2*time.Minute, 30*time.Hour)
	i := 0
	for _, r := range pl.remarks {
		if r.depth == 0 {
			x := (float64(i) + 0.2 + 0.6*pl.rng.Float64()) / float64(roots)
			if age > 12*time.Hour { // the talk about an old story has died down
				x *= x
			}
			r.after = time.Minute + time.Duration(x*float64(span-time.Minute))
			i++
			continue
		}
		gap := time.Duration(1+pl.rng.IntN(25))*time.Minute + time.Duration(pl.rng.IntN(60))*time.Second
		r.after = min(r.parent.after+gap, age-time.Duration(5+pl.rng.IntN(50))*time.Second)
		r.after = max(r.after, r.parent.after+time.Second)
	}
}
