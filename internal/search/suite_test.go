package search_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"broadsheet/internal/id"
	"broadsheet/internal/search"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
)

// texts are the documents of the suite; their Key and Order is their place here, from 1.
var texts = []string{
	"Second berth at Port Ellery to open in May\nThe harbour master, Inés Calloway, said so on Tuesday.",
	"Mayor of Port Ellery resigns over fees\nPORT-ELLERY/FEES",
	"Łódź: Straßenbahn fährt wieder\nJørgensen’s tram runs",
	"Η ΟΔΌΣ έκλεισε · Дорога закрыта",
	"国会議員が辞任\n東京 5月",
	"서울에서 회담이 열렸다",
	"รัฐบาลประกาศวันหยุด",
	"الحُكومة تُعلن الميزانية",
	"Don’t miss 14.2 metres, B2B and 3D at low water",
	"port\nEllery parted by a line",
}

// questions are what the texts are asked, and which of them answer, the newest first.
var questions = []struct {
	typed string
	want  []id.ID
}{
	{"", []id.ID{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}},
	{"berth", []id.ID{1}},
	{"BERTH tuesday", []id.ID{1}},
	{"ber", []id.ID{1}},  // the last word may go on
	{"ber ", nil},        // but not when a space follows
	{"ber tuesday", nil}, // and only the last
	{"e", nil},           // a letter alone is not completed
	{"erth", nil},        // inside of words nothing is found
	{"ines calloway", []id.ID{1}},
	{"INÉS", []id.ID{1}},
	{`"port ellery"`, []id.ID{2, 1}},
	{`“Port Ellery”`, []id.ID{2, 1}},
	{`"ellery port"`, []id.ID{}},
	{"port ellery", []id.ID{10, 2, 1}},
	{"port-ellery", []id.ID{2, 1}},
	{"port-ellery/fees", []id.ID{2}},
	{"ellery -berth", []id.ID{10, 2}},
	{`ellery -"port ellery"`, []id.ID{10}},
	{"-ellery -port", []id.ID{9, 8, 7, 6, 5, 4, 3}},
	{"lodz", []id.ID{3}},
	{"strassenbahn", []id.ID{3}},
	{"STRASSENBAHN fahrt", []id.ID{3}},
	{"jorgensen", []id.ID{3}},
	{"jørgensen's", []id.ID{3}},
	{"οδος", []id.ID{4}},
	{"дорога", []id.ID{4}},
	{"議員", []id.ID{5}},
	{"国会議員", []id.ID{5}},
	{"国", []id.ID{5}},
	{"京", []id.ID{5}}, // the last of its run
	{"議辞", nil},
	{"国会 東京 -大阪", []id.ID{5}},
	{"회담", []id.ID{6}},
	{"ประกาศ", []id.ID{7}},
	{"الحكومة", []id.ID{8}},
	{"don't", []id.ID{9}},
	{"14.2", []id.ID{9}},
	{"b2b 3d", []id.ID{9}},
	{"nowhere", nil},
	{"nowhere -berth", nil},
	{`" AND OR NOT words:berth * ^ NEAR(`, nil},
	{"berth'); --", []id.ID{1}},
	{"-", []id.ID{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}},
	{"!!! …", []id.ID{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}},
}

// each runs fn with the wire's index on every database.
func each(t *testing.T, fn func(t *testing.T, x *index)) {
	t.Helper()
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) { fn(t, &index{t, db, search.New(db.Dialect(), search.Wire)}) })
}

// index is an Index whose calls have transactions of their own.
type index struct {
	t  *testing.T
	db *sqldb.DB
	search.Index
}

