package family

import (
	"cmp"
	"slices"

	"broadsheet/internal/id"
)

// A Fate is what has become of a take.
type Fate string

// The fates.
const (
	Stands    Fate = "stands"
	Replaced  Fate = "replaced" // by a newer take
	Corrected Fate = "corrected"
	Killed    Fate = "killed"
)

// A Node is a take in the tree of its family.
type Node struct {
	Take
	Fate  Fate
	About []id.ID // the items that a kill or correction is about
	Under []*Node // what it replaced, newest first; or, of a lead, also what goes on from it
}

// A Branch is what one agency has sent of a story.
type Branch struct {
	Agency string // normalised
	Lead   *Node  // the newest of the main line; nil when there is none
	Others []*Node
}

// Build arranges the takes of a family, each agency for itself, the one that was first
// at the top. On the main line a later lead replaces the flash, the urgents and the
// leads before it, and a newer version of an item the older ones. A write-through or a
// newer version takes in the takes and additions before it, too.
func Build(takes []Take) []*Branch {
	byAgency := map[string][]Take{}
	var order []string
	sorted := slices.Clone(takes)
	slices.SortStableFunc(sorted, func(a, b Take) int { return cmp.Or(a.Sent.Compare(b.Sent), cmp.Compare(a.Arrived, b.Arrived)) })
	for i := range sorted {
		agency := sorted[i].Sign.Agency
		if byAgency[agency] == nil {
			order = append(order, agency)
		}
		byAgency[agency] = append(byAgency[agency], sorted[i])
	}
	var list []*Branch
	for _, agency := range order {
		list = append(list, branch(agency, byAgency[agency]))
	}
	return list
}

func branch(agency string, takes []Take) *Branch {
	b := &Branch{Agency: agency}
	nodes := make([]*Node, len(takes))
	for i := range takes {
		nodes[i] = &Node{Take: takes[i], Fate: Stands}
	}
	fates(nodes)
	beside(nodes)
	line := mainLine(nodes)
	heads := versions(nodes)
	if b.Lead = newestStanding(line); b.Lead != nil {
		for _, n := range slices.Backward(line) {
			if n == b.Lead {
				continue
			}
			if n.Fate == Stands {
				n.Fate = Replaced
			}
			b.Lead.Under = append(b.Lead.Under, n)
		}
	}
	for _, n := range heads {
		switch {
		case slices.Contains(line, n):
		case n.Sign.Role == Part && b.Lead != nil:
			if through := takenIn(n, line); through && n.Fate == Stands {
				n.Fate = Replaced
			}
			b.Lead.Under = append(b.Lead.Under, n)
		default:
			b.Others = append(b.Others, n)
		}
	}
	slices.SortStableFunc(b.Others, func(x, y *Node) int { return cmp.Compare(place(x.Sign.Role), place(y.Sign.Role)) })
	return b
}

// place is the order in which the rest of a branch is shown.
func place(r Role) int {
	return slices.Index([]Role{Kill, Correction, Advisory, Flash, Urgent, Lead, Part, Sidebar, Photo, Collection}, r)
}

// fates strikes what was killed and marks what was corrected.
func fates(nodes []*Node) {
	takes := make([]Take, len(nodes))
	dead := map[id.ID]bool{}
	news := map[id.ID]bool{}
	for i, n := range nodes {
		takes[i] = n.Take
		news[n.Item] = news[n.Item] || !n.Sign.Orders()
	}
	for _, n := range nodes {
		// An item that was taken back is dead in all its versions. An order to take others
		// back may be marked in the same way, as it must not be printed either.
		if n.Sign.Killed && n.Current && news[n.Item] {
			dead[n.Item] = true
		}
	}
	corrected := map[id.ID]bool{}
	for _, n := range nodes {
		n.About = Aim(&n.Take, takes)
		for _, item := range n.About {
			if n.Sign.Role == Kill {
				dead[item] = true
			} else {
				corrected[item] = true
			}
		}
	}
	for _, n := range nodes {
		switch {
		case dead[n.Item]:
			n.Fate = Killed
		case corrected[n.Item]:
			n.Fate = Corrected
		}
	}
}

