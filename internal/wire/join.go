package wire

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire/family"
	"broadsheet/internal/wire/item"
)

// join finds the family of an item's new version, in the transaction that stores it.
// The cost is bounded whatever agencies send: at most maxFound items a key, and
// maxCompared texts.
func (s *Service) join(ctx context.Context, tx *sqldb.Tx, it *Item, e *Entry, arrived id.ID) error {
	c, take := takeOf(it, e, arrived)
	sign := take.Sign
	if err := insertTake(ctx, tx, take); err != nil {
		return err
	}
	if err := takeTurn(ctx, tx); err != nil {
		return err
	}
	text := ""
	if sign.Role != family.Photo && sign.Role != family.Collection && sign.Role != family.Advisory {
		text = e.Headline + ".\n" + it.Story().Text()
	}
	n := &family.Newcomer{Sign: sign, Sent: take.Sent, Print: family.FingerprintOf(text)}
	traces := sign.Traces(c)
	now, err := memberOf(ctx, tx, it.ID)
	if err != nil {
		return err
	}
	relatives, groups, err := relatives(ctx, tx, n, it.ID, arrived, now.family, &traces)
	if err != nil {
		return err
	}
	choice := family.Choice{Family: now.family, Why: family.ByHand}
	if now.why != family.ByHand {
		choice = family.Choose(n, relatives, groups)
	}
	if choice.Family == 0 {
		choice.Family = id.At(s.Now())
	}
	if choice.Why == family.Alone && now.family != 0 { // a newer version has nothing to say about where it belongs
		choice.Why, choice.Likeness = now.why, now.likeness
	}
	for _, other := range choice.Merge {
		if err := mergeFamily(ctx, tx, other, choice.Family); err != nil {
			return err
		}
	}
	if err := setMember(ctx, tx, take, n.Print, choice); err != nil {
		return err
	}
	if err := insertTraces(ctx, tx, keyTraces, arrived, it.ID, hashes(traces.Own)); err != nil {
		return err
	}
	if err := insertTraces(ctx, tx, bandTraces, arrived, it.ID, n.Print.Bands()); err != nil {
		return err
	}
	return s.carryOut(ctx, tx, it, take, choice.Family, relatives)
}

// carryOut strikes what an item orders to be killed or corrected that is an item of its
// own, and what an order that came before it has meant.
func (s *Service) carryOut(ctx context.Context, tx *sqldb.Tx, it *Item, take *family.Take, familyID id.ID, relatives []family.Relative) error {
	orders := map[id.ID]bool{}
	if take.Sign.Orders() {
		orders[it.ID] = true
	}
	for i := range relatives {
		if r := &relatives[i]; r.Sign.Orders() && r.Sign.Agency == take.Sign.Agency && !r.Sent.Before(take.Sent) {
			orders[r.Item] = true
		}
	}
	if len(orders) == 0 {
		return nil
	}
	takes, err := familyTakes(ctx, tx, familyID, maxTakes)
	if err != nil {
		return err
	}
	for i := range takes {
		by := &takes[i]
		if !orders[by.Item] || !by.Current {
			continue
		}
		if err := s.carryOutOne(ctx, tx, it.ID, by, familyID, takes); err != nil {
			return err
		}
	}
	return nil
}

// carryOutOne strikes what an order is about. Of an order that came before the item only
// the item itself is new to it.
func (s *Service) carryOutOne(ctx context.Context, tx *sqldb.Tx, itemID id.ID, by *family.Take, familyID id.ID, takes []family.Take) error {
	own, err := ownTakes(ctx, tx, by.Item, familyID, takes)
	if err != nil {
		return err
	}
	targets := family.Aim(by, own)
	if by.Item != itemID {
		targets = slices.DeleteFunc(targets, func(t id.ID) bool { return t != itemID })
	}
	if len(targets) == 0 {
		return nil
	}
	order, err := getItem(ctx, tx, by.Item)
	if err != nil {
		return err
	}
	what := StrikeKill
	if by.Sign.Role == family.Correction {
		what = StrikeCorrection
	}
	return s.strikeOwn(ctx, tx, targets, order, what)
}

// takeOf is what a version of an item is to its family.
func takeOf(it *Item, e *Entry, arrived id.ID) (*family.Clues, *family.Take) {
	c := cluesOf(it, e)
	return c, &family.Take{
		Item: it.ID, Arrived: arrived, Sent: sentAt(it, arrived), Sign: family.Usual().Read(c), Targets: namedBy(c), Headline: e.Headline,
	}
}

// noteOlder notes a version that came too late to be the current one.
func noteOlder(ctx context.Context, tx *sqldb.Tx, it *Item, e *Entry, arrived id.ID) error {
	if placeOf(it) == placeLibrary {
		return nil
	}
	_, take := takeOf(it, e, arrived)
	return insertTake(ctx, tx, take)
}