func (x *index) put(docs ...search.Doc) {
	x.t.Helper()
	err := x.db.Update(x.t.Context(), func(tx *sqldb.Tx) error {
		for _, d := range docs {
			if err := x.Put(x.t.Context(), tx, d); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		x.t.Fatal(err)
	}
}

func (x *index) find(q search.Query) (keys []id.ID) {
	x.t.Helper()
	err := x.db.View(x.t.Context(), func(tx *sqldb.Tx) error {
		hits, err := x.Find(x.t.Context(), tx, q)
		for _, h := range hits {
			keys = append(keys, h.Key)
		}
		return err
	})
	if err != nil {
		x.t.Fatalf("%+v: %v", q, err)
	}
	return keys
}

func (x *index) finds(q search.Query, want ...id.ID) {
	x.t.Helper()
	if got := x.find(q); !slices.Equal(got, want) {
		x.t.Errorf("%+v finds %d, want %d", q, got, want)
	}
}

func TestWordsAreFound(t *testing.T) {
	each(t, func(t *testing.T, x *index) {
		for i, text := range texts {
			x.put(search.Doc{Key: id.ID(i + 1), Order: id.ID(i + 1), Text: text})
		}
		for _, q := range questions {
			if got := x.find(search.Query{Words: search.Parse(q.typed)}); !slices.Equal(got, q.want) {
				t.Errorf("%q finds %d, want %d", q.typed, got, q.want)
			}
		}
	})
}

// What a text has is what a database finds.
func TestTextsHaveWhatIsFound(t *testing.T) {
	for _, q := range questions {
		var got []id.ID
		for i := len(texts); i > 0; i-- {
			if search.NewText(texts[i-1]).Has(search.Parse(q.typed)) {
				got = append(got, id.ID(i))
			}
		}
		if !slices.Equal(got, q.want) {
			t.Errorf("%q is in %d, want %d", q.typed, got, q.want)
		}
	}
}

func TestExactWordsAreNotCompleted(t *testing.T) {
	text := search.NewText("second berth 国会議員")
	for typed, want := range map[string]bool{"ber": false, "berth": true, "国": true, "": true} {
		if got := text.Has(search.Parse(typed).Exact()); got != want {
			t.Errorf("%q: %v, want %v", typed, got, want)
		}
	}
}

func TestTermsFilter(t *testing.T) {
	each(t, func(t *testing.T, x *index) {
		for i := range 12 {
			terms := []string{fmt.Sprintf("service:S %d", i%3), fmt.Sprintf("urgency:%d", i%4)}
			if i%6 == 0 {
				terms = append(terms, "tag:läuft & steht")
			}
			x.put(search.Doc{Key: id.ID(100 + i), Order: id.ID(i + 1), Text: "said on Tuesday", Terms: terms})
		}
		x.finds(search.Query{All: []string{"service:S 1"}}, 110, 107, 104, 101)
		x.finds(search.Query{All: []string{"service:S 1", "urgency:2"}}, 110)
		x.finds(search.Query{Any: [][]string{{"urgency:0", "urgency:1"}, {"service:S 0"}}}, 109, 100)
		x.finds(search.Query{All: []string{"tag:läuft & steht"}}, 106, 100)
		x.finds(search.Query{None: []string{"service:S 0", "service:S 1"}, Words: search.Parse("tuesday")}, 111, 108, 105, 102)
		x.finds(search.Query{All: []string{"service:s 1"}})
		x.finds(search.Query{Words: search.Parse("service")})
	})
}

func TestPagesAndReplacing(t *testing.T) {
	each(t, func(t *testing.T, x *index) {
		for i := range 10 {
			x.put(search.Doc{Key: id.ID(i + 1), Order: id.ID(10 * (i + 1)), Text: "tide tables"})
		}
		x.finds(search.Query{Words: search.Parse("tide"), Limit: 3}, 10, 9, 8)
		x.finds(search.Query{Words: search.Parse("tide"), Limit: 3, Before: 80}, 7, 6, 5)
		x.finds(search.Query{Words: search.Parse("tide"), Since: 80}, 10, 9, 8)
		x.finds(search.Query{Words: search.Parse("tide"), Since: 40, Before: 60}, 5, 4)
		x.put(search.Doc{Key: 2, Order: 105, Text: "storm surge", Terms: []string{"a"}}, search.Doc{Key: 3, Order: 30, Text: "storm"})
		x.finds(search.Query{Words: search.Parse("storm")}, 2, 3)
		x.finds(search.Query{Words: search.Parse("tide"), Before: 50}, 4, 1)
		x.finds(search.Query{All: []string{"a"}}, 2)
		err := x.db.Update(t.Context(), func(tx *sqldb.Tx) error {
			for _, key := range []id.ID{2, 2, 77} {
				if err := x.Remove(t.Context(), tx, key); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		x.finds(search.Query{Words: search.Parse("storm")}, 3)
	})
}

// A transaction that fails leaves nothing behind.
func TestWhatFailsIsNotFound(t *testing.T) {
	each(t, func(t *testing.T, x *index) {
		x.put(search.Doc{Key: 1, Order: 1, Text: "kept"})
		err := x.db.Update(t.Context(), func(tx *sqldb.Tx) error {
			if err := x.Put(t.Context(), tx, search.Doc{Key: 1, Order: 2, Text: "lost"}); err != nil {
				return err
			}
			return errors.New("enough")
		})
		if err == nil {
			t.Fatal("no error")
		}
		x.finds(search.Query{Words: search.Parse("kept")}, 1)
		x.finds(search.Query{Words: search.Parse("lost")})
	})
}

// A line is found by itself, whatever it is.
func FuzzParse(f *testing.F) {
	for _, q := range questions {
		f.Add(q.typed)
	}
	f.Add("\xff\x00-\"")
	f.Add("国\u3099 ﷺ ﬃ\u0301")
	quotes := strings.NewReplacer("\n", " ", `"`, " ", "“", " ", "”", " ", "„", " ", "«", " ", "»", " ")
	f.Fuzz(func(t *testing.T, typed string) {
		search.NewText(texts[0]).Has(search.Parse(typed))
		line := quotes.Replace(typed)
		if len(line) <= search.MaxText && !search.NewText(line).Has(search.Parse(`"`+line+`"`)) {
			t.Fatalf("%q is not in itself", line)
		}
	})
}
