package demo

import (
	"strings"
	"testing"

	"broadsheet/internal/account"
	"broadsheet/internal/source"
	"broadsheet/internal/story"
	"broadsheet/internal/wire"
)

// checkWire looks at what the wire desk has made and handled before somebody comes.
func checkWire(t *testing.T, rooms Rooms) {
	t.Helper()
	by := account.System()
	rules, err := rooms.Wire.Rules(t.Context(), by)
	if err != nil || len(rules) != 3 || !rules[0].On || rules[1].On || !rules[2].On {
		t.Errorf("rules %+v, %v; want three, the second paused", rules, err)
	}
	tagged, err := rooms.Wire.List(t.Context(), by, wire.Filter{Tag: "sport"})
	if err != nil || len(tagged) < 3 {
		t.Errorf("%d items are tagged as sport, %v", len(tagged), err)
	}
	sources, err := rooms.Sources.List(t.Context(), by)
	if err != nil || len(sources) != 5 {
		t.Fatalf("%d sources, %v; want 5", len(sources), err)
	}
	for _, src := range sources {
		if !src.Polls() && (src.Token == 0 || src.Files == 0 || !src.Quiet.IsZero()) {
			t.Errorf("%s: token %s, %d files, quiet %s", src.Name, src.Token, src.Files, src.Quiet)
		}
		if src.State == source.Active && strings.Contains(src.Address, "://") {
			t.Errorf("%s would be asked over the network", src.Name)
		}
	}
	waiting, err := rooms.Wire.ListUnreadable(t.Context(), by, false)
	if err != nil || len(waiting) != 1 || waiting[0].Service != "Meridian Press Service" {
		t.Errorf("unreadable files %+v, %v", waiting, err)
	}
	handled, err := rooms.Stories.Alerts(t.Context(), by, story.AlertFilter{Handled: true})
	if err != nil || len(handled) != 3 {
		t.Errorf("%d alerts handled, %v; want 3", len(handled), err)
	}
	for i := range handled {
		if m := handled[i].Minutes(handled[i].Handled); m < 5 || m > 30 || handled[i].By == "" {
			t.Errorf("handled by %q after %d minutes: %s", handled[i].By, m, handled[i].Title())
		}
	}
}

// checkOnce sends what comes while somebody looks: a take after the one that a story has
// used, and a kill. Sending it again changes nothing.
func checkOnce(t *testing.T, rooms Rooms) {
	t.Helper()
	n, err := gatherCrowd(t.Context(), rooms)
	if err != nil {
		t.Fatal(err)
	}
	list, err := n.desk.once()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for _, o := range list {
			if err := n.happen(t.Context(), o); err != nil {
				t.Fatal(err)
			}
		}
	}
	by := account.System()
	open, err := rooms.Stories.Alerts(t.Context(), by, story.AlertFilter{})
	if err != nil || len(open) != 2 || open[0].Kind != story.KindKill || open[0].Live() == open[1].Live() {
		t.Errorf("open alerts %+v, %v; want a kill of a story's and of a draft's copy", open, err)
	}
	first := wire.IDOf(list[0].after)
	uses, err := rooms.Stories.Uses(t.Context(), by, first)
	if err != nil || len(uses) != 1 {
		t.Fatalf("uses %+v, %v", uses, err)
	}
	moves, err := rooms.Stories.Moved(t.Context(), by, uses[0].Story)
	if err != nil || len(moves) != 1 || moves[0].Now.Item != wire.IDOf(list[0].URI) {
		t.Errorf("moved on: %+v, %v", moves, err)
	}
	fam, err := rooms.Wire.Family(t.Context(), by, first)
	if err != nil {
		t.Fatal(err)
	}
	if len(fam.Branches) != 3 || len(fam.Entries) < 10 {
		t.Errorf("the family has %d agencies and %d items", len(fam.Branches), len(fam.Entries))
	}
}
