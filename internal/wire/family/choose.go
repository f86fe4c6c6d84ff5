package family

import (
	"cmp"
	"slices"
	"time"

	"broadsheet/internal/id"
)

// A Relative is an item that has something in common with a newcomer.
type Relative struct {
	Item   id.ID
	Family id.ID
	Sign   Sign
	Sent   time.Time // its newest take
	Print  Fingerprint
	Shares []Kind // what they have in common; ByText is found out from Print
}

// A Group is what Choose must know of a relative's family.
type Group struct {
	ID       id.ID
	Agencies []string
	Items    int
	Fixed    bool // an editor has moved an item into or out of it: it is not merged by itself
}

func (g *Group) has(agency string) bool { return slices.Contains(g.Agencies, agency) }

// A Newcomer is an item that looks for its family. Own is the family that it is in
// already by an earlier version; its ID is 0 when it is new.
type Newcomer struct {
	Sign  Sign
	Sent  time.Time
	Print Fingerprint
	Own   Group
}

// A Choice is the family of a newcomer: 0 when it begins one. Merge are the families
// that turn out to be the same and become part of it.
type Choice struct {
	Family   id.ID
	Why      Kind
	Likeness float64 // when Why is ByText
	Merge    []id.ID
}

// Choose says which family n belongs to. What makes families one without further
// question is an agency's own word. All else joins a single item to a family; two
// families with several items each become one by likeness only when no agency is in
// both, for an agency that has two names for two stories has two stories.
func Choose(n *Newcomer, relatives []Relative, groups map[id.ID]Group) Choice {
	c := Choice{Family: n.Own.ID, Why: Alone}
	whole := n.Own // what the family has come to be
	var named *tie // the newest with the same name
	for _, t := range n.ties(relatives, groups) {
		older := t.named && named != nil && n.Sent.Sub(t.sent).Abs() > SlugWindow
		if t.named && named == nil {
			named = &t
		}
		g := groups[t.family]
		switch known := t.family == c.Family || slices.Contains(c.Merge, t.family); {
		case known:
		case c.Family == 0:
			c.Family, whole = t.family, g
			whole.Agencies = append(slices.Clone(g.Agencies), n.Sign.Agency)
		case older || !mayMerge(&t, &whole, &g): // yesterday's report has the same name as today's
			continue
		default:
			c.Merge = append(c.Merge, t.family)
			whole.Items += g.Items
			whole.Agencies = append(slices.Clone(whole.Agencies), g.Agencies...)
		}
		if c.Why == Alone {
			c.Why, c.Likeness = t.kind, t.likeness
		}
	}
	if len(c.Merge) > 0 { // the oldest name stays
		all := append([]id.ID{c.Family}, c.Merge...)
		slices.Sort(all)
		c.Family, c.Merge = all[0], all[1:]
	}
	return c
}

// A tie is what holds a newcomer and a relative together.
type tie struct {
	kind     Kind
	likeness float64
	sent     time.Time
	family   id.ID
	named    bool // they have the same name, not one that goes on from the other
}

// ties are a newcomer's, the surest first; of the same kind the newest.
func (n *Newcomer) ties(relatives []Relative, groups map[id.ID]Group) []tie {
	var ties []tie
	for i := range relatives {
		r := &relatives[i]
		kind, likeness := n.tie(r)
		if kind == ByMember && r.Sign.Role == Collection && groups[r.Family].Items > 1 {
			continue // being in an arrangement with others makes no story
		}
		if kind != Alone {
			ties = append(ties, tie{kind, likeness, r.Sent, r.Family, kind == BySlug && n.Sign.Base == r.Sign.Base})
		}
	}
	slices.SortFunc(ties, func(a, b tie) int {
		c := cmp.Compare(rank(a.kind), rank(b.kind))
		if c == 0 && a.kind == ByText {
			c = cmp.Compare(b.likeness, a.likeness)
		}
		return cmp.Or(c, b.sent.Compare(a.sent), cmp.Compare(a.family, b.family))
	})
	if n.Sign.Role != Collection {
		return ties
	}
	families := map[id.ID]bool{}
	for _, t := range ties {
		if t.kind == ByMember {
			families[t.family] = true
		}
	}
	return slices.DeleteFunc(ties, func(t tie) bool { return t.kind == ByMember && len(families) > 1 }) // a survey of several stories is of none
}

func mayMerge(t *tie, a, b *Group) bool {
	switch {
	case a.Fixed || b.Fixed:
		return false
	case t.kind == ByUpdate || t.kind == ByStory:
		return true
	case t.kind == ByText:
		return !slices.ContainsFunc(b.Agencies, a.has)
	case t.kind == ByMember:
		return false
	default:
		return t.named || a.Items <= 1 || b.Items <= 1
	}
}

// rank is 0 for the surest kind.
func rank(k Kind) int {
	return slices.Index([]Kind{ByHand, ByUpdate, ByStory, ByLink, ByMember, BySeries, BySlug, ByText, Alone}, k)
}

// tie is what holds n and r together, or Alone.
func (n *Newcomer) tie(r *Relative) (Kind, float64) {
	same := n.Sign.Agency == r.Sign.Agency
	likeness := n.Print.Likeness(r.Print)
	for _, k := range r.Shares {
		switch {
		case !same: // one agency's keys say nothing of another's
		case k == BySlug && !n.goesOn(r, likeness):
		default:
			return k, likeness
		}
	}
	switch {
	case n.Print.Empty() || r.Print.Empty() || n.Sent.Sub(r.Sent).Abs() > TextWindow:
	case same && n.Sign.Base != "" && r.Sign.Base != "" && n.Sign.Base != r.Sign.Base: // by the agency's word another story
	case likeness >= threshold(same):
		return ByText, likeness
	}
	return Alone, 0
}

// goesOn reports whether an item is of the same story as an earlier one of its name.
// What says that it is a take is believed for longer than what says nothing.
func (n *Newcomer) goesOn(r *Relative, likeness float64) bool {
	apart := n.Sent.Sub(r.Sent).Abs()
	said := n.Sign.Number > 0 || n.Sign.Through || n.Sign.Corrects
	switch n.Sign.Role {
	case Kill, Correction, Part, Advisory:
		said = true
	case Flash, Urgent, Lead, Sidebar, Photo, Collection:
	}
	if said || likeness >= SameAgency {
		return apart <= Window
	}
	return apart <= SlugWindow
}

func threshold(same bool) float64 {
	if same {
		return SameAgency
	}
	return BetweenAgencies
}