// relatives finds the relatives of a newcomer, and what their families are. It notes the
// newcomer's own family in n.
func relatives(ctx context.Context, tx *sqldb.Tx, n *family.Newcomer, itemID, arrived, own id.ID, t *family.Traces) (
	relatives []family.Relative, groups map[id.ID]family.Group, err error,
) {
	shares := map[id.ID][]family.Kind{}
	for other, kind := range t.To {
		shares[other] = append(shares[other], kind)
	}
	found, err := findTraces(ctx, tx, keyTraces, arrived, hashes(t.Find))
	if err != nil {
		return nil, nil, err
	}
	for _, f := range found {
		i := slices.IndexFunc(t.Find, func(k family.Key) bool { return k.Hash == f.hash })
		if i >= 0 && f.item != itemID && !slices.Contains(shares[f.item], t.Find[i].Kind) {
			shares[f.item] = append(shares[f.item], t.Find[i].Kind)
		}
	}
	alike, err := findTraces(ctx, tx, bandTraces, arrived, n.Print.Bands())
	if err != nil {
		return nil, nil, err
	}
	for _, other := range mostShared(alike, itemID) {
		if _, known := shares[other]; !known {
			shares[other] = nil
		}
	}
	if len(shares) == 0 {
		n.Own = family.Group{ID: own}
		return nil, nil, nil
	}
	if relatives, err = relativesOf(ctx, tx, shares); err != nil {
		return nil, nil, err
	}
	families := map[id.ID]bool{}
	for i := range relatives {
		families[relatives[i].Family] = true
	}
	if own != 0 {
		families[own] = true
	}
	if groups, err = groupsOf(ctx, tx, slices.Collect(maps.Keys(families))); err != nil {
		return nil, nil, err
	}
	relatives = slices.DeleteFunc(relatives, func(r family.Relative) bool {
		return r.Family != own && groups[r.Family].Items >= maxFamily // a family is something that can be looked at
	})
	n.Own = groups[own]
	return relatives, groups, nil
}

// mostShared are the items that share the most bands, at most maxCompared.
func mostShared(found []trace, but id.ID) []id.ID {
	count := map[id.ID]int{}
	var order []id.ID
	for _, f := range found {
		if f.item == but {
			continue
		}
		if count[f.item]++; count[f.item] == 1 {
			order = append(order, f.item)
		}
	}
	slices.SortStableFunc(order, func(a, b id.ID) int { return count[b] - count[a] })
	return order[:min(len(order), maxCompared)]
}

// sentAt is when the agency sent a version; it came a little later. Its clock is believed
// unless it runs ahead of ours.
func sentAt(it *Item, arrived id.ID) time.Time {
	if t := it.VersionCreated.Time; !t.IsZero() && !t.After(arrived.Time()) {
		return t.UTC().Truncate(time.Millisecond)
	}
	return arrived.Time()
}

func hashes(keys []family.Key) []int64 {
	var list []int64
	for _, k := range keys {
		if !slices.Contains(list, k.Hash) {
			list = append(list, k.Hash)
		}
	}
	return list
}

func namedBy(c *family.Clues) (ids []id.ID) {
	for _, l := range c.Links {
		ids = append(ids, l.To)
	}
	return ids
}

// cluesOf is what an item says of its family.
func cluesOf(it *Item, e *Entry) *family.Clues {
	c := &family.Clues{
		Item: it.ID, Agency: e.Provider, Type: it.Type, Package: it.Kind == item.Package || it.Type == "composite" && len(it.Groups) > 0,
		Slugline: it.Slugline(), TakeKey: it.TakeKey, Headline: it.Headline(), Urgency: it.Urgency, Words: e.Words, Killed: it.PubStatus == item.Canceled,
	}
	if c.Agency == "" {
		c.Agency = e.Service
	}
	if len(it.EdNotes) > 0 {
		c.Note = it.EdNotes[0].Value
	}
	for _, g := range it.Genres {
		c.Genres = append(c.Genres, g.Label())
	}
	for _, sig := range it.Signals {
		c.Signals = append(c.Signals, sig.Label())
	}
	for _, a := range it.AltIDs {
		switch role := strings.ToLower(a.Role); {
		case strings.Contains(role, "story") || strings.Contains(role, "du-key"):
			c.Stories = append(c.Stories, a.Value)
		case strings.Contains(role, "series"):
			c.Series = append(c.Series, a.Value)
		default:
			c.Names = append(c.Names, item.IDOf(a.Value))
		}
	}
	if it.DUKey != nil && it.DUKey.Key != "" {
		c.Stories = append(c.Stories, it.DUKey.Key)
	}
	for _, one := range it.Series {
		if one.Name != "" {
			c.Series = append(c.Series, one.Name)
		}
	}
	linksOf(it, c)
	return c
}

func linksOf(it *Item, c *family.Clues) {
	for _, from := range it.DerivedFrom {
		if uri := cmp.Or(from.URI, from.Code, from.Literal); uri != "" {
			c.Links = append(c.Links, family.Link{To: item.IDOf(uri), Update: true})
		}
	}
	for _, l := range it.Links {
		if uri := cmp.Or(l.URI, l.Href); uri != "" {
			c.Links = append(c.Links, family.Link{To: item.IDOf(uri), Update: isUpdate(l.Rel)})
		}
	}
	if it.Correction != nil && it.Correction.ID != "" {
		c.Links = append(c.Links, family.Link{To: item.IDOf(it.Correction.ID), Update: true})
	}
	for i := range it.Associations {
		if other := it.Associations[i].Item.ID; other != 0 && other != it.ID {
			c.Links = append(c.Links, family.Link{To: other})
		}
	}
	for _, g := range it.Groups {
		for _, m := range g.Members {
			if uri := cmp.Or(m.URI, m.Href); uri != "" {
				c.Members = append(c.Members, item.IDOf(uri))
			}
		}
	}
}

// isUpdate reports whether a link's relation says that the item is a new form of the one
// it points to: https://cv.iptc.org/newscodes/itemrelation/, and words of NewsML 1.
func isUpdate(rel string) bool {
	switch strings.ToLower(rel[strings.LastIndexAny(rel, ":/")+1:]) {
	case "derivedfrom", "isderivedfrom", "previousversion", "updates", "update", "updateof", "replaces", "corrects", "correctionto",
		"istranslationof", "translatedfrom", "evolvedfrom", "supersedes":
		return true
	}
	return false
}
