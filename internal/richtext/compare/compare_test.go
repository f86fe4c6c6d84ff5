package compare

import (
	"fmt"
	"strings"
	"testing"

	"broadsheet/internal/richtext"
)

// marked shows edits as [-old-]{+new+}.
func marked(edits richtext.Edits) string {
	var b strings.Builder
	for _, e := range edits {
		switch e.Change {
		case richtext.Delete:
			b.WriteString("[-" + e.Text + "-]")
		case richtext.Insert:
			b.WriteString("{+" + e.Text + "+}")
		case richtext.Keep:
			b.WriteString(e.Text)
		}
	}
	return b.String()
}

func TestWords(t *testing.T) {
	for _, test := range []struct{ before, after, want string }{
		{"", "", ""},
		{"", "Now.", "{+Now.+}"},
		{"Two people were hurt.", "Two people were hurt.", "Two people were hurt."},
		{"Two people were hurt.", "Three people were killed.", "[-Two-]{+Three+} people were [-hurt-]{+killed+}."},
		{"at least 5.8, he said", "at least 5.9, she said", "at least [-5.8-]{+5.9+}, [-he-]{+she+} said"},
		{"It's done", "It's not done", "It's {+not +}done"},
		{"He came.", "He came, and saw.", "He came{+, and saw+}."},
		{"a big house", "an old barn", "[-a big house-]{+an old barn+}"},
		{"El niño llegó", "El niño no llegó", "El niño {+no +}llegó"},
	} {
		if got := marked(Words(test.before, test.after)); got != test.want {
			t.Errorf("%q to %q: %s, want %s", test.before, test.after, got, test.want)
		}
	}
}

func doc(t testing.TB, text string) richtext.Doc {
	t.Helper()
	d, err := richtext.FromText(text, richtext.Origin{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestBlocks(t *testing.T) {
	before := doc(t, "The ferry ran aground at dawn.\n\nTwo people were hurt in the accident, police said.\n\nThe cause is not known.")
	after := doc(t, "Divers searched the hull.\n\nThe ferry ran aground at dawn.\n\nThree people were hurt in the accident, police said on Monday.\n\nSalvage begins on Tuesday.").
		WithOrigin(richtext.Origin{Kind: richtext.OriginWire, Name: "Meridian"})
	var got []string
	for _, r := range Blocks(before, after) {
		got = append(got, fmt.Sprint(r.State, " ", r.OldAt, " ", r.NewAt))
	}
	want := "added -1 0, same 0 1, changed 1 2, removed 2 -1, added -1 3"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, ", "), want)
	}
}

func TestHostileTextsCostLittle(t *testing.T) {
	long := func(word string, n int) string { return strings.Repeat(word+" ", n) }
	var blocks []string
	for i := range 400 {
		blocks = append(blocks, fmt.Sprintf("word%d a b c d e f g", i))
	}
	Words(long("a b", 4000), long("b c a", 3000))
	Words(long("x", 1_000_000), long("y", 1_000_000))
	a := doc(t, strings.Join(blocks, "\n\n"))
	for i := range blocks {
		blocks[i] += fmt.Sprint(" h", i)
	}
	Blocks(a, doc(t, strings.Join(blocks, "\n\n")))
}

func TestEditsAreEscaped(t *testing.T) {
	got := Words("a <b>\nc", "a <script>\nc").HTML()
	if want := "a &lt;<del>b</del><ins>script</ins>&gt;<br>c"; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzWords(f *testing.F) {
	f.Add("Two people were hurt.", "Three people, at least, were hurt.")
	f.Add("a\n\nb", "b a")
	f.Add("\xff5.", "5.\xff")
	f.Fuzz(func(t *testing.T, before, after string) {
		var old, now strings.Builder
		for _, e := range Words(before, after) {
			if e.Change != richtext.Insert {
				old.WriteString(e.Text)
			}
			if e.Change != richtext.Delete {
				now.WriteString(e.Text)
			}
		}
		if old.String() != before || now.String() != after {
			t.Errorf("%q to %q gave %q to %q", before, after, old.String(), now.String())
		}
		da, err := richtext.FromText(before, richtext.Origin{})
		if err != nil {
			return
		}
		db, err := richtext.FromText(after, richtext.Origin{})
		if err != nil {
			return
		}
		oldAt, newAt := 0, 0
		for _, r := range Blocks(da, db) {
			if r.Old != nil {
				if r.OldAt != oldAt {
					t.Fatal("a block is missing")
				}
				oldAt++
			}
			if r.New != nil {
				if r.NewAt != newAt {
					t.Fatal("a block is missing")
				}
				newAt++
			}
		}
		if oldAt != len(da.Content) || newAt != len(db.Content) {
			t.Error("blocks are missing")
		}
	})
}
