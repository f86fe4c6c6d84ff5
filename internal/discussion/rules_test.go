package discussion

import (
	"errors"
	"strings"
	"testing"
	"time"

	"broadsheet/internal/errs"
)

func TestPace(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	ago := func(d time.Duration, text string) earlier {
		return earlier{story: 1, parent: 2, likeness: likenessOf(text).hash, posted: now.Add(-d)}
	}
	hour := make([]earlier, 30)
	for i := range hour {
		hour[i] = ago(time.Duration(i+1)*time.Minute, "number "+string(rune('a'+i))+" of many remarks")
	}
	const long = "The treaty was never going to survive the winter, and everybody in that room knew it."
	longer := long + " What was the alternative, when the ships were there already, the grain was not, and nobody had a map?" +
		" I ask everybody who writes here how they would have done it, with that army and that parliament."
	for _, test := range []struct {
		name    string
		history []earlier
		parent  int64
		text    string
		want    string // part of the message; "" means that it may be posted
	}{
		{"the first", nil, 2, long, ""},
		{"after a second", []earlier{ago(time.Second, "x")}, 2, long, "Wait 2 seconds"},
		{"after three seconds", []earlier{ago(3*time.Second, "x")}, 2, long, ""},
		{"thirty in the hour", hour, 2, long, "again in 30 minutes"},
		{"twenty-nine in the hour", hour[1:], 2, long, ""},
		{"word for word", []earlier{ago(time.Minute, long)}, 3, long, "nearly the same"},
		{"shouted", []earlier{ago(time.Minute, long)}, 3, strings.ToUpper(long) + "!!!", "nearly the same"},
		{"a word more", []earlier{ago(time.Minute, long)}, 3, long + " Sad.", "nearly the same"},
		{"a word changed in a long text", []earlier{ago(time.Minute, longer)}, 3, strings.Replace(longer, "room", "place", 1), "nearly the same"},
		{"the opposite", []earlier{ago(time.Minute, long)}, 3, strings.Replace(long, "everybody", "nobody", 1), ""},
		{"later", []earlier{ago(10*time.Minute, long)}, 3, long, ""},
		{"something else", []earlier{ago(time.Minute, long)}, 3, "Nobody asked the fishermen what they thought about the border.", ""},
		{"thanks to one person twice", []earlier{ago(time.Minute, "Thank you!")}, 2, "thank you", "nearly the same"},
		{"thanks to two people", []earlier{ago(time.Minute, "Thank you!")}, 3, "thank you", ""},
		{"two short opinions", []earlier{ago(time.Minute, "I agree with the first")}, 2, "I agree with the third", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := DefaultPace().check(now, test.history, &Draft{StoryID: 1, ParentID: idOf(test.parent)}, likenessOf(test.text))
			_, message := errs.Of(err)
			if (err == nil) != (test.want == "") || !strings.Contains(message, test.want) {
				t.Errorf("check: %q, want %q", message, test.want)
			}
			if err != nil && !errors.Is(err, errs.Limited) {
				t.Errorf("kind of %v is not limited", err)
			}
		})
	}
	if err := (Pace{}).check(now, hour, &Draft{StoryID: 1}, likenessOf("number a of many remarks")); err != nil {
		t.Errorf("no limits: %v", err)
	}
}

func TestDraft(t *testing.T) {
	for _, test := range []struct {
		name string
		d    Draft
		want string
	}{
		{"empty", Draft{Markdown: " \n\t"}, "Write something"},
		{"longest", Draft{Markdown: strings.Repeat("x", MaxBody)}, ""},
		{"too long", Draft{Markdown: strings.Repeat("x", MaxBody+7)}, "too long by 7"},
		{"a zero byte", Draft{Markdown: "a\x00b"}, "cannot be shown"},
		{"not UTF-8", Draft{Markdown: "a\xffb"}, "cannot be shown"},
		{"long key", Draft{Markdown: "a", Key: strings.Repeat("k", MaxKey+1)}, "key"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := test.d.validate()
			if _, message := errs.Of(err); (err == nil) != (test.want == "") || !strings.Contains(message, test.want) {
				t.Errorf("validate: %v, want %q", err, test.want)
			}
		})
	}
}

func TestCleanReport(t *testing.T) {
	for _, test := range []struct {
		reason Reason
		note   string
		ok     bool
	}{
		{Spam, "", true},
		{OffTopic, "", true},
		{Other, "It gives my address.", true},
		{Other, "  ", false},
		{"boring", "", false},
		{"", "", false},
		{Spam, strings.Repeat("x", MaxNote+1), false},
	} {
		if _, err := cleanReport(test.reason, test.note); (err == nil) != test.ok {
			t.Errorf("cleanReport(%q, %d bytes): %v", test.reason, len(test.note), err)
		}
	}
}