// mainLine is the flash, the urgents and the leads in their order. An older version of
// an item never stands after a newer one.
func mainLine(nodes []*Node) []*Node {
	var line []at
	last := 0
	for _, n := range nodes { // in the order in which they were sent
		if !n.Sign.Role.main() {
			continue
		}
		number := 0
		if n.Sign.Role == Lead {
			if number = n.Sign.Number; number == 0 { // no number: it follows what is there
				number = last
			}
			last = max(last, number)
		}
		line = append(line, at{n, place(n.Sign.Role), number})
	}
	for i := range line { // an older version of an item never stands after the newest
		for j := range line {
			if o := &line[j]; o.n.Item == line[i].n.Item && o.n.Current && line[i].compare(o) > 0 {
				line[i].rank, line[i].number = o.rank, o.number
			}
		}
	}
	slices.SortStableFunc(line, func(a, b at) int { return a.compare(&b) })
	out := make([]*Node, len(line))
	for i := range line {
		out[i] = line[i].n
	}
	return out
}

// newestStanding is the lead: what was killed leads nothing while something else stands.
func newestStanding(line []*Node) *Node {
	for _, n := range slices.Backward(line) {
		if n.Fate != Killed {
			return n
		}
	}
	if len(line) == 0 {
		return nil
	}
	return line[len(line)-1]
}

// beside makes sidebars of the leads that have another name than the story: the one
// that most of its takes have, else the shortest.
func beside(nodes []*Node) {
	count := map[string]int{}
	var story string
	for _, n := range nodes {
		if n.Sign.Role.main() {
			count[n.Sign.Base]++
		}
	}
	for _, n := range nodes {
		name := n.Sign.Base
		if count[name] > 0 && (story == "" || cmp.Or(cmp.Compare(count[name], count[story]), cmp.Compare(len(story), len(name))) > 0) {
			story = name
		}
	}
	for _, n := range nodes {
		if n.Sign.Role == Lead && n.Sign.Base != story && n.Sign.Base != "" {
			n.Sign.Role = Sidebar
		}
	}
}

// at is where a node stands on the main line.
type at struct {
	n            *Node
	rank, number int
}

func (a *at) compare(b *at) int {
	if c := cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.number, b.number)); c != 0 || a.n.Item != b.n.Item {
		return c
	}
	return older(a.n, b.n)
}

func older(a, b *Node) int {
	if a.Current != b.Current {
		return boolCompare(a.Current, b.Current)
	}
	return cmp.Or(a.Sent.Compare(b.Sent), cmp.Compare(a.Arrived, b.Arrived))
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// versions hangs the older versions of an item that is not on the main line under the
// newest, and returns those that hang under nothing.
func versions(nodes []*Node) []*Node {
	newest := map[id.ID]*Node{}
	for _, n := range nodes {
		if have := newest[n.Item]; !n.Sign.Role.main() && (have == nil || older(have, n) < 0) {
			newest[n.Item] = n
		}
	}
	var heads []*Node
	for _, n := range nodes {
		head := newest[n.Item]
		switch {
		case n.Sign.Role.main():
		case head == n:
			heads = append(heads, n)
		default:
			if n.Fate == Stands {
				n.Fate = Replaced
			}
			head.Under = append(head.Under, n)
		}
	}
	return heads
}

// takenIn reports whether a later write-through or version of a lead has the text of a take.
func takenIn(part *Node, line []*Node) bool {
	return slices.ContainsFunc(line, func(n *Node) bool {
		if !n.Sent.After(part.Sent) {
			return false
		}
		return n.Sign.Through || slices.ContainsFunc(line, func(o *Node) bool { return o.Item == n.Item && o.Sent.Before(n.Sent) })
	})
}
